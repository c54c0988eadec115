"""What the middle and right panes show of one demand."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from minfu.accounts.actor import Actor
from minfu.cases import events, states
from minfu.cases.models import Case, Deadline
from minfu.cases.rules import access, releases
from minfu.cases.rules.detail import Detail, how_counted
from minfu.cases.views import common
from minfu.kernel import beside
from minfu.kernel.steps import Step
from minfu.places import index
from minfu.places.locate import Candidate, locate

#: The step a demand most likely waits for, by its state.
_FIRST = {
    states.ASSIGNED: "accept",
    states.HANDLING: "report",
    states.PAUSED: "resume",
    states.DEFERRED: "resume",
    states.REPORTED: "verify",
    states.ASKING: "confirm",
    states.MERGED: "confirm_merged",
}
#: Steps taken now and then: small, without their hint.
_RARE = frozenset(
    {
        "reassign",
        "divert",
        "merge",
        "unmerge",
        "split",
        "link",
        "withdraw",
        "remark",
        "classify",
        "place",
        "ask_extension",
        "ask_pause",
        "ask_deferral",
    }
)
#: Steps that ask for nothing: one press.
_AT_ONCE = frozenset({"accept"})
_KEYS = "123456789"
SURE = 0.8

_METHODS = {
    "qr": _("网格二维码"),
    "point": _("定位点"),
    "address": _("地址文字"),
    "named": _("填报时选择"),
    "reporter": _("网格员所在网格"),
    "desk": _("平台人工"),
}


@dataclass(frozen=True)
class Button:
    """A next step as it stands on the screen."""

    step: Step
    url: str
    key: str
    at_once: bool
    first: bool


def context(actor: Actor, shown: Detail, query: str) -> dict[str, Any]:
    """Return what the templates of a demand need. ``query`` names the list one came from."""
    case = shown.case
    main, rare = buttons(case, shown.next_steps, query)
    known = index.current()
    return {
        "shown": shown,
        "to_decide": common.asked(shown.to_decide),
        "case": case,
        "title": common.title(case),
        "lead": common.unit_name(case, "lead"),
        "desk": common.unit_name(case, "desk"),
        "runs": case.state not in common.STANDING,
        "state": states.CASE[case.state],
        "where": common.where(case, known),
        "method": _METHODS.get(case.place_method, ""),
        "percent": round(case.place_confidence * 100),
        "candidates": candidates(case) if case.is_open and not case.village_code else [],
        "clocks": [_clock(row) for row in sorted(shown.clocks, key=_clock_order)],
        "ended_clocks": sum(not states.CLOCK[row.state].is_open for row in shown.clocks),
        "main": main,
        "rare": rare,
        "history": list(reversed(shown.history)),
        "seen": len(shown.history),
        "query": query,
        "may_release": releases.may_release(actor, case),
        "may_attach": access.may_add_files(actor, case),
        "auditing": actor.role == "auditor",
        "beside": beside.notes(actor, events.SUBJECT, case.pk),
    }


def _clock_order(row: Deadline) -> tuple[bool, bool, int]:
    """Order clocks: those that count first, the demand's own before the others, the newest first."""
    return row.state not in ("running", "paused"), row.clock != "resolve", -row.pk


def _clock(row: Deadline) -> dict[str, Any]:
    """Return a clock with its state and how it was counted, day by day."""
    return {
        "row": row,
        "state": states.CLOCK[row.state],
        "runs": row.state == "running",
        "ended": not states.CLOCK[row.state].is_open,
        "how": how_counted(row),
    }


def candidates(case: Case) -> list[Candidate]:
    """Return the places an unplaced demand may lie at, read from its address or text again."""
    found = locate(address=case.address, text=case.description, near=case.township_code).candidates
    known = index.current()
    return [one for one in found if known.divisions[one.code].level == "village"]


def first_step(case: Case) -> str:
    """Return the step the demand most likely waits for: a place, then a category, then a unit."""
    if case.state == states.WAITING:
        return (
            "assign"
            if case.village_code and case.category_id
            else "classify"
            if case.village_code
            else "place"
        )
    return _FIRST.get(case.state, "")


def buttons(case: Case, steps: list[Step], query: str) -> tuple[list[Button], list[Button]]:
    """Return the steps in two rows: those a demand in this state waits for, and the rare ones."""
    first = first_step(case)
    ordered = sorted(steps, key=lambda step: (step.name != first, step.name in _RARE, step.danger))
    made = []
    for place, step in enumerate(ordered):
        url = reverse("cases:step", args=[case.pk, step.name]) + query
        key = _KEYS[place] if place < len(_KEYS) else ""
        made.append(Button(step, url, key, step.name in _AT_ONCE, step.name == first))
    main = [one for one in made if one.first or one.step.name not in _RARE]
    return main, [one for one in made if one not in main]
