"""A small county to test in: two townships, four villages, a department, and someone in every role."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from minfu.accounts.actor import Actor, resident
from minfu.accounts.models import Post, Role, Unit, User
from minfu.cases.models import Case, Category, Diversion, RoutingRule, TimeLimit
from minfu.cases.rules import actions, catalog
from minfu.cases.rules.intake import Intake, Person, Spot
from minfu.kernel import gate
from minfu.places.models import Division, Grid

COUNTY = "350922000000"
FENGPU, PINGHU = "350922204000", "350922101000"
FENGPU_VILLAGES = ("350922204200", "350922204201")
PINGHU_VILLAGES = ("350922101200", "350922101201")
SINCE = date(2026, 1, 1)


@dataclass
class World:
    """The county with its units and people; ``actor`` makes someone act, ``register`` brings in a demand."""

    units: dict[str, Unit] = field(default_factory=dict)
    actors: dict[str, Actor] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Actor:
        """Return a person by name: ``world.clerk``."""
        actors: dict[str, Actor] = self.__dict__["actors"]
        if name not in actors:
            raise AttributeError(name)
        return actors[name]

    @property
    def grid(self) -> Grid:
        """Return the one grid, in Fengpu's first village; the grid worker's."""
        return Grid.objects.get()

    def register(self, actor: Actor | None = None, **more: Any) -> Case:
        """Register a demand at Fengpu's first village unless told otherwise."""
        more.setdefault("door", "phone" if actor is None or actor.kind == "staff" else "web")
        more.setdefault("description", "村口路灯坏了，晚上看不见路")
        more.setdefault("category_code", "040101")
        more.setdefault("spot", Spot(village_code=FENGPU_VILLAGES[0]))
        more.setdefault("person", Person(name="林小满", phone="13800001234"))
        return actions.register(actor=actor or self.clerk, intake=Intake(**more))

    def resident(self, case: Case) -> Actor:
        """Return the resident of ``case``, who has shown that they are."""
        return resident(case_id=case.pk, proof="code")

    def at(self, state: str, **more: Any) -> Case:
        """Return a demand brought to a state by the ordinary way."""
        case = self.register(**more)
        ways = {
            "assigned": (),
            "handling": ("accept",),
            "reported": ("accept", "report"),
            "asking": ("accept", "report", "verify"),
            "solved": ("accept", "report", "verify", "confirm"),
        }
        for name in ways[state]:
            case = getattr(self, f"_{name}")(case)
        return case

    def _accept(self, case: Case) -> Case:
        return actions.accept(actor=self.officer, case_id=case.pk)

    def _report(self, case: Case) -> Case:
        return actions.report(actor=self.officer, case_id=case.pk, what="换了灯泡,已亮。")

    def _verify(self, case: Case) -> Case:
        return actions.verify(actor=self.clerk, case_id=case.pk, finding="现场看过,路灯已亮。")

    def _confirm(self, case: Case) -> Case:
        return actions.confirm(actor=self.resident(case), case_id=case.pk, outcome="solved", satisfaction=5)


def _division(code: str, name: str, level: str, parent: Division | None) -> Division:
    return Division.objects.create(code=code, name=name, level=level, parent=parent, valid_from=SINCE)


def build() -> World:
    """Create the county in the database and return it."""
    world = World()
    province = _division("350000000000", "福建省", "province", None)
    city = _division("350900000000", "宁德市", "city", province)
    county = _division(COUNTY, "古田县", "county", city)
    townships = {
        code: _division(code, name, "township", county)
        for code, name in ((FENGPU, "凤埔乡"), (PINGHU, "平湖镇"))
    }
    names = {
        "350922204200": "凤埔村",
        "350922204201": "际头村",
        "350922101200": "平湖村",
        "350922101201": "达才村",
    }
    villages = {
        code: _division(code, name, "village", townships[code[:9] + "000"]) for code, name in names.items()
    }
    world.units["county"] = Unit.objects.create(
        name="古田县民富中心", kind="desk", level="county", division=county
    )
    for key, duty, name in (("water", "water", "县水利局"), ("road", "transport", "县交通运输局")):
        world.units[key] = Unit.objects.create(
            name=name, kind="department", level="county", duty=duty, division=county
        )
    for key, code in (("fengpu", FENGPU), ("pinghu", PINGHU)):
        desk = Unit.objects.create(
            name=f"{townships[code].name}民富中心", kind="desk", level="township", division=townships[code]
        )
        world.units[key] = desk
    world.units["mediation"] = Unit.objects.create(
        name="凤埔乡人民调解委员会", kind="other", level="township", division=townships[FENGPU]
    )
    for code, village in villages.items():
        world.units[code] = Unit.objects.create(
            name=f"{village.name}村委会", kind="village", level="village", division=village
        )
    Grid.objects.create(
        code=FENGPU_VILLAGES[0] + "1001",
        name="第一网格",
        village=villages[FENGPU_VILLAGES[0]],
        valid_from=SINCE,
    )
    _people(world)
    _configuration()
    catalog.forget()
    return world


def _people(world: World) -> None:
    first = FENGPU_VILLAGES[0]
    people = {
        "worker": (Role.GRID_WORKER, first, first),
        "officer": (Role.VILLAGE_OFFICER, first, first),
        "clerk": (Role.TOWNSHIP_CLERK, "fengpu", FENGPU),
        "leader": (Role.TOWNSHIP_LEADER, "fengpu", FENGPU),
        "other_clerk": (Role.TOWNSHIP_CLERK, "pinghu", PINGHU),
        "other_officer": (Role.VILLAGE_OFFICER, PINGHU_VILLAGES[0], PINGHU_VILLAGES[0]),
        "dispatcher": (Role.COUNTY_DISPATCHER, "county", COUNTY),
        "dispatcher2": (Role.COUNTY_DISPATCHER, "county", COUNTY),
        "water": (Role.DEPARTMENT_HANDLER, "water", COUNTY),
        "road": (Role.DEPARTMENT_HANDLER, "road", COUNTY),
        "mediator": (Role.MEDIATOR, "mediation", FENGPU),
        "auditor": (Role.AUDITOR, "county", COUNTY),
        "administrator": (Role.ADMINISTRATOR, "county", COUNTY),
    }
    for name, (role, unit, area) in people.items():
        user = User(username=name, name=name, must_change_password=False)
        user.set_unusable_password()
        user.save()
        post = Post.objects.create(
            user=user, unit=world.units[unit], role=role, area_id=area, period=(SINCE, None)
        )
        grids: frozenset[int] = frozenset()
        if role == Role.GRID_WORKER:
            post.grids.add(world.grid)
            grids = frozenset({world.grid.pk})
        world.actors[name] = Actor(
            kind="staff",
            door="screen",
            label=f"{post.unit.name} · {post.get_role_display()}",
            user_id=user.pk,
            post_id=post.pk,
            unit_id=post.unit_id,
            role=role,
            level=post.unit.level,
            area=_prefix(area),
            grid_ids=grids,
            rights=gate.rights_of(role),
        )


def _prefix(code: str) -> str:
    return code[:6] if code.endswith("000000") else code[:9] if code.endswith("000") else code


def _configuration() -> None:
    def category(code: str, name: str, parent: Category | None, **more: Any) -> Category:
        return Category.objects.create(
            code=code, name=name, parent=parent, depth=len(code) // 2, valid_from=SINCE, source="测试", **more
        )

    facilities = category("04", "公共设施", None)
    lights = category("0401", "照明", facilities)
    category("040101", "路灯不亮", lights, level="village")
    category("040102", "线路老化", lights, level="township")
    water = category("0402", "供水", facilities)
    category("040201", "取水许可", water, level="county", duty="water", reserved=True)
    category("040202", "断水", water, level="county", duty="water")
    private = category("01", "矛盾纠纷", None)
    inner = category("0101", "家庭", private)
    category("010101", "家庭暴力", inner, level="township", confidential=True)
    limits = [
        ("dispatch", "", "", 1, "workdays"),
        ("accept", "", "", 1, "workdays"),
        ("contact", "", "", 1, "workdays"),
        ("object", "", "", 1, "workdays"),
        ("decide", "", "", 1, "workdays"),
        ("resolve", "", "", 5, "workdays"),
        ("resolve", "consultation", "", 1, "workdays"),
        ("resolve", "wrongdoing", "", 10, "workdays"),
        ("resolve", "", "urgent", 24, "hours"),
        ("contact", "", "urgent", 2, "hours"),
        ("verify", "", "", 2, "workdays"),
        ("confirm", "", "", 5, "workdays"),
        ("help", "", "", 3, "workdays"),
        ("approve", "", "", 1, "workdays"),
    ]
    TimeLimit.objects.bulk_create(
        TimeLimit(
            clock=clock,
            kind=kind,
            urgency=urgency,
            amount=amount,
            measure=measure,
            valid_from=SINCE,
            source="测试",
        )
        for clock, kind, urgency, amount, measure in limits
    )
    Diversion.objects.create(
        code="petition", name="信访", advice="请到县信访局。", valid_from=SINCE, source="测试"
    )
    RoutingRule.objects.create(
        order=10, category_code="0402", urgency="urgent", level="county", duty="water", valid_from=SINCE
    )
