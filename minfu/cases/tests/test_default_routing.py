"""The shipped categories and rules, taken together, send every demand where the county would expect it."""

from datetime import date
from itertools import product

import pytest

from minfu.accounts.models import Level, Unit
from minfu.cases.models import Category, Diversion, Kind, Retention, RoutingRule, TimeLimit, Urgency
from minfu.cases.rules import defaults
from minfu.cases.rules.catalog import Catalog, UnitInfo
from minfu.cases.rules.routing import Matter, Route, route

COUNTY, TOWNSHIP, VILLAGE = "350922000000", "350922204000", "350922204200"
DAY = date(2026, 6, 1)


def units() -> list[UnitInfo]:
    """A county with its desk, every department, one township and one village."""
    desks = [
        UnitInfo(1, "县平台", Unit.Kind.DESK, "", Level.COUNTY, COUNTY, None),
        UnitInfo(2, "乡镇平台", Unit.Kind.DESK, "", Level.TOWNSHIP, TOWNSHIP, 1),
        UnitInfo(3, "村", Unit.Kind.VILLAGE, "", Level.VILLAGE, VILLAGE, 2),
    ]
    return desks + [
        UnitInfo(10 + n, duty.name, Unit.Kind.DEPARTMENT, duty.code, Level.COUNTY, COUNTY, 1)
        for n, duty in enumerate(defaults.duties().values())
    ]


def shipped() -> Catalog:
    tables = {table.model: list(defaults.read(table)) for table in defaults.TABLES}
    categories = [Category(pk=n, **row) for n, row in enumerate(tables[Category], start=1)]
    rules = [RoutingRule(pk=n, **row) for n, row in enumerate(tables[RoutingRule], start=1)]
    return Catalog(
        DAY,
        categories=categories,
        rules=rules,
        limits=[TimeLimit(**row) for row in tables[TimeLimit]],
        diversions=[Diversion(**row) for row in tables[Diversion]],
        retentions=[Retention(**row) for row in tables[Retention]],
        units=units(),
    )


CATALOG = shipped()
LEAVES = [row for row in CATALOG.categories.values() if row.depth == 3]


def sent(category: Category, kind: str = "complaint", urgency: str = "normal") -> Route:
    return route(
        Matter(
            kind=kind,
            urgency=urgency,
            category=category,
            township_code=TOWNSHIP,
            village_code=VILLAGE,
            placed=True,
        ),
        CATALOG,
    )


def test_every_placed_demand_finds_a_lead() -> None:
    for category, kind, urgency in product(LEAVES, Kind.values, Urgency.values):
        assert sent(category, kind, urgency).lead is not None, (category.code, kind, urgency)


def test_what_departments_reserve_reaches_one_whatever_the_kind() -> None:
    reserved = [row for row in LEAVES if row.reserved]
    for category, kind, urgency in product(reserved, Kind.values, Urgency.values):
        lead = sent(category, kind, urgency).lead
        assert lead is not None
        assert (lead.kind, lead.duty) == ("department", category.duty), (category.code, kind, urgency)


def test_a_report_of_wrongdoing_never_goes_to_a_village_or_township() -> None:
    for category, urgency in product(LEAVES, Urgency.values):
        lead = sent(category, "wrongdoing", urgency).lead
        assert lead is not None
        assert lead.kind == "department", category.code


@pytest.mark.parametrize(
    ("code", "kind", "urgency", "lead"),
    [
        ("040301", "complaint", "normal", "村"),
        ("010201", "dispute", "normal", "村"),
        ("060101", "consultation", "normal", "乡镇平台"),
        ("020301", "hazard", "normal", "乡镇平台"),
        ("020301", "hazard", "urgent", "水利"),
        ("020401", "hazard", "urgent", "交通运输"),
        ("020201", "hazard", "urgent", "住房和城乡建设"),
        ("020405", "hazard", "urgent", "公安"),
        ("010103", "dispute", "normal", "公安"),
        ("070301", "wrongdoing", "normal", "农业农村"),
        ("030101", "wrongdoing", "normal", "政务服务管理"),
        ("040301", "praise", "normal", "乡镇平台"),
        ("050302", "consultation", "normal", "医疗保障"),
    ],
)
def test_examples(code: str, kind: str, urgency: str, lead: str) -> None:
    found = sent(CATALOG.categories[code], kind, urgency).lead
    assert found is not None
    assert found.name == lead


@pytest.mark.parametrize(
    ("clock", "category", "kind", "urgency", "limit"),
    [
        ("resolve", "040301", "complaint", "normal", (5, "workdays")),
        ("resolve", "010201", "dispute", "normal", (10, "workdays")),
        ("resolve", "060101", "consultation", "normal", (1, "workdays")),
        ("resolve", "060101", "consultation", "urgent", (24, "hours")),
        ("resolve", "080101", "hazard", "normal", (24, "hours")),
        ("contact", "080101", "request", "normal", (2, "hours")),
        ("contact", "040301", "request", "urgent", (2, "hours")),
        ("dispatch", "040301", "request", "urgent", (1, "hours")),
        ("verify", "040301", "request", "urgent", (2, "workdays")),
    ],
)
def test_limits(clock: str, category: str, kind: str, urgency: str, limit: tuple[int, str]) -> None:
    row = CATALOG.limit(clock, category=category, kind=kind, urgency=urgency)
    assert row is not None
    assert (row.amount, row.measure) == limit
