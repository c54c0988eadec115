"""Everything an actor may see of one demand, in one place: the case page, the print view and the API show the same."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import Prefetch, QuerySet, prefetch_related_objects
from django.utils.translation import gettext as _

from minfu.accounts.actor import Actor
from minfu.cases import events, states
from minfu.cases.models import (
    Answer,
    Approval,
    Attempt,
    Case,
    CaseFile,
    CaseLink,
    Deadline,
    Help,
    Objection,
    TimeLimit,
    WorkReport,
)
from minfu.cases.rules import access, catalog
from minfu.cases.rules.actions.approvals import GROUNDS
from minfu.cases.rules.actions.work import SETTLED_LEVELS
from minfu.cases.rules.reporters import may_read_words, may_reveal
from minfu.kernel import prepared, record
from minfu.kernel.calendar import Duration, Unit, current, explain
from minfu.kernel.models import Event
from minfu.kernel.steps import Step
from minfu.registry import rights as registry_rights
from minfu.registry import vault
from minfu.registry.rules.purposes import purpose

#: What the resident reads in the history; the rest is between colleagues.
_RESIDENT_EVENTS = frozenset(
    {
        events.REGISTERED, events.CHOSEN, events.WAITING, events.ASSIGNED, events.REASSIGNED, events.ACCEPTED, events.ANSWERED,
        events.CONTACTED, events.HELP_CALLED, events.HELP_DONE, events.EXTENDED, events.PAUSED, events.DEFERRED,
        events.RESUMED, events.REPORTED, events.VERIFIED, events.SENT_BACK, events.CONFIRMED, events.REOPENED,
        events.CLOSED_UNCONFIRMED, events.WITHDRAWN, events.DIVERTED, events.MERGED, events.UNMERGED, events.SPLIT,
        events.ESCALATED, events.REVEALED, events.WORDS_ADDED, events.ADVISED, events.IDENTITY_ERASED,
        events.DATA_ASKED, events.DATA_GRANTED, events.DATA_REFUSED, events.DATA_TAKEN, events.DATA_HANDED_OUT,
        events.RELEASED, events.RELEASE_WITHDRAWN, events.RELEASE_OBJECTED, events.RELEASE_ALLOWED,
    }
)  # fmt: skip
#: Events whose reason is written for the resident too.
_RESIDENT_REASONS = frozenset(
    {
        events.CHOSEN, events.ANSWERED, events.REPORTED, events.CONFIRMED, events.WITHDRAWN, events.CONTACTED, events.WORDS_ADDED,
        events.IDENTITY_ERASED, events.DATA_REFUSED,
    }
)  # fmt: skip

#: What the unit complained about is not even told of: it is between the reporter and the desk.
_OF_REPORTER = frozenset(
    {
        events.CONTACTED, events.REVEALED, events.WORDS_ADDED, events.ADVISED, events.IDENTITY_ERASED,
        events.DATA_ASKED, events.DATA_GRANTED, events.DATA_REFUSED, events.DATA_TAKEN, events.DATA_HANDED_OUT,
    }
)  # fmt: skip
#: What the unit complained about is told of.
TOLD_TO_COMPLAINED = _RESIDENT_EVENTS - _OF_REPORTER
#: Events whose reason the unit complained about may read: what other units did.
_TOLD_REASONS = frozenset({events.ASSIGNED, events.REASSIGNED, events.REPORTED})


@dataclass(frozen=True)
class Reporter:
    """Who reported, as far as the actor may see: masked, or only the sentence why not."""

    known: bool
    sentence: str
    masked: vault.MaskedContact | None = None
    may_reveal: bool = False


@dataclass(frozen=True)
class Line:
    """One line of the history for people: when, who (post first), what, and details as sentences."""

    at: datetime
    who: str
    what: str
    reason: str
    details: list[str]
    event: str
    unit: str = ""


@dataclass(frozen=True)
class Detail:
    """A demand with all that hangs on it."""

    case: Case
    reporter: Reporter
    history: list[Line]
    clocks: list[Deadline]
    reports: list[WorkReport]
    helps: list[Help]
    approvals: list[Approval]
    objections: list[Objection]
    attempts: list[Attempt]
    answers: list[Answer]
    files: list[CaseFile]
    related: list[Case]
    #: The demand it was merged into, and the one it was split from, if the actor may see them.
    main: Case | None
    whole: Case | None
    merged_in: list[Case]
    parts: list[Case]
    next_steps: list[Step]
    #: Open helps with the steps the actor may take on each.
    help_steps: list[tuple[Help, list[Step]]]
    #: Requests the actor may decide.
    to_decide: list[Approval]
    #: Whether the actor may read the words without stars, where some are starred.
    may_read_words: bool


def detail(actor: Actor, case: Case) -> Detail:
    """Return what ``actor`` may see of ``case``, which they fetched through ``access``."""
    there = _hanging(case)
    prefetch_related_objects([case], Prefetch("helps", Help.objects.select_related("unit").order_by("pk")))
    helps: list[Help] = list(case.helps.all())
    approvals: list[Approval] = _rows(case, there, "approvals", "unit", "asked_by__unit", "decided_by__unit")
    found = Detail(
        case=case,
        reporter=reporter(actor, case),
        history=history(actor, case, record.history((events.SUBJECT, case.pk))),
        clocks=list(case.deadlines.select_related("unit").order_by("pk")),
        reports=_rows(case, there, "reports", "unit", "verified_by__unit"),
        helps=helps,
        approvals=approvals,
        objections=_rows(case, there, "objections", "unit"),
        attempts=_rows(case, there, "attempts"),
        answers=_rows(case, there, "answers"),
        files=list(access.files_for(actor, case).select_related("file")) if "files" in there else [],
        related=list(_seen(actor).filter(pk__in=_linked(case))) if "links" in there else [],
        main=_seen(actor).filter(pk=case.merged_into_id).first() if case.merged_into_id else None,
        whole=_seen(actor).filter(pk=case.split_from_id).first() if case.split_from_id else None,
        merged_in=list(_seen(actor).filter(merged_into=case)) if "merged_in" in there else [],
        parts=list(_seen(actor).filter(split_from=case)) if "parts" in there else [],
        next_steps=access.next_steps(actor, case),
        help_steps=[
            (row, access.help_steps(actor, case, row)) for row in helps if states.HELP[row.state].is_open
        ],
        to_decide=[row for row in approvals if row.state == "asked" and access.may_decide(actor, case, row)],
        may_read_words=actor.may(registry_rights.REVEAL) and may_read_words(actor, case),
    )
    return _without_words(found) if access.is_complained_about(actor, case) else found


#: Most demands have nothing of most of these: one statement tells which are there, and only those are read.
_HANGING = """
    SELECT name FROM (VALUES
        ('approvals', EXISTS (SELECT FROM cases_approval WHERE case_id = %(case)s)),
        ('reports', EXISTS (SELECT FROM cases_work_report WHERE case_id = %(case)s)),
        ('objections', EXISTS (SELECT FROM cases_objection WHERE case_id = %(case)s)),
        ('attempts', EXISTS (SELECT FROM cases_attempt WHERE case_id = %(case)s)),
        ('answers', EXISTS (SELECT FROM cases_answer WHERE case_id = %(case)s)),
        ('files', EXISTS (SELECT FROM cases_file WHERE case_id = %(case)s)),
        ('links', EXISTS (SELECT FROM cases_link WHERE one_id = %(case)s OR other_id = %(case)s)),
        ('merged_in', EXISTS (SELECT FROM cases_case WHERE merged_into_id = %(case)s)),
        ('parts', EXISTS (SELECT FROM cases_case WHERE split_from_id = %(case)s))
    ) AS hanging (name, there) WHERE there
"""


def _hanging(case: Case) -> frozenset[str]:
    """Return what there is of a demand: names of its reverse relations, and of other demands that belong to it."""
    return frozenset(row[0] for row in prepared.rows(_HANGING, {"case": case.pk}))


def _rows(case: Case, there: frozenset[str], name: str, *related: str) -> list[Any]:
    """Return the rows of a reverse relation in the order they were made, without a query when there are none."""
    if name not in there:
        return []
    rows = getattr(case, name).order_by("pk")
    return list(rows.select_related(*related) if related else rows)


def _seen(actor: Actor) -> QuerySet[Case]:
    """Return the demands the actor may see, as the list of related ones shows them."""
    return access.cases_for(actor).select_related("division", "holder").order_by("pk")


#: What colleagues wrote may name who complained: none of it is for the unit complained about.
_WRITTEN = (
    "reports", "helps", "approvals", "objections", "attempts", "answers", "help_steps", "to_decide",
)  # fmt: skip


def _without_words(found: Detail) -> Detail:
    """Return a demand as the unit it complains about sees it."""
    nothing: dict[str, Any] = {name: [] for name in _WRITTEN}
    return replace(found, **nothing)


def _linked(case: Case) -> list[int]:
    pairs = CaseLink.objects.filter(one=case).values_list("other_id", flat=True)
    back = CaseLink.objects.filter(other=case).values_list("one_id", flat=True)
    return [*pairs, *back]


def reporter(actor: Actor, case: Case) -> Reporter:
    """Return who reported, masked, or the sentence that says why it is not shown."""
    if case.mode == "anonymous":
        return Reporter(known=False, sentence=_("匿名反映，没有留下联系人。"))
    if not access.may_see_reporter(actor, case):
        return Reporter(known=False, sentence=_("反映人的身份对您保密。"))
    if case.reporter is None:
        return Reporter(known=False, sentence=_("没有留下联系人。"))
    masked = vault.masked(case.reporter)
    return Reporter(
        known=True,
        sentence="",
        masked=masked,
        may_reveal=actor.may(registry_rights.REVEAL) and not masked.erased and may_reveal(actor, case),
    )


def history(actor: Actor, case: Case, rows: Sequence[Event]) -> list[Line]:
    """Return the history, or a part of it, for staff; to whom it complains about only what tells nothing of who complained."""
    if not access.is_complained_about(actor, case):
        return [_line(row, row.reason) for row in rows]
    lines = [
        _line(row, row.reason if row.name in _TOLD_REASONS else "")
        for row in rows
        if row.name in TOLD_TO_COMPLAINED
    ]
    return [replace(line, who=_("保密")) if line.event == events.REGISTERED else line for line in lines]


def history_for_resident(case: Case) -> list[Line]:
    """Return the history for the resident: what happened to the demand, and who looked at their contact data."""
    rows = record.history((events.SUBJECT, case.pk))
    return [
        _line(row, row.reason if row.name in _RESIDENT_REASONS else "")
        for row in rows
        if row.name in _RESIDENT_EVENTS
    ]


def _line(row: Event, reason: str) -> Line:
    return Line(
        at=row.at,
        who=row.actor_label,
        what=str(record.sentence(row.name)),
        reason=reason,
        details=[
            text
            for key, value in row.data.items()
            if value not in (None, "", []) and (text := _say(key, value))
        ],
        event=row.name,
        unit=str(row.data.get("unit_name") or ""),
    )


def _say(key: str, value: Any) -> str:
    """Say one recorded datum in words; data kept only for machines say nothing."""
    words = {
        "files": lambda: _("附件 %(value)s 个") % {"value": value},
        "unit_name": lambda: _("单位：%(value)s") % {"value": value},
        "settled_level": lambda: str(SETTLED_LEVELS.get(str(value), "")),
        "outcome": lambda: str(dict(Answer.Outcome.choices).get(str(value), "")),
        "proof": lambda: str(dict(Answer.Proof.choices).get(str(value), "")),
        "satisfaction": lambda: _("满意度 %(value)s 分") % {"value": value},
        "ground": lambda: _("事由：%(value)s") % {"value": GROUNDS.get(str(value), value)},
        "until": lambda: _("到 %(value)s") % {"value": value},
        "clock": lambda: (
            _("时限：%(value)s") % {"value": dict(TimeLimit.Clock.choices).get(str(value), value)}
        ),
        "matter": lambda: str(dict(Approval.Matter.choices).get(str(value), "")),
        "to": _diversion(value),
        "purpose": lambda: _("用途：%(value)s") % {"value": getattr(purpose(str(value)), "label", value)},
        "reached": lambda: _("联系上了") if value else _("没有联系上"),
    }
    return words[key]() if key in words else ""


def _diversion(value: Any) -> Any:
    def say() -> str:
        found = catalog.current().diversions.get(str(value))
        return found.name if found else ""

    return say


def how_counted(row: Deadline) -> list[str]:
    """Say day by day how a clock's due moment was counted."""
    lines = explain(current(), row.started_at, Duration(row.amount, Unit(row.measure)))
    return [line.text for line in lines]
