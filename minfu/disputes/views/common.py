"""What the screens share: the page of a mediation, its steps as buttons."""

from typing import Any

from django.urls import reverse

from minfu.accounts.actor import Actor
from minfu.disputes import events, listings, states
from minfu.disputes.models import Mediation
from minfu.disputes.rules.detail import Detail
from minfu.kernel import beside
from minfu.kernel.step_buttons import Button
from minfu.kernel.step_buttons import buttons as arranged
from minfu.kernel.step_pages import Page
from minfu.places import index

#: Steps taken now and then: small, without their hint.
_RARE = frozenset(
    {"recuse", "ask_replacement", "remove_party", "settle", "decline", "plan", "court", "apply"}
)
#: The step a mediation most likely waits for, by its state.
_FIRST = {states.ASKING: "begin", states.MEDIATING: "hold", states.SIGNING: "sign", states.KEEPING: "visit"}


def page_of(row: Mediation) -> Page:
    """Return what stands around a step's form."""
    back = reverse("disputes:mediation", args=[row.pk])
    return Page((events.SUBJECT, row.pk), f"{row.number} {row.category}", back)


def context(actor: Actor, shown: Detail) -> dict[str, Any]:
    """Return what the page of a mediation needs."""
    main, rare = buttons(shown)
    return {
        "shown": shown,
        "row": shown.row,
        "where": listings.where(shown.row, index.current()),
        "main": main,
        "rare": rare,
        "table": states.MEDIATION,
        "beside": beside.notes(actor, events.SUBJECT, shown.row.pk),
    }


def buttons(shown: Detail) -> tuple[list[Button], list[Button]]:
    """Return the steps in two rows: those a mediation in this state waits for, and the rare ones."""
    return arranged(
        shown.next_steps,
        first=_first(shown),
        rare=_RARE,
        address=lambda name: reverse("disputes:step", args=[shown.row.pk, name]),
    )


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
