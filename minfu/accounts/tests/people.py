"""Invented staff of a county, for the tests of every room."""

from datetime import date

from django.db.backends.postgresql.psycopg_any import DateRange

from minfu.accounts.access import actor_for
from minfu.accounts.actor import Actor
from minfu.accounts.models import Post, Unit, User
from minfu.places.models import Division, Grid

COUNTY, TOWNSHIP, OTHER_TOWNSHIP = "350922000000", "350922103000", "350922104000"
VILLAGE, OTHER_VILLAGE = "350922103201", "350922104201"
PASSWORD = "Yinxi-2026-lake"  # an invented password


def divisions() -> None:
    """Make a province, a city, a county, two townships and a village in each."""
    chain = [
        ("350000000000", "福建省", "province", None),
        ("350900000000", "宁德市", "city", "350000000000"),
        (COUNTY, "古田县", "county", "350900000000"),
        (TOWNSHIP, "甲镇", "township", COUNTY),
        (OTHER_TOWNSHIP, "乙镇", "township", COUNTY),
        (VILLAGE, "甲一村", "village", TOWNSHIP),
        (OTHER_VILLAGE, "乙一村", "village", OTHER_TOWNSHIP),
    ]
    for code, name, level, parent in chain:
        Division.objects.get_or_create(
            code=code, defaults={"name": name, "level": level, "parent_id": parent}
        )


def grid(village: str = VILLAGE, serial: int = 1) -> Grid:
    """Make a grid of a village."""
    return Grid.objects.create(code=f"{village}1{serial:03d}", name=f"第{serial}网格", village_id=village)


def unit(name: str = "甲镇便民服务中心", kind: str = "desk", area: str = TOWNSHIP) -> Unit:
    """Make or return a unit in a division; its level is the division's."""
    divisions()
    level = Division.objects.get(code=area).level
    return Unit.objects.get_or_create(name=name, division_id=area, defaults={"kind": kind, "level": level})[0]


def person(username: str, *, password: str = PASSWORD, first: bool = False) -> User:
    """Make a person with a password of their own, or with a one-time password (``first``)."""
    user = User.objects.create_user(username, password, name=f"姓名{username}")
    if not first:
        User.objects.filter(pk=user.pk).update(must_change_password=False)
        user.must_change_password = False
    return user


def post(
    user: User,
    role: str = "township_clerk",
    where: Unit | None = None,
    *,
    since: date = date(2020, 1, 1),
    until: date | None = None,
) -> Post:
    """Give a person a post in a unit, for the unit's area."""
    where = where or unit()
    return Post.objects.create(
        user=user, unit=where, role=role, area_id=where.division_id, period=DateRange(since, until)
    )


def county_unit(name: str = "县平台", kind: str = "desk") -> Unit:
    """Make a unit of the county."""
    return unit(name, kind, COUNTY)


def staff(username: str, role: str = "township_clerk", where: Unit | None = None) -> Actor:
    """Make a person with one post and return the actor they are."""
    user = person(username)
    given = post(user, role, where)
    actor = actor_for(user, given.pk, "screen")
    assert actor is not None
    return actor
