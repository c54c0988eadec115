"""Who sees which topic and plays which part in it. The one door in: ``get_for``.

A topic is seen by the county, by the townships it lies in, and by the unit that has it as the month's matter. Its numbers are
those of the whole topic; which of its demands one may open is the demands' own rule.
"""

from collections.abc import Callable
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from minfu.accounts.actor import Actor
from minfu.accounts.models import Role
from minfu.cases import door as cases
from minfu.kernel.errors import Forbidden, Missing
from minfu.kernel.gate import check
from minfu.kernel.steps import Step
from minfu.language.heat import FEWEST
from minfu.topics import rights, states
from minfu.topics.models import Membership, Topic

COUNTY, TOWNSHIP = 6, 9  # digits of an area
_CODE = 12


def visible(actor: Actor) -> Q:
    """Return the condition under which the actor may see a topic; the same for screens and API."""
    standing = ~Q(state=states.GONE)
    if actor.is_system:
        return standing
    if actor.kind != "staff" or not actor.may(rights.VIEW):
        return Q(pk__in=[])
    own = Q(owner_id=actor.unit_id) & Q(owner__isnull=False)
    if actor.role == Role.DEPARTMENT_HANDLER:
        return standing & own
    if len(actor.area) <= COUNTY:
        return standing
    return standing & (Q(townships__contains=[_township(actor)]) | own)


def _township(actor: Actor) -> str:
    return actor.area[:TOWNSHIP].ljust(_CODE, "0")


def visible_to(actor: Actor) -> QuerySet[Topic]:
    """Return the topics the actor may see."""
    return Topic.objects.filter(visible(actor))


def shown_to(actor: Actor) -> QuerySet[Topic]:
    """Return what stands on boards: what several people told of."""
    return visible_to(actor).filter(people__gte=FEWEST)


def get_for(actor: Actor, pk: int, *, lock: bool = False) -> Topic:
    """Return one, locked for change if asked; ``Missing`` whether it is absent or not for this actor."""
    rows = visible_to(actor)
    if lock:
        rows = rows.select_for_update(of=("self",), no_key=True)
    found = rows.filter(pk=pk).first()
    if found is None:
        raise Missing(_("没有找到这个专题，或您无权查看。"))
    return found


def demands_for(actor: Actor, row: Topic, members: QuerySet[Membership] | None = None) -> QuerySet[Any]:
    """Return those of a topic's demands, or of some of them, that the actor may open, the newest first."""
    found = row.memberships.all() if members is None else members
    return cases.cases_for(actor).filter(pk__in=found.values("case_id")).order_by("-pk")


# --- Parts -----------------------------------------------------------------------------------------------------------


def _is_desk(actor: Actor, row: Topic) -> bool:
    """The county's dispatcher, or a township in which the whole topic lies."""
    if actor.role == Role.COUNTY_DISPATCHER:
        return True
    own = actor.role in (Role.TOWNSHIP_CLERK, Role.TOWNSHIP_LEADER)
    return own and row.townships == [_township(actor)]


_PARTS: dict[str, Callable[[Actor, Topic], bool]] = {
    "desk": _is_desk,
    "owner": lambda actor, row: row.owner_id is not None and actor.unit_id == row.owner_id,
    "other": lambda actor, row: _is_desk(actor, row) and not actor.is_of(row.owner_id),
    "system": lambda actor, _row: actor.is_system,
}
_REFUSALS = {
    "desk": _("这个专题涉及别的乡镇，由县平台来整理。"),
    "owner": _("这个专题由别的单位办理，您不能代它报告。"),
    "other": _("责任单位不能核实自己，须由别的单位的人核实。"),
    "system": _("这一步随诉求自动进行。"),
}


def may_take(actor: Actor, row: Topic, step: Step) -> bool:
    """Tell whether the actor has the right and plays the part a step asks for, the state left aside."""
    return actor.may(step.right) and _PARTS[step.by](actor, row)


def permit(actor: Actor, row: Topic, step: Step) -> None:
    """Raise the refusal unless the actor has the right and plays the part a step asks for."""
    check(actor, step.right)
    if not _PARTS[step.by](actor, row):
        raise Forbidden(_REFUSALS[step.by])


def demand(actor: Actor, row: Topic, name: str) -> str:
    """Return the state step ``name`` leads to; raise the refusal if right, part or state do not allow it."""
    permit(actor, row, states.TOPIC.step(name))
    return states.TOPIC.check(row.state, name)


def next_steps(actor: Actor, row: Topic) -> list[Step]:
    """Return the steps the actor may take now: the buttons of the screen and ``next_steps`` of the API."""
    return [
        step
        for step in states.TOPIC.next_steps(row.state)
        if step.by != "system" and may_take(actor, row, step)
    ]
