"""A client that others wrote reads a live server; whatever is asked, the answer is one the schemas know."""

from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from georeport.georeport import GeoReport
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django.live_server_helper import LiveServer

from minfu.cases.rules import catalog
from minfu.cases.tests.world import World, build
from minfu.open311 import callers
from minfu.open311.tests.calling import STORY, Caller
from minfu.places import index


@pytest.fixture
def served(live_server: LiveServer) -> Iterator[World]:
    """A county behind a live server."""
    index.forget()
    catalog.forget()
    yield build()
    catalog.forget()
    index.forget()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("form", ["json", "xml"])
def test_georeport_reads_us(live_server: LiveServer, served: World, form: str) -> None:
    first, second = served.register(), served.at("solved")
    client = GeoReport(f"{live_server.url}/open311/v2", jurisdiction="350922", output_format=form)
    assert "040101" in [one["service_code"] for one in client.get_service_list()]
    assert client.get_service_definition("040101")["service_code"] == "040101"
    found = (
        client.get_service_requests(start_date="2020-01-01T00:00:00Z", end_date="2020-02-01T00:00:00Z")
        if (form == "json")
        else []
    )
    assert found == []
    found = client.get_service_requests()
    assert [one["service_request_id"] for one in found] == [second.number, first.number]
    both = client.get_service_requests(service_request_id=f"{first.number},{second.number}", status="open")
    assert len(both) == 2
    closed = client.get_service_requests(service_code="040101", status="closed,open")
    assert len(closed) == 2
    one = client.get_service_request(first.number)
    assert one["status"] == "open"
    assert one["agency_responsible"] == "凤埔村村委会"


# --- whatever is asked ----------------------------------------------------------------------------------------------

SHAPES = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        ["2026-11-16T00:00:00Z", "9999-12-31T23:59:59Z", "open", "true", "1", "-1", "1e9", "NaN", "040101", "%00", "350922",
         "20261116-0000001", "x" * 5000, "' OR 1=1 --", "<!DOCTYPE x>", "\ud7ff\uffff"]
    ),
)  # fmt: skip
QUERY = ("service_request_id", "service_code", "start_date", "end_date", "status", "updated_after", "updated_before", "page",
         "page_size", "cursor", "extensions", "jurisdiction_id", "api_key")  # fmt: skip
FORM = ("service_code", "lat", "long", "address_string", "address_id", "description", "first_name", "last_name", "phone", "email",
        "kind", "media_url", "attribute[x]", "attribute", "account_id", "jurisdiction_id", "extensions")  # fmt: skip
UPDATE = ("service_request_id", "update_id", "status", "updated_datetime", "description", "media_url")


@pytest.fixture
def _no_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("READS_A_MINUTE", "WRITES_A_MINUTE", "WRONG_KEYS", "WRONG_TOKENS_AN_HOUR"):
        monkeypatch.setattr(callers, name, 10**9)


def _answered(answer: Any, schema: str, form: str) -> None:
    """Hold an answer against its schema: what was asked for, or errors that are no fault of ours."""
    assert answer.status_code < 500, answer.content
    good = answer.status_code < 400
    Caller.check(answer, schema if good else "errors", form, answer.status_code)


fuzzed = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@fuzzed
@given(
    query=st.dictionaries(st.sampled_from(QUERY), SHAPES, max_size=5), form=st.sampled_from(["json", "xml"])
)
@pytest.mark.usefixtures("_no_limits")
def test_any_question_has_an_answer(anyone: Caller, query: dict[str, str], form: str) -> None:
    for path, schema in (
        ("requests", "service_requests"),
        ("servicerequestupdates", "service_request_updates"),
    ):
        _answered(anyone.client.get(f"/open311/v2/{path}.{form}", query), schema, form)


@fuzzed
@given(
    said=st.dictionaries(st.sampled_from(FORM), SHAPES, max_size=6),
    start=st.sampled_from([{}, STORY]),
    form=st.sampled_from(["json", "xml"]),
)
@pytest.mark.usefixtures("_no_limits")
def test_any_demand_has_an_answer(
    system: Caller, said: dict[str, str], start: dict[str, str], form: str
) -> None:
    data = {**start, **said, "api_key": system.key}
    answer = system.client.post(f"/open311/v2/requests.{form}", data)
    _answered(answer, "service_request_created", form)
    if answer.status_code == 201 and form == "xml":
        number = ET.fromstring(answer.content).findtext("request/service_request_id")
        system.get(f"requests/{number}", "service_requests", extensions="true")


@fuzzed
@given(
    said=st.dictionaries(st.sampled_from(UPDATE), SHAPES, max_size=6), form=st.sampled_from(["json", "xml"])
)
@pytest.mark.usefixtures("_no_limits")
def test_any_update_has_an_answer(system: Caller, said: dict[str, str], form: str) -> None:
    number = system.hand_in()
    data = {"service_request_id": number, "update_id": "1", **said, "api_key": system.key}
    answer = system.client.post(f"/open311/v2/servicerequestupdates.{form}", data)
    _answered(answer, "service_request_update_created", form)


@fuzzed
@given(
    last=st.text(min_size=1, max_size=40).filter(
        lambda text: "/" not in text and "?" not in text and "#" not in text
    )
)
@pytest.mark.usefixtures("_no_limits")
def test_any_address_has_an_answer(anyone: Caller, last: str) -> None:
    for path in ("requests", "services", "tokens"):
        answer = anyone.client.get(f"/open311/v2/{path}/{last}.json")
        assert answer.status_code in (200, 400, 404), answer.content
