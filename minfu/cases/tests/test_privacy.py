"""Who complained stays hidden from whom they complained about: in history, attachments, help, receipts and addresses."""

from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from minfu.accounts.actor import Actor
from minfu.accounts.models import Role
from minfu.cases.models import Case, CaseFile
from minfu.cases.rules import access, actions, detail
from minfu.cases.rules.intake import Person
from minfu.cases.tests.desk import sign_in, text
from minfu.cases.tests.world import COUNTY, FENGPU_VILLAGES, World
from minfu.files.models import StoredFile
from minfu.kernel import clock, listings
from minfu.kernel.errors import Forbidden, Invalid, Missing, Refused
from minfu.kernel.models import Event
from minfu.registry.vault import Purpose
from minfu.tables import runs

SAID = "我是村东头的林小满"


def _about_the_village(world: World, actor: Actor | None = None) -> Case:
    village = world.units[FENGPU_VILLAGES[0]]
    return world.register(actor, kind="complaint", complained_unit_id=village.pk, category_code="040102")


def _with_file(case: Case) -> StoredFile:
    stored = StoredFile.objects.create(
        name="林小满的信.jpg",
        media_type="image/jpeg",
        size=1,
        created_at=clock.now(),
        from_kind="resident",
        path="ab/cd",
    )
    CaseFile.objects.create(case=case, file=stored, what="intake", added_at=clock.now())
    return stored


def test_the_history_tells_the_unit_complained_about_nothing_of_who_complained(world: World) -> None:
    case = _about_the_village(world, actor=world.worker)
    actions.add_words(actor=world.resident(case), case_id=case.pk, what=SAID)
    actions.reveal(actor=world.clerk, case_id=case.pk, purpose=Purpose("contact", SAID))
    actions.remark(actor=world.clerk, case_id=case.pk, what=SAID)
    lines = detail.detail(world.officer, case).history
    assert lines
    assert SAID not in str(lines)
    registered = next(line for line in lines if line.event == "cases.registered")
    assert world.worker.label not in registered.who
    assert SAID in str(detail.detail(world.clerk, case).history)


def test_what_the_resident_sent_is_not_handed_to_the_unit_complained_about(world: World) -> None:
    case = _about_the_village(world)
    stored = _with_file(case)
    with pytest.raises(Missing):
        access.get_file_for(world.officer, case.pk, stored.pk)
    assert access.get_file_for(world.clerk, case.pk, stored.pk) == stored
    assert detail.detail(world.officer, case).files == []
    page = sign_in("officer").get(reverse("cases:file", args=[case.pk, stored.pk]))
    assert page.status_code == 404


def test_what_was_said_on_the_phone_is_not_told_to_the_unit_complained_about(world: World) -> None:
    case = _about_the_village(world)
    case = actions.accept(actor=world.clerk, case_id=case.pk)
    actions.report(actor=world.clerk, case_id=case.pk, what="已处理")
    actions.verify(actor=world.dispatcher, case_id=case.pk, finding="看过")
    actions.attempt(actor=world.dispatcher, case_id=case.pk, reached=False, note=SAID)
    actions.confirm(actor=world.resident(case), case_id=case.pk, outcome="solved", remark=SAID)
    case.refresh_from_db()
    assert SAID not in str([*detail.detail(world.officer, case).attempts])
    shown = detail.detail(world.officer, case)
    assert (shown.attempts, shown.answers) == ([], [])
    assert SAID not in text(sign_in("officer").get(reverse("cases:print", args=[case.pk])))


def test_a_village_of_the_township_complained_about_is_not_called_to_help(world: World) -> None:
    case = world.register(kind="complaint", complained_unit_id=world.units["fengpu"].pk)
    case = actions.assign(actor=world.dispatcher, case_id=case.pk, unit_id=world.units["road"].pk)
    actions.accept(actor=world.road, case_id=case.pk)
    with pytest.raises(Invalid):
        actions.call_help(
            actor=world.road, case_id=case.pk, unit_id=world.units[FENGPU_VILLAGES[0]].pk, task="来看看"
        )


def test_who_declined_to_help_no_longer_sees_a_restricted_demand(world: World) -> None:
    case = world.register(kind="wrongdoing", category_code="040102")
    actions.accept(actor=world.clerk, case_id=case.pk)
    row = actions.call_help(actor=world.clerk, case_id=case.pk, unit_id=world.units["road"].pk, task="协助")
    assert access.get_case_for(world.road, case.pk)
    actions.help_step(actor=world.road, help_id=row.pk, step="decline", result="不归我们管")
    with pytest.raises(Missing):
        access.get_case_for(world.road, case.pk)


def test_a_leader_of_the_county_sees_no_restricted_demand(world: World) -> None:
    leader: Actor = replace(
        world.dispatcher, role=Role.TOWNSHIP_LEADER, area=COUNTY[:6], rights=world.leader.rights
    )
    plain, restricted = world.register(), world.register(kind="wrongdoing", category_code="040201")
    assert access.get_case_for(leader, plain.pk)
    with pytest.raises(Missing):
        access.get_case_for(replace(leader, unit_id=world.units["road"].pk), restricted.pk)


def test_the_leader_of_the_unit_complained_about_decides_no_request(world: World) -> None:
    case = world.register(kind="complaint", complained_unit_id=world.units["fengpu"].pk)
    case = actions.assign(actor=world.dispatcher, case_id=case.pk, unit_id=world.units["road"].pk)
    actions.accept(actor=world.road, case_id=case.pk)
    asked = actions.ask_extension(
        actor=world.road, case_id=case.pk, amount=1, ground="complex", reason="再查一查"
    )
    with pytest.raises(Forbidden):
        actions.decide(actor=world.leader, approval_id=asked.pk, grant=True)


def test_a_complaint_is_not_merged_into_a_demand_the_unit_complained_about_handles(world: World) -> None:
    plain, complaint = world.register(), _about_the_village(world)
    with pytest.raises(Refused):
        actions.merge(actor=world.clerk, case_id=complaint.pk, into_id=plain.pk)
    restricted = world.register(kind="wrongdoing", category_code="040102")
    with pytest.raises(Refused):
        actions.merge(actor=world.dispatcher, case_id=plain.pk, into_id=restricted.pk)


def test_who_registered_sees_the_receipt_only_on_that_day(world: World) -> None:
    case = world.register(actor=world.worker)
    assert access.may_see_receipt(world.worker, case)
    with time_machine.travel(clock.now() + timedelta(hours=13)):
        assert not access.may_see_receipt(world.worker, case)
    for actor in (world.clerk, world.officer, world.dispatcher):
        assert not access.may_see_receipt(actor, case)


def test_the_receipt_alone_shows_no_words_about_the_resident(client: Client, world: World) -> None:
    case = world.register()
    actions.accept(actor=world.officer, case_id=case.pk)
    actions.note(actor=world.officer, case_id=case.pk, what=SAID, contacted=True)
    actions.reveal(actor=world.clerk, case_id=case.pk, purpose=Purpose("contact", SAID))
    page = text(client.get(reverse("cases:follow_case", args=[case.receipt])))
    assert "联系了您" in page
    assert SAID not in page


def test_a_search_for_a_telephone_number_is_not_kept(world: World) -> None:
    client = sign_in("clerk")
    client.get(reverse("cases:inbox"), {"scope": "all", "text": "13800001234"})
    assert "13800001234" not in str(dict(client.session))


def test_a_telephone_number_searched_for_is_not_kept_with_an_export(world: World) -> None:
    world.register(person=Person(phone="13800001234"))
    wish = runs.Wish(listings.get("cases.inbox"), {"scope": "all", "text": "13800001234"}, "csv")
    run = runs.start(actor=world.clerk, wish=wish)
    assert b"13800001234" not in bytes(run.asked)
    run.refresh_from_db()
    assert (run.state, run.rows_done) == ("done", 1)
    assert "13800001234" not in str(Event.objects.get(name="tables.exported").data)
