"""The screens: every step through its form, photos with it, two clicks are one step."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from minfu.cases.tests.screens import client_of
from minfu.cases.tests.world import World
from minfu.files.tests import making
from minfu.hazards import states
from minfu.hazards.forms import ALARM_FORMS, FORMS
from minfu.hazards.models import AlarmStep, Hazard
from minfu.hazards.tests import story
from minfu.kernel import jobs
from minfu.kernel.models import Event


def text(answer: Any) -> str:
    return str(answer.content.decode())


def take(client: Client, row: Hazard, name: str, /, **fields: Any) -> Any:
    """Send the form of a step as the page would."""
    version = story.fresh(row).version
    return client.post(f"/hazards/{row.pk}/step/{name}/", {"version": version, **fields})


def picture(name: str = "墙.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, making.picture(), content_type="image/jpeg")


def test_every_step_a_person_takes_has_a_form() -> None:
    assert {step.name for step in states.HAZARD.steps if step.by != "system"} == set(FORMS)
    assert {step.name for step in states.ALARM.steps if step.by != "system"} == set(ALARM_FORMS)


def test_the_whole_way_through_the_forms(world: World) -> None:
    row = story.opened(world)
    officer, clerk = client_of(world, "officer"), client_of(world, "clerk")
    page = text(officer.get(f"/hazards/{row.pk}/"))
    assert "待定级" in page
    assert take(officer, row, "grade", code="minor").status_code == 302
    assert take(officer, row, "measure", what="拉了警戒线", photos=[picture()]).status_code == 302
    assert take(officer, row, "add_evidence", photos=[picture("旧.jpg")], when="before").status_code == 302
    assert take(officer, row, "report", what="拆了", photos=[picture("后.jpg")]).status_code == 302
    day = (story.today() + timedelta(days=3)).isoformat()
    refused = take(clerk, row, "inspect", gone="no", finding="")
    assert refused.status_code == 422
    assert take(clerk, row, "inspect", gone="no", finding="还有半截", again_on=day).status_code == 302
    assert take(officer, row, "report", what="全拆了").status_code == 302
    assert (
        take(clerk, row, "inspect", gone="yes", finding="没有了", photos=[picture("查.jpg")]).status_code
        == 302
    )
    jobs.run_waiting()
    page = text(officer.get(f"/hazards/{row.pk}/?tab=ended"))
    for said in ("已消除", "第 1 次复查没通过", "整改前", "整改后", "全拆了", "还有半截"):
        assert said in page, said
    assert row.evidence.count() == 4
    one = row.evidence.order_by("pk")[0]
    assert b"".join(clerk.get(f"/hazards/{row.pk}/photos/{one.file_id}/").streaming_content)  # type: ignore[attr-defined]  # set by the test client or middleware
    assert client_of(world, "other_clerk").get(f"/hazards/{row.pk}/photos/{one.file_id}/").status_code == 404


def test_an_alarm_stands_on_top_and_is_acknowledged(world: World) -> None:
    row = story.graded(world)
    officer, clerk = client_of(world, "officer"), client_of(world, "clerk")
    assert take(officer, row, "raise_alarm", reason="墙在掉砖，路上有人").status_code == 302
    alarm = row.alarms.get()
    page = text(clerk.get("/hazards/"))
    assert "墙在掉砖" in page
    url = f"/hazards/{row.pk}/alarms/{alarm.pk}/acknowledge/"
    assert client_of(world, "officer").post(url, {"doing": "我去"}).status_code == 403
    assert clerk.post(url, {"doing": ""}).status_code == 422
    version = story.fresh(row).version
    sent = {"doing": "已派人去封路", "version": version}
    assert clerk.post(url, sent).status_code == 302
    assert clerk.post(url, sent).status_code == 302  # the second click
    assert Event.objects.filter(name="hazards.alarm_acknowledged").count() == 1
    assert "墙在掉砖，路上有人" not in text(clerk.get("/hazards/?tab=ended"))
    end = f"/hazards/{row.pk}/alarms/{alarm.pk}/end/"
    assert officer.post(end, {"ending": "路封了，人都撤了"}).status_code == 302
    assert "险情已解除" in text(officer.get(f"/hazards/{row.pk}/"))


def test_a_bad_photo_keeps_the_words_and_takes_no_step(world: World) -> None:
    row = story.graded(world)
    wrong = SimpleUploadedFile("坏.jpg", b"not a picture", content_type="image/jpeg")
    answer = take(client_of(world, "officer"), row, "report", what="写了很长的话", photos=[wrong])
    assert answer.status_code == 422
    assert "写了很长的话" in text(answer)
    assert "不能接收" in text(answer)
    assert (story.fresh(row).state, row.rectifications.count()) == ("rectifying", 0)


@pytest.mark.parametrize(
    ("name", "step", "status"),
    [
        ("officer", "inspect", 403),
        ("clerk", "report", 403),
        ("officer", "dismiss", 403),
        ("leader", "grade", 403),
        ("clerk", "inspect", 409),
        ("other_clerk", "grade", 404),
        ("clerk", "nothing", 404),
    ],
)
def test_refused_beside_allowed(world: World, name: str, step: str, status: int) -> None:
    row = story.graded(world)
    assert client_of(world, name).get(f"/hazards/{row.pk}/step/{step}/").status_code == status


def test_lists_by_tab_paged_in_few_queries(world: World, django_assert_max_num_queries: Any) -> None:
    first = story.graded(world)
    client = client_of(world, "clerk")
    assert first.number in text(client.get(f"/hazards/{first.pk}/"))
    assert "这里没有隐患" in text(client.get("/hazards/?tab=overdue"))
    Hazard.objects.filter(pk=first.pk).update(due_at=first.opened_at)
    assert "这里没有隐患" not in text(client.get("/hazards/?tab=overdue"))
    Hazard.objects.bulk_create(
        Hazard(
            case_id=10_000 + n,
            number=f"2026-{n}",
            what="旧屋",
            division_id=first.division_id,
            township_code=first.township_code,
            village_code=first.village_code,
            unit_id=first.unit_id,
            desk_id=first.desk_id,
            opened_at=first.opened_at,
            updated_at=first.opened_at,
        )
        for n in range(45)
    )
    with django_assert_max_num_queries(18):
        page = text(client.get("/hazards/"))
    assert page.count("data-row") == 40
    assert "下一页" in page


def test_the_configuration_screens(world: World) -> None:
    client = client_of(world, "administrator")
    page = text(client.get("/hazards/config/"))
    assert "重大隐患" in page
    assert "乡镇领导" in page
    day = (story.today() + timedelta(days=1)).isoformat()
    grade = {
        "code": "minor",
        "name": "一般隐患",
        "meaning": "容易整改",
        "weight": 1,
        "amount": 5,
        "measure": "workdays",
        "again_amount": 3,
        "again_measure": "workdays",
        "valid_from": day,
        "source": "县安委会",
    }
    assert client.post("/hazards/config/grades/minor/", grade).status_code == 302
    assert client.post("/hazards/config/grades/minor/", grade).status_code == 422
    assert client.get("/hazards/config/grades/none/").status_code == 404
    call = {
        "stage": 2,
        "whom": "unit",
        "unit": world.units["road"].pk,
        "wait_minutes": 10,
        "valid_from": day,
        "source": "县里确定",
    }
    assert client.post("/hazards/config/calls/new/", {**call, "unit": ""}).status_code == 422
    assert client.post("/hazards/config/calls/new/", call).status_code == 302
    row = AlarmStep.objects.get(whom="unit")
    ended = client.post(
        f"/hazards/config/calls/{row.pk}/end/",
        {"on": (story.today() + timedelta(days=9)).isoformat(), "reason": "改由村里通知"},
    )
    assert ended.status_code == 302
    assert client.get("/hazards/config/calls/999999/end/").status_code == 404
    assert client_of(world, "clerk").get("/hazards/config/").status_code == 403
