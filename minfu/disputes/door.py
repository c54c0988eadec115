"""The door: what other rooms and storeys may ask of mediations."""

from collections.abc import Callable

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from minfu.accounts.actor import Actor
from minfu.disputes import states
from minfu.disputes.models import Mediation
from minfu.disputes.rules import access, actions, defaults, outside
from minfu.disputes.rules.actions import Opening
from minfu.kernel import prepared
from minfu.kernel.beside import Note
from minfu.kernel.record import Stamp

__all__ = [
    "Opening",
    "case_of",
    "drop",
    "lapse",
    "load_defaults",
    "lock_case_by",
    "notes",
    "open_for",
    "visible_to",
]


_ANY = "SELECT 1 FROM disputes_mediation WHERE case_id = %s LIMIT 1"


def visible_to(actor: Actor) -> QuerySet[Mediation]:
    """Return what the actor may see."""
    return access.visible_to(actor)


def open_for(opening: Opening, stamp: Stamp) -> None:
    """Open the file of a demand's mediation, or hand the open one to the unit now in charge. In the caller's transaction."""
    actions.open_for(opening, stamp)


def lapse(case_id: int, stamp: Stamp) -> None:
    """Let the untouched file of a demand that is reported done lapse; ``Refused`` when mediation is under way."""
    actions.lapse(case_id, stamp)


def drop(case_id: int, why: str, stamp: Stamp) -> None:
    """End the mediation of a demand that has ended otherwise."""
    actions.drop(case_id, why, stamp)


def notes(actor: Actor, case_id: int) -> list[Note]:
    """Return the mediations of a demand that the actor may see, to be shown beside it. Most demands have none."""
    if not prepared.rows(_ANY, [case_id]):
        return []
    rows = access.visible_to(actor).filter(case_id=case_id).order_by("-pk")
    return [
        Note(
            title=_("矛盾调解"),
            state=states.MEDIATION[row.state],
            text=_("征求意见、选调解员、记录、协议和回访都在这里。内容保密。"),
            url=reverse("disputes:mediation", args=[row.pk]),
        )
        for row in rows
    ]


def case_of(pk: int) -> int | None:
    """Return the id of the demand a mediation hangs on; None for no mediation."""
    return Mediation.objects.filter(pk=pk).values_list("case_id", flat=True).first()


def load_defaults() -> int:
    """Load the configuration shipped with minfu; what the county made its own stays."""
    return defaults.load_defaults()


def lock_case_by(lock: Callable[[int], None]) -> None:
    """Say how the demand of a mediation is locked; verbs that end a mediation lock it first."""
    outside.lock_case[:] = [lock]
