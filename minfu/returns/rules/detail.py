"""Everything an actor may see of one form: the page and the API show the same."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from minfu.accounts.actor import Actor
from minfu.answers import door as answers
from minfu.figures import door as figures
from minfu.kernel import record
from minfu.kernel.errors import Invalid
from minfu.kernel.models import Event
from minfu.kernel.steps import Step
from minfu.returns import events, states
from minfu.returns.models import Copy, Field, Form
from minfu.returns.rules import access, known

#: Copies shown on the page; all go out as a table.
MOST = 400


@dataclass(frozen=True)
class FieldShown:
    """A field with what is known under its name; ``title`` of what it stands for."""

    row: Field
    found: Sequence[answers.Match]
    title: str


@dataclass(frozen=True)
class Detail:
    """A form with its fields, its addressees, and how far the copies have come."""

    row: Form
    fields: list[FieldShown]
    addressees: list[str]
    copies: list[Copy]
    history: list[Event]
    next_steps: list[Step]

    @property
    def struck(self) -> int:
        """Return how many fields fill themselves in."""
        return sum(one.row.is_struck for one in self.fields)

    @property
    def undecided(self) -> int:
        """Return how many fields wait for a decision of the author."""
        return sum(not one.row.decision for one in self.fields)

    @property
    def progress(self) -> list[tuple[Any, int]]:
        """Return how many copies are in each state, and how many units are late."""
        counted = Counter(one.state for one in self.copies)
        return [(states.COPY[code].label, number) for code, number in sorted(counted.items())]

    @property
    def late(self) -> int:
        """Return how many copies are late: units, never persons."""
        return sum(one.is_late and one.state in states.WAITING for one in self.copies)


def detail(actor: Actor, row: Form) -> Detail:
    """Return what ``actor`` may see of ``row``, which they fetched through ``access``."""
    writing = row.state in (states.DRAFT, states.REVIEW, states.REFUSED)
    fields = [
        FieldShown(
            one,
            known.candidates(row, one.name) if writing else [],
            answers.title_of(one.means) if one.means else "",
        )
        for one in row.fields.order_by("place")
    ]
    copies = access.copies_for(actor).filter(form=row).select_related("unit")
    return Detail(
        row=row,
        fields=fields,
        addressees=list(
            row.addressees.order_by("unit__level", "unit__division_id").values_list("unit__name", flat=True)
        ),
        copies=list(copies.order_by("-period", "unit__division_id", "unit_id")[:MOST]),
        history=list(reversed(record.history((events.FORM, row.pk)))),
        next_steps=access.next_steps(actor, row),
    )


def label(period: str) -> str:
    """Return a period as people read it."""
    try:
        return figures.period(period).label
    except Invalid:
        return period
