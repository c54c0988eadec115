"""Who sees which hazard and plays which part in it. The one door in: ``get_for``."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from minfu.accounts.actor import Actor
from minfu.accounts.models import Role
from minfu.files import door as files
from minfu.files.door import StoredFile
from minfu.hazards import rights, states
from minfu.hazards.models import Alarm, Call, Hazard
from minfu.kernel.composed import Question
from minfu.kernel.errors import Forbidden, Missing
from minfu.kernel.gate import check
from minfu.kernel.steps import Step

COUNTY, TOWNSHIP, VILLAGE = 6, 9, 12  # digits of an area


def visible(actor: Actor) -> Q:
    """Return the condition under which the actor may see a hazard; the same for screens, API and photos."""
    if actor.is_system:
        return Q()
    if actor.kind != "staff" or not actor.may(rights.VIEW):
        return Q(pk__in=[])
    return _reach(actor)


def _reach(actor: Actor) -> Q:
    """Return how far the actor's role and area let them see: theirs to work on, what they were told of, their open area."""
    if actor.role in (Role.COUNTY_DISPATCHER, Role.AUDITOR) and len(actor.area) <= COUNTY:
        return Q()
    told = Q(Exists(_calls(actor)))
    if actor.role == Role.GRID_WORKER:
        return Q(grid_id__in=actor.grid_ids, restricted=False) | told & Q(grid_id__in=actor.grid_ids)
    works = Q(unit_id=actor.unit_id) | Q(desk_id=actor.unit_id) | told
    if actor.role == Role.DEPARTMENT_HANDLER:
        return works
    return works | _area(actor) & Q(restricted=False)


def _calls(actor: Actor) -> QuerySet[Call]:
    """Return the alarms the actor was told of, by unit or in person."""
    mine = Q(unit_id=actor.unit_id) | Q(user_id=actor.user_id)
    return Call.objects.filter(mine, alarm__hazard=OuterRef("pk"))


def _area(actor: Actor) -> Q:
    if len(actor.area) <= COUNTY:
        return Q()
    column = "township_code" if len(actor.area) == TOWNSHIP else "village_code"
    return Q(**{column: actor.area.ljust(VILLAGE, "0")})


def visible_to(actor: Actor) -> QuerySet[Hazard]:
    """Return the hazards the actor may see."""
    return Hazard.objects.filter(visible(actor))


def get_for(actor: Actor, pk: int, *, lock: bool = False) -> Hazard:
    """Return one, locked for change if asked; ``Missing`` whether it is absent or not for this actor."""
    rows = visible_to(actor)
    if lock:
        rows = rows.select_for_update(of=("self",), no_key=True)
    found = rows.filter(pk=pk).first()
    if found is None:
        raise _absent()
    return found


def _absent() -> Missing:
    return Missing(_("没有找到这处隐患，或您无权查看。"))


def get_alarm_for(hazard: Hazard, pk: int) -> Alarm:
    """Return an alarm of a hazard that was fetched for the actor."""
    found = hazard.alarms.filter(pk=pk).first()
    if found is None:
        raise _absent()
    return found


def get_file_for(actor: Actor, pk: int, file_id: UUID) -> StoredFile:
    """Return a photo of a hazard the actor may see; ``Missing`` otherwise."""
    hazard = get_for(actor, pk)
    known = hazard.evidence.filter(file_id=file_id).exists()
    found = files.by_ids([file_id]).get(file_id) if known else None
    if found is None:
        raise Missing(_("没有找到这个附件。"))
    return found


# --- Parts -----------------------------------------------------------------------------------------------------------


def _is_lead(actor: Actor, row: Hazard) -> bool:
    if actor.unit_id is None or row.unit_id != actor.unit_id:
        return False
    return actor.role != Role.GRID_WORKER or row.grid_id in actor.grid_ids


def _is_desk(actor: Actor, row: Hazard) -> bool:
    """The desk above, or the county's dispatcher; never the unit that rectifies, though it be a desk."""
    if actor.unit_id is None or actor.unit_id == row.unit_id:
        return False
    return row.desk_id == actor.unit_id or actor.role == Role.COUNTY_DISPATCHER


_PARTS: dict[str, Callable[[Actor, Hazard], bool]] = {
    "lead": _is_lead,
    "desk": _is_desk,
    "lead_or_desk": lambda actor, row: _is_lead(actor, row) or _is_desk(actor, row),
    "other": lambda actor, row: actor.unit_id is not None and actor.unit_id != row.unit_id,
    "reader": lambda actor, _row: actor.kind == "staff",
    "second": lambda actor, _row: actor.kind == "staff",
    "system": lambda actor, _row: actor.is_system,
}

_REFUSALS = {
    "lead": _("这处隐患由其他单位整改，您不能代它操作。"),
    "desk": _("只有整改单位的上级平台可以这样做。"),
    "lead_or_desk": _("只有整改单位或它的上级平台可以这样做。"),
    "other": _("整改单位不能复查自己，须由别的单位的人复查。"),
    "reader": _("您不能这样做。"),
    "second": _("您不能这样做。"),
    "system": _("这一步随诉求自动进行。"),
}


def may_take(actor: Actor, row: Hazard, step: Step) -> bool:
    """Tell whether the actor has the right and plays the part a step asks for, the state left aside."""
    if actor.is_system:
        return True
    return actor.may(step.right) and _PARTS[step.by](actor, row)


def permit(actor: Actor, row: Hazard, step: Step) -> None:
    """Raise the refusal unless the actor has the right and plays the part a step asks for."""
    if not actor.is_system:
        check(actor, step.right)
    if not may_take(actor, row, step):
        raise Forbidden(_REFUSALS[step.by])


def demand(actor: Actor, row: Hazard, name: str, target: str = "") -> str:
    """Return the state step ``name`` leads to; raise the refusal if right, part or state do not allow it."""
    permit(actor, row, states.HAZARD.step(name))
    return states.HAZARD.check(row.state, name, target)


def next_steps(actor: Actor, row: Hazard) -> list[Step]:
    """Return the steps the actor may take now: the buttons of the screen and ``next_steps`` of the API."""
    open_alarm = any(states.ALARM[one.state].is_open for one in row.alarms.all())
    return [
        step
        for step in states.HAZARD.next_steps(row.state)
        if step.by != "system"
        and may_take(actor, row, step)
        and not (step.name == "raise_alarm" and open_alarm)
    ]


def alarm_steps(actor: Actor, row: Hazard, alarm: Alarm) -> list[Step]:
    """Return what the actor may do about an alarm: acknowledge it unless they raised it, or end it."""
    return [
        step
        for step in states.ALARM.next_steps(alarm.state)
        if step.by != "system"
        and may_take(actor, row, step)
        and not (step.by == "second" and actor.user_id == alarm.raised_by_user_id)
    ]


def sounding_for(actor: Actor) -> QuerySet[Alarm]:
    """Return the alarms nobody has acknowledged, of hazards the actor sees and may answer for."""
    if not actor.may(rights.ANSWER):
        return Alarm.objects.none()
    hazards = visible_to(actor).values("pk")
    return Alarm.objects.filter(state="sounding", hazard__in=hazards).order_by("pk")


def waits(actor: Actor) -> list[Question]:
    """Ask which alarms sound for the actor and which hazards wait for their unit, up to 99 each."""
    if actor.unit_id is None:
        return []
    return [Question(_sounding, actor), Question(_waiting, actor)]


def _sounding(actor: Actor) -> QuerySet[Alarm, Any]:
    return sounding_for(actor).order_by().values("pk")[:99]


def _waiting(actor: Actor) -> QuerySet[Hazard, Any]:
    mine = Q(unit_id=actor.unit_id, state__in=[states.FOUND, states.RECTIFYING])
    waiting = visible_to(actor).filter(mine | Q(desk_id=actor.unit_id, state=states.INSPECTING))
    return waiting.order_by().values("pk")[:99]
