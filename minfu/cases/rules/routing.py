"""Routing: the lowest unit able to settle a demand, and why. Pure: reads the catalogue, touches nothing."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from minfu.accounts.models import Level
from minfu.cases.models import Category, RoutingRule
from minfu.cases.rules.catalog import Catalog, UnitInfo


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


def may_lead(unit: UnitInfo, category: Category | None, complained: UnitInfo | None) -> str:
    """Return "" if ``unit`` may lead, else the sentence that says why not.

    What the list of duties reserves for departments is never handed to a village or township (国办函〔2025〕66号:
    应由职能部门办的不得分派给基层); the county's desk, above which nobody verifies, does not lead; neither the unit complained
    about nor one below it leads a complaint about it.
    """
    if complained is not None and is_of(unit, complained):
        return _("被反映的单位及其下级不能办理这件诉求,请派给上一级。")
    if unit.kind == "desk" and unit.level == Level.COUNTY:
        return _("县级平台负责调度和核实,没有人能核实它自己的办理;请派给县级部门、乡镇或村。")
    if (
        category is not None
        and category.reserved
        and not (unit.kind == "department" and unit.level == Level.COUNTY)
    ):
        return _("“%(category)s”按履职事项清单应由县级部门办理,不能派给乡镇或村。") % {
            "category": category.name
        }
    return ""


def is_of(unit: UnitInfo, complained: UnitInfo) -> bool:
    """Tell whether ``unit`` is the unit complained about, or a village of the township complained about."""
    below = complained.level == Level.TOWNSHIP and unit.division.startswith(complained.division[:9])
    return unit.id == complained.id or below


def route(matter: Matter, catalog: Catalog) -> Route:
    """Return where the matter goes. LookupError when the county has no desk at all (set-up incomplete)."""
    desk = catalog.desk_for(matter.township_code)
    if desk is None:
        raise LookupError("the county has no desk")
    complained = catalog.units.get(matter.complained_unit_id or 0)
    if complained is not None and is_of(desk, complained) and catalog.county_desk:
        desk = catalog.county_desk
    if not matter.placed:
        return Route(None, desk, _("地点还不确定,由平台人工确认。"))
    if matter.category is None:
        return Route(None, desk, _("还没有分类,由平台派单。"))
    rule = next((row for row in catalog.rules if _fits(row, matter)), None)
    unit, reason = _by_rule(rule, matter, catalog) if rule else _by_category(matter.category, matter, catalog)
    if unit is None:
        return Route(None, desk, reason)
    if refusal := may_lead(unit, matter.category, complained):
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
        return None, _("“%(category)s”没有规定责任层级,由平台派单。") % {"category": category.name}
    level = Level.COUNTY if category.reserved else category.level
    unit = _at_level(level, category.duty, matter, catalog)
    if unit is None:
        return None, _("没有找到“%(category)s”的责任单位,由平台派单。") % {"category": category.name}
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
