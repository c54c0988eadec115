"""Who sees which form and may fill it in. The one door in: ``get_for``."""

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from minfu.accounts.actor import Actor
from minfu.accounts.models import Role
from minfu.kernel.composed import Question
from minfu.kernel.errors import Forbidden, Missing
from minfu.kernel.gate import check
from minfu.kernel.steps import Step
from minfu.workbooks import rights, states
from minfu.workbooks.models import Workbook


def visible_to(actor: Actor) -> QuerySet[Workbook]:
    """Return the forms the actor may see: those of their unit; an auditor those of their area."""
    if actor.is_system:
        return Workbook.objects.all()
    if actor.kind != "staff" or actor.unit_id is None or not actor.may(rights.VIEW):
        return Workbook.objects.none()
    if actor.role == Role.AUDITOR:
        return Workbook.objects.filter(unit__division__code__startswith=actor.area)
    return Workbook.objects.filter(unit_id=actor.unit_id)


def get_for(actor: Actor, pk: int, *, lock: bool = False) -> Workbook:
    """Return one, locked for change if asked; ``Missing`` whether it is absent or not for this actor."""
    rows = visible_to(actor)
    if lock:
        rows = rows.select_for_update(of=("self",), no_key=True)
    found = rows.filter(pk=pk).select_related("file", "unit").first()
    if found is None:
        raise Missing(_("没有找到这张表，或您无权查看。"))
    return found


def may_take(actor: Actor, row: Workbook, step: Step) -> bool:
    """Tell whether the actor has the right and is of the unit, the state left aside."""
    return actor.may(step.right) and actor.unit_id == row.unit_id


def permit(actor: Actor, row: Workbook, step: Step) -> None:
    """Raise the refusal unless the actor has the right and is of the unit."""
    check(actor, step.right)
    if not may_take(actor, row, step):
        raise Forbidden(_("这是别的单位的表，您不能代它填写。"))


def demand(actor: Actor, row: Workbook, name: str) -> str:
    """Return the state step ``name`` leads to; raise the refusal if right, unit or state do not allow it."""
    permit(actor, row, states.WORKBOOK.step(name))
    return states.WORKBOOK.check(row.state, name)


def next_steps(actor: Actor, row: Workbook) -> list[Step]:
    """Return the steps the actor may take now."""
    return [step for step in states.WORKBOOK.next_steps(row.state) if may_take(actor, row, step)]


def _open(unit_id: int) -> QuerySet[Workbook, tuple[int]]:
    return Workbook.objects.filter(unit_id=unit_id, state=states.OPEN).values_list("pk")[:99]


def waits(actor: Actor) -> list[Question]:
    """Ask which forms the actor's unit has not filled in yet, up to 99."""
    return [Question(_open, actor.unit_id)] if actor.unit_id is not None and actor.may(rights.FILL) else []
