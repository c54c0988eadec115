"""A dispute brought as far as a test needs, by the ordinary way; every name is invented."""

from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from minfu.accounts.actor import Actor
from minfu.cases.models import Case
from minfu.cases.rules import actions as demands
from minfu.cases.tests.world import World
from minfu.disputes.models import Mediation
from minfu.disputes.rules import actions
from minfu.disputes.rules.actions import Sitting, Terms, Who
from minfu.kernel import clock
from minfu.registry.vault import Contact


def today() -> date:
    """Return the day it is in the test."""
    return timezone.localdate(clock.now())


def dispute(world: World, **more: Any) -> Case:
    """Register a dispute and have the village take it in hand."""
    more.setdefault("description", "隔壁盖房把水沟填了,一下雨水往我家灌")
    case = world.register(kind="dispute", **more)
    return demands.accept(actor=world.officer, case_id=case.pk)


def opened(world: World, **more: Any) -> Mediation:
    """Return the file that opens with it."""
    return Mediation.objects.get(case_id=dispute(world, **more).pk)


def party(world: World, row: Mediation, *, name: str = "陈阿福", side: str = "b") -> int:
    """Enter a party and return its id."""
    who = Who(side, Contact(name=name, phone="13900002222", address="凤埔村三组"))
    return actions.add_party(actor=world.officer, pk=row.pk, who=who).pk


def seated(world: World, row: Mediation, actor: Actor | None = None) -> int:
    """Have someone mediate, having declared that nothing stands against it; return the seat's id."""
    who = actor or world.mediator
    seat = actions.seat(actor=world.officer, pk=row.pk, post_id=who.post_id or 0, declared=True)
    if who.user_id != world.officer.user_id:
        actions.declare(actor=who, pk=row.pk, seat_id=seat.pk)
    return seat.pk


def ready(world: World, **more: Any) -> Mediation:
    """Return a mediation whose sides agree and whose mediator sits."""
    row = opened(world, **more)
    party(world, row)
    if row.parties.count() == 1:
        party(world, row, name="林小满", side="a")
    for one in row.parties.all():
        actions.consent(actor=world.officer, pk=row.pk, party_id=one.pk, asked_by="in_person")
    seated(world, row)
    return fresh(row)


def begun(world: World, **more: Any) -> Mediation:
    """Return one that has begun."""
    row = ready(world, **more)
    return actions.begin(actor=world.mediator, pk=row.pk)


def sitting(row: Mediation, **more: Any) -> Sitting:
    """Return a sitting at which all were there."""
    told: dict[str, Any] = {
        "starts_at": clock.now() - timedelta(hours=1),
        "place": "凤埔村调解室",
        "minutes": "甲方说水沟被填,乙方说可以改道。",
        "parties": list(row.parties.values_list("pk", flat=True)),
        "seats": list(row.seats.filter(state="seated").values_list("pk", flat=True)),
    }
    return Sitting(**{**told, **more})


def held(world: World, **more: Any) -> Mediation:
    """Return one with a sitting."""
    row = begun(world, **more)
    actions.hold(actor=world.mediator, pk=row.pk, sitting=sitting(row))
    return fresh(row)


def terms(form: str = "written", **more: Any) -> Terms:
    """Return what was agreed."""
    told: dict[str, Any] = {
        "facts": "乙方建房时填了排水沟。",
        "dispute": "水沟由谁恢复。乙方负主要责任。",
        "content": "乙方在十日内沿墙外另开一条水沟,甲方不再追究。",
        "performance": "乙方自行施工,村里验看。",
        "agreed_on": today(),
        "due_on": today() + timedelta(days=10),
    }
    return Terms(form=form, **{**told, **more})


def agreed(world: World, form: str = "oral", **more: Any) -> Mediation:
    """Return one whose agreement is in effect."""
    row = held(world, **more)
    actions.agree(actor=world.mediator, pk=row.pk, terms_=terms(form))
    if form == "written":
        actions.sign(actor=world.mediator, pk=row.pk, signed_on=today())
    return fresh(row)


def fresh(row: Mediation) -> Mediation:
    """Return the mediation as it is now."""
    return Mediation.objects.get(pk=row.pk)


def everything(clerk: Actor, officer: Actor, dispatcher: Actor, case: Case) -> dict[str, Any]:
    """Bring a dispute in hand to a draft that waits for its signatures, and return the ids of what hangs on it."""
    row = Mediation.objects.get(case_id=demands.accept(actor=officer, case_id=case.pk).pk)
    other = actions.add_party(
        actor=officer, pk=row.pk, who=Who("b", Contact(name="陈阿福", phone="13900002222"))
    )
    for one in row.parties.all():
        actions.consent(actor=officer, pk=row.pk, party_id=one.pk, asked_by="phone")
    seat = actions.seat(actor=officer, pk=row.pk, post_id=officer.post_id or 0, declared=True)
    actions.begin(actor=officer, pk=row.pk)
    session = actions.hold(actor=officer, pk=row.pk, sitting=sitting(row))
    asked = actions.ask_replacement(actor=clerk, pk=row.pk, seat_id=seat.pk, side="b", reason="想换个人来调")
    actions.decide_replacement(
        actor=dispatcher, pk=row.pk, replacement_id=asked.pk, grant=False, decision="没有应当更换的情形"
    )
    actions.agree(actor=officer, pk=row.pk, terms_=terms())
    return {
        "mediation": row.pk,
        "mediation_id": row.pk,
        "party_id": other.pk,
        "seat_id": seat.pk,
        "session_id": session.pk,
        "replacement_id": asked.pk,
    }
