"""A world in which every address of minfu leads to something: the same things in the own area and in the other."""

import secrets
from datetime import date, timedelta
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateRange

from minfu.accounts import partners
from minfu.accounts import rights as account_rights
from minfu.accounts.actor import Actor
from minfu.accounts.models import ApiToken, Delegation, SecondFactorRule, Session, SignIn, User
from minfu.accounts.tests.factors import passkey_for
from minfu.answers.tests import story as answers
from minfu.cases.importers import DEMANDS
from minfu.cases.models import (
    AutomaticChoice,
    Case,
    DataRequest,
    Diversion,
    Retention,
    RoutingRule,
    TimeLimit,
)
from minfu.cases.rules import actions, tables
from minfu.cases.rules.intake import Spot
from minfu.cases.tests.world import FENGPU_VILLAGES, PINGHU_VILLAGES, World
from minfu.cases.texts import ONE_TIME_CODE
from minfu.disputes.rules.defaults import load_defaults as load_disputes
from minfu.disputes.tests import story as mediations
from minfu.documents.tests import story as papers
from minfu.figures import door as figures
from minfu.files import door as files
from minfu.files.sheets import Chosen
from minfu.files.tests import making
from minfu.hazards.rules.defaults import load_defaults as load_hazards
from minfu.hazards.tests import story as hazards
from minfu.kernel import clock, jobs, listings
from minfu.notices import outbox
from minfu.notices.models import Delivery, Notice, Urgency
from minfu.notices.tests import making as notices
from minfu.opendata.rules import editions
from minfu.places.models import Grid, Place, PlaceAlias
from minfu.returns.tests import story as forms
from minfu.tables import held, layouts, runs
from minfu.tables.importers import Upload
from minfu.topics.tests import story as topics
from minfu.webhooks.models import Delivery as WebhookDelivery
from minfu.webhooks.rules import endpoints as webhooks
from minfu.workbooks.tests import story as workbooks

OWN, OTHER = "own", "other"
#: A table whose one column nobody knows.
_LEGACY = "来电内容\n村口路灯不亮了三天\n".encode()


def objects(world: World, village: str, names: tuple[str, str, str]) -> dict[str, Any]:
    """Bring a demand with everything that hangs on it into being, and return what fills the holes of addresses."""
    clerk, officer, helper = (world.actors[name] for name in names)
    grid = Grid.objects.get(code=village + "1001")
    stored = files.receive(making.Upload("灯.jpg", making.picture()), clerk)
    jobs.run_waiting()
    case = world.register(
        clerk, door="phone", spot=Spot(village_code=village, grid_id=grid.pk), file_ids=[stored.pk]
    )
    actions.accept(actor=officer, case_id=case.pk)
    twin = world.register(clerk, door="phone", spot=Spot(village_code=village))
    called = actions.call_help(
        actor=officer, case_id=case.pk, unit_id=helper.unit_id or 0, task="请来看看线路"
    )
    asked = actions.ask_extension(actor=officer, case_id=case.pk, amount=1, ground="complex", reason="等配件")
    now = clock.now()
    to = outbox.To(identity_id=case.reporter_id, desk_id=clerk.unit_id)
    told = outbox.queue(to, ONE_TIME_CODE, {"code": "123456"}, subject=("case", case.pk))
    Notice.objects.filter(pk=told.pk).update(not_before=now, why="failed")
    moved = _tables(clerk)
    notice = Notice.objects.filter(unit_id=officer.unit_id or 0, subject_id=case.pk).latest("pk")
    quarrel = world.register(
        clerk, door="phone", kind="dispute", spot=Spot(village_code=village, grid_id=grid.pk)
    )
    return {
        **hazards.everything(world, clerk, officer, village, grid.pk),
        **topics.everything(world, clerk, village),
        **papers.everything(world, clerk),
        **answers.everything(officer, village),
        **workbooks.everything(world, clerk),
        **forms.everything(world, clerk, officer),
        **mediations.everything(clerk, officer, world.dispatcher, quarrel),
        "case": Case.objects.get(pk=case.pk),
        "receipt": case.receipt,
        "grid": grid,
        "village": village,
        "help_id": called.pk,
        "approval_id": asked.pk,
        "data_request": _data_request(case),
        **_solved(world, village, names),
        "file_id": stored.pk,
        **_judged(clerk, village, twin),
        "edition": editions.make_today(),
        **_system(village),
        "notice": notice.pk,
        "told": told.pk,
        "alarm": _alarm(officer, case),
        "channel_id": notices.channel("mail", f"邮件{village}", for_staff=True).pk,
        "place": _place(village),
        "unit_id": clerk.unit_id,
        "user_id": officer.user_id,
        **_signing_in(clerk, officer, village),
        "post_id": officer.post_id,
        "twin": twin.pk,
        **moved,
        **_configured(),
    }


def _signing_in(clerk: Actor, officer: Actor, village: str) -> dict[str, int]:
    """Return what somebody signs in with, and who stands in for them."""
    now = clock.now()
    leave = Delegation.objects.create(
        post_id=clerk.post_id or 0,
        to=User.objects.get(username="dispatcher2"),
        starts_at=now,
        ends_at=now + timedelta(days=3),
        reason="休假",
    )
    token = ApiToken.objects.create(
        digest=secrets.token_bytes(32),
        user_id=clerk.user_id or 0,
        post_id=clerk.post_id or 0,
        created_at=now,
        expires_at=now + timedelta(days=3),
    )
    return {
        "delegation_id": leave.pk,
        "token_id": token.pk,
        "sign_in_id": _session(clerk),
        "officer_session": _session(officer),
        "passkey": passkey_for(User.objects.get(pk=clerk.user_id or 0)).pk,
        "rule_id": SecondFactorRule.objects.create(  # of a role nobody tried has, from a day that does not come
            role="grid_worker" if village == FENGPU_VILLAGES[0] else "mediator",
            period=DateRange(date(2099, 1, 1), None),
            source="测试",
        ).pk,
    }


def _tables(clerk: Actor) -> dict[str, Any]:
    """Return tables that were read, written, and wait for somebody to say what their columns are."""
    table = "反映内容,来源编号\n村口路灯不亮了三天,A-1\n,A-2\n".encode()
    read = tables.start_import(actor=clerk, data=table, file_name="旧表.csv", source="旧表", skip_bad=True)
    written = runs.start(actor=clerk, wish=runs.Wish(listings.get("cases.inbox"), {"scope": "all"}, "csv"))
    jobs.run_waiting()
    return {
        "import": read.pk,
        "export": written.pk,
        "held": held.keep(clerk, DEMANDS, Upload(_LEGACY, "旧表.csv", {"source": "旧表"})).pk,
        "layout": layouts.remember(clerk, DEMANDS, Chosen(0, ("来电内容",), {"description": 0})).pk,
    }


def _configured() -> dict[str, int]:
    """Return rows of the county's configuration."""
    today = clock.today()
    return {
        "rule": RoutingRule.objects.get().pk,
        "limit": TimeLimit.objects.filter(clock="help").latest("pk").pk,
        "diversion": Diversion.objects.latest("pk").pk,
        "choice": AutomaticChoice.objects.get_or_create(
            matter="category", percent=98, valid_from=today, source="测试"
        )[0].pk,
        "retention": Retention.objects.get_or_create(months=36, valid_from=today, source="测试")[0].pk,
    }


def _solved(world: World, village: str, names: tuple[str, str, str]) -> dict[str, int]:
    """Return a demand that is solved, and one that stands on the public board besides."""
    clerk, officer = world.actors[names[0]], world.actors[names[1]]
    solved = []
    for _turn in range(2):
        case = world.register(clerk, door="phone", spot=Spot(village_code=village))
        actions.accept(actor=officer, case_id=case.pk)
        actions.report(actor=officer, case_id=case.pk, what="换了灯泡。")
        actions.verify(actor=clerk, case_id=case.pk, finding="已亮。")
        solved.append(actions.confirm(actor=world.resident(case), case_id=case.pk, outcome="solved").pk)
    row = actions.release(actor=clerk, case_id=solved[1], what="照明设施故障", done="更换后恢复使用")
    return {"solved_case": solved[0], "release": row.pk}


def _judged(clerk: Actor, village: str, case: Case) -> dict[str, int]:
    """Return a request to leave a demand out of the rates, and a published figure of the township."""
    asked = figures.ask_exclusion(actor=clerk, case_id=case.pk, reason="force", why="台风停电")
    kept = figures.publish(actor=clerk, name="registered", area=village[:9] + "000", when="2025")
    return {"exclusion": asked, "published": kept.pk}


def _data_request(case: Case) -> int:
    """Return what a resident asked about their data, waiting at the desk in charge."""
    asked = DataRequest.objects.create(
        case=case, desk_id=case.desk_id, wish="correct", asked_at=clock.now(), due_at=clock.now()
    )
    return asked.pk


def _alarm(officer: Actor, case: Case) -> int:
    """Return an alarm to a unit that no channel brought there."""
    words = {"number": case.number, "what": "求助"}
    alarm = outbox.queue(
        outbox.To(unit_id=officer.unit_id), "cases.assigned", words, subject=("case", case.pk)
    )
    now = clock.now()
    Delivery.objects.create(
        notice=alarm, unit_id=officer.unit_id, recipient="g", urgency=Urgency.ALARM, state="failed",
        created_at=now, due_at=now, give_up_at=now,
    )  # fmt: skip
    return alarm.pk


def _system(village: str) -> dict[str, int]:
    """Return a system of others that has a key."""
    actor = Actor(kind="system", door="command", area="350922", rights=frozenset({account_rights.MANAGE}))
    terms = partners.SystemTerms(f"系统{village}", ("cases.read",), village)
    system = partners.create(terms, actor=actor)
    partners.issue_key(system.pk, days=1, actor=actor)
    terms_ = webhooks.Terms(f"地址{village}", "https://example.org/hook")
    hook, _secret = webhooks.create(system.pk, terms_, actor=actor)
    sent = WebhookDelivery.objects.create(
        endpoint=hook,
        event_id=1,
        kind="cases.accepted",
        number="20261123-0000001",
        at=clock.now(),
        due_at=clock.now(),
        created_at=clock.now(),
    )
    key = partners.keys_of(system).get()
    return {"system_id": system.pk, "key_id": key.pk, "webhook_id": hook.pk, "delivery_id": sent.pk}


def _place(village: str) -> int:
    """Return a place of the gazetteer that has another name."""
    place = Place.objects.create(name="老榕树", village_id=village, kind="landmark")
    PlaceAlias.objects.create(place=place, name="新名称")
    return place.pk


def _session(actor: Actor) -> int:
    """Sign somebody in elsewhere and return the number of the sign-in."""
    came = SignIn.objects.create(user_id=actor.user_id or 0, at=clock.now(), outcome="entered", door="screen")
    Session.objects.create(
        session_key=secrets.token_hex(16),
        session_data="",
        expire_date=clock.now() + timedelta(hours=1),
        user_id=actor.user_id,
        sign_in_id=came.pk,
    )
    return came.pk


def things_of(world: World) -> dict[str, dict[str, Any]]:
    """Return what fills the holes of addresses, for the own area and for the other, which gets a grid too."""
    load_disputes()
    load_hazards()
    Grid.objects.create(code=PINGHU_VILLAGES[0] + "1001", name="平湖网格", village_id=PINGHU_VILLAGES[0])
    return {
        OWN: objects(world, FENGPU_VILLAGES[0], ("clerk", "officer", "road")),
        OTHER: objects(world, PINGHU_VILLAGES[0], ("other_clerk", "other_officer", "water")),
    }
