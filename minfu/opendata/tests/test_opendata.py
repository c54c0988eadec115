"""Open data: frozen editions of months that are over, small numbers hidden, nothing anybody wrote but what was released."""

import csv
import html
import io
import json
import re
import threading
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import ProgrammingError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from playwright.sync_api import Page, expect

from minfu.cases.rules import actions
from minfu.cases.rules.intake import Spot
from minfu.cases.tests.api import Caller
from minfu.cases.tests.screens import client_of
from minfu.cases.tests.world import FENGPU, FENGPU_VILLAGES, PINGHU, PINGHU_VILLAGES, World
from minfu.figures import door as figures
from minfu.figures.models import Progress
from minfu.kernel.models import Event
from minfu.opendata import limiting, tasks
from minfu.opendata.models import Edition, Terms
from minfu.opendata.rules import editions
from tests.browser import DESK, PHONE, assert_axe_clean, assert_no_sideways_scroll, set_width
from tests.concurrency.test_races import at_once

OCTOBER = datetime(2026, 10, 20, 2, tzinfo=UTC)
NOVEMBER = datetime(2026, 11, 10, 2, tzinfo=UTC)
SAID = "村口路灯坏了，晚上看不见路"


def happened(world: World) -> None:
    """Let October have seven demands in Fengpu, six in Pinghu, one nobody may know of; November one more."""
    with time_machine.travel(OCTOBER, tick=False):
        for _number in range(7):
            world.register(description=SAID)
        for _number in range(6):
            world.register(
                actor=world.dispatcher, spot=Spot(village_code=PINGHU_VILLAGES[0]), description=SAID
            )
        world.register(actor=world.dispatcher, kind="wrongdoing", spot=Spot(village_code=FENGPU_VILLAGES[0]))
    with time_machine.travel(NOVEMBER - timedelta(days=1), tick=False):
        world.register(description=SAID)


def told(**asked: str) -> dict[tuple[str, str], int | None]:
    """Return the registered demands of October in the newest edition by township and category."""
    row = editions.edition()
    return {
        (one.township, one.category): one.number for one in editions.cells(row, measure="registered", **asked)
    }


@time_machine.travel(NOVEMBER, tick=False)
def test_an_edition_tells_months_that_are_over_without_restricted_matters(world: World) -> None:
    happened(world)
    tasks.refresh()
    row = Edition.objects.get()
    assert editions.months(row) == ["2026-10"]
    by_place = {key: number for key, number in told().items() if key[1] == editions.ALL}
    assert by_place == {(FENGPU, "*"): 7, (PINGHU, "*"): 6, ("*", "*"): 13}
    tasks.refresh()  # once a day
    assert Edition.objects.count() == 1
    assert Event.objects.filter(name="opendata.edition_made").count() == 1
    with pytest.raises(ProgrammingError, match="Cannot update"), transaction.atomic():
        Edition.objects.update(least=3)
    with time_machine.travel(NOVEMBER + timedelta(days=1), tick=False):
        later = editions.make_today()
    assert later is not None
    assert later.digest == row.digest  # the running month tells nothing, day by day


@time_machine.travel(NOVEMBER, tick=False)
def test_small_numbers_and_what_gives_them_away_are_hidden(world: World) -> None:
    with time_machine.travel(OCTOBER, tick=False):
        for _number in range(7):
            world.register()
        world.register(actor=world.dispatcher, spot=Spot(village_code=PINGHU_VILLAGES[0]))
    tasks.refresh()
    cells = told()
    assert cells[PINGHU, "*"] is None
    assert cells[FENGPU, "*"] is None  # 8 - 7 would tell
    page = Client().get("/open/").content.decode()
    assert "未公开" in page
    assert "小于 5 的数" in page
    lines = list(csv.DictReader(io.StringIO(Client().get("/open/counts.csv").content.decode("utf-8-sig"))))
    assert {line["number"] for line in lines if line["township"] == PINGHU} == {""}


@time_machine.travel(NOVEMBER, tick=False)
def test_every_number_says_where_it_comes_from_and_staff_find_the_records(world: World) -> None:
    happened(world)
    solved = world.at("solved")
    with time_machine.travel(NOVEMBER + timedelta(days=30), tick=False):
        actions.release(actor=world.clerk, case_id=solved.pk, what="照明设施故障", done="更换后恢复使用")
        tasks.refresh()
        client = Client()
        page = client.get("/open/?month=2026-10").content.decode()
        links = [html.unescape(one) for one in re.findall(r'<td class="num"><a href="([^"]+)">', page)]
        assert len(links) == 6  # two townships, one category, and their sums
        for link in links:
            told = client.get(link).content.decode()
            assert SAID not in told
            assert "2026年12月10日" in told
        own = next(one for one in links if FENGPU in one and "category=%2A" in one)
        told = client.get(own).content.decode()
        assert "登记诉求：7 件" in told
        staff = html.unescape(re.search(r'href="(/figures/registered/[^"]+)"', told)[1])  # type: ignore[index]  # fails loudly
        assert client.get(staff).status_code == 302
        assert "共 7 条记录" in client_of(world, "clerk").get(staff).content.decode()
        small = "/open/number/?measure=solved&month=2026-11&township=*&category=*"
        told = client.get(small).content.decode()
        assert "未公开" in told
        assert "照明设施故障" in told
        assert client.get(small.replace("2026-11", "2026-09")).status_code == 404


@time_machine.travel(NOVEMBER, tick=False)
def test_files_and_programs_read_the_same_and_nothing_anybody_wrote(world: World) -> None:
    happened(world)
    tasks.refresh()
    client = Client()
    answer = client.get("/open/counts.json")
    body = json.loads(answer.content)
    assert body["licence"] == "CC BY 4.0"
    api = client.get("/api/v1/open/counts").json()
    assert api["counts"] == body["counts"]
    assert api["digest"] == body["digest"]
    lines = list(csv.DictReader(io.StringIO(client.get("/open/counts.csv").content.decode("utf-8-sig"))))
    assert len(lines) == len(body["counts"])
    columns = [
        one["name"] for one in client.get("/api/v1/open/dictionary").json() if one["table"] == "counts"
    ]
    assert columns == list(lines[0])
    narrowed = client.get(f"/api/v1/open/counts?township={FENGPU}&category=*&measure=registered").json()
    assert [one["number"] for one in narrowed["counts"]] == [7]
    assert [one["edition"] for one in client.get("/api/v1/open/editions").json()] == ["2026-11-10"]
    pages = [
        "/open/",
        "/open/counts.csv",
        "/open/matters.json",
        "/open/dictionary.csv",
        "/api/v1/open/matters",
    ]
    for path in pages:
        text = client.get(path).content.decode()
        assert SAID not in text
        assert "林小满" not in text
    again = client.get("/open/counts.json", headers={"If-None-Match": answer["ETag"]})
    assert again.status_code == 304
    with time_machine.travel(NOVEMBER + timedelta(days=1), tick=False):
        assert editions.make_today()  # says the same, of another day
        again = client.get("/open/counts.json", headers={"If-None-Match": answer["ETag"]})
        assert again.json()["edition"] == "2026-11-11"
    assert "ETag" not in client.get("/open/")  # what a reader chose, large type, holds at once
    assert "max-age=3600" in answer["Cache-Control"]
    assert answer["Access-Control-Allow-Origin"] == "*"


@time_machine.travel(NOVEMBER, tick=False)
def test_a_matter_that_is_withdrawn_stands_in_no_edition(world: World) -> None:
    case = world.at("solved")
    released = actions.release(actor=world.clerk, case_id=case.pk, what="照明设施故障", done="更换后恢复使用")
    tasks.refresh()
    client = Client()
    assert [one["what"] for one in client.get("/api/v1/open/matters").json()["matters"]] == ["照明设施故障"]
    answer = client.get("/open/matters.csv")
    assert "更换后恢复使用" in answer.content.decode()
    assert "no-cache" in answer["Cache-Control"]
    actions.withdraw_release(actor=world.clerk, release_id=released.pk, reason="写错了")
    assert client.get("/api/v1/open/matters").json()["matters"] == []
    assert "更换后恢复使用" not in client.get("/open/matters.csv").content.decode()


@time_machine.travel(NOVEMBER, tick=False)
def test_terms_are_dated_and_an_edition_keeps_its_own(world: World) -> None:
    happened(world)
    one = client_of(world, "dispatcher")
    typed: dict[str, Any] = {
        "least": "8", "licence": "政府数据开放协议", "words": "注明出处。",
        "url": "", "valid_from": "2026-11-11", "source": "县办〔2026〕9号",
    }  # fmt: skip
    assert one.get("/open/config/").status_code == 200
    assert "不能小于 3" in one.post("/open/config/", typed | {"least": "1"}).content.decode()
    refused = one.post("/open/config/", typed | {"valid_from": "2026-11-01"})
    assert "不能早于今天" in refused.content.decode()
    assert one.post("/open/config/", typed).status_code == 302
    assert client_of(world, "clerk").get("/open/config/").status_code == 403
    tasks.refresh()
    with time_machine.travel(NOVEMBER + timedelta(days=1), tick=False):
        tasks.refresh()
        assert told()[FENGPU, "*"] is None  # 7 is small now
        body = Client().get("/api/v1/open/counts").json()
        assert (body["licence"], body["least"]) == ("政府数据开放协议", 8)
    first = Client().get("/api/v1/open/counts?edition=2026-11-10").json()
    assert (first["licence"], first["least"]) == ("CC BY 4.0", 5)
    over = Caller(world, "dispatcher")
    assert [one["least"] for one in over.get("/open/terms").json()] == [8]
    sent = {**typed, "least": 6, "valid_from": "2026-12-01"}
    assert over.post("/open/terms", sent).status_code == 201
    assert Terms.objects.count() == 2


@time_machine.travel(NOVEMBER, tick=False)
def test_before_the_first_edition_and_what_there_is_not(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = Client()
    assert "请明天再来" in client.get("/open/").content.decode()
    assert client.get("/api/v1/open/counts").status_code == 404
    tasks.refresh()
    assert "还没有过完一个月" in client.get("/open/").content.decode()
    for path in ("/open/nothing.csv", "/open/counts.exe", "/open/?edition=2020-01-01", "/open/?edition=x"):
        assert client.get(path).status_code == 404, path
    monkeypatch.setattr(limiting, "READ_AN_HOUR", 2)
    assert [client.get("/open/dictionary.csv").status_code for _turn in range(20)][-1] == 429
    assert world


@pytest.mark.django_db(transaction=True)
@time_machine.travel(NOVEMBER, tick=False)
def test_an_edition_waits_for_who_counts_already_without_asking_again_and_again(world: World) -> None:
    happened(world)
    Progress.objects.create(pk=1)
    held = threading.Event()

    def counting() -> None:
        with transaction.atomic():
            Progress.objects.select_for_update().get(pk=1)
            held.set()
            time.sleep(1)

    def told_monthly() -> tuple[int, int]:
        assert held.wait(60)
        with CaptureQueriesContext(connection) as asked:
            rows = figures.monthly("registered", NOVEMBER.date().replace(day=1))
        return sum(one.number for one in rows), len(asked)

    _none, (number, statements) = at_once(counting, told_monthly)
    assert number == 13
    assert statements < 100


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_the_page_reads_on_a_phone_and_a_desk(browser_page: Page, world: World) -> None:
    happened(world)
    assert editions.make_today()
    for width in (PHONE, DESK):
        set_width(browser_page, width)
        browser_page.goto("/open/")
        expect(browser_page.get_by_role("heading", name="开放数据")).to_be_visible()
        expect(browser_page.get_by_role("row", name="凤埔乡")).to_be_visible()
        assert_no_sideways_scroll(browser_page)
        assert_axe_clean(browser_page)
