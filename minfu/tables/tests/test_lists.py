"""Every list as a table: same rows as its screen, for those who may open it; long ones as a job; contact data for a purpose."""

import csv
import io
from datetime import timedelta
from typing import Any

import openpyxl
import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from minfu.accounts.models import Delegation, Role, User
from minfu.cases.rules.intake import Person, Spot
from minfu.cases.tests.api import Caller
from minfu.cases.tests.desk import sign_in
from minfu.cases.tests.world import FENGPU_VILLAGES, PINGHU_VILLAGES, World
from minfu.kernel import clock, gate, jobs, listings, record
from minfu.kernel.errors import Invalid, Missing, Refused
from minfu.kernel.models import Event
from minfu.places.models import Place
from minfu.registry.models import Reveal
from minfu.registry.vault import Purpose
from minfu.tables import events, runs, tasks, writing
from minfu.tables.models import ExportRun
from minfu.tables.runs import Wish

pytestmark = pytest.mark.django_db
WHY = Purpose("visit", "周五上门看路灯")


def url(name: str) -> str:
    return reverse("tables:export", args=[name])


def exported(client: Client, name: str, format_: str = "csv", **query: str) -> list[list[Any]]:
    """Export a list through the screen and return its lines, titles first."""
    answer = client.post(
        f"{url(name)}?{'&'.join(f'{key}={value}' for key, value in query.items())}", {"format": format_}
    )
    assert answer.status_code == 302, answer.content.decode()[:2000]
    data = client.get(answer["Location"] + "file/").getvalue()
    if format_ == "csv":
        return list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
    sheet = openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]
    return [[cell.value for cell in row] for row in sheet.rows]


# --- every list ---


def _fill(world: World) -> None:
    """Put something into every list."""
    world.at("solved")
    Place.objects.create(name="老榕树", village_id=FENGPU_VILLAGES[0], kind="landmark")
    Delegation.objects.create(
        post_id=world.clerk.post_id or 0,
        to=User.objects.create(username="stand-in", name="替班"),
        starts_at=clock.now(),
        ends_at=clock.now() + timedelta(days=3),
        reason="休假",
    )


@pytest.mark.parametrize("name", listings.names())
def test_every_list_goes_out_to_whoever_may_open_it_and_to_nobody_else(world: World, name: str) -> None:
    _fill(world)
    listing = listings.get(name)
    for who, actor in world.actors.items():
        client = sign_in(who)
        answer = client.get(url(name))
        assert answer.status_code == (200 if actor.may(listing.right) else 403), who
        if not actor.may(listing.right):
            assert client.post(url(name), {"format": "csv"}).status_code == 403, who
    assert not ExportRun.objects.exists()
    assert Client().get(url(name)).status_code == 302
    who = next(who for who, actor in reversed(world.actors.items()) if actor.may(listing.right))
    if "这个列表是空的" in sign_in(who).get(url(name)).content.decode():
        return
    for format_ in runs.FORMATS:
        titles, *rows = exported(sign_in(who), name, format_)
        assert titles == [str(column.title) for column in listing.columns]
        assert rows
        assert "13800001234" not in str(rows)
    assert Event.objects.filter(name=events.EXPORTED, data__list=name).count() == 2


@pytest.mark.parametrize(
    "name", ["places.grids", "places.divisions", "places.gazetteer", "accounts.units", "accounts.people"]
)
def test_a_list_has_its_button_and_narrows_as_its_screen_does(world: World, name: str) -> None:
    _fill(world)
    client = sign_in("administrator")
    screen = str(listings.get(name).screen)
    assert f'href="{url(name)}"' in client.get(screen).content.decode()
    narrowed = client.get(screen, {"q": "凤埔"}).content.decode()
    assert f"{url(name)}?q=%E5%87%A4%E5%9F%94" in narrowed
    for word in ("凤埔", "平湖", "没有这个"):
        page = client.get(screen, {"q": word}).content.decode()
        answer = client.get(url(name), {"q": word}).content.decode()
        rows = [] if "这个列表是空的" in answer else exported(client, name, q=word)[1:]
        assert page.count("<tr data-row>") == len(rows), word


def test_the_order_is_the_screens(world: World) -> None:
    numbers = [world.register().number for _turn in range(3)]
    assert [row[0] for row in exported(sign_in("clerk"), "cases.inbox", scope="all")[1:]] == numbers[::-1]


def test_the_export_has_the_lists_rows_in_its_filter_and_no_formula(world: World) -> None:
    clerk = sign_in("clerk")
    world.register(description="=HYPERLINK(1)村口路灯坏了")
    world.register(kind="consultation")
    world.register(actor=world.other_clerk, spot=Spot(village_code=PINGHU_VILLAGES[0]))
    assert "共 1 行" in clerk.get(url("cases.inbox"), {"scope": "area", "kind": "request"}).content.decode()
    _titles, *rows = exported(clerk, "cases.inbox", scope="area", kind="request")
    assert len(rows) == 1
    assert "'=HYPERLINK(1)村口路灯坏了" in rows[0]
    assert "林小满" not in str(rows)
    assert len(exported(clerk, "cases.inbox", "xlsx", scope="area")) == 3


def test_a_wrong_filter_and_an_unknown_list(world: World) -> None:
    clerk = sign_in("clerk")
    assert clerk.get(url("cases.inbox"), {"scope": "moons"}).status_code == 422
    assert clerk.get(url("cases.inbox"), {"kind": "gossip"}).status_code == 422
    assert clerk.get(url("cases.moons")).status_code == 404
    assert clerk.post(url("cases.inbox"), {"format": "exe"}).status_code == 422


@pytest.mark.parametrize("format_", ["csv", "xlsx"])
def test_a_long_export_is_a_job(world: World, monkeypatch: pytest.MonkeyPatch, format_: str) -> None:
    monkeypatch.setattr(runs, "AT_ONCE", 1)
    monkeypatch.setattr(runs, "_TELL_EVERY", 1)
    for _turn in range(3):
        world.register()
    clerk = sign_in("clerk")
    assert "先在后台准备文件" in clerk.get(url("cases.inbox"), {"scope": "area"}).content.decode()
    page = clerk.post(f"{url('cases.inbox')}?scope=area", {"format": format_})["Location"]
    assert "在排队" in clerk.get(page).content.decode()
    assert clerk.get(page + "file/").status_code == 409
    assert jobs.run_waiting() >= 1
    assert "已准备好，3 行" in clerk.get(page).content.decode()
    assert clerk.get(page + "file/").status_code == 200


def test_an_export_is_its_owners_alone(world: World) -> None:
    world.register()
    page = sign_in("clerk").post(url("cases.inbox"), {"format": "csv"})["Location"]
    for who in ("dispatcher", "other_clerk", "officer", "administrator"):
        assert sign_in(who).get(page).status_code == 404
        assert sign_in(who).get(page + "file/").status_code == 404


def test_a_post_that_ended_meanwhile_gets_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "AT_ONCE", 0)
    world.register()
    run = runs.start(actor=world.clerk, wish=Wish(listings.get("cases.inbox"), {"scope": "all"}))
    User.objects.filter(username="clerk").update(is_active=False)
    runs.do(run.pk)
    run.refresh_from_db()
    assert (run.state, run.payload) == ("failed", None)
    assert "岗位已经结束" in run.problem


def test_files_are_cleared_and_lost_runs_given_up(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.register()
    wish = Wish(listings.get("cases.inbox"), {"scope": "all"})
    done = runs.start(actor=world.clerk, wish=wish)
    monkeypatch.setattr(runs, "AT_ONCE", 0)
    lost = runs.start(actor=world.clerk, wish=wish)
    with time_machine.travel(clock.now() + timedelta(days=4), tick=False):
        tasks.clear_exports()
    done.refresh_from_db()
    lost.refresh_from_db()
    assert (done.payload, lost.state) == (None, "failed")
    with pytest.raises(Missing):
        runs.file_of(done)


def test_a_list_too_long_for_one_file_is_refused(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "MOST_ROWS", 1)
    world.register()
    world.register()
    answer = sign_in("clerk").post(url("cases.inbox") + "?scope=all", {"format": "csv"})
    assert answer.status_code == 409
    assert "先用筛选条件缩小范围" in answer.content.decode()


# --- contact data ---


def personal(client: Client, **more: str) -> Any:
    told = {"personal": "1", "purpose": WHY.code, "explanation": WHY.explanation, **more}
    return client.post(f"{url('cases.inbox')}?scope=all", told)


def book(client: Client, answer: Any) -> openpyxl.Workbook:
    assert answer.status_code == 302, answer.content.decode()[:3000]
    return openpyxl.load_workbook(io.BytesIO(client.get(answer["Location"] + "file/").getvalue()))


def test_contact_data_goes_out_for_a_purpose_watermarked_and_recorded(world: World) -> None:
    case = world.register(person=Person(name="林小满", phone="13800001234"))
    client = sign_in("clerk")
    made = book(client, personal(client))
    sheets: Any = made.worksheets
    front, rows = sheets
    told = {row[0].value: row[1].value for row in front.iter_rows(min_row=2)}
    assert "凤埔乡民富中心" in told["谁导出"]
    assert told["用途"] == "上门办理、现场核实：周五上门看路灯"
    titles, line = ([cell.value for cell in row] for row in rows.rows)
    assert titles[-4:] == ["姓名", "电话", "住址", "水印"]
    assert line[-4:-2] == ["林小满", "13800001234"]
    run = ExportRun.objects.get()
    for mark in (
        line[-1],
        rows.oddHeader.center.text,
        rows.oddFooter.center.text,
        front.oddHeader.center.text,
    ):
        assert "凤埔乡民富中心" in mark
        assert f"导出编号{run.pk}" in mark
    look = Reveal.objects.get()
    assert (look.purpose, look.explanation, look.user_id) == (WHY.code, WHY.explanation, world.clerk.user_id)
    (seen,) = [one for one in record.history(("case", case.pk)) if one.name == "cases.revealed"]
    assert seen.reason == WHY.explanation
    (taken,) = Event.objects.filter(name=events.EXPORTED)
    assert (taken.data["personal"], taken.data["rows"], taken.reason) == (True, 1, WHY.explanation)
    assert b"\xe6\x9e\x97\xe5\xb0\x8f\xe6\xbb\xa1" not in bytes(run.payload or b"")


def test_without_a_purpose_nothing_is_opened(world: World) -> None:
    world.register()
    client = sign_in("clerk")
    for wrong in ({"purpose": "curiosity"}, {"explanation": " "}, {"explanation": "长" * 201}):
        assert personal(client, **wrong).status_code == 422, wrong
    assert not Reveal.objects.exists()
    assert not ExportRun.objects.exists()


def test_who_may_not_reveal_is_not_offered_it_and_gets_nothing(world: World) -> None:
    world.register()
    for who in ("leader", "auditor"):
        assert "带联系方式" not in sign_in(who).get(url("cases.inbox"), {"scope": "all"}).content.decode()
        assert personal(sign_in(who)).status_code == 403
    assert not Reveal.objects.exists()
    units = Wish(listings.get("accounts.units"), {}, "xlsx", WHY)
    with pytest.raises(Invalid):
        runs.start(actor=world.administrator, wish=units)


def test_a_row_that_is_not_ones_to_see_stays_empty(world: World) -> None:
    world.register(person=Person(name="林小满", phone="13800001234"))
    world.register(
        kind="complaint",
        complained_unit_id=world.units["fengpu"].pk,
        person=Person(name="陈大勇", phone="13800005678"),
    )
    world.register(mode="anonymous", person=Person())
    client = sign_in("clerk")
    cells = str([[cell.value for cell in row] for row in book(client, personal(client)).worksheets[1].rows])
    assert "13800001234" in cells
    assert "陈大勇" not in cells
    assert "13800005678" not in cells
    assert "保密" in cells
    assert Reveal.objects.count() == 1


def test_contact_data_is_no_csv_no_register_and_no_daily_habit(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.register()
    inbox = listings.get("cases.inbox")
    with pytest.raises(Invalid, match="水印"):
        runs.start(actor=world.clerk, wish=Wish(inbox, {"scope": "all"}, "csv", WHY))
    for _turn in range(runs.PERSONAL_A_DAY):
        runs.start(actor=world.clerk, wish=Wish(inbox, {"scope": "all"}, "xlsx", WHY))
    with pytest.raises(Refused) as refused:
        runs.start(actor=world.clerk, wish=Wish(inbox, {"scope": "all"}, "xlsx", WHY))
    assert refused.value.status == 429
    monkeypatch.setattr(runs, "MOST_PERSONAL", 1)
    world.register()
    assert "一次最多 1 行" in sign_in("dispatcher").get(url("cases.inbox"), {"scope": "all"}).content.decode()
    with pytest.raises(Refused, match="缩小范围"):
        runs.start(actor=world.dispatcher, wish=Wish(inbox, {"scope": "all"}, "xlsx", WHY))


def test_contact_data_of_many_is_a_job_too(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "PERSONAL_AT_ONCE", 1)
    world.register()
    world.register()
    client = sign_in("clerk")
    answer = personal(client)
    assert not Reveal.objects.exists()
    jobs.run_waiting()
    assert book(client, answer).worksheets[1].max_row == 3
    assert Reveal.objects.count() == 2


def test_the_right_is_asked_again_when_the_job_runs(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "PERSONAL_AT_ONCE", 0)
    world.register()
    run = runs.start(actor=world.clerk, wish=Wish(listings.get("cases.inbox"), {"scope": "all"}, "xlsx", WHY))
    from minfu.accounts.models import Post

    Post.objects.filter(pk=world.clerk.post_id or 0).update(role=Role.TOWNSHIP_LEADER)
    runs.do(run.pk)
    run.refresh_from_db()
    assert run.state == "failed"
    assert not Reveal.objects.exists()


# --- programs ---


def told(answer: Any, status: int = 200) -> Any:
    assert answer.status_code == status, answer.content.decode()
    return answer.json()


def test_programs_export_by_the_same_rules(world: World) -> None:
    clerk = Caller(world, "clerk")
    mine = world.register()
    world.register(kind="consultation")
    body = {"list": "cases.inbox", "query": {"scope": "area", "kind": "request"}, "format": "csv"}
    run = told(clerk.post("/exports", body), 202)
    assert (run["state"], run["rows_total"], run["personal"]) == ("done", 1, False)
    lines = clerk.get(run["file_href"].removeprefix("/api/v1")).content.decode("utf-8-sig").splitlines()
    assert lines[1].startswith(mine.number)
    assert [row["id"] for row in told(clerk.get("/exports"))] == [run["id"]]
    assert told(clerk.post("/exports", {"query": {"scope": "moons"}}), 422)["errors"][0]["field"] == "scope"
    assert told(clerk.post("/exports", {"query": {"colour": "red"}}), 422)["errors"][0]["field"] == "query"
    assert told(clerk.post("/exports", {"list": "moons"}), 404)
    for name in ("officer", "worker", "water", "administrator"):
        assert Caller(world, name).post("/exports", {}).status_code == 403
    assert Caller(world, "other_clerk").get(f"/exports/{run['id']}").status_code == 404


def test_programs_learn_which_lists_there_are(world: World) -> None:
    lists = {row["name"]: row for row in told(Caller(world, "clerk").get("/exports/lists"))}
    assert lists["cases.inbox"]["contact"]
    assert "scope" in lists["cases.inbox"]["keys"]
    assert "accounts.units" not in lists
    assert "accounts.units" in {
        row["name"] for row in told(Caller(world, "administrator").get("/exports/lists"))
    }


def test_programs_get_contact_data_for_a_purpose_only(world: World) -> None:
    world.register()
    clerk = Caller(world, "clerk")
    contact = {"purpose": WHY.code, "explanation": WHY.explanation}
    run = told(clerk.post("/exports", {"query": {"scope": "all"}, "contact": contact}), 202)
    assert run["personal"]
    assert Reveal.objects.count() == 1
    told(clerk.post("/exports", {"query": {"scope": "all"}, "contact": contact, "format": "csv"}), 422)
    told(clerk.post("/exports", {"contact": contact | {"explanation": ""}}), 422)
    told(Caller(world, "leader").post("/exports", {"query": {"scope": "all"}, "contact": contact}), 403)


# --- the registry ---


def test_a_list_registered_twice_or_with_an_unknown_right_fails() -> None:
    one = listings.get("cases.inbox")
    with pytest.raises(ValueError, match="twice"):
        listings.register(one)
    with pytest.raises((KeyError, LookupError, ValueError)):
        gate.known("moons.see")


def test_rows_need_not_be_a_queryset() -> None:
    assert writing.count([1, 2, 3], 10) == 3
