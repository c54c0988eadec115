"""Merge duplicates and undo it, split one demand into several, link related ones."""

from collections.abc import Sequence
from dataclasses import replace

from django.db import transaction
from django.utils.translation import gettext as _

from minfu.accounts.actor import Actor
from minfu.cases import events, states
from minfu.cases.models import Case, CaseLink, Deadline, Mode
from minfu.cases.rules import access, deadlines
from minfu.cases.rules.actions._base import Change, subject, take, text
from minfu.cases.rules.actions.register import register
from minfu.cases.rules.intake import Intake
from minfu.kernel import clock, record
from minfu.kernel.errors import Invalid, Refused
from minfu.kernel.models import Event
from minfu.kernel.record import Fact

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
        raise Invalid({"into": [_("目标诉求已经办结,不能并入。")]})
    case = change.case
    case.state_before_merge, case.merged_into = case.state, main
    was = change.void()
    change.fact(events.MERGED, text(reason, "reason", "", required=False), into=main.pk, clocks=was)
    record.append(subject(main), [Fact(events.TOOK_IN, {"case": case.pk})], actor.stamp)
    # Those merged into this one before follow it to the new main demand.
    Case.objects.filter(merged_into=case).update(merged_into=main)
    change.tell_resident(events.MERGED)
    return change.done("state_before_merge", "merged_into")


@transaction.atomic
def unmerge(*, actor: Actor, case_id: int, reason: str, version: int | None = None) -> Case:
    """Undo a merge: the demand is again what it was, and its clocks are as if they had run on all the time."""
    before = access.get_case_for(actor, case_id).state_before_merge
    change = take(actor, case_id, "unmerge", version=version, target=before or states.WAITING)
    return _undo(change, text(reason, "reason", _("请写明撤销并单的原因。"), longest=1000))


def _undo(change: Change, why: str) -> Case:
    """Make a merged demand again what it was before."""
    case, main = change.case, change.case.merged_into
    for row, state in _clocks_at_merge(change):
        deadlines.rerun(row, change.calendar, state=state)
        change.touch(row)
    case.merged_into, case.state_before_merge = None, ""
    change.fact(events.UNMERGED, why, former=main.pk if main else None)
    if main is not None:
        record.append(subject(main), [Fact(events.GAVE_BACK, {"case": case.pk})], change.actor.stamp)
    change.tell(case.holder_id, events.UNMERGED)
    change.tell_resident(events.UNMERGED)
    return change.done("merged_into", "state_before_merge")


def release_merged(main: Change, why: str) -> None:
    """Give back every demand merged into one that ends without an answer: the others' matters are still theirs."""
    for pk in sorted(main.case.merged_cases.values_list("pk", flat=True)):
        case = Case.objects.select_for_update(of=("self",), no_key=True).get(pk=pk)
        target = states.CASE.check(case.state, "unmerge", case.state_before_merge or states.WAITING)
        _undo(Change(actor=main.actor, case=case, target=target, at=main.at, before=case.state), why)


def _clocks_at_merge(change: Change) -> list[tuple[Deadline, str]]:
    merged = (
        Event.objects.filter(subject_type=events.SUBJECT, subject_id=change.case.pk, name=events.MERGED)
        .order_by("-seq")
        .first()
    )
    was = merged.data.get("clocks", {}) if merged else {}
    return [(row, was[str(row.pk)]) for row in change.clocks() if str(row.pk) in was]


@transaction.atomic
def split(
    *, actor: Actor, case_id: int, parts: Sequence[Intake], reason: str = "", version: int | None = None
) -> list[Case]:
    """Make several demands of one that tells of several matters.

    Each part keeps the reporter, the door and the moment of the original registration as its ``occurred_at``; the
    original ends as *split*. The resident's old receipt shows all parts.
    """
    if not 2 <= len(parts) <= MOST_PARTS:  # noqa: PLR2004 - one part is no split
        raise Invalid({"parts": [_("请至少拆成两单,最多 %(max)s 单。") % {"max": MOST_PARTS}]})
    change = take(actor, case_id, "split", version=version)
    case = change.case
    made = []
    for part in parts:
        intake = replace(
            part,
            door=case.door,
            mode=Mode.ANONYMOUS
            if case.mode == Mode.ANONYMOUS
            else Mode.NAMED,  # the reporter is handed on below
            complained_unit_id=case.complained_unit_id,
            occurred_at=case.occurred_at or case.registered_at,
        )
        one = register(actor=actor, intake=intake)
        one.reporter_id, one.mode, one.split_from = case.reporter_id, case.mode, case
        one.restricted = case.restricted or one.restricted
        one.save(update_fields=["reporter", "mode", "split_from", "restricted"])
        made.append(one)
    release_merged(change, _("主单已拆分。"))
    change.void()
    change.fact(events.SPLIT, text(reason, "reason", "", required=False), parts=[one.pk for one in made])
    change.tell_resident(events.SPLIT)
    change.done()
    return made


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
