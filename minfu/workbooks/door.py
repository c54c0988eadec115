"""The door: what others may ask of forms from above."""

from django.db.models import QuerySet

from minfu.accounts.actor import Actor
from minfu.workbooks.models import Workbook
from minfu.workbooks.rules import access
from minfu.workbooks.trial.measuring import LEAST as LEAST_RIGHT
from minfu.workbooks.trial.measuring import Tally
from minfu.workbooks.trial.measuring import measured as trial

__all__ = ["LEAST_RIGHT", "Tally", "trial", "visible_to"]


def visible_to(actor: Actor) -> QuerySet[Workbook]:
    """Return the forms the actor may see."""
    return access.visible_to(actor)
