"""The administrator's work over the API: from a new unit to the first token of a new colleague."""

from datetime import timedelta

import pytest

from minfu.accounts.models import ApiToken, Delegation, Post, Unit, User
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


def test_from_a_new_unit_to_the_first_token_of_a_new_colleague(admin: Program) -> None:
    people.divisions()
    grid = people.grid()
    unit = admin.ask(
        "post",
        "/admin/units",
        {"name": "甲一村村委会", "kind": "village", "division": people.VILLAGE},
        status=201,
    )
    assert (unit["level"], unit["is_active"]) == ("village", True)
    new = admin.ask("post", "/admin/people", {"username": "liwang", "name": "李望"}, status=201)
    person = new["person"]["id"]
    first = {"username": "liwang", "password": new["one_time_password"]}
    refused = Program().ask("post", "/tokens", first, status=422)
    assert refused["errors"][0]["field"] == "password"
    terms = {
        "unit_id": unit["id"],
        "role": "grid_worker",
        "area": people.VILLAGE,
        "starts_on": clock.today().isoformat(),
        "grids": [grid.pk],
    }
    post = admin.ask("post", f"/admin/people/{person}/posts", terms, status=201)
    assert (post["title"], post["grids"], post["last_day"]) == ("网格员", [grid.pk], None)
    Program().ask("post", "/password", {**first, "new_password": "Cuiping-2026-hill"}, status=204)
    worker = Program("liwang", "Cuiping-2026-hill")
    me = worker.ask("get", "/me")
    assert (me["role"], me["area"]) == ("grid_worker", people.VILLAGE)
    worker.ask("get", "/admin/units", status=403)

    shown = admin.ask("get", f"/admin/people/{person}")
    assert [one["id"] for one in shown["posts"]] == [post["id"]]
    doors = Event.objects.filter(actor_user_id=User.objects.get(username="admin").pk).values_list(
        "door", flat=True
    )
    assert set(doors) == {"api"}
    assert Event.objects.get(name="user.password_changed").door == "api"


def test_units_are_changed_and_closed_by_the_same_rules(admin: Program) -> None:
    unit = people.unit()
    people.post(people.person("a"), where=unit)
    told = admin.ask("get", f"/admin/units/{unit.pk}")
    kept = {
        name: told[name] for name in ("name", "kind", "division", "short_name", "duty", "parent", "phone")
    }
    changed = admin.ask("put", f"/admin/units/{unit.pk}", {**kept, "phone": "0593-1234567"})
    assert changed["phone"] == "0593-1234567"
    held = admin.ask("put", f"/admin/units/{unit.pk}", {**kept, "is_active": False}, status=422)
    assert held["detail"] == "还有人在这个单位任职，请先结束这些岗位，再停用单位。"
    again = admin.ask("post", "/admin/units", kept, status=422)
    assert "已经有" in again["detail"]
    own = admin.ask("put", f"/admin/units/{unit.pk}", {**kept, "parent": unit.pk}, status=422)
    assert own["errors"][0]["field"] == "parent"
    found = admin.ask("get", "/admin/units", {"q": "甲镇"})["items"]
    assert [row["id"] for row in found] == [unit.pk]


def test_lists_are_paged(admin: Program) -> None:
    for number in range(5):
        people.person(f"p{number}")
    seen, cursor = [], ""
    while True:
        page = admin.ask("get", "/admin/people", {"limit": 2, "cursor": cursor})
        seen += [row["username"] for row in page["items"]]
        if not (cursor := page["next_cursor"]):
            break
    assert sorted(seen) == ["admin", "p0", "p1", "p2", "p3", "p4"]
    assert (
        admin.ask("get", "/admin/people", {"cursor": "nonsense"}, status=422)["errors"][0]["field"]
        == "cursor"
    )


def test_people_are_renamed_reset_and_disabled(admin: Program) -> None:
    user = people.person("a")
    people.post(user)
    theirs = Program("a")
    assert admin.ask("put", f"/admin/people/{user.pk}", {"name": "王五"})["name"] == "王五"
    tokens = admin.ask("get", f"/admin/people/{user.pk}/tokens")
    assert len(tokens) == 1
    assert "token" not in tokens[0]
    given = admin.ask("post", f"/admin/people/{user.pk}/password")
    assert given["person"]["must_change_password"] is True
    theirs.ask("get", "/me", status=401)
    off = admin.ask("post", f"/admin/people/{user.pk}/active", {"active": False})
    assert off["is_active"] is False
    mine = User.objects.get(username="admin").pk
    admin.ask("post", f"/admin/people/{mine}/active", {"active": False}, status=403)
    wrong = admin.ask("post", "/admin/people", {"username": "李 望", "name": "李望"}, status=422)
    assert wrong["errors"][0]["field"] == "username"


def test_posts_end_and_grids_change(admin: Program) -> None:
    grid, elsewhere = people.grid(), people.grid(people.OTHER_VILLAGE)
    post = people.post(
        people.person("a"), "grid_worker", people.unit("甲一村村委会", "village", people.VILLAGE)
    )
    path = f"/admin/posts/{post.pk}"
    assert admin.ask("put", f"{path}/grids", {"grids": [grid.pk]})["grids"] == [grid.pk]
    refused = admin.ask("put", f"{path}/grids", {"grids": [elsewhere.pk]}, status=422)
    assert refused["errors"][0]["field"] == "grids"
    admin.ask("post", f"{path}/end", {"reason": " "}, status=422)
    ended = admin.ask("post", f"{path}/end", {"reason": "工作调动"})
    assert ended["is_over"] is True
    assert [row["id"] for row in admin.ask("get", "/admin/posts")["items"]] == [
        Post.objects.get(user__username="admin").pk
    ]
    over = admin.ask("get", "/admin/posts", {"over": "true", "role": "grid_worker"})
    assert [row["id"] for row in over["items"]] == [post.pk]


def test_one_delegates_ones_own_post_and_ends_it(admin: Program) -> None:
    post = people.post(people.person("a"))
    people.post(people.person("b"), where=people.unit("乙镇便民服务中心", area=people.OTHER_TOWNSHIP))
    theirs, others, now = Program("a"), Program("b"), clock.now()
    leave = {
        "to": "b",
        "starts_at": (now - timedelta(minutes=1)).isoformat(),
        "ends_at": (now + timedelta(days=2)).isoformat(),
        "reason": "年休假",
    }
    wrong = theirs.ask("post", "/delegations", {**leave, "to": "nobody"}, status=422)
    assert wrong["errors"][0]["field"] == "to"
    others.ask("post", "/delegations", {**leave, "post_id": post.pk}, status=404)
    made = theirs.ask("post", "/delegations", leave, status=201)
    assert (made["post_id"], made["to"], made["to_name"]) == (post.pk, "b", "姓名b")
    several = Program().ask("post", "/tokens", {"username": "b", "password": people.PASSWORD}, status=422)
    assert f"{post.pk}（甲镇便民服务中心 · 平台值班员（代））" in several["detail"]
    stand_in = Program("b", post=post.pk)
    assert stand_in.ask("get", "/me")["on_behalf_of_post_id"] == post.pk
    stand_in.ask("get", "/delegations", status=403)
    assert others.ask("get", "/delegations")["items"] == []
    others.ask("post", f"/delegations/{made['id']}/end", status=404)
    assert [row["id"] for row in admin.ask("get", "/delegations")["items"]] == [made["id"]]
    theirs.ask("post", f"/delegations/{made['id']}/end", status=204)
    assert Delegation.objects.get().ends_at <= clock.now()
    stand_in.ask("get", "/me", status=401)


def test_a_token_is_ended_by_its_owner_or_the_administrator(admin: Program) -> None:
    people.post(people.person("a"))
    people.post(people.person("b"), where=people.unit("乙镇便民服务中心", area=people.OTHER_TOWNSHIP))
    theirs, spare, others = Program("a"), Program("a"), Program("b")
    newest, oldest = theirs.ask("get", "/tokens")
    assert newest["id"] > oldest["id"]
    others.ask("delete", f"/tokens/{newest['id']}", status=404)
    theirs.ask("delete", f"/tokens/{newest['id']}", status=204)
    spare.ask("get", "/me", status=401)
    admin.ask("delete", f"/tokens/{oldest['id']}", status=204)
    theirs.ask("get", "/me", status=401)
    assert Event.objects.filter(name="user.token_ended").count() == 2
    assert ApiToken.objects.count() == 2


def test_an_administrator_of_a_township_keeps_to_it() -> None:
    people.staff("local", "administrator", people.unit())
    other = people.unit("乙镇便民服务中心", area=people.OTHER_TOWNSHIP)
    local = Program("local")
    assert {row["division"] for row in local.ask("get", "/admin/units")["items"]} == {people.TOWNSHIP}
    local.ask("get", f"/admin/units/{other.pk}", status=404)
    told = {"name": "某单位", "kind": "other", "division": people.OTHER_TOWNSHIP}
    local.ask("post", "/admin/units", told, status=422)
    assert not Unit.objects.filter(name="某单位").exists()
