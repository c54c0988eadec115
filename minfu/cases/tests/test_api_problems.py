"""Every refusal is a problem+json with the screen's sentence; hostile input is refused and harms nothing."""

import json
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from minfu.accounts.models import User
from minfu.cases.models import Case
from minfu.cases.rules import actions
from minfu.cases.tests.api import STORY, Caller
from minfu.cases.tests.world import World

PASSWORD = "Cuiping-2026-lake"  # an invented password


@pytest.fixture
def clerk(world: World) -> Caller:
    """A program of the township's desk."""
    return Caller(world, "clerk")


def check(answer: Any, status: int, code: str, field: str | None = None) -> dict[str, Any]:
    """Make sure that an answer is such a problem, and return it."""
    assert answer.status_code == status, answer.content.decode()
    assert answer["Content-Type"] == "application/problem+json"
    body = json.loads(answer.content)
    assert body["status"] == status
    assert body["code"] == code, body
    assert body["type"] == f"urn:minfu:problem:{code}"
    assert body["title"]
    assert any("\u4e00" <= letter <= "\u9fff" for letter in body["detail"]), body["detail"]
    if field is not None:
        assert field in {error["field"] for error in body["errors"]}, body
    return body


def test_signing_in(world: World) -> None:
    user = User.objects.get(username="clerk")
    user.set_password(PASSWORD)
    user.save()
    client = Client()

    def sign_in(**body: Any) -> Any:
        return client.post("/api/v1/tokens", json.dumps(body), content_type="application/json")

    check(sign_in(username="clerk", password="Wrong-2026-x"), 422, "wrong_password", "password")
    check(sign_in(username="clerk"), 422, "invalid", "password")
    check(sign_in(username="clerk", password=PASSWORD, post_id=99999), 422, "invalid", "post_id")
    issued = sign_in(username="clerk", password=PASSWORD)
    assert issued.status_code == 201
    bearer = {"Authorization": f"Bearer {issued.json()['token']}"}
    assert client.get("/api/v1/me", headers=bearer).json()["role"] == "township_clerk"
    assert client.delete("/api/v1/tokens", headers=bearer).status_code == 204
    check(client.get("/api/v1/me", headers=bearer), 401, "sign_in")


def test_too_many_wrong_passwords(world: World) -> None:
    client = Client()
    for _time in range(5):
        answer = client.post(
            "/api/v1/tokens",
            json.dumps({"username": "clerk", "password": "Wrong-2026-x"}),
            content_type="application/json",
        )
    check(answer, 429, "locked")


def test_too_many_tokens(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from minfu.accounts.api import sign_in

    monkeypatch.setattr(sign_in, "TOKENS_PER_TEN_MINUTES", 0)
    answer = Client().post(
        "/api/v1/tokens", json.dumps({"username": "x", "password": "y"}), content_type="application/json"
    )
    check(answer, 429, "too_many")
    assert int(answer["Retry-After"]) > 0


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer x", "Basic eDp5", "Bearer \x00", "mf_clerk"])
def test_nobody(world: World, header: str) -> None:
    answer = Client().get("/api/v1/cases", headers={"Authorization": header} if header else {})
    check(answer, 401, "sign_in")
    assert answer["WWW-Authenticate"].startswith("Bearer")


def test_a_session_does_not_sign_in_to_the_api(world: World) -> None:
    client = Client()
    client.force_login(
        User.objects.get(username="clerk"), backend="django.contrib.auth.backends.ModelBackend"
    )
    check(client.get("/api/v1/cases"), 401, "sign_in")
    check(client.post("/api/v1/cases", json.dumps(STORY), content_type="application/json"), 401, "sign_in")


def test_refusals_of_every_kind(world: World, clerk: Caller) -> None:
    case = clerk.register()
    path = f"/cases/{case['id']}/steps/"
    check(clerk.get("/cases/999999"), 404, "not_found")
    check(clerk.get("/nowhere"), 404, "not_found")
    check(clerk.get("/"), 404, "not_found")
    check(clerk.client.get("/api/v2/cases"), 404, "not_found")
    answer = clerk.client.put(
        "/api/v1/cases", "{}", content_type="application/json", headers=clerk._headers({})
    )
    check(answer, 405, "method_not_allowed")
    assert "POST" in answer["Allow"]
    check(clerk.post(path + "accept", {}), 403, "forbidden")
    check(clerk.post(path + "verify", {"finding": "看过"}), 409, "step_refused")
    check(clerk.post(path + "reassign", {"unit": 999999, "reason": "改派"}), 422, "invalid", "unit")
    check(
        clerk.post(path + "reassign", {"unit": world.units["water"].pk, "reason": " "}),
        422,
        "invalid",
        "reason",
    )
    reserved = clerk.register(category="")
    clerk.step(reserved["id"], "classify", category="040201")
    refused = Caller(world, "dispatcher").step(
        reserved["id"], "reassign", unit=world.units["fengpu"].pk, reason="试试"
    )
    check(refused, 409, "may_not_lead", "unit")
    assert clerk.post("/cases", {**STORY, "source": "12345", "external_id": "7"}).status_code == 201
    assert check(clerk.post("/cases", {**STORY, "source": "12345", "external_id": "7"}), 409, "conflict")[
        "detail"
    ] == ("这一条已经导入过。")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "description"),
        ({**STORY, "descripton": "错字"}, "descripton"),
        ({**STORY, "description": 5}, "description"),
        ({**STORY, "description": "😀😀"}, "description"),
        ({**STORY, "description": "字" * 100_000}, "description"),
        ({**STORY, "kind": "wish"}, "kind"),
        ({**STORY, "category": "999999"}, "category"),
        ({**STORY, "category": "'; drop table cases_case; --"}, "category"),
        ({**STORY, "door": "import"}, "door"),
        ({**STORY, "place": {"village": "12"}}, "place.village"),
        ({**STORY, "place": {"longitude": 118.7}}, "place.longitude"),
        ({**STORY, "place": {"longitude": 999, "latitude": 26}}, "place.longitude"),
        ({**STORY, "place": 7}, "place"),
        ({**STORY, "person": {"phone": "123"}}, "phone"),
        ({**STORY, "person": {"id_number": "350922199001011230"}}, "id_number"),
        ({**STORY, "mode": "anonymous"}, "mode"),
        ({**STORY, "occurred_at": "2026-11-16 09:00"}, "occurred_at"),
        ({**STORY, "occurred_at": "2027-11-16T09:00:00+08:00"}, "occurred_at"),
        ({**STORY, "occurred_at": "0001-01-01T00:00:00+08:00"}, "occurred_at"),
        ({**STORY, "occurred_at": "yesterday"}, "occurred_at"),
        ({**STORY, "complained_unit": 10**30}, "complained_unit"),
        ({**STORY, "complained_unit": 999999}, "complained_unit"),
        ({**STORY, "diversion": "moon"}, "diversion"),
        ({**STORY, "files": ["not-a-uuid"]}, "files"),
        ({**STORY, "files": ["6a1f0c3e-0000-4000-8000-000000000000"]}, "files"),
        ({**STORY, "external_id": "\0", "source": "x"}, "external_id"),
        ([], ""),
        ("text", ""),
    ],
)  # fmt: skip
def test_input_that_must_be_mended(clerk: Caller, body: Any, field: str) -> None:
    check(clerk.post("/cases", json.dumps(body)), 422, "invalid", field)
    assert not Case.objects.exists()


def test_all_that_is_wrong_is_told_at_once(clerk: Caller) -> None:
    body = check(clerk.post("/cases", {"kind": "wish", "mode": 5, "extra": 1}), 422, "invalid")
    assert {error["field"] for error in body["errors"]} == {"description", "kind", "mode", "extra"}
    assert {error["message"] for error in body["errors"] if error["field"] == "description"} == {
        "请填写这一项。"
    }


@pytest.mark.parametrize(
    "raw", [b"{", b"\xff\xfe", b'{"description": NaN}', b"[" * 100_000, b'"\xd6\xd0\xce\xc4"', b"\x00"]
)
def test_what_is_no_json(clerk: Caller, raw: bytes) -> None:
    answer = clerk.client.post(
        "/api/v1/cases", raw, content_type="application/json", headers=clerk._headers({})
    )
    check(answer, 400, "malformed")


def test_other_media_and_too_much(clerk: Caller) -> None:
    form = clerk.client.post("/api/v1/cases", {"description": "表单"}, headers=clerk._headers({}))
    check(form, 415, "unsupported_media_type")
    check(clerk.post("/cases", {**STORY, "description": "字" * 1_000_000}), 413, "too_large")


@pytest.mark.parametrize(
    "query",
    [
        {"scope": "nothing"}, {"state": "gone"}, {"limit": "0"}, {"limit": "x"}, {"overdue": "perhaps"},
        {"township": "35"}, {"text": "看看"}, {"category": "%"}, {"door": "\0"}, {"text": "\0"},
    ],
)  # fmt: skip
def test_lists_asked_for_wrongly(clerk: Caller, query: dict[str, str]) -> None:
    check(clerk.get("/cases", query), 422, "invalid", next(iter(query)))


@pytest.mark.parametrize(
    "number", ["x", "20261122-", "99999999-0000001", "20261122-99999999999999999999", "%00"]
)
def test_numbers_that_are_none(clerk: Caller, number: str) -> None:
    assert clerk.get(f"/cases/by-number/{number}").status_code in (404, 422)


def test_a_defect_of_ours_tells_nothing(
    clerk: Caller, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(**_more: Any) -> None:
        raise RuntimeError("the wall is wet")

    monkeypatch.setattr(actions, "register", broken)
    body = check(clerk.post("/cases", STORY, key="k"), 500, "broken")
    assert "wet" not in json.dumps(body)
    assert "the wall is wet" in caplog.text


def test_a_lost_database_asks_to_come_back(clerk: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    def lost(**_more: Any) -> None:
        raise OperationalError("the connection is lost")

    monkeypatch.setattr(actions, "register", lost)
    answer = clerk.post("/cases", STORY)
    check(answer, 503, "unavailable")
    assert answer["Retry-After"]


TEXTS = st.one_of(
    st.text(max_size=40),
    st.sampled_from(
        [
            "'; drop table cases_case; --",
            "<script>alert(1)</script>",
            "\0",
            "\ud800",
            "\u202e",
            "𠮷",
            "%s",
            "{{7*7}}",
        ]
    ),
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=TEXTS, address=TEXTS, name=TEXTS, phone=TEXTS)
def test_hostile_text_is_registered_as_it_is_or_refused(
    world: World, text: str, address: str, name: str, phone: str
) -> None:
    caller = Caller(world, "dispatcher")
    body = {
        **STORY,
        "description": text,
        "place": {"address": address},
        "person": {"name": name, "phone": phone},
    }
    answer = caller.post("/cases", json.dumps(body))
    assert answer.status_code in (201, 400, 422), answer.content.decode()
    if answer.status_code == 201:
        shown = caller.get(f"/cases/{answer.json()['id']}")
        assert shown.status_code == 200
        assert "\0" not in shown.json()["description"]
