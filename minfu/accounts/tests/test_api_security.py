"""Sign-ins, sessions and second factors over the API: one's own, and the administrator's for a reason."""

import pytest
from django.test import Client

from minfu.accounts.models import SecondFactorRule, Session, User
from minfu.accounts.tests import people
from minfu.accounts.tests.program import Program
from minfu.kernel import clock
from minfu.kernel.models import Event

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin() -> Program:
    """The county's administrator."""
    people.staff("admin", "administrator", people.county_unit())
    return Program("admin")


def browser(username: str) -> Client:
    """Return a browser in which a person has signed in with their password."""
    client = Client()
    answer = client.post("/login/", {"username": username, "password": people.PASSWORD})
    assert answer.status_code == 302
    return client


def test_ones_own_sessions_are_listed_and_ended(admin: Program) -> None:
    people.post(people.person("a"))
    people.post(people.person("b"), where=people.unit("乙镇便民服务中心", area=people.OTHER_TOWNSHIP))
    mine, others = Program("a"), Program("b")
    browser("a"), browser("a")
    first, second = mine.ask("get", "/sessions")
    assert first["began"]["outcome_label"] == "登录成功"
    others.ask("delete", f"/sessions/{first['id']}", status=404)
    mine.ask("delete", f"/sessions/{first['id']}", status=204)
    assert [row["id"] for row in mine.ask("get", "/sessions")] == [second["id"]]
    mine.ask("delete", "/sessions", status=204)
    assert mine.ask("get", "/sessions") == []
    assert mine.ask("get", "/me")["user_id"]  # a token is no session
    assert set(Event.objects.filter(name="user.session_ended").values_list("door", flat=True)) == {"api"}


def test_sign_ins_are_seen_for_a_reason_and_a_session_is_ended(admin: Program) -> None:
    user = people.person("a")
    people.post(user)
    theirs = browser("a")
    why = {"username": "a", "reason": "核查异常登录"}
    admin.ask("post", "/admin/sign-ins", {**why, "reason": " "}, status=422)
    seen = admin.ask("post", "/admin/sign-ins", why)
    assert [row["outcome"] for row in seen["sign_ins"]] == ["entered"]
    looked = Event.objects.get(name="user.sign_ins_seen")
    assert (looked.subject_id, looked.reason, looked.door) == (user.pk, "核查异常登录", "api")
    path = f"/admin/people/{user.pk}/sessions/{seen['sessions'][0]['id']}"
    Program("a").ask("delete", path, status=403)
    admin.ask("delete", path, status=204)
    assert theirs.get("/account/post/").status_code == 302
    assert not Session.objects.filter(user_id=user.pk).exists()
    Program("a").ask("post", "/admin/sign-ins", why, status=403)


def test_a_second_factor_is_demanded_and_no_longer(admin: Program) -> None:
    people.post(people.person("a"))
    theirs, today = Program("a"), clock.today().isoformat()
    asked = {"role": "township_clerk", "starts_on": today, "source": "县信息中心安全要求"}
    theirs.ask("post", "/admin/second-factor", asked, status=403)
    made = admin.ask("post", "/admin/second-factor", asked, status=201)
    assert admin.ask("get", "/admin/second-factor")["today"] == ["township_clerk"]
    theirs.ask("get", "/me", status=401)
    assert admin.ask("post", "/admin/second-factor", asked, status=422)["detail"]
    admin.ask("post", f"/admin/second-factor/{made['id']}/end", {"reason": ""}, status=422)
    admin.ask("post", f"/admin/second-factor/{made['id']}/end", {"reason": "试行结束"})
    assert theirs.ask("get", "/me")["user_id"]
    assert SecondFactorRule.objects.count() == 1


def test_an_identity_is_registered_and_factors_are_reset(admin: Program) -> None:
    user = people.person("a")
    path = f"/admin/people/{user.pk}/identity"
    told = admin.ask("put", path, {"number": "G-001", "subject": "sub-1"})
    assert (told["number"], told["subject"], told["second_factors"]) == ("G-001", "sub-1", [])
    other = people.person("b")
    taken = admin.ask("put", f"/admin/people/{other.pk}/identity", {"subject": "sub-1"}, status=422)
    assert taken["errors"][0]["field"] == "subject"
    assert admin.ask("get", path) == told
    none = admin.ask("post", f"/admin/people/{user.pk}/factors/reset", {"reason": "手机丢失"}, status=422)
    assert "没有设置二次验证" in none["detail"]
    mine = User.objects.get(username="admin").pk
    admin.ask("post", f"/admin/people/{mine}/factors/reset", {"reason": "手机丢失"}, status=403)
