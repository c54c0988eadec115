"""The door: what others may ask of returns."""

from django.db.models import QuerySet

from minfu.accounts.actor import Actor
from minfu.returns.models import Form
from minfu.returns.rules import access, actions
from minfu.returns.rules.burden import Line, lines, load_defaults

__all__ = ["Line", "burden", "forms_for", "keep_up", "load_defaults"]


def forms_for(actor: Actor) -> QuerySet[Form]:
    """Return the forms the actor may see."""
    return access.forms_for(actor)


def burden() -> list[Line]:
    """Return what each unit asked for in each of the last months, the newest first."""
    return lines()


def keep_up() -> None:
    """End forms whose day has passed, ask for the periods that ended since: what the job does."""
    actions.keep_up()
