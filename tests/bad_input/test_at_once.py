"""A double click, two clerks at once, a stale page, a step out of turn: through the doors, on real connections."""

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, connections
from django.test import Client

from minfu.accounts.models import Unit, User
from minfu.cases import events
from minfu.cases.models import Answer, Case, TableRun
from minfu.cases.rules import actions, catalog
from minfu.cases.rules.intake import Person
from minfu.cases.tests.api import STORY, Caller
from minfu.cases.tests.desk import fresh, sign_in, step_url
from minfu.cases.tests.residents import Resident
from minfu.cases.tests.world import FENGPU_VILLAGES, World, build
from minfu.kernel import record
from minfu.places import index
from tests.bad_input.doors import INTAKE, said, typed

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world(transactional_db: None) -> Iterator[World]:
    index.forget()
    catalog.forget()
    yield build()
    catalog.forget()
    index.forget()


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """Make the calls at the same moment, each on a connection of its own; return what each brought."""
    barrier, found = threading.Barrier(len(calls)), [None] * len(calls)

    def run(place: int, call: Callable[[], Any]) -> None:
        try:
            connection.ensure_connection()
            barrier.wait(timeout=60)
            found[place] = call()
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=item) for item in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=180)
    return found


def twin(client: Client) -> Client:
    """Return a second window of the same browser."""
    other = Client()
    other.cookies.load({name: one.value for name, one in client.cookies.items()})
    return other


def told(case: Case) -> list[str]:
    """Return the names of what is recorded of a demand."""
    return [line.name for line in record.history((events.SUBJECT, case.pk))]


# --- a double click ------------------------------------------------------------------------------------------------


def test_the_clerks_form_clicked_three_times_is_one_demand(world: World) -> None:
    client, form = sign_in("clerk"), typed()
    answers = at_once(
        *[lambda one=one: one.post(INTAKE, form) for one in (client, twin(client), twin(client))]
    )
    assert {answer.status_code for answer in answers} == {302}
    assert len({answer["Location"] for answer in answers}) == 1
    assert Case.objects.count() == 1


def test_the_resident_sends_twice_and_has_one_receipt(world: World) -> None:
    person = Resident(Client()).until("check")
    windows = [person.client, twin(person.client)]
    answers = at_once(*[lambda one=one: one.post(person.url, {}) for one in windows])
    assert {answer.status_code for answer in answers} == {302}
    case = Case.objects.get()
    shown = {said(one.get(answer["Location"])).status for one, answer in zip(windows, answers, strict=True)}
    assert shown == {200}
    assert case.receipt[:4] in windows[0].get(answers[0]["Location"]).content.decode()


def test_the_resident_taps_solved_twice_and_is_thanked_twice(world: World) -> None:
    case = world.at("asking", mode="anonymous", person=Person())
    form = {"outcome": "solved", "satisfaction": "5", "version": case.version}
    answers = at_once(*[lambda: Client().post(f"/f/{case.receipt}/answer/", form)] * 2)
    assert {answer.status_code for answer in answers} == {302}
    assert Answer.objects.count() == 1
    assert "您的评价" in said(Client().get(f"/f/{case.receipt}/")).sentences


def test_one_table_sent_by_two_clerks_at_once_is_imported_once_and_both_are_told(world: World) -> None:
    rows = "\n".join(f"村口第 {n} 盏路灯不亮,A-{n}" for n in range(8))
    data = f"反映内容,来源编号\n{rows}".encode()

    def send(name: str) -> Any:
        file = SimpleUploadedFile("热线.csv", data, "text/csv")
        return clients[name].post(
            "/cases/import/", {"source": "12345热线", "how": "all", "file": file}, follow=True
        )

    clients = {name: sign_in(name) for name in ("clerk", "dispatcher")}
    answers = at_once(*[lambda name=name: send(name) for name in clients])
    assert [answer.status_code for answer in answers] == [200, 200]
    assert Case.objects.count() == 8
    outcomes = [run.outcome for run in TableRun.objects.all()]
    assert sorted((one["imported"], one["known"]) for one in outcomes) == [(0, 8), (8, 0)]


@pytest.mark.parametrize(
    ("name", "sentence"),
    [("unit_name_once_per_division", "这个区划已经有同名单位"), ("", "刚刚有人提交了相同的内容")],
)
def test_what_a_constraint_refuses_on_a_screen_is_a_sentence_not_a_failure(
    world: World, monkeypatch: pytest.MonkeyPatch, name: str, sentence: str
) -> None:
    """Two administrators at once, as the second one's request meets the constraint: no check was left before it."""
    unit = world.units["water"]

    def collide(**_given: Any) -> None:
        if name:
            Unit.objects.create(name=unit.name, kind="other", level="county", division=unit.division)
        else:
            User.objects.create(username="clerk", name="重名")

    monkeypatch.setattr(actions, "accept", collide)
    case = world.register()
    client = sign_in("officer")
    client.raise_request_exception = False
    answer = client.post(f"/field/{case.pk}/accept/")
    assert answer.status_code == 409
    assert sentence in said(answer).sentences
    problem = Caller(world, "officer").post(f"/cases/{case.pk}/steps/accept")
    assert problem.status_code == 409
    assert sentence in problem.json()["detail"]


def test_a_programme_that_sends_twice_at_once_registers_once(world: World) -> None:
    caller = Caller(world, "clerk")
    answers = at_once(*[lambda: caller.post("/cases", STORY, key="one")] * 3)
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert Case.objects.count() == 1


@pytest.mark.parametrize(("name", "more"), [("accept", {}), ("object", {"reason": "不归村里管"})])
def test_a_step_clicked_twice_at_once_is_taken_once(world: World, name: str, more: dict[str, str]) -> None:
    case = world.register()
    client, form = sign_in("officer"), {**fresh(case), **more}
    answers = at_once(
        *[lambda one=one: one.post(step_url(case, name), form) for one in (client, twin(client))]
    )
    assert {answer.status_code for answer in answers} == {302}
    recorded = {"accept": events.ACCEPTED, "object": events.OBJECTED}[name]
    assert told(case).count(recorded) == 1


# --- two clerks at once --------------------------------------------------------------------------------------------


def test_of_two_clerks_one_takes_the_step_and_the_other_is_told_who_was_faster(world: World) -> None:
    case = world.register(category_code="")
    page = fresh(case)
    units = {"clerk": FENGPU_VILLAGES[0], "dispatcher": FENGPU_VILLAGES[1]}
    clients = {name: sign_in(name) for name in units}
    reason = "请尽快上门看看"
    answers = at_once(
        *[
            lambda name=name, unit=unit: clients[name].post(
                step_url(case, "assign"), {**page, "unit": world.units[unit].pk, "reason": reason}
            )
            for name, unit in units.items()
        ]
    )
    assert sorted(answer.status_code for answer in answers) == [302, 409]
    slower = said(next(answer for answer in answers if answer.status_code == 409))
    assert "派单" in slower.sentences
    assert reason in slower.text
    assert told(case).count(events.ASSIGNED) == 1


def test_of_two_programmes_one_is_told_that_its_version_is_old(world: World) -> None:
    case = world.register()
    caller = Caller(world, "officer")
    answers = at_once(
        lambda: caller.step(case.pk, "accept", version=case.version),
        lambda: caller.step(case.pk, "object", version=case.version, reason="不归村里管"),
    )
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    slower = next(answer for answer in answers if answer.status_code == 409).json()
    assert slower["detail"]
    assert len(told(case)) == 3


# --- stale pages, steps out of turn --------------------------------------------------------------------------------


def test_a_stale_page_and_a_stale_programme_are_told_what_changed(world: World) -> None:
    case = world.register()
    page, etag = fresh(case), f'"{case.version}"'
    assert sign_in("officer").post(step_url(case, "accept"), page).status_code == 302
    answer = said(sign_in("officer").post(step_url(case, "object"), {**page, "reason": "写了很久的理由"}))
    assert answer.status == 409
    assert "写了很久的理由" in answer.text
    assert "签收" in answer.sentences
    stale = Caller(world, "officer").post(
        f"/cases/{case.pk}/steps/note", {"text": "进展"}, headers={"If-Match": etag}
    )
    assert stale.status_code == 409
    assert "签收" in stale.json()["detail"]


def test_a_step_out_of_turn_names_the_state(world: World) -> None:
    case = world.register()
    answer = said(
        sign_in("officer").post(step_url(case, "report"), {"text": "换了灯", "settled_level": "village"})
    )
    assert answer.status == 409
    assert "待签收" in answer.sentences
    assert "换了灯" in answer.text
    told_so = Caller(world, "officer").step(case.pk, "report", text="换了灯")
    assert (told_so.status_code, "待签收" in told_so.json()["detail"]) == (409, True)
    assert Caller(world, "clerk").step(case.pk, "accept").status_code == 403
    case.refresh_from_db()
    assert case.state == "assigned"


def test_a_form_without_its_token_says_to_reload(world: World) -> None:
    client = Client(enforce_csrf_checks=True)
    client.cookies = sign_in("officer").cookies
    case = world.register()
    answer = said(client.post(step_url(case, "accept"), fresh(case)))
    assert answer.status == 403
    assert "刷新页面" in answer.sentences
    case.refresh_from_db()
    assert case.state == "assigned"
