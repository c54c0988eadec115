"""What the screens share: the page of a document, its steps as buttons."""

from typing import Any

from django.urls import reverse

from minfu.documents import events, states
from minfu.documents.models import Document
from minfu.documents.rules.detail import Detail
from minfu.kernel.step_buttons import buttons
from minfu.kernel.step_pages import Page

_RARE = frozenset({"recall", "replace", "drop"})
#: The step a document most likely waits for, by its state.
_FIRST = {states.DRAFT: "submit", states.REVIEW: "approve", states.APPROVED: "issue"}


def page_of(row: Document) -> Page:
    """Return what stands around a step's form."""
    return Page((events.SUBJECT, row.pk), str(row), reverse("documents:document", args=[row.pk]))


def context(shown: Detail) -> dict[str, Any]:
    """Return what the page of a document needs."""
    first = "edit" if shown.faults and shown.row.state == states.DRAFT else _FIRST.get(shown.row.state, "")
    main, rare = buttons(
        shown.next_steps,
        first=first,
        rare=_RARE,
        address=lambda name: reverse("documents:step", args=[shown.row.pk, name]),
    )
    return {"shown": shown, "row": shown.row, "main": main, "rare": rare, "table": states.DOCUMENT}
