"""The door: what other rooms and storeys may ask of demands."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from minfu.accounts.actor import Actor
from minfu.cases.models import Case
from minfu.cases.rules import access, counts, defaults
from minfu.cases.rules.actions import register
from minfu.cases.rules.intake import Intake


@dataclass(frozen=True)
class Registered:
    """A demand that was taken in: its number, the receipt for the resident, the unit that has it, when it is due."""

    id: int
    number: str
    receipt: str
    holder: str
    due_at: datetime | None


def take_in(*, actor: Actor, intake: Intake) -> Registered:
    """Register a demand. Raises ``Invalid`` with a sentence by field."""
    case = register(actor=actor, intake=intake)
    return Registered(case.pk, case.number, case.receipt, case.holder.name, case.due_at)


def cases_for(actor: Actor) -> QuerySet[Case]:
    """Return the demands the actor may see."""
    return access.cases_for(actor)


def counts_for(actor: Actor) -> dict[str, int]:
    """Return the number of demands by state in the actor's area."""
    return counts.of_area(actor)


def load_defaults() -> dict[str, defaults.Count]:
    """Load the configuration shipped with minfu; what the county made its own stays."""
    return defaults.load_defaults()
