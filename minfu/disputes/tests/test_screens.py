"""The screens: every step through its form, what was typed is kept, two clicks are one step."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from minfu.cases.tests.screens import client_of
from minfu.cases.tests.world import World
from minfu.disputes import states
from minfu.disputes.forms import FORMS
from minfu.disputes.models import Mediation
from minfu.disputes.tests import story
from minfu.kernel import clock
from minfu.kernel.models import Event


def text(answer: Any) -> str:
    return str(answer.content.decode())


def take(client: Client, row: Mediation, name: str, /, **fields: Any) -> Any:
    """Send the form of a step as the page would."""
    version = Mediation.objects.get(pk=row.pk).version
    return client.post(f"/disputes/{row.pk}/step/{name}/", {"version": version, **fields})


def test_every_step_a_person_takes_has_a_form() -> None:
    taken = {step.name for step in states.MEDIATION.steps if step.by != "system"}
    assert taken == set(FORMS)


def test_the_whole_way_through_the_forms(world: World) -> None:
    row = story.opened(world)
    officer, mediator = client_of(world, "officer"), client_of(world, "mediator")
    page = text(officer.get(f"/disputes/{row.pk}/"))
    assert "请先登记双方当事人" in page
    assert take(officer, row, "add_party", side="b", name="陈阿福", phone="139 0000 2222").status_code == 302
    for party in row.parties.all():
        sent = take(officer, row, "consent", party_id=party.pk, asked_by="phone")
        assert sent.status_code == 302
    assert take(officer, row, "seat", post_id=world.mediator.post_id).status_code == 302
    seat = row.seats.get()
    declare = f"/disputes/{row.pk}/seats/{seat.pk}/declare/"
    assert "声明没有回避情形" in text(mediator.get(f"/disputes/{row.pk}/"))
    assert mediator.post(declare, {}).status_code == 422  # the tick is the declaration
    assert mediator.post(declare, {"declared": "on"}).status_code == 302
    assert take(mediator, row, "begin").status_code == 302
    at = timezone.localtime(clock.now() + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")
    assert take(mediator, row, "plan", starts_at=at, place="村部").status_code == 302
    held = timezone.localtime(clock.now() - timedelta(hours=2)).strftime("%Y-%m-%dT%H:%M")
    sitting = {
        "starts_at": held,
        "place": "村部",
        "parties": [party.pk for party in row.parties.all()],
        "seats": [seat.pk],
        "minutes": "各说各的,后来都让了一步。",
    }
    session = row.sessions.get()
    assert mediator.post(f"/disputes/{row.pk}/sessions/{session.pk}/hold/", sitting).status_code == 302
    told = story.terms()
    agreement = {
        "form": "written",
        "facts": told.facts,
        "dispute": told.dispute,
        "content": told.content,
        "performance": told.performance,
        "due_on": told.due_on.isoformat() if told.due_on else "",
        "agreed_on": told.agreed_on.isoformat(),
    }
    assert take(mediator, row, "agree", **agreement).status_code == 302
    assert "等双方签字" in text(mediator.get(f"/disputes/{row.pk}/"))
    assert take(mediator, row, "sign", signed_on=story.today().isoformat()).status_code == 302
    asked = take(officer, row, "apply", applied_on=story.today().isoformat(), court="古田县人民法院")
    assert asked.status_code == 302
    visited = take(officer, row, "visit", finding="kept", note="沟通了")
    assert visited.status_code == 302
    decided = take(officer, row, "court", confirmed="yes", decided_on=story.today().isoformat(), number="1号")
    assert decided.status_code == 302
    page = text(officer.get(f"/disputes/{row.pk}/?tab=ended"))
    for said in ("协议已履行", "法院已确认", "沟通了", "1号", "陈*"):
        assert said in page, said
    minutes = text(mediator.get(f"/disputes/{row.pk}/paper/minutes/?session={session.pk}"))
    assert "后来都让了一步" in minutes


def test_the_oral_form_and_the_notice_of_an_end(world: World) -> None:
    row = story.agreed(world, "oral")
    paper = text(client_of(world, "mediator").get(f"/disputes/{row.pk}/paper/oral/"))
    assert "人民调解口头协议登记表" in paper
    assert "另开一条水沟" in paper
    other = story.held(world)
    mediator = client_of(world, "mediator")
    sent = {"ground": "no_agreement", "ways": ["court"], "note": ""}
    assert take(mediator, other, "fail", **sent).status_code == 302
    ending = text(mediator.get(f"/disputes/{other.pk}/paper/ending/"))
    assert "终止调解告知书" in ending
    assert "人民法院" in ending


def test_a_second_click_finds_the_step_taken(world: World) -> None:
    row = story.ready(world)
    client = client_of(world, "officer")
    form = {"version": row.version}
    first = client.post(f"/disputes/{row.pk}/step/begin/", form)
    second = client.post(f"/disputes/{row.pk}/step/begin/", form)
    assert (first.status_code, second.status_code) == (302, 302)
    assert Event.objects.filter(name="disputes.begun").count() == 1


def test_a_stale_page_keeps_what_was_typed_and_takes_it_the_second_time(world: World) -> None:
    row = story.held(world)
    client = client_of(world, "mediator")
    old = row.version
    client_of(world, "officer").post(
        f"/disputes/{row.pk}/step/ask_replacement/",
        {"version": old, "side": "b", "seat_id": row.seats.get().pk, "reason": "换人"},
    )
    sent = {"version": old, "ground": "other", "ways": ["court"], "note": "写了很长的说明"}
    answer = client.post(f"/disputes/{row.pk}/step/fail/", sent)
    assert answer.status_code == 409
    assert "刚被别人更新" in text(answer)
    assert "写了很长的说明" in text(answer)
    assert f'value="{old + 1}"' in text(answer)
    assert client.post(f"/disputes/{row.pk}/step/fail/", {**sent, "version": old + 1}).status_code == 302


def test_wrong_input_comes_back_with_its_sentence(world: World) -> None:
    row = story.opened(world)
    client = client_of(world, "officer")
    for fields, sentence in (
        ({"side": "b", "name": ""}, "请填写姓名或名称"),
        ({"side": "b", "name": "陈阿福", "phone": "123"}, "电话"),
        ({"side": "b", "name": "陈阿福", "id_number": "110105194912310021"}, "身份证"),
        ({"name": "陈阿福"}, "哪一方"),
    ):
        answer = take(client, row, "add_party", **fields)
        assert answer.status_code == 422
        assert sentence in text(answer), fields
    assert row.parties.count() == 1


@pytest.mark.parametrize("name", ["hold", "agree", "fail"])
def test_who_is_no_mediator_is_told_so(world: World, name: str) -> None:
    row = story.begun(world)
    assert client_of(world, "officer").get(f"/disputes/{row.pk}/step/{name}/").status_code == 403
    assert client_of(world, "mediator").get(f"/disputes/{row.pk}/step/{name}/").status_code == 200


def test_a_step_of_another_state_is_refused(world: World) -> None:
    row = story.begun(world)
    assert client_of(world, "mediator").get(f"/disputes/{row.pk}/step/sign/").status_code == 409
    assert client_of(world, "mediator").get(f"/disputes/{row.pk}/step/nothing/").status_code == 404


def test_lists_by_tab_and_empty(world: World) -> None:
    client = client_of(world, "officer")
    assert "这里没有调解" in text(client.get("/disputes/"))
    row = story.opened(world)
    assert row.number in text(client.get("/disputes/"))
    assert row.number not in text(client.get("/disputes/?tab=keeping"))
    assert row.number not in text(client.get(f"/disputes/?after={row.pk}"))
    assert row.number in text(client.get("/disputes/?after=abc&tab=nothing"))


def test_a_long_list_is_paged_in_few_queries(world: World, django_assert_max_num_queries: Any) -> None:
    rows = [story.opened(world) for _number in range(3)]
    now = rows[0].opened_at
    Mediation.objects.bulk_create(
        Mediation(
            case_id=10_000 + n,
            number=f"2026-{n}",
            facts="旧事",
            division_id=rows[0].division_id,
            unit_id=rows[0].unit_id,
            desk_id=rows[0].desk_id,
            opened_at=now,
            updated_at=now,
        )
        for n in range(45)
    )
    client = client_of(world, "officer")
    with django_assert_max_num_queries(14):
        page = text(client.get("/disputes/"))
    assert page.count("data-row") == 40
    assert "下一页" in page
