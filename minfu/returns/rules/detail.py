"""Everything an actor may see of one form: the page and the API show the same."""

from collections.abc import Sequence
from dataclasses import dataclass

from minfu.accounts.actor import Actor
from minfu.answers import door as answers
from minfu.figures import door as figures
from minfu.kernel import record
from minfu.kernel.errors import Invalid
from minfu.kernel.models import Event
from minfu.kernel.steps import Step
from minfu.returns import events, states
from minfu.returns.models import Field, Form
from minfu.returns.rules import access, known


@dataclass(frozen=True)
class FieldShown:
    """A field with what is known under its name; ``title`` of what it stands for."""

    row: Field
    found: Sequence[answers.Match]
    title: str


@dataclass(frozen=True)
class Detail:
    """A form with its fields and its addressees."""

    row: Form
    fields: list[FieldShown]
    addressees: list[str]
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


def detail(actor: Actor, row: Form) -> Detail:
    """Return what ``actor`` may see of ``row``, which they fetched through ``access``."""
    writing = row.state in (states.DRAFT, states.REVIEW, states.REFUSED)
    fields = list(row.fields.order_by("place"))
    found = known.candidates_many(row, [one.name for one in fields]) if writing else {}
    titles = answers.titles_of(one.means for one in fields if one.means)
    return Detail(
        row=row,
        fields=[FieldShown(one, found.get(one.name, []), titles.get(one.means, "")) for one in fields],
        addressees=list(
            row.addressees.order_by("unit__level", "unit__division_id").values_list("unit__name", flat=True)
        ),
        history=list(reversed(record.history((events.FORM, row.pk)))),
        next_steps=access.next_steps(actor, row),
    )


def label(period: str) -> str:
    """Return a period as people read it."""
    try:
        return figures.period(period).label
    except Invalid:
        return period
