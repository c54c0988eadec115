"""Routing: the lowest unit able to settle a demand, and why. Pure: reads the catalogue, touches nothing."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from minfu.accounts.models import Level
from minfu.cases.models import Case, Category, Kind, RoutingRule
from minfu.cases.rules.catalog import Catalog, UnitInfo
from minfu.kernel.errors import Refused


class NoDesk(Refused):
    """The county has no desk yet: it is being set up, and nothing that residents say could reach anybody."""

    code = "no_desk"

    def __init__(self) -> None:
        """Say it to whoever reports; ``minfu doctor`` tells the administrator."""
        super().__init__(_("这里还没有开始接收诉求。请先打电话，或到村（社区）、乡镇当面反映。"))


@dataclass(frozen=True)
class Route:
    """Where a demand goes: ``lead`` (None = it waits at ``desk``), the desk above, the rule, and a sentence why."""

    lead: UnitInfo | None
    desk: UnitInfo
    reason: str
    rule_id: int | None = None


@dataclass(frozen=True)
class Matter:
    """What routing looks at. Codes are 12 digits, or empty when unknown."""

    kind: str
    urgency: str
    category: Category | None
    township_code: str
    village_code: str
    placed: bool
    complained_unit_id: int | None = None


def matter_of(case: Case, catalog: Catalog, *, placed: bool | None = None) -> Matter:
    """Return what routing looks at of a demand, saved or not; ``placed`` unless its village says so."""
    return Matter(
        kind=case.kind,
        urgency=case.urgency,
        category=catalog.category_by_id.get(case.category_id or 0) or case.category,
        township_code=case.township_code,
        village_code=case.village_code,
        placed=bool(case.village_code) if placed is None else placed,
        complained_unit_id=case.complained_unit_id,
    )


def may_work(unit: UnitInfo, matter: Matter, catalog: Catalog) -> str:
    """Return "" if ``unit`` may have to do with the matter, as lead or helper, else the sentence that says why not.

    Neither the unit complained about nor one below it works on a complaint about it. A report of wrongdoing goes to no village,
    and where it names no unit, to none of the very place it tells of: whom else would it be about? No configuration changes that.
    """
    complained = catalog.units.get(matter.complained_unit_id or 0)
    if complained is not None and is_of(unit, complained):
        return _("被反映的单位及其下级不能办理这件诉求，请派给上一级。")
    if matter.kind == Kind.WRONGDOING and (
        unit.level not in (Level.TOWNSHIP, Level.COUNTY)
        or (complained is None and _is_of_place(unit, matter))
    ):
        return _("举报不交给村里，也不交给被举报的地方自己办，请派给上一级的单位。")
    return ""


def _is_of_place(unit: UnitInfo, matter: Matter) -> bool:
    """Tell whether ``unit`` is one of the lowest place the matter is known to lie in; of the whole county none is."""
    place = matter.village_code or matter.township_code
    return unit.level != Level.COUNTY and unit.division == place


def may_lead(unit: UnitInfo, matter: Matter, catalog: Catalog) -> str:
    """Return "" if ``unit`` may lead, else the sentence that says why not.

    What ``may_work`` refuses; besides, what the list of duties reserves for departments is never handed to a village or
    township (国办函〔2025〕66号: 应由职能部门办的不得分派给基层), and the county's desk, which nobody could verify, never leads.
    """
    if refusal := may_work(unit, matter, catalog):
        return refusal
    if unit.kind == "desk" and unit.level == Level.COUNTY:
        return _("县级平台负责调度和核实，没有人能核实它自己的办理；请派给县级部门、乡镇或村。")
    category = matter.category
    if (
        category is not None
        and category.reserved
        and not (unit.kind == "department" and unit.level == Level.COUNTY)
    ):
        return _("“%(category)s”按履职事项清单应由县级部门办理，不能派给乡镇或村。") % {
            "category": category.name
        }
    return ""


def may_help(unit: UnitInfo, matter: Matter, catalog: Catalog) -> str:
    """Return "" if ``unit`` may be called to help, else why not: the county's desk must stay able to verify."""
    if unit.kind == "desk" and unit.level == Level.COUNTY:
        return _("县级平台负责核实和裁定，不能协办；需要县里协助的，请点名具体部门。")
    return may_work(unit, matter, catalog)


def is_of(unit: UnitInfo, complained: UnitInfo) -> bool:
    """Tell whether ``unit`` is the unit complained about, or a village of the township complained about."""
    below = complained.level == Level.TOWNSHIP and unit.division.startswith(complained.division[:9])
    return unit.id == complained.id or below


def route(matter: Matter, catalog: Catalog) -> Route:
    """Return where the matter goes. ``NoDesk`` when the county has no desk at all (set-up incomplete)."""
    desk = catalog.desk_for(matter.township_code)
    if desk is None:
        raise NoDesk
    if may_work(desk, matter, catalog) and catalog.county_desk:
        desk = catalog.county_desk
    if not matter.placed:
        return Route(None, desk, _("地点还不确定，由平台人工确认。"))
    if matter.category is None:
        return Route(None, desk, _("还没有分类，由平台派单。"))
    rule = next((row for row in catalog.rules if _fits(row, matter)), None)
    unit, reason = _by_rule(rule, matter, catalog) if rule else _by_category(matter.category, matter, catalog)
    if unit is None:
        return Route(None, desk, reason)
    if refusal := may_lead(unit, matter, catalog):
        return Route(None, desk, refusal)
    above = catalog.desk_above(unit) or desk
    return Route(unit, above, reason, rule.pk if rule else None)


def _fits(rule: RoutingRule, matter: Matter) -> bool:
    """Tell whether a rule speaks of the matter. One that names no category never moves what departments reserve."""
    code = matter.category.code if matter.category else ""
    if matter.category is not None and matter.category.reserved and not rule.category_code:
        return False
    place = matter.village_code or matter.township_code
    return (
        code.startswith(rule.category_code)
        and rule.kind in ("", matter.kind)
        and rule.urgency in ("", matter.urgency)
        and place.startswith(rule.area)
    )


def _by_rule(rule: RoutingRule, matter: Matter, catalog: Catalog) -> tuple[UnitInfo | None, str]:
    if rule.unit_id:
        return catalog.units.get(rule.unit_id), _("按派单规则第 %(order)s 条。") % {"order": rule.order}
    unit = _at_level(rule.level, rule.duty, matter, catalog)
    return unit, _("按派单规则第 %(order)s 条。") % {"order": rule.order}


def _by_category(category: Category, matter: Matter, catalog: Catalog) -> tuple[UnitInfo | None, str]:
    if not category.level:
        return None, _("“%(category)s”没有规定责任层级，由平台派单。") % {"category": category.name}
    level = Level.COUNTY if category.reserved else category.level
    unit = _at_level(level, category.duty, matter, catalog)
    if unit is None:
        return None, _("没有找到“%(category)s”的责任单位，由平台派单。") % {"category": category.name}
    return unit, _("“%(category)s”由%(unit)s办理。") % {"category": category.name, "unit": unit.name}


def _at_level(level: str, duty: str, matter: Matter, catalog: Catalog) -> UnitInfo | None:
    if level in (Level.VILLAGE, Level.GRID) and matter.village_code:
        return catalog.village(matter.village_code)
    if level == Level.COUNTY and duty:
        return catalog.county_duty(duty)
    if not matter.township_code or level == Level.COUNTY:
        return None
    station = catalog.duty(duty, matter.township_code) if duty else None
    return station or catalog.desk(matter.township_code)
