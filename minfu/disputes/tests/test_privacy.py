"""Confidential by default: who sees a mediation, and what of the parties."""

import io
import json
from dataclasses import replace
from datetime import timedelta

import docx
import ofdkit
import pytest
import time_machine
from django.db import connection

from minfu.cases.models import Case
from minfu.cases.rules import retention as demand_retention
from minfu.cases.rules.intake import Person
from minfu.cases.tests.screens import client_of
from minfu.cases.tests.world import World
from minfu.disputes import door
from minfu.disputes.models import Mediation
from minfu.disputes.rules import access, actions, retention
from minfu.disputes.tests import story
from minfu.kernel import clock
from minfu.kernel.errors import Forbidden, Invalid, Missing, Refused
from minfu.kernel.models import Event
from minfu.notices.models import Notice
from minfu.papers.tests import reading
from minfu.registry.models import Reveal
from minfu.registry.vault import Purpose


def sees(world: World, row: Mediation) -> set[str]:
    """Return the names of everyone who sees a mediation."""
    found = set()
    for name, actor in world.actors.items():
        try:
            access.get_for(actor, row.pk)
        except Missing:
            continue
        found.add(name)
    return found


def test_only_who_works_on_it_sees_it(world: World) -> None:
    row = story.opened(world)
    # the village in charge, the desk above, the county's dispatchers and auditor: not the leader, no other unit of the area
    everyone = {"officer", "worker", "clerk", "dispatcher", "dispatcher2", "auditor"}
    assert sees(world, row) == everyone
    story.seated(world, row)
    assert sees(world, row) == {*everyone, "mediator"}


def test_a_grid_worker_sees_those_of_the_own_grids(world: World) -> None:
    here = story.opened(world)
    assert here.grid_id == world.grid.pk
    assert "worker" in sees(world, here)
    elsewhere = replace(world.worker, grid_ids=frozenset({world.grid.pk + 1}))
    with pytest.raises(Missing):
        access.get_for(elsewhere, here.pk)


def test_the_auditor_reads_and_does_nothing(world: World) -> None:
    row = story.opened(world)
    assert access.next_steps(world.auditor, row) == []
    with pytest.raises(Forbidden):
        actions.settle(actor=world.auditor, pk=row.pk, what="好了")
    party = row.parties.get()
    purpose = Purpose("mediate", "抽查")
    with pytest.raises(Forbidden):
        actions.reveal(actor=world.auditor, pk=row.pk, party_id=party.pk, purpose=purpose)
    assert not Reveal.objects.exists()


def test_a_stranger_gets_the_same_answer_as_for_nothing(world: World) -> None:
    row = story.opened(world)
    client = client_of(world, "other_clerk")
    pages = ["", "step/consent/", f"parties/{row.parties.get().pk}/reveal/", "paper/agreement/"]
    for page in pages:
        there = client.get(f"/disputes/{row.pk}/{page}")
        nothing = client.get(f"/disputes/{row.pk + 1000}/{page}")
        assert (there.status_code, nothing.status_code) == (404, 404), page


def test_parties_are_masked_until_a_purpose_is_stated(world: World) -> None:
    row = story.opened(world)
    party = story.party(world, row, name="陈阿福")
    client = client_of(world, "officer")
    page = client.get(f"/disputes/{row.pk}/").content.decode()
    assert "陈*" in page
    assert "陈阿福" not in page
    assert "13900002222" not in page
    url = f"/disputes/{row.pk}/parties/{party}/reveal/"
    assert client.post(url, {"purpose": "mediate", "explanation": ""}).status_code == 422
    assert not Reveal.objects.exists()
    shown = client.post(url, {"purpose": "mediate", "explanation": "约时间"})
    assert "陈阿福" in shown.content.decode()
    assert "no-store" in shown.headers["Cache-Control"]
    assert Reveal.objects.get().explanation == "约时间"
    assert Event.objects.filter(name="disputes.revealed").count() == 1


def test_a_purpose_that_is_none_reveals_nothing(world: World) -> None:
    row = story.opened(world)
    with pytest.raises(Invalid):
        actions.reveal(
            actor=world.officer,
            pk=row.pk,
            party_id=row.parties.get().pk,
            purpose=Purpose("curiosity", "看看"),
        )


def test_names_stand_nowhere_but_in_the_vault(world: World) -> None:
    story.agreed(world)
    with connection.cursor() as cursor:
        for table in (
            "disputes_party",
            "disputes_seat",
            "disputes_mediation",
            "record_event",
            "notices_notice",
        ):
            cursor.execute(
                f"SELECT count(*) FROM {table} AS t WHERE t::text LIKE '%陈阿福%' OR t::text LIKE '%13900002222%'"
            )
            assert cursor.fetchone() == (0,), table
    assert Notice.objects.filter(template="disputes.effect.resident").count() == 2
    for event in Event.objects.filter(subject_type="mediation"):
        assert "水沟" not in event.reason + json.dumps(event.data, ensure_ascii=False)


def test_beside_the_demand_stands_only_what_the_reader_may_see(world: World) -> None:
    row = story.opened(world)
    assert [note.url for note in door.notes(world.officer, row.case_id)] == [f"/disputes/{row.pk}/"]
    assert door.notes(world.leader, row.case_id) == []
    page = client_of(world, "officer").get(f"/cases/{row.case_id}/").content.decode()
    assert f'href="/disputes/{row.pk}/"' in page
    page = client_of(world, "leader").get(f"/cases/{row.case_id}/").content.decode()
    assert "/disputes/" not in page


def test_papers_come_blank_and_with_names_only_for_a_purpose(world: World) -> None:
    row = story.held(world)
    actions.agree(actor=world.mediator, pk=row.pk, terms_=story.terms())
    client = client_of(world, "mediator")
    blank = client.get(f"/disputes/{row.pk}/paper/agreement/").content.decode()
    assert "人民调解协议书" in blank
    assert "签名、盖章或按指印" in blank
    assert "陈阿福" not in blank
    named = client.post(
        f"/disputes/{row.pk}/paper/agreement/named/", {"purpose": "mediate", "explanation": "打印协议书签字"}
    )
    assert "陈阿福" in named.content.decode()
    assert "no-store" in named.headers["Cache-Control"]
    assert Reveal.objects.count() == 2
    assert Event.objects.get(name="disputes.printed").data["paper"] == "agreement"
    assert client.get(f"/disputes/{row.pk}/paper/oral/").status_code == 404
    assert client.get(f"/disputes/{row.pk}/paper/nothing/").status_code == 404


def test_the_agreement_is_handed_out_to_write_on_with_the_particulars_blank(world: World) -> None:
    row = story.held(world)
    client = client_of(world, "mediator")
    assert client.get(f"/disputes/{row.pk}/agreement.docx").status_code == 404
    actions.agree(actor=world.mediator, pk=row.pk, terms_=story.terms())
    word = docx.Document(io.BytesIO(client.get(f"/disputes/{row.pk}/agreement.docx").content))
    said = "".join(line.text for line in word.paragraphs)
    printed = reading.text(client.get(f"/disputes/{row.pk}/agreement.pdf").content)
    with ofdkit.open(client.get(f"/disputes/{row.pk}/agreement.ofd").content) as exchanged:
        assert exchanged.info.title == "人民调解协议书"
        exchanged_text = "".join(exchanged.text().split())
    for text in ("".join(said.split()), printed, exchanged_text):
        assert f"编号：{row.number}" in text
        assert "一、当事人" in text
        assert "签名、盖章或按指印" in text
        assert story.terms().content[:6] in text
        assert "陈阿福" not in text
    assert client.get(f"/disputes/{row.pk}/agreement.exe").status_code == 404
    assert not Reveal.objects.exists()


def test_the_demand_stands_beside_it_for_who_may_see_the_demand(world: World) -> None:
    row = story.begun(world, mode="confidential", person=Person(name="林小满", phone="13800001234"))
    seen = client_of(world, "officer").get(f"/disputes/{row.pk}/").content.decode()
    assert f'href="/cases/{row.case_id}/"' in seen
    # The mediator works on the file, not on the restricted demand.
    seen = client_of(world, "mediator").get(f"/disputes/{row.pk}/").content.decode()
    assert f'href="/cases/{row.case_id}/"' not in seen


# --- how long the parties are kept -----------------------------------------------------------------------------------


def test_parties_are_kept_as_long_as_the_term_says_and_not_while_a_demand_needs_them(world: World) -> None:
    row = story.agreed(world)
    assert row.identity_until is None
    row = actions.visit(actor=world.officer, pk=row.pk, finding="kept", note="都好")
    assert row.identity_until == story.today() + timedelta(days=730)
    assert retention.erase_due() == 0
    with time_machine.travel(clock.now() + timedelta(days=731)):
        assert retention.erase_due() == 1
        assert retention.erase_due() == 0
    mine, other = row.parties.order_by("side")
    # The demand is still open: its reporter stays. The other side is gone for good.
    assert mine.identity is not None
    assert other.identity is not None
    assert (mine.identity.erased_at, other.identity.erased_at is not None) == (None, True)
    assert (
        "身份信息已删除" in client_of(world, "officer").get(f"/disputes/{row.pk}/?tab=ended").content.decode()
    )
    assert Event.objects.filter(name="disputes.identities_erased").count() == 1


def test_a_demand_does_not_erase_whom_a_mediation_needs(world: World) -> None:
    row = story.agreed(world)
    identity = row.parties.get(side="a").identity
    assert identity is not None
    assert retention.needs({identity.pk}) == {identity.pk}
    case = Case.objects.get(pk=row.case_id)
    with pytest.raises(Refused) as refused:
        demand_retention.erase_now(case, "应本人要求", world.clerk.stamp)
    assert refused.value.code == "needed_elsewhere"
    Case.objects.filter(pk=case.pk).update(identity_until=story.today())
    assert demand_retention.erase_due() == 1
    identity.refresh_from_db()
    assert identity.erased_at is None
    row = actions.visit(actor=world.officer, pk=row.pk, finding="kept", note="都好")
    Case.objects.filter(pk=case.pk).update(state="withdrawn")
    with time_machine.travel(clock.now() + timedelta(days=731)):
        retention.erase_due()
    identity.refresh_from_db()
    assert identity.erased_at is not None
