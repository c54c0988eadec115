"""Who sees which form and copy and plays which part in it."""

from collections.abc import Callable
from typing import TypeVar

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from minfu.accounts.actor import Actor
from minfu.accounts.models import Role
from minfu.kernel import clock
from minfu.kernel.composed import Question
from minfu.kernel.errors import Forbidden, Missing
from minfu.kernel.gate import check
from minfu.kernel.steps import StateTable, Step
from minfu.returns import rights, states
from minfu.returns.models import Copy, Form

Row = TypeVar("Row", Form, Copy)


def forms_for(actor: Actor) -> QuerySet[Form]:
    """Return the forms the actor may see: those let in, for everybody; others for their unit, the gate, and an auditor."""
    if actor.is_system:
        return Form.objects.all()
    if actor.kind != "staff" or not actor.may(rights.VIEW):
        return Form.objects.none()
    seen = Q(state__in=states.OUT) | Q(unit_id=actor.unit_id)
    if actor.may(rights.APPROVE):
        seen |= ~Q(state=states.DRAFT) & ~Q(state=states.DROPPED)
    if actor.role == Role.AUDITOR:
        seen |= Q(unit__division__code__startswith=actor.area)
    return Form.objects.filter(seen)


def copies_for(actor: Actor) -> QuerySet[Copy]:
    """Return the copies the actor may see: of their unit, of forms of their unit, and of units in their area."""
    if actor.is_system:
        return Copy.objects.all()
    if actor.kind != "staff" or not actor.may(rights.VIEW) or actor.unit_id is None:
        return Copy.objects.none()
    if actor.role in (Role.DEPARTMENT_HANDLER, Role.MEDIATOR):
        return Copy.objects.filter(Q(unit_id=actor.unit_id) | Q(form__unit_id=actor.unit_id))
    inside = Q(unit__division__code__startswith=actor.area)
    return Copy.objects.filter(Q(unit_id=actor.unit_id) | Q(form__unit_id=actor.unit_id) | inside)


def late() -> Q:
    """Return the condition for copies that wait and are late, as ``Copy.is_late`` says of one."""
    never_in = Q(first_in_on=None, due_on__lt=clock.today())
    return Q(state__in=states.WAITING) & (never_in | Q(first_in_on__gt=F("due_on")))


def get_form_for(actor: Actor, pk: int, *, lock: bool = False) -> Form:
    """Return one form, locked for change if asked; ``Missing`` whether it is absent or not for this actor."""
    rows = forms_for(actor)
    if lock:
        rows = rows.select_for_update(of=("self",), no_key=True)
    found = rows.filter(pk=pk).select_related("unit").first()
    if found is None:
        raise Missing(_("没有找到这张表，或您无权查看。"))
    return found


def get_copy_for(actor: Actor, pk: int, *, lock: bool = False) -> Copy:
    """Return one copy, locked for change if asked; ``Missing`` whether it is absent or not for this actor."""
    rows = copies_for(actor)
    if lock:
        rows = rows.select_for_update(of=("self",), no_key=True)
    found = rows.filter(pk=pk).select_related("unit", "form__unit").first()
    if found is None:
        raise Missing(_("没有找到这份表，或您无权查看。"))
    return found


def _is_unit(actor: Actor, row: Form | Copy) -> bool:
    return actor.is_of(row.form.unit_id if isinstance(row, Copy) else row.unit_id)


def _is_second(actor: Actor, row: Form | Copy) -> bool:
    """Somebody who neither wrote the form nor submitted it."""
    return isinstance(row, Form) and actor.user_id not in {row.written_by_user_id, row.submitted_by_user_id}


_PARTS: dict[str, Callable[[Actor, Form | Copy], bool]] = {
    "unit": _is_unit,
    "second": _is_second,
    "addressee": lambda actor, row: actor.is_of(row.unit_id),
    "system": lambda actor, _row: actor.is_system,
}
_REFUSALS = {
    "unit": _("这是别的单位发的表，您不能代它操作。"),
    "second": _("申报人不能审批自己的表，须由另一人审批。"),
    "addressee": _("这份表由别的单位填，您不能代填。"),
    "system": _("到期由系统停用。"),
}


def table_of(row: Form | Copy) -> StateTable:
    """Return the states of a form or a copy."""
    return states.FORM if isinstance(row, Form) else states.COPY


def may_take(actor: Actor, row: Form | Copy, step: Step) -> bool:
    """Tell whether the actor has the right and plays the part a step asks for, the state left aside."""
    return actor.is_system or (actor.may(step.right) and _PARTS[step.by](actor, row))


def permit(actor: Actor, row: Form | Copy, step: Step) -> None:
    """Raise the refusal unless the actor has the right and plays the part a step asks for."""
    if not actor.is_system:
        check(actor, step.right)
    if not may_take(actor, row, step):
        raise Forbidden(_REFUSALS[step.by])


def demand(actor: Actor, row: Form | Copy, name: str) -> str:
    """Return the state step ``name`` leads to; raise the refusal if right, part or state do not allow it."""
    table = table_of(row)
    permit(actor, row, table.step(name))
    return table.check(row.state, name)


def next_steps(actor: Actor, row: Form | Copy) -> list[Step]:
    """Return the steps the actor may take now."""
    return [
        step
        for step in table_of(row).next_steps(row.state)
        if step.by != "system" and may_take(actor, row, step)
    ]


def _waiting(unit_id: int) -> QuerySet[Copy, tuple[int]]:
    rows = Copy.objects.filter(unit_id=unit_id, state__in=states.WAITING)
    return rows.values_list("pk")[:99]


def _at_gate(user_id: int) -> QuerySet[Form, tuple[int]]:
    rows = Form.objects.filter(state=states.REVIEW).exclude(written_by_user_id=user_id)
    return rows.exclude(submitted_by_user_id=user_id).values_list("pk")[:99]


def waits(actor: Actor) -> list[Question]:
    """Ask which copies wait for the actor's unit, and which forms at the gate for them, up to 99 each."""
    questions = []
    if actor.may(rights.HAND_IN) and actor.unit_id is not None:
        questions.append(Question(_waiting, actor.unit_id))
    if actor.may(rights.APPROVE) and actor.user_id is not None:
        questions.append(Question(_at_gate, actor.user_id))
    return questions
