"""Who sees and who tells what. Nothing here is about a person: an area's answers are read by everybody who works for it."""

from collections.abc import Iterable

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from minfu.accounts.actor import Actor
from minfu.accounts.models import Role
from minfu.answers import rights
from minfu.answers.models import Answer, Item, Whose
from minfu.figures.door import Area
from minfu.kernel import gate
from minfu.kernel.errors import Forbidden, Missing

#: Digits of the code of a county.
COUNTY = 6


def visible_to(actor: Actor) -> QuerySet[Answer]:
    """Return the answers the actor may see: of their area and unit; at the county all."""
    if actor.is_system:
        return Answer.objects.all()
    if actor.kind != "staff" or not actor.may(rights.VIEW):
        return Answer.objects.none()
    if len(actor.area) <= COUNTY:
        return Answer.objects.all()
    mine = {one for one in (actor.unit_id, *actor.own_units) if one is not None}
    return Answer.objects.filter(
        Q(area__startswith=actor.area)
        | Q(unit_id__in=mine)
        | Q(unit__division__code__startswith=actor.area)
        | Q(area__in=[f"u{one}" for one in mine])
    )


def get_for(actor: Actor, pk: int, *, lock: bool = False) -> Answer:
    """Return one, locked for change if asked; ``Missing`` whether it is absent or not for this actor."""
    rows = visible_to(actor)
    if lock:
        rows = rows.select_for_update(of=("self",), no_key=True)
    found = rows.filter(pk=pk).select_related("item").first()
    if found is None:
        raise Missing(_("没有找到这条填报，或您无权查看。"))
    return found


def get_item(key: str, *, lock: bool = False) -> Item:
    """Return an item by its key; items are no secret. ``Missing`` for none."""
    rows = Item.objects.select_for_update(of=("self",)) if lock else Item.objects.all()
    found = rows.filter(key=key).first()
    if found is None:
        raise Missing(_("没有这个数据项。"))
    return found


def get_items(keys: Iterable[str]) -> dict[str, Item]:
    """Return items by their keys, in one statement. ``Missing`` when one is none."""
    wanted = set(keys)
    found: dict[str, Item] = Item.objects.in_bulk(wanted, field_name="key")
    if len(found) < len(wanted):
        raise Missing(_("没有这个数据项。"))
    return found


def may_tell(actor: Actor, item: Item, area: Area) -> bool:
    """Tell whether the actor's unit answers for a place or unit: itself, its area, or everywhere what it is in charge of."""
    if actor.is_system:
        return True
    if not actor.may(rights.TELL) or actor.unit_id is None:
        return False
    if item.owner_id is not None and actor.is_of(item.owner_id):
        return True
    if item.whose == Whose.UNIT:
        return actor.is_of(area.unit_id)
    if area.level == "county":
        return len(actor.area) <= COUNTY
    return actor.role != Role.DEPARTMENT_HANDLER and area.code.startswith(actor.area)


def permit(actor: Actor, item: Item, area: Area) -> None:
    """Raise ``Forbidden`` unless the actor may tell an item for a place or unit."""
    if not actor.is_system:
        gate.check(actor, rights.TELL)
    if not may_tell(actor, item, area):
        sentence = _("“%(area)s”的“%(name)s”由它自己的单位填报，您不能代填。")
        raise Forbidden(sentence % {"area": area.name, "name": item.name})
