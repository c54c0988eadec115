"""What the screens share: the page of a hazard, its steps as buttons."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from minfu.accounts.actor import Actor
from minfu.hazards import events, listings, states
from minfu.hazards.models import Hazard
from minfu.hazards.rules.detail import Detail
from minfu.kernel import beside
from minfu.kernel.step_buttons import Button
from minfu.kernel.step_buttons import buttons as arranged
from minfu.kernel.step_pages import Page
from minfu.places import index

#: Steps taken now and then: small, without their hint.
_RARE = frozenset({"add_evidence", "set_date", "dismiss"})
#: The step a hazard most likely waits for, by its state.
_FIRST = {states.FOUND: "grade", states.RECTIFYING: "report", states.INSPECTING: "inspect"}


def page_of(row: Hazard) -> Page:
    """Return what stands around a step's form."""
    back = reverse("hazards:hazard", args=[row.pk])
    return Page((events.SUBJECT, row.pk), f"{row.number} {row.category}", back)


def context(actor: Actor, shown: Detail) -> dict[str, Any]:
    """Return what the page of a hazard needs."""
    main, rare = buttons(shown)
    return {
        "shown": shown,
        "row": shown.row,
        "where": listings.where(shown.row, index.current()),
        "photos": [
            (_("整改前"), shown.before),
            (_("整改后"), shown.after),
            (_("复查"), shown.checks),
        ],
        "main": main,
        "rare": rare,
        "table": states.HAZARD,
        "beside": beside.notes(actor, events.SUBJECT, shown.row.pk),
    }


def buttons(shown: Detail) -> tuple[list[Button], list[Button]]:
    """Return the steps in two rows: those a hazard in this state waits for, and the rare ones; the alarm last."""
    return arranged(
        shown.next_steps,
        first=_FIRST.get(shown.row.state, ""),
        rare=_RARE,
        address=lambda name: reverse("hazards:step", args=[shown.row.pk, name]),
    )
