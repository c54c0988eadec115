"""What a resident sees of their own demand by its receipt: how it stands, what was done, who looked at their data."""

from dataclasses import dataclass

from minfu.accounts.actor import resident
from minfu.cases import events, states
from minfu.cases.models import Answer, Case, CaseFile, WorkReport
from minfu.cases.rules import access, asking
from minfu.cases.rules.actions.own import answered
from minfu.cases.rules.asking import ANSWERABLE, Proof, Wanted
from minfu.cases.rules.detail import Line, history_for_resident
from minfu.cases.rules.plain_history import plainly
from minfu.cases.rules.standing import Standing, standing
from minfu.kernel.steps import Step
from minfu.registry import vault
from minfu.registry.models import Reveal
from minfu.registry.rules.purposes import purpose

#: What those merged into a demand read of the main one: what units did, nothing its own resident said or is.
_SHARED = frozenset(
    {
        events.ACCEPTED, events.HELP_CALLED, events.HELP_DONE, events.EXTENDED, events.PAUSED, events.DEFERRED,
        events.RESUMED, events.REPORTED, events.VERIFIED, events.SENT_BACK, events.REOPENED, events.CLOSED_UNCONFIRMED,
        events.ESCALATED, events.ANSWERED,
    }
)  # fmt: skip
_DONE = frozenset({states.REPORTED, *ANSWERABLE})
_OWN_REVEAL = frozenset({events.REVEALED})


@dataclass(frozen=True)
class Look:
    """One look at the resident's contact data: who (post first) and why."""

    row: Reveal
    purpose: str


@dataclass(frozen=True)
class Part:
    """A part of a demand that was split, as its resident sees it."""

    case: Case
    standing: Standing


@dataclass(frozen=True)
class Followed:
    """All a resident may see of a demand. ``main`` is the one it was merged into, whose progress counts.

    ``steps`` are those the resident may take once they have shown who they are; ``wanted`` says what that takes.
    """

    case: Case
    main: Case | None
    standing: Standing
    main_standing: Standing | None
    asked: bool
    wanted: Wanted
    steps: frozenset[str]
    report: WorkReport | None
    answer: Answer | None
    history: list[Line]
    looks: list[Look]
    parts: list[Part]
    files: list[CaseFile]


def followed(case: Case) -> Followed:
    """Return what the holder of the receipt sees."""
    main = case.merged_into if case.state == states.MERGED else None
    worked = main or case
    mine = answered(case) if main else case.answers.order_by("-pk").first()
    return Followed(
        case=case,
        main=main,
        standing=standing(case),
        main_standing=standing(main, own=False) if main else None,
        asked=_asked(case, main, mine),
        wanted=asking.wanted(case),
        steps=frozenset(step.name for step in _steps(case)),
        report=worked.reports.order_by("-pk").first() if worked.state in _DONE else None,
        answer=mine,
        history=_history(case, main),
        looks=looks(case),
        parts=[Part(one, standing(one)) for one in case.split_cases.order_by("pk")],
        files=list(case.files.select_related("file").order_by("pk")),
    )


def _asked(case: Case, main: Case | None, mine: Answer | None) -> bool:
    """Tell whether the resident is asked now how it went."""
    if main is None:
        return case.state == states.ASKING
    return main.state in ANSWERABLE and (mine is None or not mine.by_resident)


def _history(case: Case, main: Case | None) -> list[Line]:
    """Return the history newest first; of a main demand only what units did since the merge."""
    own = [line for line in history_for_resident(case) if line.event not in _OWN_REVEAL]
    if main is None:
        return plainly(own[::-1])
    since = max((line.at for line in own if line.event == events.MERGED), default=case.registered_at)
    theirs = [line for line in history_for_resident(main) if line.event in _SHARED and line.at >= since]
    return plainly(sorted([*own, *theirs], key=lambda line: line.at, reverse=True))


def looks(case: Case) -> list[Look]:
    """Return who looked at the resident's contact data and why, newest first."""
    if case.reporter is None:
        return []
    return [
        Look(row, str(known.label) if (known := purpose(row.purpose)) else row.purpose)
        for row in vault.reveals(case.reporter)
    ]


def may(case: Case, name: str) -> Step | None:
    """Return a step if the resident may take it now, once they have shown who they are."""
    return next((step for step in _steps(case) if step.name == name), None)


def _steps(case: Case) -> list[Step]:
    """Return the steps open to a resident who has shown all they can."""
    return access.next_steps(resident(case_id=case.pk, proof=Proof.CODE), case)
