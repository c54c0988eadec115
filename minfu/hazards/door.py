"""The door: what other rooms and storeys may ask of hazards."""

from collections.abc import Callable, Sequence
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from minfu.accounts.actor import Actor
from minfu.hazards import states
from minfu.hazards.models import Hazard
from minfu.hazards.rules import access, actions, defaults, outside
from minfu.hazards.rules.actions import Opening, refuse_own_check
from minfu.kernel import prepared
from minfu.kernel.beside import Note
from minfu.kernel.record import Stamp

__all__ = [
    "Opening",
    "case_of",
    "drop",
    "inspected",
    "load_defaults",
    "lock_case_by",
    "notes",
    "open_for",
    "refuse_own_check",
    "reported",
    "sound",
    "taken_in_hand",
    "visible_to",
]


_ANY = "SELECT 1 FROM hazards_hazard WHERE case_id = %s LIMIT 1"


def visible_to(actor: Actor) -> QuerySet[Hazard]:
    """Return what the actor may see."""
    return access.visible_to(actor)


def open_for(opening: Opening, stamp: Stamp) -> None:
    """Open the file of a demand's hazard, or hand the open one to the unit now in charge. In the caller's transaction."""
    actions.open_for(opening, stamp)


def sound(case_id: int, why: str, stamp: Stamp) -> None:
    """Raise the alarm of a demand that tells of immediate danger, unless one is open."""
    actions.sound(case_id, why, stamp)


def taken_in_hand(case_id: int, stamp: Stamp) -> None:
    """Let a person who accepts the demand be the one who acknowledges its alarm."""
    actions.taken_in_hand(case_id, stamp)


def reported(case_id: int, what: str, photos: Sequence[UUID], stamp: Stamp) -> None:
    """Take the demand's report as the rectification."""
    actions.reported(case_id, what, photos, stamp)


def inspected(case_id: int, *, gone: bool, finding: str, stamp: Stamp) -> None:
    """Take the demand's verification as the check."""
    actions.inspected(case_id, gone=gone, finding=finding, stamp=stamp)


def drop(case_id: int, why: str, stamp: Stamp) -> None:
    """End the hazard of a demand that has ended otherwise."""
    actions.drop(case_id, why, stamp)


def case_of(pk: int) -> int | None:
    """Return the id of the demand a hazard hangs on; None for no hazard."""
    return Hazard.objects.filter(pk=pk).values_list("case_id", flat=True).first()


def notes(actor: Actor, case_id: int) -> list[Note]:
    """Return the hazards of a demand that the actor may see, to be shown beside it. Most demands have none."""
    if not prepared.rows(_ANY, [case_id]):
        return []
    rows = access.visible_to(actor).filter(case_id=case_id).order_by("-pk").prefetch_related("alarms")
    return [note for row in rows for note in _notes(row)]


def _notes(row: Hazard) -> list[Note]:
    url = reverse("hazards:hazard", args=[row.pk])
    alarms = [one for one in row.alarms.all() if states.ALARM[one.state].is_open]
    told = [Note(_("险情警报"), states.ALARM[one.state], one.doing or one.reason, url) for one in alarms]
    text = _("定级、期限、整改前后的照片和复查都在这里。")
    return [*told, Note(_("隐患"), states.HAZARD[row.state], text, url)]


def load_defaults() -> int:
    """Load the configuration shipped with minfu; what the county made its own stays."""
    return defaults.load_defaults()


def lock_case_by(lock: Callable[[int], None]) -> None:
    """Say how the demand of a hazard is locked; verbs that move the demand along lock it first."""
    outside.lock_case[:] = [lock]
