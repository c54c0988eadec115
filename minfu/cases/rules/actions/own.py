"""What residents do about their own demand while it runs: add words and photos; say of a merged one how it went."""

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from minfu.accounts.actor import Actor
from minfu.cases import events, states
from minfu.cases.models import Answer, Case, CaseFile
from minfu.cases.rules import access, asking, messages
from minfu.cases.rules.actions import approvals
from minfu.cases.rules.actions._base import Change, subject, take
from minfu.cases.rules.actions.close import check_answer, keep_answer, reopen
from minfu.cases.rules.actions.merge import locked_with_main
from minfu.cases.rules.actions.papers import check_files
from minfu.cases.rules.deadlines import Clock
from minfu.cases.rules.intake import MAX_FILES
from minfu.kernel import record
from minfu.kernel.errors import Invalid, Refused
from minfu.kernel.models import Event
from minfu.kernel.record import Fact
from minfu.kernel.tongue import kept
from minfu.language.asked import text

#: Additions a resident may make to one demand: enough for anyone, too few to drown a desk.
MOST_ADDITIONS = 20


@transaction.atomic
def add_words(
    *, actor: Actor, case_id: int, what: str, file_ids: Sequence[UUID] = (), mark: str = ""
) -> Case:
    """Add what the resident says later, with photos; whoever has the demand is told. Nothing said before is changed.

    Words of a merged demand go to whoever has the main one; what was paused to wait for the resident goes on. ``mark`` is the
    name another system has for this addition: the same again adds nothing. Raises ``Invalid`` on ``text`` (needed unless there
    are files) or ``files``.
    """
    change = take(actor, case_id, "add_words")
    case = change.case
    if mark and added_before(actor, case.pk, mark) is not None:
        return case
    said = text(what, "text", "" if file_ids else _("请写下要补充的情况。"))
    check_files(actor, file_ids)
    before = case.files.exclude(what="intake").count()
    if len(file_ids) > MAX_FILES or before + len(file_ids) > MOST_ADDITIONS:
        raise Invalid({"files": [_("最多添加 %(max)s 个附件。") % {"max": MAX_FILES}]})
    CaseFile.objects.bulk_create(
        CaseFile(case=case, file_id=file_id, what="added", added_at=change.at) for file_id in file_ids
    )
    change.fact(events.WORDS_ADDED, said, files=len(file_ids), **({"mark": mark} if mark else {}))
    _tell_holder(change, events.WORDS_ADDED)
    if case.state == states.PAUSED and approvals.waits_for_resident(case):
        change.target = states.CASE.check(case.state, "resume")
        approvals.go_on(change, kept(gettext_lazy("居民已补充。")))
    return change.done()


def added_before(actor: Actor, case_id: int, mark: str) -> Event | None:
    """Return the record of the addition to which the actor's system gave this name."""
    told = Event.objects.filter(subject_type=events.SUBJECT, subject_id=case_id, name=events.WORDS_ADDED)
    return told.filter(actor_post_id=actor.post_id, data__mark=mark).first()


@transaction.atomic
def miss_file(*, actor: Actor, case_id: int, why: str) -> None:
    """Record that a file another system named along with a demand could not be had, and why; its words stand."""
    case = access.get_case_for(actor, case_id, lock=True)
    record.append(subject(case), [Fact(events.FILE_MISSED, reason=why)], actor.stamp)


def _tell_holder(change: Change, event: str) -> None:
    """Tell whoever has the demand; of a merged one, whoever has the main demand."""
    main = change.case.merged_into
    if main is None:
        change.tell(change.case.holder_id, event)
    else:
        change.notices.append(messages.to_unit(main.holder_id, event, main, at=change.at))


@transaction.atomic
def confirm_merged(
    *,
    actor: Actor,
    case_id: int,
    outcome: str,
    satisfaction: int | None = None,
    remark: str = "",
    version: int | None = None,
) -> Case:
    """Record how those whose demand was merged into another see the result; once for each time the main one is asked.

    The merged demand keeps its state. "Not solved" within the time for answering reopens the main demand upward, as its own
    reporter's would, even when that one was content; later it is told to the main demand's desk. Either stands in the main
    demand's history. The resident's own word outweighs what a clerk wrote down before. Raises ``Refused`` while the main
    demand is still worked on or when this asking was answered before.
    """
    said = check_answer(outcome, satisfaction, remark)
    before = locked_with_main(actor, case_id).merged_into_id
    change = take(actor, case_id, "confirm_merged", version=version)
    case, main = change.case, change.case.merged_into
    if main is None or main.pk != before or asking.asked_at(case) is None:
        raise Refused(_("这件事还在办理，办好后再请您评价。"), code="not_asked_yet")
    mine = answered(case)
    if mine is not None and (mine.by_resident or actor.kind != "resident"):
        raise Refused(_("您已经评价过了，谢谢。"), code="answered_before")
    keep_answer(change, main, outcome=outcome, satisfaction=satisfaction, remark=said)
    messages.drop_questions(case)
    if outcome == Answer.Outcome.NOT_SOLVED:
        _not_solved(change, main, said)
    return change.done("satisfaction")


def _not_solved(change: Change, main: Case, said: str) -> None:
    """Reopen the main demand if the time for answering is not over; else tell its desk. Both rows are locked."""
    # What was said in confidence stays with the demand it was said about.
    why = "" if change.case.restricted else said
    in_time = _in_time(main, change)
    target = states.CASE.check(main.state, "reopen") if in_time else main.state
    again = Change(actor=change.actor, case=main, target=target, at=change.at, before=main.state)
    again.fact(events.MERGED_NOT_SOLVED, why, case=change.case.pk)
    if in_time:
        reopen(again)
    else:
        again.notices.append(messages.to_unit(main.desk_id, events.MERGED_NOT_SOLVED, main, at=change.at))
        again.done()


def _in_time(main: Case, change: Change) -> bool:
    """Tell whether those who are asked may still answer: until the confirm clock of this asking ends, if there is one."""
    since = asking.asked_at(change.case)
    row = main.deadlines.filter(clock=Clock.CONFIRM, started_at__gte=since).order_by("-id").first()
    return row is None or change.at <= row.due_at


def answered(case: Case) -> Answer | None:
    """Return what the resident of a merged demand said in the main demand's present round of asking, None if nothing yet."""
    since = asking.asked_at(case)
    rows = case.answers.order_by("-id")
    return (rows.filter(at__gte=since) if since else rows).first()
