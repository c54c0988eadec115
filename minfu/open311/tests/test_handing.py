"""Handing in demands, files and later words; what is wrong with them; keys."""

from datetime import UTC, datetime, timedelta
from typing import Any
from xml.etree import ElementTree as ET

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from typer.testing import CliRunner

from minfu.accounts import partners
from minfu.accounts.actor import Actor
from minfu.accounts.models import ApiToken, Post, Role, Unit
from minfu.cases.models import Case, CaseFile, Diversion
from minfu.cases.rules import actions, catalog
from minfu.cases.rules.intake import Spot
from minfu.cases.tests import api as internal
from minfu.cases.tests.world import FENGPU_VILLAGES, SINCE, World
from minfu.files.models import StoredFile
from minfu.files.tests import making
from minfu.kernel import clock, jobs, outward, record
from minfu.kernel.errors import Forbidden, Invalid, Missing
from minfu.kernel.pg_account import Trouble
from minfu.open311 import callers, cli, tasks
from minfu.open311.tests.calling import STORY, Caller
from minfu.registry import vault

NOW = datetime(2026, 11, 16, 2, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def monday() -> Any:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def history(case: Case) -> list[str]:
    return [event.name for event in record.history(("case", case.pk))]


# --- taken in as at every door --------------------------------------------------------------------------------------


def test_a_demand_is_taken_in_like_any_other(world: World, system: Caller) -> None:
    (answer,) = system.post("requests", {**STORY, "extensions": "true"})
    case = Case.objects.get()
    assert answer == {
        "service_request_id": case.number,
        "service_notice": answer["service_notice"],
        "account_id": None,
        "agency_responsible": "凤埔村村委会",
        "expected_datetime": "2026-11-23T09:30:00Z",
        "receipt": case.receipt,
    }
    assert " ".join([case.receipt[:4], case.receipt[4:8], case.receipt[8:]]) in answer["service_notice"]
    assert (case.door, case.kind, case.mode, case.state) == ("open311", "request", "named", "assigned")
    assert (case.longitude, case.latitude) == (118.75, 26.58)
    assert case.village_code == FENGPU_VILLAGES[0]
    assert case.lead == world.units[FENGPU_VILLAGES[0]]
    assert case.reporter is not None
    assert vault.masked(case.reporter).name == "林*"
    assert sorted(row.clock for row in case.deadlines.all()) == ["accept", "contact", "resolve"]
    (registered, assigned) = record.history(("case", case.pk))
    assert (registered.door, registered.actor_label) == ("open311", "随手拍 · 对接系统")
    assert assigned.name == "cases.assigned"
    assert Case.objects.filter(registered_by__unit__name="随手拍").count() == 1
    assert actions.accept(actor=world.officer, case_id=case.pk).state == "handling"


def test_xml_is_answered_in_xml(system: Caller) -> None:
    answer = system.post("requests", STORY, form="xml")
    assert isinstance(answer, ET.Element)
    assert answer.findtext("request/agency_responsible") == "凤埔村村委会"
    assert answer.findtext("request/expected_datetime") == "2026-11-23T09:30:00Z"


def test_the_key_may_come_as_a_bearer(system: Caller) -> None:
    key, system.key = system.key, ""
    system.post("requests", STORY, headers={"Authorization": f"Bearer {key}"})


def test_who_leaves_no_name_is_anonymous(system: Caller) -> None:
    system.hand_in(first_name=None, last_name=None, phone=None)
    case = Case.objects.get()
    assert (case.mode, case.reporter) == ("anonymous", None)


def test_names_in_letters_keep_their_space(system: Caller) -> None:
    system.hand_in(first_name="Xiaoman", last_name="Lin")
    reporter = Case.objects.get().reporter
    assert reporter is not None
    assert vault.masked(reporter).name == "L*"


def test_without_a_description_the_service_says_what_it_is(system: Caller) -> None:
    system.hand_in(description="")
    assert "路灯不亮" in Case.objects.get().description


def test_place_by_words_by_code_and_by_point(world: World, system: Caller) -> None:
    place = {"lat": None, "long": None, "address_string": None}
    system.hand_in(**{**place, "address_string": "际头村口"})
    system.hand_in(**{**place, "address_id": FENGPU_VILLAGES[1]})
    system.hand_in(**{**place, "address_id": world.grid.code})
    system.hand_in(**{**place, "lat": "26.58", "long": "118.75"})
    found = [(one.village_code, one.grid_id, one.state) for one in Case.objects.order_by("pk")]
    assert found == [
        (FENGPU_VILLAGES[1], None, "assigned"),
        (FENGPU_VILLAGES[1], None, "assigned"),
        (FENGPU_VILLAGES[0], world.grid.pk, "assigned"),
        ("", None, "waiting"),  # no grid has an outline here: the county's desk places it
    ]


def test_attributes_are_kept_as_answers(system: Caller) -> None:
    answers = {
        "attribute[lamp]": "A-7",
        "attribute[count]": "2",
        "attribute[since]": "2026-11-01T08:00:00+08:00",
        "attribute[side][]": "东侧",
    }
    system.hand_in(service_code="040103", **answers)
    assert {one["key"]: one["answer"] for one in Case.objects.get().details} == {
        "lamp": "A-7",
        "count": "2",
        "since": "2026-11-01T08:00:00+08:00",
        "side": "东侧",
    }


def test_emergencies_are_answered_with_whom_to_call(world: World, system: Caller) -> None:
    Diversion.objects.create(
        code="e119", name="119", advice="请立即拨打119。", keywords="着火", emergency=True, valid_from=SINCE
    )
    catalog.forget()
    (answer,) = system.post("requests", {**STORY, "description": "电线杆着火了"})
    assert answer["service_notice"].startswith("请立即拨打119。")
    assert "cases.advised" in history(Case.objects.get())


def test_a_repeated_call_is_the_same_demand(system: Caller, stranger: Caller) -> None:
    first = system.post("requests", STORY, headers={"Idempotency-Key": "abc-1"})
    again = system.post("requests", STORY, expects=200, headers={"Idempotency-Key": "abc-1"})
    assert first == again
    stranger.post("requests", STORY, headers={"Idempotency-Key": "abc-1"})
    system.hand_in()
    system.hand_in()
    assert Case.objects.count() == 4
    system.post("requests", STORY, expects=400, headers={"Idempotency-Key": "长" * 3})
    system.post("requests", STORY, expects=400, headers={"Idempotency-Key": "x" * 61})


# --- refused --------------------------------------------------------------------------------------------------------

WRONG: tuple[tuple[int, str, dict[str, Any]], ...] = (
    (404, "", {"service_code": "999999"}),
    (404, "", {"service_code": "010101"}),  # confidential
    (404, "", {"service_code": "0401"}),
    (400, "service_code", {"service_code": None}),
    (404, "", {"jurisdiction_id": "sfgov.org"}),
    (400, "lat", {"lat": None, "long": None, "address_string": None}),
    (400, "lat", {"long": None}),
    (400, "lat", {"lat": "91"}),
    (400, "long", {"long": "180.5"}),
    (400, "lat", {"lat": "NaN"}),
    (400, "lat", {"lat": "1e5"}),
    (400, "lat", {"lat": "26,58"}),
    (400, "address_string", {"address_string": "村" * 201}),
    (400, "address_id", {"address_id": "350922999999"}),
    (400, "address_id", {"address_id": "<x>"}),
    (400, "description", {"description": "路" * 4001}),
    (400, "description", {"description": "!!! ???"}),
    (400, "phone", {"phone": "12345"}),
    (400, "last_name", {"last_name": "名" * 60}),
    (400, "first_name", {"first_name": "名" * 201}),
    (400, "kind", {"kind": "wrongdoing"}),
    (400, "kind", {"kind": "x"}),
    (400, "attribute[lamp]", {"service_code": "040103"}),
    (400, "attribute[nothing]", {"attribute[nothing]": "x"}),
    (400, "attribute", {"attribute": "x"}),
    (400, "attribute[a", {"attribute[a": "x"}),
    (400, "attribute[lamp]", {"service_code": "040103", "attribute[lamp]": ["A", "B"]}),
    (400, "attribute[lamp]", {"service_code": "040103", "attribute[lamp]": "长" * 501}),
    (400, "attribute[count]", {"service_code": "040103", "attribute[lamp]": "A", "attribute[count]": "两"}),
    (400, "attribute[since]", {"service_code": "040103", "attribute[lamp]": "A", "attribute[since]": "昨天"}),
    (400, "attribute[side]", {"service_code": "040103", "attribute[lamp]": "A", "attribute[side]": "北侧"}),
    (400, "media_url", {"media_url": "http://169.254.169.254/latest/meta-data/"}),
    (400, "media_url", {"media_url": "file:///etc/passwd"}),
    (400, "media_url", {"media_url": "nonsense"}),
    (400, "media", {"media_url": [f"https://example.org/{n}.jpg" for n in range(7)]}),
)  # fmt: skip


@pytest.mark.parametrize(("expects", "field", "more"), WRONG, ids=str)
def test_what_is_wrong_is_refused_by_name_in_both_formats(
    system: Caller, expects: int, field: str, more: dict[str, Any]
) -> None:
    said = {name: value for name, value in {**STORY, **more}.items() if value is not None}
    (error,) = system.post("requests", said, expects=expects)
    assert error["code"] == expects
    if field:
        assert error["description"].split("：")[0] == field
    assert system.post("requests", said, expects=expects, form="xml").findtext("error/code") == str(expects)
    assert not Case.objects.exists()


def test_several_things_wrong_are_several_errors(system: Caller) -> None:
    found = system.post("requests", {**STORY, "phone": "1", "description": "?!"}, expects=400)
    assert {one["description"].split("：")[0] for one in found} == {"phone", "description"}


NASTY = '<script>alert("&amp;")</script> ]]> <!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]> &a; \x0b\x00 🌧 路灯'


def test_markup_in_words_stays_words(system: Caller) -> None:
    number = system.hand_in(description=NASTY, address_string="凤埔村<b>&")
    (found,) = system.get(f"requests/{number}", "service_requests")
    assert "<script>" in found["description"]
    assert "&a;" in found["description"]
    assert "\x00" not in found["description"]
    xml = system.client.get(f"/open311/v2/requests/{number}.xml", {"api_key": system.key}).content.decode()
    assert "<script>" not in xml
    assert "<!ENTITY" not in xml


BOMB = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><requests><request>&b;</request></requests>'


@pytest.mark.parametrize("media", ["text/xml", "application/xml", "application/json", "text/plain", ""])
def test_a_body_that_is_no_form_is_not_read(system: Caller, media: str) -> None:
    answer = system.client.post("/open311/v2/requests.xml", BOMB, content_type=media)
    errors = Caller.check(answer, "errors", "xml", 400)
    assert "root:" not in ET.tostring(errors, encoding="unicode")


@pytest.mark.parametrize(
    ("media", "body"),
    [
        ("multipart/form-data", b"x"),
        ("multipart/form-data; boundary=abc", b"--abc\r\nbroken"),
        ("application/x-www-form-urlencoded", b"description=" + b"x" * 3_000_000),
        ("application/x-www-form-urlencoded", b"&".join(b"a%d=1" % n for n in range(2000))),
        ("application/x-www-form-urlencoded; charset=nothing", b"a=1"),
    ],
    ids=["no boundary", "broken", "huge", "too many", "charset"],
)
def test_a_form_that_cannot_be_read(system: Caller, media: str, body: bytes) -> None:
    answer = system.client.generic("POST", "/open311/v2/requests.json", body, content_type=media)
    assert answer.status_code in (400, 403)
    Caller.check(answer, "errors", "json", answer.status_code)
    assert not Case.objects.exists()


def test_bytes_that_are_no_text(system: Caller) -> None:
    body = f"api_key={system.key}&service_code=040101&address_string=x&description=%FF%FE%00".encode()
    answer = system.client.post(
        "/open311/v2/requests.json", body, content_type="application/x-www-form-urlencoded"
    )
    assert answer.status_code in (201, 400)
    schema = "errors" if answer.status_code == 400 else "service_request_created"
    Caller.check(answer, schema, "json", answer.status_code)


# --- keys -----------------------------------------------------------------------------------------------------------


def test_without_a_good_key_nothing_is_taken(world: World, system: Caller, anyone: Caller) -> None:
    wrong = Caller("mf_wrong")
    for caller in (anyone, wrong):
        for path, said in (("requests", STORY), ("servicerequestupdates", {"update_id": "1"})):
            assert caller.post(path, said, expects=403)[0]["code"] == 403
    wrong.get("requests", "errors", expects=403)
    assert not Case.objects.exists()


def test_a_key_of_a_person_is_no_key_here(world: World) -> None:
    clerk = Caller(internal.Caller(world, "clerk").raw)
    clerk.post("requests", STORY, expects=403)
    clerk.get("requests", "errors", expects=403)


def test_a_key_opens_nothing_but_open311(world: World, system: Caller) -> None:
    number = system.hand_in()
    client, headers = Client(), {"Authorization": f"Bearer {system.key}"}
    case = Case.objects.get()
    for path in ("cases", f"cases/{case.pk}", f"cases/by-number/{number}", "cases/counts"):
        assert client.get(f"/api/v1/{path}", headers=headers).status_code == 403
    body = '{"description": "路灯坏了", "door": "phone"}'
    assert (
        client.post("/api/v1/cases", body, content_type="application/json", headers=headers).status_code
        == 403
    )


def test_no_demand_is_given_to_a_system_or_complains_about_it(world: World, system: Caller) -> None:
    unit = Unit.objects.get(name="随手拍")
    assert unit.pk not in catalog.current().units
    case = world.register(spot=Spot())
    with pytest.raises(Invalid):
        actions.assign(actor=world.dispatcher, case_id=case.pk, unit_id=unit.pk)
    with pytest.raises(Invalid):
        world.register(complained_unit_id=unit.pk)


def test_names_of_systems(administrator: Actor, world: World) -> None:
    with pytest.raises(Invalid):
        partners.connect("县水利局", days=30, actor=administrator)
    with pytest.raises(Invalid):
        partners.connect("随手拍", days=0, actor=administrator)
    with pytest.raises(Invalid):
        partners.connect("  ", days=30, actor=administrator)
    with pytest.raises(Missing):
        partners.disconnect("随手拍", reason="没有", actor=administrator)
    with pytest.raises(Forbidden):
        partners.connect("随手拍", days=30, actor=world.clerk)


def test_commands(world: World, administrator: Actor) -> None:
    said = CliRunner().invoke(cli.app, ["key", "随手拍", "--days", "9"])
    assert said.exit_code == 0
    key = said.output.splitlines()[0].removeprefix("open311 key: ")
    Caller(key).hand_in()
    assert CliRunner().invoke(cli.app, ["end", "随手拍", "--reason", "到期"]).exit_code == 0
    Caller(key).post("requests", STORY, expects=403)
    assert isinstance(CliRunner().invoke(cli.app, ["key", "县水利局"]).exception, Trouble)


def test_a_key_ends_with_its_days(system: Caller, monday: Any) -> None:
    monday.shift(timedelta(days=31))
    system.post("requests", STORY, expects=403)


def test_a_disconnected_system_is_out_at_once(system: Caller, administrator: Actor) -> None:
    partners.disconnect("随手拍", reason="合同到期", actor=administrator)
    system.post("requests", STORY, expects=403)
    again = Caller(partners.connect("随手拍", days=30, actor=administrator))
    again.post("requests", STORY)
    system.post("requests", STORY, expects=403)
    assert Post.objects.filter(role=Role.PARTNER).count() == 2
    assert not ApiToken.objects.filter(expires_at__gt=clock.now() + timedelta(days=31)).exists()


def test_limits(system: Caller, anyone: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(callers, "WRITES_A_MINUTE", 1)
    monkeypatch.setattr(callers, "WRONG_KEYS", 1)
    monkeypatch.setattr(callers, "WRONG_TOKENS_AN_HOUR", 1)
    system.hand_in()
    (error,) = system.post("requests", STORY, expects=429)
    assert error["code"] == 429
    assert int(system.last["Retry-After"]) > 0
    wrong = Caller("mf_wrong")
    wrong.post("requests", STORY, expects=403)
    wrong.post("requests", STORY, expects=429)
    Caller.check(anyone.client.get("/open311/v2/tokens/100000000007.json"), "errors", "json", 404)
    monkeypatch.setattr(callers, "READS_A_MINUTE", 0)
    anyone.get("services", "errors", expects=429)


# --- files ----------------------------------------------------------------------------------------------------------


def picture(name: str = "灯.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, making.picture())


@pytest.mark.parametrize("field", ["media", "media[]"])
def test_files_come_with_the_form(system: Caller, anyone: Caller, field: str) -> None:
    (answer,) = system.post("requests", {**STORY, field: [picture(), picture("二.jpg")]}, multipart=True)
    jobs.run_waiting()
    number = answer["service_request_id"]
    assert CaseFile.objects.filter(what="intake").count() == 2
    (found,) = system.get(f"requests/{number}", "service_requests", extensions="true")
    assert len(found["extended_attributes"]["photos"]) == 2
    (theirs,) = anyone.get(f"requests/{number}", "service_requests", extensions="true")
    assert theirs["extended_attributes"]["photos"] == []
    address = "/" + found["media_url"].split("/", 3)[3]
    shown = anyone.client.get(address)
    assert (shown.status_code, shown["Content-Type"]) == (200, "image/jpeg")
    assert b"".join(shown).startswith(b"\xff\xd8")
    Caller.check(anyone.client.get(address + "x"), "errors", "xml", 404)


def test_an_address_of_a_photo_is_good_for_a_day_and_not_for_a_restricted_demand(
    world: World, system: Caller, anyone: Caller, monday: Any
) -> None:
    system.post("requests", {**STORY, "media": picture()}, multipart=True)
    jobs.run_waiting()
    (found,) = system.get("requests", "service_requests")
    address = "/" + found["media_url"].split("/", 3)[3]
    monday.shift(timedelta(hours=23))
    shown = anyone.client.get(address)
    assert b"".join(shown).startswith(b"\xff\xd8")
    monday.shift(timedelta(hours=2))
    assert anyone.client.get(address).status_code == 404
    (found,) = system.get("requests", "service_requests")
    address = "/" + found["media_url"].split("/", 3)[3]
    actions.classify(actor=world.clerk, case_id=Case.objects.get().pk, category_code="010101")
    assert anyone.client.get(address).status_code == 404


@pytest.mark.parametrize(
    "upload",
    [
        SimpleUploadedFile("a.jpg", b"not a picture"),
        SimpleUploadedFile("a.exe", b"MZ" + b"\0" * 100),
        SimpleUploadedFile("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>"),
        SimpleUploadedFile("leer.jpg", b""),
    ],
    ids=lambda upload: upload.name,
)
def test_bogus_files_refuse_the_demand_and_leave_nothing(system: Caller, upload: SimpleUploadedFile) -> None:
    (error,) = system.post("requests", {**STORY, "media": upload}, multipart=True, expects=400)
    assert error["description"].startswith("media：")
    assert not Case.objects.exists()
    assert not StoredFile.objects.exists()


def test_too_many_files(system: Caller) -> None:
    many = [picture() for _one in range(7)]
    system.post("requests", {**STORY, "media": many}, multipart=True, expects=400)


def test_a_demand_that_is_refused_keeps_no_file(system: Caller) -> None:
    system.post("requests", {**STORY, "phone": "1", "media": picture()}, multipart=True, expects=400)
    assert not StoredFile.objects.exists()


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What addresses lead to; an exception is raised."""
    pages: dict[str, Any] = {}

    def fetch(url: str, **_more: Any) -> outward.Fetched:
        found = pages[url]
        if isinstance(found, Exception):
            raise found
        return outward.Fetched(found, url.rsplit("/", 1)[-1])

    monkeypatch.setattr(outward, "fetch", fetch)
    return pages


LINK = "https://photos.example.org/lamp.jpg"


def test_a_linked_file_is_fetched_later_and_once(system: Caller, web: dict[str, Any]) -> None:
    web[LINK] = making.picture()
    system.hand_in(media_url=[LINK, LINK])
    case = Case.objects.get()
    assert not case.files.exists()
    jobs.run_waiting()
    row = case.files.select_related("file").get()
    assert (row.what, row.file.state, row.file.name) == ("added", "clean", "lamp.jpg")
    actor = {"user_id": Post.objects.get(role=Role.PARTNER).user_id, "post_id": case.registered_by_id or 0}
    tasks.fetch_media(**actor, case_id=case.pk, link=LINK)
    assert case.files.count() == 1


@pytest.mark.parametrize("bad", [b"no picture", outward.Unwanted("这个网址指向内部网络，不能取。")])
def test_a_linked_file_that_will_not_do_is_recorded(system: Caller, web: dict[str, Any], bad: Any) -> None:
    web[LINK] = bad
    system.hand_in(media_url=LINK)
    jobs.run_waiting()
    case = Case.objects.get()
    assert history(case)[-1] == "cases.file_missed"
    assert not case.files.exists()
    assert not StoredFile.objects.exists()


def test_a_site_that_is_down_is_tried_again_and_given_up(
    system: Caller, web: dict[str, Any], monday: Any
) -> None:
    web[LINK] = outward.Unreachable("连不上对方网站，没有取到文件。")
    system.hand_in(media_url=LINK)
    case = Case.objects.get()
    for wait in (timedelta(0), *tasks.AGAIN):
        assert "cases.file_missed" not in history(case)
        monday.shift(wait + timedelta(minutes=1))
        jobs.run_waiting()
    assert history(case)[-1] == "cases.file_missed"


def test_what_was_restricted_or_disconnected_meanwhile_is_left_alone(
    world: World, system: Caller, administrator: Actor, web: dict[str, Any]
) -> None:
    web[LINK] = making.picture()
    system.hand_in(media_url=LINK)
    case = Case.objects.get()
    actions.classify(actor=world.clerk, case_id=case.pk, category_code="010101")
    jobs.run_waiting()
    system.hand_in(media_url=LINK)
    partners.disconnect("随手拍", reason="合同到期", actor=administrator)
    jobs.run_waiting()
    assert not CaseFile.objects.exists()
    assert "cases.file_missed" not in history(case)
