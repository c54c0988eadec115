"""Everything an actor may see of one form: the page and the API show the same."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count

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
    #: The newest ones, ``MOST`` of them.
    copies: list[Copy]
    #: How many copies are in each state, and how many are late: units, never persons.
    progress: list[tuple[Any, int]]
    late: int
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
    def is_cut(self) -> bool:
        """Tell whether there are more copies than are shown."""
        return sum(number for _state, number in self.progress) > len(self.copies)


def detail(actor: Actor, row: Form) -> Detail:
    """Return what ``actor`` may see of ``row``, which they fetched through ``access``."""
    writing = row.state in (states.DRAFT, states.REVIEW, states.REFUSED)
    fields = list(row.fields.order_by("place"))
    found = known.candidates_many(row, [one.name for one in fields]) if writing else {}
    titles = answers.titles_of(one.means for one in fields if one.means)
    copies = access.copies_for(actor).filter(form=row)
    states_of = copies.order_by("state").values_list("state").annotate(number=Count("pk"))
    return Detail(
        row=row,
        fields=[FieldShown(one, found.get(one.name, []), titles.get(one.means, "")) for one in fields],
        addressees=list(
            row.addressees.order_by("unit__level", "unit__division_id").values_list("unit__name", flat=True)
        ),
        copies=list(copies.select_related("unit").order_by("-period", "unit__division_id", "unit_id")[:MOST]),
        progress=[(states.COPY[state].label, number) for state, number in states_of],
        late=copies.filter(access.late()).count(),
        history=list(reversed(record.history((events.FORM, row.pk)))),
        next_steps=access.next_steps(actor, row),
    )


def label(period: str) -> str:
    """Return a period as people read it."""
    try:
        return figures.period(period).label
    except Invalid:
        return period
