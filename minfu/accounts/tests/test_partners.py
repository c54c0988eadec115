"""Systems of others: keys with a scope, an area, an end and a limit; what the administrator changes holds at once."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from minfu.accounts import partners, tokens
from minfu.accounts.actor import Actor
from minfu.accounts.models import ApiToken, System, Unit
from minfu.accounts.partners import SystemTerms
from minfu.accounts.tests import people
from minfu.accounts.tests.program import Program
from minfu.kernel import clock, gate
from minfu.kernel.errors import Forbidden, Invalid, Missing
from minfu.kernel.gate import SignInNeeded
from minfu.kernel.limit_models import Limit
from minfu.kernel.limits import TooMany
from minfu.kernel.models import Event

pytestmark = pytest.mark.django_db

READ = SystemTerms("县大数据平台", ("cases.read",), people.COUNTY)


@pytest.fixture
def admin() -> Actor:
    """The county's administrator."""
    return people.staff("admin", "administrator", people.county_unit())


def key_of(terms: SystemTerms, admin: Actor, days: int = 30) -> tuple[System, str]:
    system = partners.create(terms, actor=admin)
    return system, partners.issue_key(system.pk, days=days, label="正式", actor=admin)


def test_a_key_acts_with_its_systems_scopes_in_its_area(admin: Actor) -> None:
    people.divisions()
    system, raw = key_of(SystemTerms("县大数据平台", ("cases.read",), people.TOWNSHIP), admin)
    actor = tokens.actor_for_token(raw)
    assert (actor.role, actor.door, actor.area) == ("partner", "api", people.TOWNSHIP[:9])
    assert actor.label == "县大数据平台 · 对接系统"
    assert actor.rights == gate.scopes()["cases.read"].rights
    told = Event.objects.get(name="system.connected")
    assert (told.data["scopes"], told.data["area"]) == (["cases.read"], people.TOWNSHIP)
    assert not any(raw in str(event.data) for event in Event.objects.all())
    assert raw.encode() not in bytes(ApiToken.objects.get(post=system.post).digest)


def test_what_the_administrator_changes_holds_at_the_next_call(admin: Actor) -> None:
    system, raw = key_of(READ, admin)
    changed = SystemTerms(READ.name, ("figures.read",), people.VILLAGE, per_minute=7)
    partners.change(system.pk, changed, actor=admin)
    actor = tokens.actor_for_token(raw)
    assert (actor.area, actor.rights) == (people.VILLAGE, gate.scopes()["figures.read"].rights)
    event = Event.objects.get(name="system.changed")
    assert event.data == {
        "scopes": [["cases.read"], ["figures.read"]],
        "area": [people.COUNTY, people.VILLAGE],
        "per_minute": [partners.PER_MINUTE, 7],
    }
    partners.change(system.pk, changed, actor=admin)
    assert Event.objects.filter(name="system.changed").count() == 1


def test_a_key_ends_by_itself_by_hand_and_with_its_system(admin: Actor) -> None:
    system, first = key_of(READ, admin, days=30)
    second, third = (partners.issue_key(system.pk, days=60, actor=admin) for _time in range(2))
    with time_machine.travel(clock.now() + timedelta(days=31), tick=False):
        with pytest.raises(SignInNeeded):
            tokens.actor_for_token(first)
        assert tokens.actor_for_token(second)
    newest = partners.keys_of(system).first()
    assert newest is not None
    partners.end_key(system.pk, newest.pk, actor=admin)
    with pytest.raises(SignInNeeded):
        tokens.actor_for_token(third)
    other = partners.create(SystemTerms("别的系统", ("cases.read",), people.COUNTY), actor=admin)
    left = partners.keys_of(system).get(label="")
    with pytest.raises(Missing):
        partners.end_key(other.pk, left.pk, actor=admin)
    partners.stop(system.pk, reason="合同到期", actor=admin)
    for raw in (first, second):
        with pytest.raises(SignInNeeded):
            tokens.actor_for_token(raw)
    with pytest.raises(Invalid):
        partners.issue_key(system.pk, days=1, actor=admin)
    again, _raw = key_of(READ, admin)
    assert again.post.unit_id == system.post.unit_id


def test_calls_beyond_the_limit_are_told_when_to_come_back(admin: Actor) -> None:
    with time_machine.travel(clock.now(), tick=False) as moment:
        system, raw = key_of(SystemTerms("县大数据平台", ("cases.read",), people.COUNTY, per_minute=3), admin)
        other = partners.issue_key(system.pk, days=3, actor=admin)
        for _time in range(3):
            tokens.actor_for_token(raw)
        moment.shift(timedelta(seconds=20))
        with pytest.raises(TooMany) as refused:
            tokens.actor_for_token(raw)
        assert str(refused.value.message) == "这个密钥每分钟最多调用 3 次，请 40 秒后再试。"
        answer = Client().get("/api/v1/me", headers={"Authorization": f"Bearer {raw}"})
        assert (answer.status_code, answer["Retry-After"]) == (429, "40")
        assert answer.json()["detail"] == str(refused.value.message)
        assert tokens.actor_for_token(other)  # each key counts for itself
        moment.shift(timedelta(seconds=41))
        assert tokens.actor_for_token(raw)


def test_peoples_tokens_are_not_counted() -> None:
    people.post(people.person("a"))
    mine = Program("a")
    mine.ask("get", "/me")
    counted = list(Limit.objects.values_list("key", "hits"))
    for _time in range(5):
        mine.ask("get", "/me")
    assert list(Limit.objects.values_list("key", "hits")) == counted


@pytest.mark.parametrize(
    ("terms", "field"),
    [
        (SystemTerms(" ", ("cases.read",), people.COUNTY), "name"),
        (SystemTerms("系" * 61, ("cases.read",), people.COUNTY), "name"),
        (SystemTerms("甲", (), people.COUNTY), "scopes"),
        (SystemTerms("甲", ("everything",), people.COUNTY), "scopes"),
        (SystemTerms("甲", ("cases.read",), "610422000000"), "area"),
        (SystemTerms("甲", ("cases.read",), people.COUNTY, per_minute=0), "per_minute"),
        (SystemTerms("甲", ("cases.read",), people.COUNTY, per_minute=10**9), "per_minute"),
        (SystemTerms("甲", ("cases.handle",), people.COUNTY), "unit_id"),
        (SystemTerms("县平台", ("cases.read",), people.COUNTY), "name"),
    ],
)
def test_what_does_not_fit_is_refused_by_field(admin: Actor, terms: SystemTerms, field: str) -> None:
    people.divisions()
    with pytest.raises(Invalid) as refused:
        partners.create(terms, actor=admin)
    assert field in refused.value.fields
    assert not System.objects.exists()


def test_one_name_is_one_system_and_days_are_bounded(admin: Actor) -> None:
    system, _raw = key_of(READ, admin)
    with pytest.raises(Invalid):
        partners.create(READ, actor=admin)
    for days in (0, partners.MOST_DAYS + 1):
        with pytest.raises(Invalid):
            partners.issue_key(system.pk, days=days, actor=admin)


def test_a_system_in_the_name_of_a_unit_acts_as_that_unit(admin: Actor) -> None:
    water = people.county_unit("县水利局", "department")
    terms = SystemTerms("水利工单系统", ("cases.handle",), people.COUNTY, unit_id=water.pk)
    _system, raw = key_of(terms, admin)
    actor = tokens.actor_for_token(raw)
    assert (actor.unit_id, actor.label) == (water.pk, "县水利局 · 对接系统")
    assert Unit.objects.filter(kind=Unit.Kind.PARTNER).count() == 0


def test_only_an_administrator_of_the_area_keeps_systems(admin: Actor) -> None:
    system, _raw = key_of(READ, admin)
    local = people.staff("local", "administrator", people.unit())
    clerk = people.staff("clerk")
    with pytest.raises(Missing):
        partners.change(system.pk, READ, actor=local)
    for attempt in (
        lambda: partners.create(SystemTerms("乙", ("cases.read",), people.COUNTY), actor=clerk),
        lambda: partners.issue_key(system.pk, days=1, actor=clerk),
        lambda: partners.stop(system.pk, reason="没有", actor=clerk),
    ):
        with pytest.raises(Forbidden):
            attempt()
    with pytest.raises(Invalid):
        partners.create(SystemTerms("乙", ("cases.read",), people.COUNTY), actor=local)


def test_a_system_has_no_screens(admin: Actor) -> None:
    system, raw = key_of(READ, admin)
    browser = Client()
    browser.force_login(system.post.user, backend="django.contrib.auth.backends.ModelBackend")
    assert browser.get("/cases/").status_code == 302
    assert Client().get("/api/v1/cases", headers={"Authorization": f"Bearer {raw}"}).status_code == 200
