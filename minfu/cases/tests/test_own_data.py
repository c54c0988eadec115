"""What residents see, take along and ask of their own data; what a desk may answer; and who may not."""

import json

import pytest
from django.test import Client

from minfu.accounts.actor import Actor, resident
from minfu.cases import events
from minfu.cases.models import Case, DataRequest
from minfu.cases.rules import actions, asking, data_requests
from minfu.cases.rules.intake import Person
from minfu.cases.tests.residents import words
from minfu.cases.tests.screens import client_of
from minfu.cases.tests.test_resident_follow import prove
from minfu.cases.tests.world import World
from minfu.kernel import composed, record
from minfu.kernel.errors import Forbidden, Invalid, Missing
from minfu.kernel.steps import StepRefused
from minfu.notices.models import Notice
from minfu.registry import vault
from minfu.registry.models import Erasure
from minfu.registry.vault import Contact

PERSON = Person(name="王小明", phone="13800001234")
NEW = Contact(name="王晓明", phone="13900005678")


def me(case: Case) -> Actor:
    """Return the resident as the page makes them once the number is proved."""
    return resident(case_id=case.pk, proof=asking.Proof.CODE)


def ask(case: Case, wish: str = "correct", contact: Contact | None = NEW) -> DataRequest:
    return actions.ask_about_data(actor=me(case), case_id=case.pk, wish=wish, contact=contact)


def last(case: Case) -> str:
    return record.history((events.SUBJECT, case.pk))[-1].name


def test_from_the_request_to_the_corrected_name(client: Client, world: World) -> None:
    case = world.register(person=PERSON)
    prove(client, case)
    url = f"/f/{case.receipt}/mine/"
    assert "王*" in words(client.get(url))
    told = {"wish": "correct", "name": NEW.name, "phone": NEW.phone, "words": "登记时听错了"}
    assert client.post(url, told).status_code == 302
    row = DataRequest.objects.get()
    assert (row.state, row.desk) == ("asked", world.units["fengpu"])
    assert "待答复" in words(client.get(url))
    actions.decide_data_request(actor=world.clerk, request_id=row.pk, granted=True)
    case.refresh_from_db()
    assert case.reporter is not None
    assert vault.own_contact(case.reporter) == Contact("王晓明", "13900005678")
    row.refresh_from_db()
    assert row.proposed is not None
    assert row.proposed.erased_at is not None  # the copy of the request is not kept
    assert last(case) == events.DATA_GRANTED


def test_what_is_left_out_of_a_correction_stays(world: World) -> None:
    case = world.register(person=PERSON)
    row = ask(case, contact=Contact(name="王晓明"))
    actions.decide_data_request(actor=world.clerk, request_id=row.pk, granted=True)
    case.refresh_from_db()
    assert case.reporter is not None
    assert vault.own_contact(case.reporter).phone == "13800001234"


def test_erased_on_request_once_it_has_ended_and_not_before(world: World) -> None:
    running = world.register(person=PERSON)
    with pytest.raises(Invalid, match="还在办"):
        ask(running, "erase")
    case = world.at("solved", person=PERSON)
    row = ask(case, "erase")
    actions.decide_data_request(actor=world.clerk, request_id=row.pk, granted=True, words="已删除")
    case.refresh_from_db()
    assert case.reporter is not None
    assert vault.masked(case.reporter).erased
    assert case.identity_until is None
    assert Erasure.objects.get(identity=case.reporter).ground == "request"
    assert not Notice.objects.filter(event=events.DATA_GRANTED).exists()
    with pytest.raises(Invalid, match="已经删除"):
        ask(case, "erase")


def test_a_refusal_says_why_and_the_resident_reads_it(client: Client, world: World) -> None:
    case = world.at("solved", person=PERSON)
    row = ask(case, "erase")
    with pytest.raises(Invalid, match="理由"):
        actions.decide_data_request(actor=world.clerk, request_id=row.pk, granted=False, words=" ")
    actions.decide_data_request(
        actor=world.clerk, request_id=row.pk, granted=False, words="复查期内要联系您,期满即删。"
    )
    assert Notice.objects.filter(event=events.DATA_REFUSED).exists()
    prove(client, case)
    assert "复查期内要联系您" in words(client.get(f"/f/{case.receipt}/mine/"))
    with pytest.raises(StepRefused):
        actions.decide_data_request(actor=world.clerk, request_id=row.pk, granted=True)


def test_only_who_proved_the_number_sees_takes_and_asks(client: Client, world: World) -> None:
    case = world.register(person=PERSON)
    for method, url in (("get", "mine/"), ("post", "mine/"), ("post", "mine/take/")):
        answer = getattr(client, method)(f"/f/{case.receipt}/{url}")
        assert (answer.status_code, answer["Location"]) == (302, f"/f/{case.receipt}/prove/")
    with pytest.raises(Forbidden):
        actions.ask_about_data(
            actor=resident(case_id=case.pk, proof=asking.Proof.RECEIPT),
            case_id=case.pk,
            wish="correct",
            contact=NEW,
        )
    with pytest.raises(Forbidden):
        actions.ask_about_data(actor=world.officer, case_id=case.pk, wish="correct", contact=NEW)


def test_everything_of_one_person_and_nothing_of_another_is_taken_along(client: Client, world: World) -> None:
    first, second = world.register(person=PERSON), world.register(person=PERSON)
    other = world.register(person=Person(name="李四", phone="13900001111"))
    prove(client, first)
    answer = client.post(f"/f/{first.receipt}/mine/take/")
    told = json.loads(answer.content)
    assert [one["编号"] for one in told] == [first.number, second.number]
    assert told[0]["电话"] == "13800001234"
    assert other.number not in answer.content.decode()
    assert "attachment" in answer["Content-Disposition"]
    assert last(first) == events.DATA_TAKEN


def test_the_same_thing_is_asked_once(world: World) -> None:
    case = world.register(person=PERSON)
    ask(case)
    with pytest.raises(Invalid, match="正在处理"):
        ask(case)
    with pytest.raises(Invalid, match="姓名或电话"):
        ask(world.register(person=PERSON), contact=Contact())


def test_desks_elsewhere_and_the_unit_in_charge_do_not_decide(world: World) -> None:
    case = world.register(person=PERSON)
    row = ask(case)
    for actor in (world.other_clerk, world.officer):
        with pytest.raises((Missing, Forbidden)):
            actions.decide_data_request(actor=actor, request_id=row.pk, granted=True)
    assert list(data_requests.requests_for(world.other_clerk)) == []
    badges = [
        composed.counts(data_requests.waits(actor))[0]
        for actor in (world.clerk, world.other_clerk, world.dispatcher)
    ]
    assert badges == [1, 0, 1]
    assert list(data_requests.requests_for(world.dispatcher)) == [row]


def test_the_desks_page(world: World) -> None:
    case = world.register(person=PERSON)
    row = ask(case)
    desk = client_of(world, "clerk")
    assert case.number in words(desk.get("/cases/data-requests/"))
    page = desk.get(f"/cases/data-requests/{row.pk}/")
    assert "王*" in words(page)
    assert "13900005678" not in words(page)
    refused = desk.post(f"/cases/data-requests/{row.pk}/", {"granted": "no", "words": ""})
    assert refused.status_code == 422
    assert (
        desk.post(f"/cases/data-requests/{row.pk}/", {"granted": "yes", "words": "已改"}).status_code == 302
    )
    assert "已照办" in words(desk.get("/cases/data-requests/"))
