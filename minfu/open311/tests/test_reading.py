"""Discovery, services, and reading demands: what anyone reads, what a key's owner reads, how it is chosen and paged."""

from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest
import time_machine
from django.conf import LazySettings
from pytest_django import DjangoAssertNumQueries

from minfu.cases.models import Case, Kind
from minfu.cases.rules import actions
from minfu.cases.rules.intake import Spot
from minfu.cases.tests.world import FENGPU_VILLAGES, World
from minfu.open311.tests.calling import STORY, Caller

NOW = datetime(2026, 11, 16, 2, 0, tzinfo=UTC)  # a Monday morning in China


@pytest.fixture(autouse=True)
def monday() -> Any:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def numbers(found: Any) -> list[str]:
    return [str(one["service_request_id"]) for one in found]


def test_discovery_says_where_and_how(anyone: Caller, settings: LazySettings) -> None:
    settings.MINFU_PUBLIC_URL = "https://minfu.example"
    found = anyone.get("discovery", "discovery")
    assert "古田县民富中心" in found["contact"]
    assert "古田县民富中心" in found["key_service"]
    (endpoint,) = found["endpoints"]
    assert endpoint["url"] == "https://minfu.example/open311/v2"
    assert endpoint["type"] == "production"
    settings.MINFU_DEMO = True
    assert anyone.get("discovery", "discovery")["endpoints"][0]["type"] == "test"


def test_services_are_the_categories_anyone_may_choose(anyone: Caller) -> None:
    found = {one["service_code"]: one for one in anyone.get("services", "services")}
    assert set(found) == {"040101", "040102", "040103", "040201", "040202"}  # no branch, and not 家庭暴力
    assert found["040103"] == {
        "service_code": "040103",
        "service_name": "灯杆倾斜",
        "description": "两个工作日内扶正。",
        "metadata": True,
        "type": "realtime",
        "keywords": "灯杆, 歪了",
        "group": "公共设施 › 照明",
    }
    assert found["040101"]["metadata"] is False
    assert found["040101"]["description"] is None


def test_questions_become_attributes(anyone: Caller) -> None:
    found = anyone.get("services/040103", "service_definition")
    kinds = [(one["code"], one["datatype"], one["required"], one["order"]) for one in found["attributes"]]
    assert kinds == [
        ("lamp", "string", True, 1),
        ("count", "number", False, 2),
        ("since", "datetime", False, 3),
        ("side", "singlevaluelist", False, 4),
    ]
    assert found["attributes"][3]["values"] == [
        {"key": "东侧", "name": "东侧"},
        {"key": "西侧", "name": "西侧"},
    ]
    assert anyone.get("services/040101", "service_definition")["attributes"] == []


@pytest.mark.parametrize("code", ["010101", "0401", "999999", "%3Cx%3E", "04%2F01"])
def test_no_such_service(anyone: Caller, code: str) -> None:
    assert anyone.get(f"services/{code}", "errors", expects=404)[0]["code"] == 404


def test_the_jurisdiction_is_the_county(anyone: Caller) -> None:
    for ours in ("350922", "350922000000", ""):
        anyone.get("services", "services", jurisdiction_id=ours)
    for path in ("services", "services/040101", "requests", "discovery", "servicerequestupdates"):
        anyone.get(path, "errors", expects=404, jurisdiction_id="sfgov.org")


# --- what of a demand is read ---------------------------------------------------------------------------------------


def test_the_owner_reads_what_it_handed_in(system: Caller) -> None:
    number = system.hand_in(service_code="040103", **{"attribute[lamp]": "A-7", "attribute[count]": "2"})
    (found,) = system.get(f"requests/{number}", "service_requests", extensions="true")
    assert found["description"] == STORY["description"]
    assert found["address"] == "凤埔乡凤埔村 凤埔乡凤埔村村口"
    assert (found["lat"], found["long"]) == (26.58, 118.75)
    assert found["extended_attributes"]["own"] is True
    assert [(one["code"], one["value"]) for one in found["attributes"]] == [("lamp", "A-7"), ("count", "2")]
    assert "13800001234" not in system.last.content.decode()  # what was sealed stays sealed
    assert "林小满" not in system.last.content.decode()


def test_others_read_no_word_no_name_no_exact_place(system: Caller, stranger: Caller, anyone: Caller) -> None:
    number = system.hand_in(lat="26.5812345", long="118.7598765")
    for reader in (stranger, anyone):
        (found,) = reader.get(f"requests/{number}", "service_requests", extensions="true")
        said = reader.last.content.decode()
        for secret in ("王小明", "林小满", "13800001234", "村口", "26.5812", "118.7598"):
            assert secret not in said
        assert found["description"] is None
        assert found["media_url"] is None
        assert found["address"] == "凤埔乡凤埔村"
        assert (found["lat"], found["long"]) == (26.581, 118.76)
        assert found["attributes"] == []
        assert found["extended_attributes"]["own"] is False
        assert found["agency_responsible"] == "凤埔村村委会"
        assert found["status"] == "open"
        assert found["expected_datetime"]


def test_the_field_values(world: World, anyone: Caller, monday: Any) -> None:
    case = world.at("reported")
    (found,) = anyone.get(f"requests/{case.number}", "service_requests", extensions="1")
    assert found["service_request_id"] == case.number
    assert found["service_code"] == "040101"
    assert found["service_name"] == "路灯不亮"
    assert found["status_notes"] == "待核实"
    assert found["requested_datetime"] == "2026-11-16T02:00:00Z"
    assert found["address_id"] == FENGPU_VILLAGES[0]
    assert found["zipcode"] is None
    assert [note["type"] for note in found["notes"]] == ["open", "in_progress", "investigating"]
    assert found["extended_attributes"]["status"] == "investigating"
    monday.shift(timedelta(hours=1))
    actions.verify(actor=world.clerk, case_id=case.pk, finding="看过")
    monday.shift(timedelta(hours=1))
    actions.confirm(actor=world.resident(case), case_id=case.pk, outcome="solved")
    (found,) = anyone.get(f"requests/{case.number}", "service_requests", extensions="true")
    assert found["status"] == "closed"
    assert found["updated_datetime"] == "2026-11-16T04:00:00Z"
    assert found["extended_attributes"]["status"] == "fixed"
    assert found["notes"][-1]["description"] == "居民确认已解决。"
    assert "看过" not in anyone.last.content.decode()
    (plain,) = anyone.get(f"requests/{case.number}", "service_requests")
    assert "notes" not in plain


@pytest.mark.parametrize(
    "more",
    [
        {"kind": Kind.WRONGDOING},
        {"kind": Kind.DISPUTE},
        {"mode": "confidential"},
        {"category_code": "010101"},
        {"category_code": ""},
    ],
)
def test_what_is_not_public_is_not_there(world: World, anyone: Caller, system: Caller, more: Any) -> None:
    case = world.register(**more)
    for reader in (anyone, system):
        reader.get(f"requests/{case.number}", "errors", expects=404)
        assert numbers(reader.get("requests", "service_requests")) == []
        assert reader.get("requests", "service_requests", service_request_id=case.number) == []
        assert reader.get("servicerequestupdates", "service_request_updates") == []


def test_the_county_says_what_is_public(world: World, anyone: Caller, settings: LazySettings) -> None:
    case = world.register()
    assert numbers(anyone.get("requests", "service_requests")) == [case.number]
    for codes, shown in ((["03"], []), ([], []), (["0401"], [case.number]), (["040101"], [case.number])):
        settings.MINFU_OPEN311_PUBLIC = codes
        assert numbers(anyone.get("requests", "service_requests")) == shown


def test_what_becomes_restricted_is_gone_for_its_owner_too(world: World, system: Caller) -> None:
    number = system.hand_in()
    case = Case.objects.get()
    actions.classify(actor=world.clerk, case_id=case.pk, category_code="010101")
    system.get(f"requests/{number}", "errors", expects=404)
    assert system.get("requests", "service_requests") == []


def test_a_demand_of_a_private_category_is_its_owners_alone(
    system: Caller, anyone: Caller, settings: LazySettings
) -> None:
    settings.MINFU_OPEN311_PUBLIC = ["03"]
    number = system.hand_in()
    assert numbers(system.get("requests", "service_requests")) == [number]
    anyone.get(f"requests/{number}", "errors", expects=404)


@pytest.mark.parametrize(
    "number", ["1", "abc", "20261116-9999999", "20261116-99999999999999999999", "20261332-0000001"]
)
def test_no_such_request(anyone: Caller, number: str) -> None:
    anyone.get(f"requests/{number}", "errors", expects=404)


def test_a_number_with_another_day_is_none(world: World, anyone: Caller) -> None:
    case = world.register()
    other = case.number.replace("20261116", "20261115")
    anyone.get(f"requests/{other}", "errors", expects=404)
    assert anyone.get("requests", "service_requests", service_request_id=other) == []


# --- choosing -------------------------------------------------------------------------------------------------------


def test_a_list_of_numbers_overrides_all_else(world: World, anyone: Caller) -> None:
    cases = [world.register() for _one in range(3)]
    asked = f"{cases[0].number}, {cases[2].number},20200101-0000001,x"
    found = anyone.get(
        "requests", "service_requests", service_request_id=asked, status="closed", start_date="bogus"
    )
    assert numbers(found) == [cases[2].number, cases[0].number]
    anyone.get(
        "requests", "errors", expects=400, service_request_id=",".join(f"20261116-{n:07}" for n in range(51))
    )
    anyone.get(
        "requests", "service_requests", service_request_id=",".join(f"20261116-{n:07}" for n in range(1, 51))
    )


def test_filters(world: World, anyone: Caller) -> None:
    light, water, solved = world.register(), world.register(category_code="040202"), world.at("solved")
    ask = lambda **query: numbers(anyone.get("requests", "service_requests", **query))  # noqa: E731 - a shorthand of this test
    assert ask() == [solved.number, water.number, light.number]
    assert ask(status="open") == [water.number, light.number]
    assert ask(status="closed") == [solved.number]
    assert ask(status="open,CLOSED") == ask(status="") == ask()
    assert ask(service_code="040202") == [water.number]
    assert ask(service_code="040202,040101") == ask(service_code=["040202", "040101"]) == ask()
    assert ask(service_code="999999") == []


def test_dates(world: World, anyone: Caller, monday: Any) -> None:
    old = world.register()
    monday.shift(timedelta(days=100))
    new = world.register()
    ask = lambda **query: numbers(anyone.get("requests", "service_requests", **query))  # noqa: E731 - a shorthand of this test
    assert ask() == [new.number]
    assert ask(start_date="2026-11-16T02:00:00Z", end_date="2026-11-17T00:00:00Z") == [old.number]
    assert ask(start_date="2026-11-16T10:00:00+08:00") == [old.number]
    assert ask(end_date="2026-11-16T10:00:00+08:00") == [old.number]  # the last second is included
    assert ask(end_date="2026-11-16T01:59:59Z") == []
    assert ask(start_date="2026-11-16T10:00:01 08:00") == []  # a plus nobody escaped
    assert ask(start_date="2027-02-24T02:00:00Z") == [new.number]
    actions.accept(actor=world.officer, case_id=old.pk)
    assert set(ask(updated_after="2027-02-24T00:00:00Z")) == {old.number, new.number}
    assert ask(updated_before="2027-02-23T00:00:00Z") == []
    assert ask(updated_after="2027-02-24T00:00:00Z", start_date="2026-11-16T00:00:00Z") == [old.number]


WRONG = (
    {"start_date": "2026-11-16"},
    {"start_date": "2026-11-16T00:00:00"},
    {"start_date": "yesterday"},
    {"end_date": "2026-13-01T00:00:00Z"},
    {"end_date": "2026-11-16T25:00:00Z"},
    {"end_date": "0001-01-01T00:00:00+08:00"},
    {"start_date": "9999-12-31T23:59:59Z"},
    {"start_date": "2026-11-16T00:00:00Z", "end_date": "2026-11-15T00:00:00Z"},
    {"start_date": "2026-01-01T00:00:00Z", "end_date": "2026-11-15T00:00:00Z"},
    {"updated_after": "1700000000"},
    {"updated_after": "2026-01-01T00:00:00Z", "updated_before": "2026-11-15T00:00:00Z"},
    {"status": "done"},
    {"page": "0"},
    {"page": "-1"},
    {"page": "x"},
    {"page": "1.5"},
    {"page": "٣"},
    {"page_size": "1001"},
    {"page_size": "0"},
    {"page": "12", "page_size": "1000"},
    {"cursor": "x"},
    {"cursor": "2026-11-16T00:00:00~1"},
    {"cursor": "2026-11-16T00:00:00+00:00~99999999999999999999"},
    {"service_code": ",".join(str(n) for n in range(101))},
)


@pytest.mark.parametrize("query", WRONG, ids=str)
def test_wrong_questions(anyone: Caller, query: dict[str, str]) -> None:
    (error,) = anyone.get("requests", "errors", expects=400, **query)
    assert error["code"] == 400
    assert error["description"].split("：")[0] in query


def test_empty_arguments_are_none(world: World, anyone: Caller) -> None:
    case = world.register()
    empty = dict.fromkeys(
        ("service_request_id", "service_code", "start_date", "end_date", "status", "page", "page_size",
         "updated_after", "updated_before", "extensions", "cursor", "jurisdiction_id", "api_key"), "",
    )  # fmt: skip
    assert numbers(anyone.get("requests", "service_requests", **cast("dict[str, Any]", empty))) == [
        case.number
    ]


# --- paging ---------------------------------------------------------------------------------------------------------


def test_pages_by_number_and_by_link(world: World, anyone: Caller, monday: Any) -> None:
    made = []
    for _one in range(5):
        made.append(world.register().number)
        monday.shift(timedelta(minutes=1))
    made.reverse()
    pages = [
        numbers(anyone.get("requests", "service_requests", page=str(n), page_size="2")) for n in (1, 2, 3, 4)
    ]
    assert pages == [made[:2], made[2:4], made[4:], []]
    anyone.get("requests", "service_requests", page_size="2", status="open", api_key="")
    seen, link = [], anyone.last["Link"]
    assert 'rel="next"' in link
    seen += numbers(anyone.last.json())
    while link:
        address = link.split(">")[0].removeprefix("<")
        assert "status=open" in address
        answer = anyone.client.get("/" + address.split("/", 3)[3])
        seen += numbers(answer.json())
        link = answer.headers.get("Link", "")
    assert seen == made


def test_the_link_never_carries_a_key(system: Caller) -> None:
    system.hand_in()
    system.hand_in()
    system.get("requests", "service_requests", page_size="1")
    assert system.key not in system.last["Link"]


def test_a_page_costs_the_same_however_many_there_are(
    world: World, anyone: Caller, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _one in range(12):
        world.register()
    with django_assert_max_num_queries(4):
        answer = anyone.client.get("/open311/v2/requests.json", {"extensions": "true"})
    assert len(answer.json()) == 12


def test_place_comes_from_the_spot(world: World, anyone: Caller) -> None:
    case = world.register(spot=Spot())
    (found,) = anyone.get(f"requests/{case.number}", "service_requests")
    assert (found["lat"], found["long"], found["address"]) == (None, None, "古田县")


# --- tokens ---------------------------------------------------------------------------------------------------------


def test_a_receipt_is_a_token(world: World, anyone: Caller) -> None:
    case = world.register(mode="confidential")
    found = anyone.get(f"tokens/{case.receipt}", "token")
    assert found == [{"service_request_id": case.number, "token": case.receipt}]


@pytest.mark.parametrize("token", ["123", "000000000000", "x" * 300, "100000000008"])
def test_no_such_token(anyone: Caller, token: str) -> None:
    anyone.get(f"tokens/{token}", "errors", expects=404)


# --- addresses ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path", ["", "v2/", "v2/requests", "v2/requests.csv", "v2/nothing.xml", "v1/services.xml"]
)
def test_no_such_address(anyone: Caller, path: str) -> None:
    Caller.check(anyone.client.get(f"/open311/{path}"), "errors", "xml", 404)


def test_errors_speak_the_language_asked_for(anyone: Caller) -> None:
    answer = anyone.client.get("/open311/v2/nothing.json")
    assert "地址" in Caller.check(answer, "errors", "json", 404)[0]["description"]


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_methods(anyone: Caller, method: str) -> None:
    for path in ("requests.json", "services.json", "requests/1.json"):
        Caller.check(getattr(anyone.client, method)(f"/open311/v2/{path}"), "errors", "json", 405)
    Caller.check(anyone.client.post("/open311/v2/services.json"), "errors", "json", 405)
    assert anyone.client.head("/open311/v2/services.json").status_code == 200
