"""What the screens share: who acts, the page of a mediation, its steps as buttons."""

from dataclasses import dataclass
from typing import Any, cast

from django.http import HttpRequest
from django.urls import reverse

from minfu.accounts.actor import Actor
from minfu.disputes import events, states
from minfu.disputes.models import Mediation
from minfu.disputes.rules.detail import Detail
from minfu.kernel import beside
from minfu.kernel.step_pages import Page
from minfu.kernel.steps import Step
from minfu.places import index
from minfu.places.codes import place_name

#: Steps taken now and then: small, without their hint.
_RARE = frozenset(
    {"recuse", "ask_replacement", "remove_party", "settle", "decline", "plan", "court", "apply"}
)
#: The step a mediation most likely waits for, by its state.
_FIRST = {states.ASKING: "begin", states.MEDIATING: "hold", states.SIGNING: "sign", states.KEEPING: "visit"}


@dataclass(frozen=True)
class Button:
    """A next step as it stands on the screen."""

    step: Step
    url: str
    key: str
    first: bool


def actor_of(request: HttpRequest) -> Actor:
    """Return who acts; for views behind a right."""
    return cast(Actor, request.actor)  # type: ignore[attr-defined]  # set by accounts.middleware


def page_of(row: Mediation) -> Page:
    """Return what stands around a step's form."""
    back = reverse("disputes:mediation", args=[row.pk])
    return Page((events.SUBJECT, row.pk), f"{row.number} {row.category}", back)


def where(row: Mediation, known: index.Index) -> list[str]:
    """Return the place from the township down."""
    codes = dict.fromkeys((row.division_id[:9] + "000", row.division_id))
    named = [place_name(known.divisions[code].name) for code in codes if code in known.divisions]
    grid = known.grids.get(row.grid_id or 0)
    return [*named, grid.name] if grid else named


def context(actor: Actor, shown: Detail) -> dict[str, Any]:
    """Return what the page of a mediation needs."""
    main, rare = buttons(shown)
    return {
        "shown": shown,
        "row": shown.row,
        "where": where(shown.row, index.current()),
        "main": main,
        "rare": rare,
        "table": states.MEDIATION,
        "beside": beside.notes(actor, events.SUBJECT, shown.row.pk),
    }


def buttons(shown: Detail) -> tuple[list[Button], list[Button]]:
    """Return the steps in two rows: those a mediation in this state waits for, and the rare ones."""
    first = _first(shown)
    ordered = sorted(shown.next_steps, key=lambda step: (step.name != first, step.name in _RARE, step.danger))
    made = [
        Button(
            step,
            reverse("disputes:step", args=[shown.row.pk, step.name]),
            str(place + 1) if place < 9 else "",  # noqa: PLR2004 - nine digits
            step.name == first,
        )
        for place, step in enumerate(ordered)
    ]
    main = [one for one in made if one.first or one.step.name not in _RARE]
    return main, [one for one in made if one not in main]


def _first(shown: Detail) -> str:
    """Return what is next: parties, their consent, mediators, then to begin."""
    names = {step.name for step in shown.next_steps}
    wanted = [_FIRST.get(shown.row.state, "")]
    if shown.row.state == states.ASKING and "begin" not in names:
        sides = {line.party.side for line in shown.parties}
        wanted = ["add_party"] if len(sides) < 2 else ["consent", "seat"]  # noqa: PLR2004 - two sides
    elif shown.row.state == states.MEDIATING and any(one.session.state == "held" for one in shown.sessions):
        wanted = ["agree", "hold"]
    return next((name for name in wanted if name in names), "")
