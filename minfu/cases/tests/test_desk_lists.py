"""The desk's lists: scopes, filters, paging, bulk, and a number of queries that does not grow."""

import re
from typing import Any
from urllib.parse import unquote_plus

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from minfu.cases.rules import actions
from minfu.cases.rules.intake import Person, Spot
from minfu.cases.tests.api import Caller
from minfu.cases.tests.desk import sign_in, text
from minfu.cases.tests.world import FENGPU_VILLAGES, PINGHU_VILLAGES, World
from minfu.places import index

LIST = "/cases/"
HOSTILE = "<script>alert(1)</script>'; DROP TABLE cases_case; -- \"><img src=x onerror=alert(2)>"


def test_the_inbox_shows_what_waits_for_ones_own_unit(world: World) -> None:
    mine = world.register()
    elsewhere = world.register(spot=Spot(village_code=PINGHU_VILLAGES[0]))
    page = text(sign_in("officer").get(LIST))
    assert reverse("cases:case", args=[mine.pk]) in page
    assert reverse("cases:case", args=[elsewhere.pk]) not in page


def test_another_areas_demand_is_in_no_list_and_not_found(world: World) -> None:
    case = world.register()
    client = sign_in("other_clerk")
    for scope in ("inbox", "area", "all", "overdue"):
        assert reverse("cases:case", args=[case.pk]) not in text(client.get(LIST, {"scope": scope}))
    assert client.get(reverse("cases:case", args=[case.pk])).status_code == 404
    assert client.get(reverse("cases:print", args=[case.pk])).status_code == 404


def test_the_administrator_sees_no_list(world: World) -> None:
    assert sign_in("administrator").get(LIST).status_code == 403


def test_nobody_signed_in_goes_to_the_sign_in_page(client: Any, world: World) -> None:
    answer = client.get(LIST)
    assert answer.status_code == 302
    assert "login" in answer.headers["Location"]


@pytest.mark.parametrize("name", ["clerk", "dispatcher", "officer", "water", "mediator", "auditor", "leader"])
def test_every_role_gets_every_list_it_is_offered(world: World, name: str) -> None:
    world.at("reported")
    client = sign_in(name)
    page = client.get(LIST)
    assert page.status_code == 200
    for tab in [*page.context["tabs"], *page.context["more_tabs"]]:
        assert client.get(LIST, {"scope": tab["scope"].name}).status_code == 200


def test_every_list_is_in_sight_or_in_the_menu_beside_and_the_open_one_is_marked(world: World) -> None:
    page = sign_in("dispatcher").get(LIST, {"scope": "all"})
    menu = text(page).split('class="desk-tabs"')[1].split("</nav>")[0]
    for scope in ("inbox", "overdue", "registered", "all"):
        assert f'?scope={scope}"' in menu
    assert [tab["scope"].name for tab in page.context["more_tabs"] if tab["current"]] == ["all"]
    assert '<summary class="is-current">' in menu


def test_a_row_names_the_village_not_a_grid_that_every_village_has(world: World) -> None:
    world.register(spot=Spot(village_code=FENGPU_VILLAGES[0], grid_id=world.grid.pk))
    row = text(sign_in("clerk").get(LIST, {"scope": "area"})).split('class="desk-place">')[1]
    assert row.startswith("凤埔村<")


def test_filters_narrow_and_are_remembered(world: World) -> None:
    lamp = world.register()
    wire = world.register(category_code="040102")
    client = sign_in("clerk")
    page = text(client.get(LIST, {"scope": "all", "state": "assigned", "village": FENGPU_VILLAGES[0]}))
    assert lamp.number in page
    answer = client.get(LIST)
    assert answer.status_code == 302
    assert "state=assigned" in answer.headers["Location"]
    hidden = text(client.get(LIST, {"scope": "all", "kind": "dispute"}))
    assert lamp.number not in hidden
    assert wire.number not in hidden
    assert "没有符合条件的诉求" in hidden
    client.get(LIST, {"scope": "all"})
    assert client.get(LIST).headers["Location"] == f"{LIST}?scope=all"


@pytest.mark.parametrize(
    "query",
    [
        {"state": "nonsense"},
        {"scope": "nonsense"},
        {"scope": "all", "text": HOSTILE[:60]},
        {"scope": "area", "cursor": "'; --"},
        {"kind": HOSTILE},
    ],
)
def test_a_wrong_filter_is_a_sentence_and_is_not_remembered(world: World, query: dict[str, str]) -> None:
    client = sign_in("clerk")
    answer = client.get(LIST, query)
    assert answer.status_code == 422
    assert 'role="alert"' in text(answer)
    assert "<script>alert" not in text(answer)
    assert client.get(LIST).status_code == 200


def test_a_number_a_receipt_and_a_telephone_number_find_it(world: World) -> None:
    case = world.register()
    client = sign_in("clerk")
    url = reverse("cases:case", args=[case.pk])
    for words in (case.number, case.receipt, "138 0000 1234"):
        assert client.post("/search/", {"q": words}).headers["Location"] == url
        assert url in text(client.post(LIST, {"scope": "all", "text": words}, follow=True))
    assert client.get("/search/", {"q": case.number}).headers["Location"] == url
    assert "没有找到" not in text(client.get("/search/", {"q": case.receipt}))
    assert sign_in("officer").post("/search/", {"q": "13800001234"}).status_code == 404
    assert sign_in("other_clerk").post("/search/", {"q": case.number}).status_code == 404


def test_the_number_of_the_system_a_demand_came_from_finds_it(world: World) -> None:
    case = world.register(source="12345热线", external_id="GT20261123-7")
    world.register(source="别的平台", external_id="8")
    client = sign_in("clerk")
    for typed in ("GT20261123-7", " GT20261123-7 "):
        found = client.post("/search/", {"q": typed})
        assert found.headers["Location"] == reverse("cases:case", args=[case.pk])
    assert client.post("/search/", {"q": "20261123"}).status_code == 404
    assert (
        sign_in("other_clerk").post("/search/", {"q": "GT20261123-7"}).status_code == 307
    )  # searched for as words


SECRETS = ("13800001234", "138 0000 1234", "0593-3881234", "11010119900307803X")


@pytest.mark.parametrize("typed", ["13800001234", "+86 138-0000-1234", "receipt"])
def test_what_is_secret_stands_in_no_address_and_the_filter_survives_a_reload(
    world: World, typed: str
) -> None:
    case, other = world.register(), world.register(person=Person(phone="13900005678"))
    words = case.receipt if typed == "receipt" else typed
    client = sign_in("clerk")
    answer = client.post(LIST, {"scope": "all", "state": "assigned", "text": words})
    assert answer.status_code == 302
    address = answer.headers["Location"]
    assert "13800001234" not in address
    assert case.receipt not in address
    assert "state=assigned" in address
    for _reload in range(2):
        page = client.get(address)
        assert [row.case for row in page.context["rows"]] == [case]
        assert other.number not in text(page)
        assert "13800001234" not in text(page)
    links = re.findall(r'href="([^"]*)"', text(page))
    assert not any("13800001234" in link for link in links)
    # Another filter is chosen: what was searched for stays, until it is cleared or typed over.
    form = {
        name: page.context["form"][name].value() or "" for name in ("scope", "kept", "text", "state", "kind")
    }
    again = client.post(LIST, {**form, "kind": "request"})
    assert [row.case for row in client.get(again.headers["Location"]).context["rows"]] == [case]
    wrong = client.post(LIST, {**form, "kind": "praise"}, follow=True)
    assert wrong.context["rows"] == []
    typed_over = client.post(LIST, {**form, "text": other.number}, follow=True)
    assert [row.case for row in typed_over.context["rows"]] == [other]


@pytest.mark.parametrize("secret", SECRETS)
def test_a_secret_typed_into_the_address_is_taken_out_of_it(world: World, secret: str) -> None:
    world.register()
    for name in ("clerk", "officer"):
        answer = sign_in(name).get(LIST, {"scope": "all", "text": secret})
        assert answer.status_code == 302
        assert secret not in unquote_plus(answer.headers["Location"])
    path = f"/cases/{world.register().pk}/"
    beside = sign_in("clerk").get(path, {"scope": "all", "text": secret}, follow=True)
    assert beside.redirect_chain == [(f"{path}?scope=all", 302)]
    page = text(beside)
    assert not any(secret in unquote_plus(link) for link in re.findall(r'(?:href|action)="([^"]*)"', page))


def test_a_number_that_is_none_is_told_and_not_written_into_an_address(world: World) -> None:
    client = sign_in("clerk")
    for wrong in ("1380000123", "110101199003078031", "没有"):
        answer = client.post(LIST, {"scope": "all", "text": wrong})
        assert answer.status_code == 422
        assert "请输入诉求编号或查询码" in text(answer)


def test_the_token_of_a_number_opens_no_more_than_the_number(world: World) -> None:
    hidden = world.register(kind="complaint", complained_unit_id=world.units["fengpu"].pk)
    world.register()
    address = sign_in("clerk").post(LIST, {"scope": "all", "text": "13800001234"}).headers["Location"]
    assert hidden not in [row.case for row in sign_in("clerk").get(address).context["rows"]]
    assert sign_in("officer").get(address).status_code == 422
    assert sign_in("clerk").get(LIST, {"scope": "all", "text": "tel-!!"}).context["rows"] == []


def test_the_api_searches_in_a_body_and_not_in_an_address(world: World) -> None:
    case = world.register()
    clerk = Caller(world, "clerk")
    for secret in ("13800001234", case.receipt):
        refused = clerk.get("/cases", {"scope": "all", "text": secret})
        assert refused.status_code == 422
        assert "POST /cases/search" in refused.json()["detail"]
        found = clerk.post("/cases/search", {"scope": "all", "text": secret})
        assert [one["id"] for one in found.json()["items"]] == [case.pk]
    assert clerk.get("/cases", {"scope": "all", "text": case.number}).json()["items"][0]["id"] == case.pk
    assert clerk.post("/cases/search", {"scope": "all", "txet": "1"}).status_code == 422


def test_pages_follow_each_other_and_lose_none(world: World) -> None:
    made = {world.register().pk for _one in range(45)}
    client = sign_in("officer")
    first = client.get(LIST, {"scope": "inbox"})
    second = client.get(LIST, {"scope": "inbox", "cursor": first.context["next"]})
    seen = [row.case.pk for page in (first, second) for row in page.context["rows"]]
    assert len(seen) == len(set(seen)) == 45
    assert set(seen) == made
    assert second.context["next"] == ""


def _queries(client: Any, query: dict[str, str]) -> int:
    with CaptureQueriesContext(
        connection,
    ) as found:
        assert client.get(LIST, query).status_code == 200
    return len(found)


@pytest.mark.parametrize("name", ["clerk", "dispatcher", "officer"])
@pytest.mark.parametrize("scope", ["inbox", "area", "all"])
def test_a_list_costs_the_same_for_one_row_and_for_forty(
    world: World, name: str, scope: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index, "CHECK_SECONDS", 60.0)
    client = sign_in(name)
    world.register()
    _queries(client, {"scope": scope})
    one = min(_queries(client, {"scope": scope}) for _time in range(2))
    for number in range(30):
        world.register(
            category_code="" if number % 3 else "040102",
            spot=Spot() if number % 2 else Spot(village_code=FENGPU_VILLAGES[1]),
        )
    # The configuration is read again every few seconds: the lower of two is the list's own cost.
    many = min(_queries(client, {"scope": scope}) for _time in range(2))
    assert one == many
    assert many <= 10


def test_hostile_text_is_shown_as_text(world: World) -> None:
    case = world.register(
        description=HOSTILE, spot=Spot(village_code=FENGPU_VILLAGES[0], address=HOSTILE[:200])
    )
    actions.remark(actor=world.clerk, case_id=case.pk, what=HOSTILE)
    client = sign_in("clerk")
    for url in (
        f"{LIST}?scope=all",
        reverse("cases:case", args=[case.pk]),
        reverse("cases:print", args=[case.pk]),
    ):
        page = text(client.get(url))
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert "&lt;script&gt;" in page


# --- several at once ---


def _waiting(world: World, **more: Any) -> Any:
    return world.register(category_code="", **more)


def test_several_waiting_demands_go_to_one_unit_and_each_refusal_is_named(world: World) -> None:
    good = [_waiting(world) for _one in range(3)]
    complained = _waiting(world, kind="complaint", complained_unit_id=world.units[FENGPU_VILLAGES[0]].pk)
    client = sign_in("clerk")
    ids = [case.pk for case in (*good, complained)]
    asked = client.get("/cases/bulk/", {"case": ids})
    assert asked.status_code == 200
    unit = world.units[FENGPU_VILLAGES[0]]
    answer = client.post("/cases/bulk/", {"case": ids, "unit": unit.pk, "reason": "一并处理"})
    assert answer.status_code == 200
    page = text(answer)
    assert complained.number in page
    assert "被反映的单位" in page
    for case in good:
        case.refresh_from_db()
        assert (case.state, case.lead_id) == ("assigned", unit.pk)
        assert case.number not in page
    complained.refresh_from_db()
    assert complained.state == "waiting"


def test_bulk_leaves_others_demands_alone_and_says_when_nothing_is_ticked(world: World) -> None:
    foreign = _waiting(world, spot=Spot(village_code=PINGHU_VILLAGES[0]))
    client = sign_in("clerk")
    answer = client.post("/cases/bulk/", {"case": [foreign.pk, "x'; --"], "unit": world.units["fengpu"].pk})
    assert answer.status_code == 302
    foreign.refresh_from_db()
    assert foreign.state == "waiting"
    assert "没有勾选" in text(client.get(LIST))
    assert sign_in("officer").get("/cases/bulk/", {"case": foreign.pk}).status_code == 403
