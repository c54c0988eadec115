"""Merge duplicates and undo it, split one demand into several, link related ones."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from minfu.accounts.actor import Actor
from minfu.cases import events, states
from minfu.cases.models import Case, CaseFile, CaseLink, Kind, Mode
from minfu.cases.rules import access, deadlines, messages
from minfu.cases.rules.actions._base import Change, subject, take
from minfu.cases.rules.actions.register import register
from minfu.cases.rules.deadlines import Clock
from minfu.cases.rules.intake import Intake
from minfu.kernel import clock, record
from minfu.kernel.errors import Invalid, Refused
from minfu.kernel.models import Event
from minfu.kernel.record import Fact
from minfu.kernel.tongue import kept
from minfu.language.asked import text

MOST_PARTS = 10


@transaction.atomic
def merge(*, actor: Actor, case_id: int, into_id: int, reason: str = "", version: int | None = None) -> Case:
    """Join a duplicate to another open demand. Its reporter keeps the receipt and is told and asked with the other.

    Both rows are locked in the order of their ids, so that two merges the other way round cannot deadlock.
    """
    if case_id == into_id:
        raise Invalid({"into": [_("不能并入它自己。")]})
    for pk in sorted((case_id, into_id)):
        access.get_case_for(actor, pk, lock=True)
    change = take(actor, case_id, "merge", version=version)
    main = access.get_case_for(actor, into_id, lock=True)
    if not main.is_open:
        raise Invalid({"into": [_("目标诉求已经办结，不能并入。")]})
    case = change.case
    _still_to_do(case, main)
    _same_secrecy(case, main)
    case.state_before_merge, case.merged_into = case.state, main
    was = change.void()
    along = list(case.merged_cases.order_by("pk").values_list("pk", flat=True))
    why = text(reason, "reason", "")
    change.fact(events.MERGED, why, into=main.pk, clocks=was, along=along)
    record.append(subject(main), [Fact(events.TOOK_IN, {"case": case.pk})], actor.stamp)
    # Those merged into this one before follow it to the new main demand.
    Case.objects.filter(pk__in=along).update(merged_into=main)
    change.tell_resident(events.MERGED)
    return change.done("state_before_merge", "merged_into")


def _still_to_do(case: Case, main: Case) -> None:
    """Refuse a main demand whose work is done, or a way down for one that came up because it was not solved."""
    if main.state == states.ASKING:
        raise Invalid(
            {
                "into": [
                    _("目标诉求已办完，正等居民确认；还有人反映，说明可能没有办好，请单独办理或改用“关联”。")
                ]
            }
        )
    if case.reopened > main.reopened:
        raise Refused(
            _("居民说没有解决、已经提级的诉求，不能并入没有提级的诉求。"), code="reopened", field="into"
        )


def _same_secrecy(case: Case, main: Case) -> None:
    """Refuse what would bring a complaint to the unit it complains about, or tell a stranger of a restricted demand.

    Whose demand is merged in reads what is done on the main one.
    """
    if case.complained_unit_id is not None and case.complained_unit_id != main.complained_unit_id:
        raise Refused(
            _("这件诉求反映了一个单位，目标诉求没有反映它，并入后可能由被反映的单位办理。请改用“关联”。"),
            code="complains_of_another",
            field="into",
        )
    if case.kind == Kind.WRONGDOING and main.kind != Kind.WRONGDOING:
        raise Refused(_("举报不能并入不是举报的诉求。请改用“关联”。"), code="wrongdoing_stays", field="into")
    if main.restricted and not case.restricted:
        raise Refused(
            _("目标诉求须保密，这件不须保密，不能并入。请改用“关联”。"), code="restricted", field="into"
        )


@transaction.atomic
def unmerge(*, actor: Actor, case_id: int, reason: str, version: int | None = None) -> Case:
    """Undo a merge: the demand is again what it was, and its clocks are as if they had run on all the time.

    Those that had been merged into it and went along come back to it.
    """
    before = locked_with_main(actor, case_id).state_before_merge
    change = take(actor, case_id, "unmerge", version=version, target=before or states.WAITING)
    return _undo(change, text(reason, "reason", _("请写明撤销并单的原因。"), longest=1000))


def locked_with_main(actor: Actor, case_id: int) -> Case:
    """Lock a demand and the one it was merged into in the order of their ids, as ``merge`` does; return the first."""
    case = access.get_case_for(actor, case_id)
    _lock(pk for pk in (case.pk, case.merged_into_id) if pk is not None)
    return access.get_case_for(actor, case_id, lock=True)


def lock_with_merged(actor: Actor, case_id: int) -> None:
    """Lock a demand and those merged into it, in the order of their ids; ``Missing`` as for any demand."""
    case = access.get_case_for(actor, case_id)
    _lock([case.pk, *case.merged_cases.values_list("pk", flat=True)])


def _lock(ids: Iterable[int]) -> None:
    """Lock demands in the order of their ids, also those the actor may not see: their history is written to."""
    list(Case.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=list(ids)).order_by("pk"))


def _undo(change: Change, why: str) -> Case:
    """Make a merged demand again what it was before; it and its main one are locked."""
    case, main = change.case, change.case.merged_into
    was, along = _before_merge(case)
    for row in change.clocks():
        if str(row.pk) in was:
            deadlines.rerun(row, change.calendar, state=was[str(row.pk)])
            change.touch(row)
    case.merged_into, case.state_before_merge = None, ""
    Case.objects.filter(pk__in=along, merged_into=main).update(merged_into=case)
    change.fact(events.UNMERGED, why, former=main.pk if main else None)
    if main is not None:
        record.append(subject(main), [Fact(events.GAVE_BACK, {"case": case.pk})], change.actor.stamp)
    change.notices.append(messages.to_unit(case.holder_id, events.UNMERGED, case, at=change.at))
    change.tell_resident(events.UNMERGED)
    return change.done("merged_into", "state_before_merge")


def release_merged(main: Change, why: str) -> None:
    """Give back every demand merged into one that ends without an answer: the others' matters are still theirs.

    The caller has locked them with ``lock_with_merged``.
    """
    for case in main.case.merged_cases.order_by("pk"):
        target = states.CASE.check(case.state, "unmerge", case.state_before_merge or states.WAITING)
        _undo(Change(actor=main.actor, case=case, target=target, at=main.at, before=case.state), why)


def _before_merge(case: Case) -> tuple[dict[str, str], list[int]]:
    """Return what the clocks of a merged demand were, and which demands went along with it."""
    events_ = Event.objects.filter(subject_type=events.SUBJECT, subject_id=case.pk, name=events.MERGED)
    merged = events_.order_by("-seq").first()
    data = merged.data if merged else {}
    return data.get("clocks", {}), data.get("along", [])


@transaction.atomic
def split(
    *, actor: Actor, case_id: int, parts: Sequence[Intake], reason: str = "", version: int | None = None
) -> list[Case]:
    """Make several demands of one that tells of several matters.

    Each part keeps the reporter, the door, the files, the start of the clocks and the moment of the registration as its
    ``occurred_at``; the original ends as *split*. The resident's old receipt shows all parts.
    """
    if not 2 <= len(parts) <= MOST_PARTS:  # noqa: PLR2004 - one part is no split
        raise Invalid({"parts": [_("请至少拆成两单，最多 %(max)s 单。") % {"max": MOST_PARTS}]})
    lock_with_merged(actor, case_id)
    change = take(actor, case_id, "split", version=version)
    case = change.case
    if case.reopened:
        raise Refused(_("居民说没有解决的诉求不再拆分，请由平台派单重办。"), code="reopened")
    made = []
    for part in parts:
        intake = replace(
            part,
            door=case.door,
            kind=case.kind if case.kind == Kind.WRONGDOING else part.kind,
            mode=Mode.ANONYMOUS
            if case.mode == Mode.ANONYMOUS
            else Mode.NAMED,  # the reporter is handed on below
            complained_unit_id=case.complained_unit_id,
            occurred_at=case.occurred_at or case.registered_at,
        )
        one = register(actor=actor, intake=intake)
        _inherit(change, one)
        made.append(one)
    release_merged(change, kept(gettext_lazy("主单已拆分。")))
    change.void()
    change.fact(events.SPLIT, text(reason, "reason", ""), parts=[one.pk for one in made])
    change.tell_resident(events.SPLIT)
    change.done()
    return made


def _inherit(change: Change, part: Case) -> None:
    """Give a part what the whole has: reporter, secrecy, files, and the start of its clocks."""
    whole = change.case
    part.reporter_id, part.mode, part.split_from = whole.reporter_id, whole.mode, whole
    part.restricted = whole.restricted or part.restricted
    starts = {row.clock: row.started_at for row in change.running(Clock.RESOLVE, Clock.CONTACT)}
    for row in part.deadlines.filter(clock__in=starts):
        deadlines.begin_at(row, starts[row.clock], change.calendar)
        row.save(update_fields=["started_at", "due_at", "alarm_at"])
        part.due_at = row.due_at if row.clock == Clock.RESOLVE else part.due_at
    part.save(update_fields=["reporter", "mode", "split_from", "restricted", "due_at"])
    files = [
        CaseFile(case=part, file_id=row.file_id, what=row.what, added_at=row.added_at)
        for row in whole.files.order_by("pk")
    ]
    CaseFile.objects.bulk_create(files)


@transaction.atomic
def link(*, actor: Actor, case_id: int, other_id: int) -> CaseLink:
    """Link two related demands; both keep their own way."""
    if case_id == other_id:
        raise Invalid({"other": [_("不能关联它自己。")]})
    first, second = sorted((case_id, other_id))
    for pk in (first, second):
        access.get_case_for(actor, pk, lock=True)
    change = take(actor, case_id, "link")
    other = access.get_case_for(actor, other_id, lock=True)
    row, created = CaseLink.objects.get_or_create(
        one_id=first, other_id=second, defaults={"added_at": clock.now()}
    )
    if not created:
        raise Refused(_("这两件诉求已经关联。"), code="linked_before")
    change.fact(events.LINKED, other=other.pk)
    record.append(subject(other), [Fact(events.LINKED, {"other": case_id})], actor.stamp)
    change.done()
    return row
