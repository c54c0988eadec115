"""Who sees which document and plays which part in it. The one door in: ``get_for``."""

from collections.abc import Callable
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from minfu.accounts.actor import Actor
from minfu.accounts.models import Role
from minfu.documents import rights, states
from minfu.documents.models import Document
from minfu.kernel.composed import Question
from minfu.kernel.errors import Forbidden, Missing
from minfu.kernel.gate import check
from minfu.kernel.steps import Step


def visible_to(actor: Actor) -> QuerySet[Document]:
    """Return the documents the actor may see: those of their unit, and what was issued in their area; an auditor all of it."""
    if actor.is_system:
        return Document.objects.all()
    if actor.kind != "staff" or actor.unit_id is None or not actor.may(rights.VIEW):
        return Document.objects.none()
    inside = Q(unit__division__code__startswith=actor.area)
    if actor.role == Role.AUDITOR:
        return Document.objects.filter(inside)
    if actor.role == Role.DEPARTMENT_HANDLER:
        return Document.objects.filter(unit_id=actor.unit_id)
    return Document.objects.filter(Q(unit_id=actor.unit_id) | inside & Q(state__in=states.OUT))


def get_for(actor: Actor, pk: int, *, lock: bool = False) -> Document:
    """Return one, locked for change if asked; ``Missing`` whether it is absent or not for this actor."""
    rows = visible_to(actor)
    if lock:
        rows = rows.select_for_update(of=("self",), no_key=True)
    found = rows.filter(pk=pk).select_related(None if lock else "unit").first()
    if found is None:
        raise Missing(_("没有找到这份公文，或您无权查看。"))
    return found


def _is_unit(actor: Actor, row: Document) -> bool:
    return actor.unit_id is not None and actor.unit_id == row.unit_id


def _is_second(actor: Actor, row: Document) -> bool:
    """Somebody of the unit who neither wrote it nor asked for its approval."""
    return _is_unit(actor, row) and actor.user_id not in {row.written_by_user_id, row.submitted_by_user_id}


_PARTS: dict[str, Callable[[Actor, Document], bool]] = {
    "unit": _is_unit,
    "second": _is_second,
    "system": lambda actor, _row: actor.is_system,
}
_REFUSALS = {
    "unit": _("这是别的单位的公文，您不能代它操作。"),
    "second": _("起草、送审的人不能审批，须由本单位另一人审批。"),
    "system": _("新的公文印发时自动取代。"),
}


def may_take(actor: Actor, row: Document, step: Step) -> bool:
    """Tell whether the actor has the right and plays the part a step asks for, the state left aside."""
    if actor.is_system:
        return True
    return actor.may(step.right) and _PARTS[step.by](actor, row)


def permit(actor: Actor, row: Document, step: Step) -> None:
    """Raise the refusal unless the actor has the right and plays the part a step asks for."""
    if not actor.is_system:
        check(actor, step.right)
    if not may_take(actor, row, step):
        raise Forbidden(_REFUSALS[step.by])


def demand(actor: Actor, row: Document, name: str) -> str:
    """Return the state step ``name`` leads to; raise the refusal if right, part or state do not allow it."""
    permit(actor, row, states.DOCUMENT.step(name))
    return states.DOCUMENT.check(row.state, name)


def next_steps(actor: Actor, row: Document) -> list[Step]:
    """Return the steps the actor may take now."""
    return [
        step
        for step in states.DOCUMENT.next_steps(row.state)
        if step.by != "system" and may_take(actor, row, step)
    ]


def waits(actor: Actor) -> list[Question]:
    """Ask which documents wait for the actor's approval, up to 99."""
    if not actor.may(rights.APPROVE) or actor.unit_id is None or actor.user_id is None:
        return []
    return [Question(_waiting, actor.unit_id, actor.user_id)]


def _waiting(unit_id: int, user_id: int) -> QuerySet[Document, Any]:
    """Return what waits for this person's approval: of their unit, neither written nor submitted by them."""
    waiting = Document.objects.filter(unit_id=unit_id, state=states.REVIEW)
    others = waiting.exclude(written_by_user_id=user_id).exclude(submitted_by_user_id=user_id)
    return others.order_by().values("pk")[:99]
