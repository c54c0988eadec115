"""The second factor: set up, asked for, demanded by role and day, lost and reset."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.http import HttpResponse
from django.test import Client
from django.test.utils import override_settings
from pytest_django import DjangoAssertNumQueries

from minfu.accounts import checks, rights
from minfu.accounts.actor import Actor
from minfu.accounts.models import ApiToken, SecondFactorRule, Session, SignIn, User
from minfu.accounts.rules import second_factor
from minfu.accounts.tests import people
from minfu.accounts.tests.factors import app_for, code_of
from minfu.kernel.errors import Forbidden, Invalid, Missing
from minfu.kernel.models import Event

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def traveller() -> Iterator[Any]:
    with time_machine.travel(NOON, tick=False) as travelling:
        yield travelling


@pytest.fixture
def clerk() -> User:
    people.post(user := people.person("a"))
    return user


@pytest.fixture
def admin() -> Actor:
    return people.staff("admin", "administrator", people.county_unit("信息中心", "other"))


def password(client: Client, username: str = "a") -> HttpResponse:
    return client.post("/login/", {"username": username, "password": people.PASSWORD})  # type: ignore[return-value]  # a response all the same


def code(client: Client, typed: str) -> HttpResponse:
    return client.post("/login/factor/", {"code": typed})  # type: ignore[return-value]  # a response all the same


def is_in(client: Client) -> bool:
    return client.get("/account/leave/").status_code == 200


def events_of(user: User) -> list[tuple[str, Any]]:
    rows = Event.objects.filter(subject_type="user", subject_id=user.pk).order_by("seq")
    return [(row.name, row.data.get("kind", row.data.get("kinds"))) for row in rows]


# --- an authenticator app -------------------------------------------------------------------------------------------


def set_up_app(client: Client) -> str:
    """Set an app up as the pages lead, and return its secret."""
    page = client.get("/account/security/totp/")
    secret = re.search(r'class="receipt">([A-Z2-7]+)<', page.content.decode())
    assert secret is not None
    done = client.post("/account/security/totp/", {"code": code_of(secret[1])})
    assert done["Location"] == "/account/security/codes/"
    return secret[1]


def test_an_app_is_set_up_and_asked_for_from_then_on(client: Client, clerk: User, traveller: Any) -> None:
    password(client)
    secret = set_up_app(client)
    shown = re.findall(r"<code>(\d{8})</code>", client.get("/account/security/codes/").content.decode())
    assert len(shown) == 10
    again = client.get("/account/security/codes/").content.decode()
    assert shown[0] not in again
    assert "还有 10 个备用码" in again
    assert events_of(clerk) == [("user.factor_added", "recovery_codes"), ("user.factor_added", "totp")]
    traveller.shift(timedelta(minutes=2))
    other = Client()
    assert password(other)["Location"] == "/login/factor/"
    assert not is_in(other)
    assert code(other, code_of(secret)).status_code == 302
    assert is_in(other)
    kept = SignIn.objects.filter(user=clerk, outcome="entered").latest("pk")
    assert (kept.method, kept.factor) == ("password", "totp")


def test_the_secret_is_sealed_in_the_database(clerk: User) -> None:
    secret = app_for(clerk)
    kept = Authenticator.objects.get(user=clerk).data["secret"]
    assert secret not in kept
    with override_settings(SECRET_KEY="another", SECRET_KEY_FALLBACKS=[]):
        assert not Authenticator.objects.get(user=clerk).wrap().validate_code(code_of(secret))
    from django.conf import settings

    with override_settings(SECRET_KEY="another", SECRET_KEY_FALLBACKS=[settings.SECRET_KEY]):
        assert Authenticator.objects.get(user=clerk).wrap().validate_code(code_of(secret))


@pytest.mark.parametrize("typed", ["", "000000", "x" * 5000, "１２３４５６", "\0", "-1"])
def test_a_wrong_code_lets_nobody_in(client: Client, clerk: User, typed: str) -> None:
    secret = app_for(clerk)
    assert code_of(secret) != typed
    password(client)
    page = code(client, typed)
    assert "需要修改" in page.content.decode()
    assert not is_in(client)


def test_a_code_counts_once_wherever_it_is_typed(clerk: User) -> None:
    secret = app_for(clerk)
    first, second = Client(), Client()
    password(first)
    password(second)
    used = code_of(secret)
    code(first, used)
    assert is_in(first)
    assert "已经用过" in code(second, used).content.decode()
    assert not is_in(second)


def test_a_code_is_not_good_again_when_another_process_forgot_it(clerk: User, traveller: Any) -> None:
    """The library's own memory of used codes is of one process and half a minute; codes are good for longer."""
    from django.core.cache import cache

    secret = app_for(clerk)
    used = code_of(secret, ahead=1)
    first, second = Client(), Client()
    password(first)
    code(first, used)
    assert is_in(first)
    cache.clear()
    traveller.shift(timedelta(seconds=40))
    password(second)
    code(second, used)
    assert not is_in(second)


@pytest.mark.parametrize(("ahead", "good"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_clock_may_be_half_a_minute_wrong(client: Client, clerk: User, ahead: int, good: bool) -> None:  # noqa: FBT001 - a parameter of the test
    secret = app_for(clerk)
    password(client)
    code(client, code_of(secret, ahead=ahead))
    assert is_in(client) is good


def test_a_recovery_code_works_once(client: Client, clerk: User, traveller: Any) -> None:
    password(client)
    set_up_app(client)
    shown = re.findall(r"<code>(\d{8})</code>", client.get("/account/security/codes/").content.decode())
    for _turn, good in enumerate((True, False)):
        other = Client()
        password(other)
        code(other, shown[3])
        assert is_in(other) is good
    assert SignIn.objects.filter(user=clerk, factor="recovery_codes").count() == 1


def test_five_wrong_codes_lock_from_every_address_and_nobody_else(clerk: User, traveller: Any) -> None:
    secret = app_for(clerk)
    other = people.person("b")
    people.post(other)
    theirs = app_for(other)
    for turn in range(5):
        client = Client(REMOTE_ADDR=f"10.0.{turn}.1")
        password(client)
        page = code(client, "000000")
    assert "请在 12:15 之后再试" in page.content.decode()
    late = Client(REMOTE_ADDR="10.9.9.9")
    password(late)
    code(late, code_of(secret))
    assert not is_in(late)
    fine = Client(REMOTE_ADDR="10.0.0.1")
    password(fine, "b")
    code(fine, code_of(theirs))
    assert is_in(fine)
    traveller.shift(timedelta(minutes=15, seconds=1))
    password(late)
    code(late, code_of(secret))
    assert is_in(late)
    outcomes = list(SignIn.objects.filter(user=clerk).order_by("pk").values_list("outcome", flat=True))
    assert outcomes == ["wrong_code"] * 4 + ["locked", "entered"]


def test_nobody_locks_anothers_codes_from_the_sign_in_page(clerk: User) -> None:
    secret = app_for(clerk)
    for _turn in range(6):
        Client().post("/login/", {"username": "a#", "password": "wrong"})
    client = Client()
    password(client)
    code(client, code_of(secret))
    assert is_in(client)


def test_the_code_page_is_for_who_gave_the_password(client: Client, clerk: User) -> None:
    app_for(clerk)
    assert client.get("/login/factor/")["Location"] == "/login/"
    assert code(client, "123456")["Location"] == "/login/"


def test_the_step_after_the_password_waits_a_quarter_of_an_hour(
    client: Client, clerk: User, traveller: Any
) -> None:
    secret = app_for(clerk)
    password(client)
    traveller.shift(timedelta(minutes=16))
    code(client, code_of(secret))
    assert not is_in(client)


def test_removing_the_app_takes_the_recovery_codes_along(client: Client, clerk: User) -> None:
    password(client)
    set_up_app(client)
    page = client.get("/account/security/totp/remove/").content.decode()
    assert "移除二次验证" in page
    assert client.post("/account/security/totp/remove/")["Location"] == "/account/security/"
    assert not Authenticator.objects.filter(user=clerk).exists()
    assert events_of(clerk)[2:] == [
        ("user.factor_removed", "recovery_codes"),
        ("user.factor_removed", "totp"),
    ]


def test_a_change_asks_again_who_one_is_after_five_minutes(
    client: Client, clerk: User, traveller: Any
) -> None:
    password(client)
    traveller.shift(timedelta(minutes=5, seconds=1))
    asked = client.get("/account/security/totp/")
    assert asked["Location"] == "/account/confirm/?next=%2Faccount%2Fsecurity%2Ftotp%2F"
    wrong = client.post(asked["Location"], {"password": "wrong"})
    assert "密码不正确" in wrong.content.decode()
    assert client.get("/account/security/totp/").status_code == 302
    assert (
        client.post(asked["Location"], {"password": people.PASSWORD})["Location"] == "/account/security/totp/"
    )
    assert client.get("/account/security/totp/").status_code == 200


def test_asking_again_is_no_way_to_guess_the_password(client: Client, clerk: User, traveller: Any) -> None:
    password(client)
    traveller.shift(timedelta(minutes=6))
    for _turn in range(5):
        page = client.post("/account/confirm/", {"password": "wrong"})
    assert "已锁定" in page.content.decode()
    page = client.post("/account/confirm/", {"password": people.PASSWORD})
    assert "已锁定" in page.content.decode()
    assert password(Client()).status_code == 429


# --- demanded by role -----------------------------------------------------------------------------------------------


def demand(role: str = "township_clerk", since: date = date(2026, 11, 23)) -> SecondFactorRule:
    from django.db.backends.postgresql.psycopg_any import DateRange

    return SecondFactorRule.objects.create(role=role, period=DateRange(since, None), source="县信息中心")


def test_a_role_works_from_the_day_on_with_a_second_factor_only(
    client: Client, clerk: User, traveller: Any
) -> None:
    demand(since=date(2026, 11, 24))
    password(client)
    assert is_in(client)
    traveller.move_to(datetime(2026, 11, 23, 16, 0, tzinfo=UTC))  # midnight in China
    assert password(client)["Location"] == "/account/security/"
    stopped = client.get("/account/leave/")
    assert stopped["Location"] == "/account/security/"
    assert (
        client.get("/account/leave/", headers={"HX-Request": "true"})["HX-Redirect"] == "/account/security/"
    )
    assert "请先设置动态验证码或通行密钥" in client.get("/account/security/").content.decode()
    assert client.get("/").status_code in {200, 302}
    set_up_app(client)
    assert is_in(client)


def test_the_setting_demands_it_whatever_the_rows_say(client: Client, clerk: User, settings: Any) -> None:
    settings.MINFU_SECOND_FACTOR = ["township_clerk"]
    password(client)
    assert not is_in(client)
    settings.MINFU_SECOND_FACTOR = ["auditor"]
    assert is_in(client)


def test_a_session_from_before_gives_it_without_signing_in_again(
    client: Client, clerk: User, traveller: Any
) -> None:
    password(client)
    other = Client()
    password(other)
    secret = set_up_app(other)
    demand()
    assert is_in(other)
    assert not is_in(client)
    assert "现在验证" in client.get("/account/security/").content.decode()
    traveller.shift(timedelta(minutes=2))
    done = client.post("/account/confirm/code/?next=/", {"code": code_of(secret)})
    assert done["Location"] == "/"
    assert is_in(client)


def test_removing_the_last_factor_stops_the_work_at_once(client: Client, clerk: User) -> None:
    demand()
    password(client)
    set_up_app(client)
    assert is_in(client)
    client.post("/account/security/totp/remove/")
    assert not is_in(client)


def test_a_delegate_needs_it_for_the_post_they_stand_in_for(client: Client, clerk: User) -> None:
    from minfu.accounts.models import Delegation

    leader = people.person("leader")
    stood_in = people.post(leader, "township_leader")
    Delegation.objects.create(
        post=stood_in, to=clerk, starts_at=NOON, ends_at=NOON + timedelta(days=1), reason="出差"
    )
    demand("township_leader")
    password(client)
    client.post("/account/post/", {"post": stood_in.pk})
    assert not is_in(client)
    client.post("/account/post/", {"post": clerk.posts.get().pk})
    assert is_in(client)


def test_the_demand_costs_no_further_query(
    client: Client, clerk: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    password(client)
    client.get("/login/")
    with django_assert_num_queries(3) as seen:  # session, person, posts with what they demand
        client.get("/login/")
    sent = [query["sql"] for query in seen.captured_queries]
    assert sum("accounts_second_factor_rule" in sql for sql in sent) == 1
    assert "accounts_post" in next(sql for sql in sent if "accounts_second_factor_rule" in sql)


# --- the administrator ----------------------------------------------------------------------------------------------


def test_the_administrator_demands_and_ends_with_a_basis(client: Client, admin: Actor, clerk: User) -> None:
    client.force_login(User.objects.get(pk=admin.user_id or 0))
    page = client.get("/admin/second-factor/").content.decode()
    assert "建议要求：系统管理员、审计员、县平台调度员" in page
    form = {"role": "township_clerk", "starts_on": "2026-11-23", "source": "县信息中心安全要求"}
    assert client.post("/admin/second-factor/", form).status_code == 302
    assert second_factor.demanded_roles() == {"township_clerk"}
    rule = SecondFactorRule.objects.get()
    worker = Client()
    password(worker)
    assert not is_in(worker)
    assert (
        "请填写“原因”" in client.post(f"/admin/second-factor/{rule.pk}/end/", {"reason": ""}).content.decode()
    )
    client.post(f"/admin/second-factor/{rule.pk}/end/", {"reason": "改用统一身份认证"})
    assert is_in(worker)
    names = Event.objects.filter(subject_type="factor_rule").order_by("seq").values_list("name", "reason")
    assert list(names) == [
        ("factor_rule.demanded", "县信息中心安全要求"),
        ("factor_rule.ended", "改用统一身份认证"),
    ]
    assert client.post(f"/admin/second-factor/{rule.pk}/end/", {"reason": "再来"}).status_code == 422


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"role": ""}, "请选择“角色”"),
        ({"role": "king"}, "没有这个选项"),
        ({"starts_on": "2026-11-22"}, "开始日期不能早于今天"),
        ({"source": " "}, "请填写“依据”"),
        ({}, "这个角色在该期间已经要求二次验证"),
    ],
)
def test_a_wrong_demand_gets_a_sentence(client: Client, admin: Actor, change: Any, sentence: str) -> None:
    client.force_login(User.objects.get(pk=admin.user_id or 0))
    demand("auditor")
    form = {"role": "auditor", "starts_on": "2026-11-23", "source": "文号", **change}
    page = client.post("/admin/second-factor/", form)
    assert page.status_code == 422
    assert sentence in page.content.decode()


def test_a_lost_telephone_is_reset_for_a_reason(client: Client, admin: Actor, clerk: User) -> None:
    app_for(clerk)
    theirs = Client()
    password(theirs)
    theirs.force_login(clerk)
    ApiToken.objects.create(
        digest=b"1" * 32, user=clerk, post=clerk.posts.get(), created_at=NOON, expires_at=NOON + timedelta(1)
    )
    client.force_login(User.objects.get(pk=admin.user_id or 0))
    path = f"/admin/people/{clerk.pk}/factors/"
    assert client.get(path).status_code == 200
    assert client.post(path, {"reason": ""}).status_code == 422
    assert client.post(path, {"reason": "手机丢失，已当面核对"}).status_code == 302
    assert not Authenticator.objects.filter(user=clerk).exists()
    assert not Session.objects.filter(user_id=clerk.pk).exists()
    assert not ApiToken.objects.filter(user=clerk).exists()
    assert not is_in(theirs)
    kept = Event.objects.get(name="user.factors_reset")
    assert (kept.reason, kept.data, kept.actor_user_id) == (
        "手机丢失，已当面核对",
        {"kinds": ["totp"]},
        admin.user_id,
    )
    assert client.post(path, {"reason": "再来"}).status_code == 422
    again = Client()
    password(again)
    assert is_in(again)


def test_nobody_resets_their_own_and_nobody_without_the_right(admin: Actor, clerk: User) -> None:
    app_for(clerk)
    app_for(User.objects.get(pk=admin.user_id or 0))
    with pytest.raises(Forbidden, match="不能重置自己的二次验证"):
        second_factor.reset(admin.user_id or 0, reason="丢了", actor=admin)
    other = people.staff("b")
    with pytest.raises(Invalid, match="请选择角色"):
        second_factor.demand("partner", starts_on=date(2026, 11, 23), source="文号", actor=admin)
    for refused in (
        lambda: second_factor.reset(clerk.pk, reason="丢了", actor=other),
        lambda: second_factor.demand("auditor", starts_on=date(2026, 11, 23), source="文号", actor=other),
        lambda: second_factor.end_demand(demand("auditor").pk, reason="不要", actor=other),
    ):
        with pytest.raises(Forbidden):
            refused()
    with pytest.raises(Missing):
        second_factor.end_demand(0, reason="不要", actor=admin)


def test_the_only_administrator_is_let_in_again_from_the_server(clerk: User) -> None:
    from typer.testing import CliRunner

    from minfu.accounts.cli import app

    app_for(clerk)
    done = CliRunner().invoke(app, ["forget-factors", "a", "--reason", "唯一的管理员丢了手机"])
    assert done.exit_code == 0, done.output
    assert not Authenticator.objects.filter(user=clerk).exists()
    kept = Event.objects.get(name="user.factors_reset")
    assert (kept.actor_kind, kept.door, kept.reason) == ("system", "command", "唯一的管理员丢了手机")
    with pytest.raises(Missing):
        second_factor.reset_from_server("nobody", reason="x")
    with pytest.raises(Invalid, match="没有设置二次验证"):
        second_factor.reset_from_server("a", reason="x")


def test_the_setting_knows_every_role() -> None:
    from config.settings import ROLES

    assert rights.PEOPLE == ROLES


def test_the_doctor_says_who_comes_in_by_password_alone(settings: Any) -> None:
    (fine,) = checks.second_factors(lambda _done, _all: None)
    assert fine.well
    settings.MINFU_PUBLIC_URL = "https://minfu.example"
    demand("auditor")
    (finding,) = checks.second_factors(lambda _done, _all: None)
    assert not finding.well
    assert "系统管理员、县平台调度员" in finding.words
    settings.MINFU_SECOND_FACTOR = ["administrator", "county_dispatcher"]
    (well,) = checks.second_factors(lambda _done, _all: None)
    assert well.well
