"""Units and staff of the demo county. Every name is invented; only names of places and kinds of offices are real."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Self

from django.contrib.auth.hashers import make_password
from django.db.backends.postgresql.psycopg_any import DateRange

from minfu.accounts.models import Level, Post, Role, Unit, User
from minfu.places.models import Division, Grid

DATA = Path(__file__).resolve().parent / "data"
#: Printed with the logins; the demo is open to everybody.
PASSWORD = "minfu-demo-2026"  # noqa: S105 - not a secret
IN_POST_SINCE = date(2025, 1, 1)
#: The townships the played journeys are set in, by county; the others follow in the order of their codes.
FIRST_TOWNSHIPS = {"350922": ("350922204", "350922101"), "610422": ("610422102",)}
TOWNSHIP_DIGITS = 9
#: How many villages further stories go that need more townships than the county has.
VILLAGES_FURTHER = 3


@dataclass(frozen=True)
class Person:
    """Somebody who can sign in to the demo."""

    username: str
    role: str
    unit: str


@dataclass(frozen=True)
class County:
    """The county's divisions in the order in which stories number them (townships from 1, villages of each from 1)."""

    division: Division
    townships: list[Division]
    villages: dict[str, list[Division]]

    @classmethod
    def of(cls, code: str) -> Self:
        """Return the county with this 6-digit code from the divisions in force."""
        division = Division.objects.get(pk=f"{code}000000")
        below = Division.objects.filter(code__startswith=code, valid_to__isnull=True).order_by("code")
        first = [f"{one}000" for one in FIRST_TOWNSHIPS.get(code, ())]
        townships = sorted(
            (row for row in below if row.level == Division.Level.TOWNSHIP),
            key=lambda row: (first.index(row.code) if row.code in first else len(first), row.code),
        )
        villages: dict[str, list[Division]] = {row.code: [] for row in townships}
        for row in below:
            if row.level == Division.Level.VILLAGE:
                villages[f"{row.code[:TOWNSHIP_DIGITS]}000"].append(row)
        return cls(division, townships, {code: rows for code, rows in villages.items() if rows})

    def township(self, number: int) -> Division:
        """Return a township by its number from 1, whether its villages are known or not."""
        return self.townships[(number - 1) % len(self.townships)]

    def village(self, township: int, number: int) -> Division:
        """Return a village by the numbers of its township and its own, both from 1.

        A county with fewer townships whose villages are known uses these again, a few villages further on.
        """
        known = [row for row in self.townships if row.code in self.villages]
        villages = self.villages[known[(township - 1) % len(known)].code]
        further = (township - 1) // len(known) * VILLAGES_FURTHER
        return villages[(number - 1 + further) % len(villages)]


def load(county: County) -> list[Person]:
    """Make the units and staff that are not there yet; return who can sign in, in the order to show them."""
    if not User.objects.filter(username="admin").exists():
        _make_units(county)
        _make_logins(county)
        _make_colleagues()
    return known()


def known() -> list[Person]:
    """Return who can sign in to the demo, in the order to show them; nobody before it is loaded."""
    names = [line["username"] for line in _lines("staff.csv")]
    posts = {
        post.user.username: post
        for post in Post.objects.filter(user__username__in=names).select_related("user", "unit")
    }
    return [Person(name, posts[name].role, str(posts[name].unit)) for name in names if name in posts]


def _lines(file: str) -> list[dict[str, str]]:
    with (DATA / file).open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def _make_units(county: County) -> None:
    """Make the desks of county and townships, the departments, and a unit per village."""
    home = county.division
    desk = Unit.objects.create(
        name=f"{home.name}民富中心", kind=Unit.Kind.DESK, level=Level.COUNTY, division=home
    )
    for line in _lines("departments.csv"):
        name = line["name"].format(county=home.name)
        Unit.objects.create(
            name=name,
            kind=Unit.Kind.DEPARTMENT,
            duty=line["duty"],
            level=Level.COUNTY,
            division=home,
            parent=desk,
        )
    Unit.objects.create(name=f"{home.name}审计局", kind=Unit.Kind.OTHER, level=Level.COUNTY, division=home)
    for township in county.townships:
        below = Unit.objects.create(
            name=f"{township.name}民富中心",
            kind=Unit.Kind.DESK,
            level=Level.TOWNSHIP,
            division=township,
            parent=desk,
        )
        Unit.objects.bulk_create(
            Unit(
                name=village.place_name,
                kind=Unit.Kind.VILLAGE,
                level=Level.VILLAGE,
                division=village,
                parent=below,
            )
            for village in county.villages.get(township.code, [])
        )
    first = county.township(1)
    Unit.objects.create(
        name=f"{first.name}人民调解委员会",
        kind=Unit.Kind.OTHER,
        duty="justice",
        level=Level.TOWNSHIP,
        division=first,
        parent=Unit.objects.get(kind=Unit.Kind.DESK, division=first),
    )


def _unit(county: County, name: str) -> Unit:
    """Return the unit that ``staff.csv`` calls by place and kind: "village 1.1", "township 2", "county", a duty."""
    kind, _space, where = name.partition(" ")
    if kind == "village":
        township, village = where.split(".")
        return Unit.objects.get(kind=Unit.Kind.VILLAGE, division=county.village(int(township), int(village)))
    if kind == "township":
        return Unit.objects.get(kind=Unit.Kind.DESK, division=county.township(int(where)))
    if kind == "mediation":
        return Unit.objects.get(kind=Unit.Kind.OTHER, duty="justice", division=county.township(int(where)))
    here = Unit.objects.filter(division=county.division)
    if kind == "county":
        return here.get(kind=Unit.Kind.DESK)
    return here.get(kind=Unit.Kind.OTHER) if kind == "audit" else here.get(duty=kind)


def _make_logins(county: County) -> None:
    """Make the people of ``staff.csv``. All share one password, so it is hashed once."""
    secret = make_password(PASSWORD)
    for line in _lines("staff.csv"):
        user = User.objects.create(
            username=line["username"], name=line["name"], password=secret, must_change_password=False
        )
        unit = _unit(county, line["unit"])
        post = _post(user, unit, line["role"])
        post.save()
        if post.role == Role.GRID_WORKER:
            post.grids.set(Grid.objects.filter(village=unit.division, valid_to__isnull=True))


def _make_colleagues() -> None:
    """Give every other unit one person who acts for it in the stories and cannot sign in."""
    unmanned = Unit.objects.exclude(pk__in=Post.objects.exclude(role__in=_NOT_HANDLING).values("unit"))
    units = list(unmanned.exclude(duty="", kind=Unit.Kind.OTHER).order_by("pk"))
    users = User.objects.bulk_create(
        User(
            username=f"demo-{unit.division_id}-{unit.duty or unit.kind}",
            name=f"{unit}值守员(演示)",
            password=make_password(None),
            must_change_password=False,
        )
        for unit in units
    )
    Post.objects.bulk_create(_colleague_posts(users, units))


def _colleague_posts(users: list[User], units: list[Unit]) -> Iterator[Post]:
    for user, unit in zip(users, units, strict=True):
        yield _post(user, unit, _ROLES.get(unit.kind, Role.DEPARTMENT_HANDLER))


_ROLES: dict[str, Role] = {Unit.Kind.VILLAGE: Role.VILLAGE_OFFICER, Unit.Kind.DESK: Role.TOWNSHIP_CLERK}
_NOT_HANDLING = (Role.GRID_WORKER, Role.ADMINISTRATOR, Role.AUDITOR, Role.TOWNSHIP_LEADER)


def _post(user: User, unit: Unit, role: str) -> Post:
    return Post(user=user, unit=unit, role=role, area=unit.division, period=DateRange(IN_POST_SINCE, None))
