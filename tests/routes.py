"""Every address of minfu, and a world in which each of them leads to something: for tests that go everywhere."""

import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from fnmatch import fnmatchcase
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.backends.postgresql.psycopg_any import DateRange
from django.urls import URLPattern, URLResolver, get_resolver

from minfu.accounts import partners
from minfu.accounts import rights as account_rights
from minfu.accounts.actor import Actor
from minfu.accounts.models import ApiToken, Delegation, SecondFactorRule, Session, SignIn, User
from minfu.accounts.tests.factors import passkey_for
from minfu.answers.tests import story as answers
from minfu.cases.forms.steps import FORMS
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
from minfu.disputes import forms as dispute_forms
from minfu.disputes.rules.defaults import load_defaults as load_disputes
from minfu.disputes.tests import story as mediations
from minfu.documents.forms import FORMS as DOCUMENT_FORMS
from minfu.documents.tests import story as papers
from minfu.figures import door as figures
from minfu.files import door as files
from minfu.files.sheets import Chosen
from minfu.files.tests import making
from minfu.hazards import forms as hazard_forms
from minfu.hazards.rules.defaults import load_defaults as load_hazards
from minfu.hazards.tests import story as hazards
from minfu.kernel import clock, jobs, listings
from minfu.notices import outbox
from minfu.notices.models import Delivery, Notice, Urgency
from minfu.notices.tests import making as notices
from minfu.opendata.rules import editions
from minfu.places.models import Grid, Place, PlaceAlias
from minfu.returns.forms import FORMS as RETURN_FORMS
from minfu.returns.tests import story as forms
from minfu.site.api import api
from minfu.tables import held, layouts, runs
from minfu.tables.importers import Upload
from minfu.topics.forms import FORMS as TOPIC_FORMS
from minfu.topics.tests import story as topics
from minfu.webhooks.models import Delivery as WebhookDelivery
from minfu.webhooks.rules import endpoints as webhooks
from minfu.workbooks.forms import FORMS as WORKBOOK_FORMS
from minfu.workbooks.tests import story as workbooks

OWN, OTHER = "own", "other"
CONVERTER = re.compile(r"<(?:\w+:)?(\w+)>")


@dataclass(frozen=True)
class Route:
    """An address as patterns name it: its name in ``tests/rights.py``, methods, and the address with holes."""

    name: str
    methods: tuple[str, ...]
    path: str

    @property
    def holes(self) -> list[str]:
        """Return what must be filled in."""
        return CONVERTER.findall(self.path)


def _screens(resolver: URLResolver | None = None, prefix: str = "", space: str = "") -> Iterator[Route]:
    """Yield the routes of screens; operations of the API are named by their own ids."""
    for entry in (resolver or get_resolver()).url_patterns:
        path = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from _screens(entry, path, entry.namespace or space)
        elif isinstance(entry, URLPattern) and entry.name and not _of_api(entry):
            yield Route(f"{space}:{entry.name}", ("GET", "POST"), f"/{path}")


def _of_api(entry: URLPattern) -> bool:
    return "sync_view" in str(entry.lookup_str)


def _operations() -> Iterator[Route]:
    for router in api._get_bound_routers():
        for path, view in router.path_operations.items():
            for operation in view.operations:
                yield Route(
                    f"api:{operation.operation_id}",
                    tuple(operation.methods),
                    "/api/v1" + re.sub(r"{(\w+)}", r"<\1>", path),
                )


ALL_ROUTES = [*_screens(), *_operations()]


# --- the world: the same things in the own area and in the other ---------------------------------------------------


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
    to = outbox.To(identity_id=case.reporter_id, desk_id=clerk.unit_id)
    told = outbox.queue(to, ONE_TIME_CODE, {"code": "123456"}, subject=("case", case.pk))
    Notice.objects.filter(pk=told.pk).update(not_before=now)
    table = "反映内容,来源编号\n村口路灯不亮了三天,A-1\n,A-2\n".encode()
    read = tables.start_import(actor=clerk, data=table, file_name="旧表.csv", source="旧表", skip_bad=True)
    written = runs.start(actor=clerk, wish=runs.Wish(listings.get("cases.inbox"), {"scope": "all"}, "csv"))
    jobs.run_waiting()
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
        "delegation_id": leave.pk,
        "token_id": token.pk,
        **_system(village),
        "notice": notice.pk,
        "told": told.pk,
        "alarm": _alarm(officer, case),
        "channel_id": notices.channel("mail", f"邮件{village}", for_staff=True).pk,
        "place": _place(village),
        "unit_id": clerk.unit_id,
        "user_id": officer.user_id,
        "sign_in_id": _session(clerk),
        "officer_session": _session(officer),
        "passkey": passkey_for(User.objects.get(pk=clerk.user_id or 0)).pk,
        "rule_id": SecondFactorRule.objects.create(  # of a role nobody tried has, from a day that does not come
            role="grid_worker" if village == FENGPU_VILLAGES[0] else "mediator",
            period=DateRange(date(2099, 1, 1), None),
            source="测试",
        ).pk,
        "post_id": officer.post_id,
        "twin": twin.pk,
        "import": read.pk,
        "export": written.pk,
        "held": held.keep(clerk, DEMANDS, Upload(_LEGACY, "旧表.csv", {"source": "旧表"})).pk,
        "layout": layouts.remember(clerk, DEMANDS, Chosen(0, ("来电内容",), {"description": 0})).pk,
        "rule": RoutingRule.objects.get().pk,
        "limit": TimeLimit.objects.filter(clock="help").latest("pk").pk,
        "diversion": Diversion.objects.latest("pk").pk,
        "choice": AutomaticChoice.objects.get_or_create(
            matter="category", percent=98, valid_from=now.date(), source="测试"
        )[0].pk,
        "retention": Retention.objects.get_or_create(months=36, valid_from=now.date(), source="测试")[0].pk,
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


# --- addresses ------------------------------------------------------------------------------------------------------

#: What ``pk``, ``code`` and ``name`` mean on each screen; the first that fits counts.
MEANT: tuple[tuple[str, dict[str, Any]], ...] = (
    ("cases:decide", {"pk": "approval_id"}),
    ("*:data_request*", {"pk": "data_request", "request_id": "data_request"}),
    ("cases:release", {"pk": "solved_case"}),
    ("api:releases_release", {"case_id": "solved_case"}),
    ("cases:solved_one", {"pk": "release"}),
    ("api:public_one*", {"matter_id": "release"}),
    ("*:release*", {"pk": "release", "release_id": "release"}),
    ("cases:help", {"pk": "help_id"}),
    (":mfa_*", {"pk": "passkey"}),
    ("accounts:person_session_end", {"sign_in_id": "officer_session"}),
    ("api:security_end_own_session", {"session_id": "sign_in_id"}),
    ("api:security_end_session", {"session_id": "officer_session"}),
    ("disputes:*", {"pk": "mediation"}),
    ("answers:*", {"pk": "answer"}),
    ("api:answers_*", {"answer_id": "answer"}),
    ("returns:copy", {"pk": "copy"}),
    ("returns:give_back", {"pk": "copy"}),
    ("api:returns_*", {"copy_id": "copy"}),
    ("returns:*", {"pk": "form_draft", "field_id": "field_id"}),
    ("documents:register_close", {"pk": "register_id"}),
    ("documents:*", {"pk": "document"}),
    ("figures:exclusion", {"pk": "exclusion"}),
    ("figures:published_one", {"pk": "published"}),
    ("api:figures_*", {"exclusion_id": "exclusion", "published_id": "published"}),
    ("workbooks:*", {"pk": "workbook"}),
    ("api:documents_*", {"document_id": "document"}),
    ("hazards:config_call_end", {"pk": "call_id"}),
    ("hazards:photo", {"pk": "hazard", "file_id": "hazard_file"}),
    ("api:hazards_photo", {"hazard_id": "hazard", "file_id": "hazard_file"}),
    ("hazards:*", {"pk": "hazard"}),
    ("topics:*", {"pk": "topic"}),
    ("places:place", {"pk": "place"}),
    ("places:*alias", {"pk": "place"}),
    ("cases:config*", {"pk": "rule"}),
    ("cases:import_faults", {"pk": "import"}),
    ("cases:table_run", {"pk": "import"}),
    ("tables:columns*", {"pk": "held"}),
    ("tables:layout*", {"pk": "layout"}),
    ("api:columns_*", {"layout_id": "layout"}),
    ("tables:*", {"pk": "export"}),
    ("api:exports_*", {"run_id": "export"}),
    ("api:tables_*", {"run_id": "import"}),
    ("api:config_rules*", {"row_id": "rule"}),
    ("api:config_limits*", {"row_id": "limit"}),
    ("api:config_diversions*", {"row_id": "diversion"}),
    ("api:config_retention*", {"row_id": "retention"}),
    ("api:config_choices*", {"row_id": "choice"}),
    ("notices:open", {"notice_id": "notice"}),
    ("notices:channel*", {"pk": "channel_id"}),
    ("*:*alarm_told", {"notice_id": "alarm"}),
    ("open311:token", {"token": "receipt"}),
    ("*:*told", {"notice_id": "told"}),
)
WORDS: tuple[tuple[str, dict[str, tuple[str, ...]]], ...] = (
    (":openid_connect_*", {"provider_id": ("county",)}),
    ("tables:export", {"name": ("cases.inbox",)}),
    ("figures:figure", {"name": ("registered",)}),
    ("opendata:table", {"name": ("dictionary",), "ending": ("csv",)}),
    ("figures:weight", {"key": ("solving_partly",)}),
    ("figures:publish", {"name": ("registered",)}),
    ("api:figures_set_weight", {"key": ("solving_partly",)}),
    ("api:figures_*", {"name": ("registered",)}),
    ("figures:picture", {"name": ("trend",), "ending": ("svg",)}),
    ("cases:step", {"name": tuple(FORMS)}),
    ("answers:*", {"key": ("households",)}),
    ("api:answers_*", {"key": ("households",)}),
    ("returns:step", {"name": tuple(RETURN_FORMS)}),
    ("documents:step", {"name": tuple(DOCUMENT_FORMS)}),
    ("workbooks:cell", {"name": ("0-B2",)}),
    ("workbooks:step", {"name": tuple(WORKBOOK_FORMS)}),
    ("hazards:step", {"name": tuple(hazard_forms.FORMS)}),
    ("hazards:alarm", {"name": tuple(hazard_forms.ALARM_FORMS)}),
    ("topics:step", {"name": tuple(TOPIC_FORMS)}),
    ("hazards:config_grade", {"code": ("minor",)}),
    ("api:hazards_set_grade", {"code": ("minor",)}),
    ("disputes:step", {"name": tuple(dispute_forms.FORMS)}),
    ("disputes:session", {"name": ("hold", "cancel")}),
    ("disputes:agreement_file", {"ending": ("docx", "ofd")}),
    ("disputes:*paper", {"name": ("agreement",)}),
    ("disputes:config_term", {"key": ("confirm",)}),
    ("disputes:config_way", {"code": ("court",)}),
    ("api:mediations_set_*", {"key": ("confirm",), "code": ("court",)}),
    ("notices:channel_new", {"kind": ("sms", "mail")}),
    ("notices:text*", {"key": ("cases.assigned",), "language": ("zh-hans",)}),
    ("api:wordings_*", {"key": ("cases.assigned",), "language": ("zh-hans",)}),
    ("cases:help", {"name": ("come", "finish", "decline", "release")}),
    ("cases:report*", {"name": ("where",), "key": ("nosuchreport",)}),
    ("cases:config_category*", {"code": ("0401",)}),
    ("api:categories_*", {"code": ("0401",)}),
    ("api:calendar_*", {"year": ("2026",)}),
    ("cases:config_calendar*", {"number": ("2026",)}),
    ("cases:config_e*", {"name": ("rules",)}),
    ("cases:config*", {"name": ("rules", "limits", "diversions")}),
    ("open311:service", {"code": ("040101",), "format": ("json", "xml")}),
    ("open311:photo", {"signed": ("nothing",)}),
    ("open311:*", {"format": ("json", "xml")}),
)
#: What an address must be asked with, by route.
ASKED = (("api:figures_split_*", "?by=level"),)


def addresses(route: Route, things: dict[str, Any]) -> list[str]:
    """Return the address of a route for the things of one area; several where it is a word that varies."""
    case, grid = things["case"], things["grid"]
    fill: dict[str, Any] = {
        **things,
        "pk": case.pk,
        "case_id": case.pk,
        "receipt": case.receipt,
        "place_id": things["place"],
        "number": case.number,
        "token": grid.qr_token,
        "code": things["village"] if "/divisions/" in route.path else grid.code,
    }
    fill |= next(
        (
            {hole: things[name] for hole, name in meant.items()}
            for fit, meant in MEANT
            if fnmatchcase(route.name, fit)
        ),
        {},
    )
    words = next((words for fit, words in WORDS if fnmatchcase(route.name, fit)), {})
    varying = next((hole for hole in route.holes if len(words.get(hole, ())) > 1), "")
    fill |= {hole: choices[0] for hole, choices in words.items()}
    turns = words.get(varying, ("",))
    asked = next((query for fit, query in ASKED if fnmatchcase(route.name, fit)), "")
    return [
        CONVERTER.sub(lambda hole, turn=turn: str({**fill, varying: turn}[hole[1]]), route.path) + asked  # type: ignore[misc]  # a library without exact types
        for turn in turns
    ]


# --- bodies of the API ---------------------------------------------------------------------------------------------


#: Something of a type, for what the pool does not name.
LIKE: dict[str, Any] = {"string": "内容", "integer": 1, "array": [1], "boolean": False, "object": {}}


def bodies_of(things: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return a body for every operation that takes one: what its description requires, from one pool of good values."""
    case, far = things["case"], (clock.now() + timedelta(days=5)).date().isoformat()
    pool: dict[str, Any] = {
        "username": "x", "password": "x", "post": 1, "description": "路灯坏了", "unit": case.lead_id, "reason": "理由充分",
        "text": "写明情况", "decision": "裁定理由", "finding": "现场看过", "outcome": "solved", "reached": False, "amount": 1,
        "ground": "complex", "until": far, "diversion": "petition", "into": things["twin"], "other": things["twin"],
        "parts": [{"description": "一件"}, {"description": "另一件"}], "village": things["village"], "category": "040101",
        "on": far,
        "new_password": "Linshui-2026-new", "name": "新名称", "kind": "other", "division": things["village"], "active": True,

        "unit_id": case.lead_id, "role": "mediator", "area": things["village"], "starts_on": far, "grids": [], "to": "water",
        "starts_at": f"{far}T00:00:00Z", "ends_at": f"{far}T08:00:00Z",
        "scopes": ["cases.read"], "days": 30, "cases": [things["twin"]], "valid_from": far, "source": "县办〔2026〕1号",
        "label": "正式环境", "url": "https://example.org/hook", "system_id": things["system_id"], "since": f"{far}T00:00:00Z",
        "order": 7, "months": 12, "code": "0403", "advice": "请到县信访局。", "phone": "13800001234",
        "due_on": far, "gone": True, "weight": 1, "wait_minutes": 5, "stage": 1,
        "agreed_on": far, "signed_on": far, "applied_on": far, "decided_on": far, "side": "b", "party": things["party_id"],
        "seat": things["seat_id"], "parties": [things["party_id"]], "seats": [things["seat_id"]], "ways": ["court"],
        "starts": "22:00", "ends": "06:00",
        "case": things["twin"], "why": "台风停电", "period": "2025",
        "mapping": ["来电内容=description"],
        "meaning": "截至年底", "origin": "县里年报", "item": "households", "value": "12", "words": "住户数",
        "least": 5, "licence": "CC BY 4.0",
        "means": "figure:registered", "template": "overdue",
        "what": "照明设施故障", "done": "更换后恢复使用",
        "task": "请来", "result": "好了", "purpose": "contact", "explanation": "电话核实", "files": [str(things["file_id"])],
    }  # fmt: skip
    schema = api.get_openapi_schema()
    found = {}
    for methods in schema["paths"].values():
        for operation in methods.values():
            for about in operation.get("requestBody", {}).get("content", {}).values():
                name = about["schema"].get("$ref", "").rsplit("/", 1)[-1]
                model = schema["components"]["schemas"][name] if name else about["schema"]
                asked = {name: model["properties"][name] for name in model.get("required", ())}
                found[operation["operationId"]] = {
                    name: _value(name, about, pool, schema["components"]["schemas"])
                    for name, about in asked.items()
                }
    return found


def _value(name: str, about: dict[str, Any], pool: dict[str, Any], models: dict[str, Any]) -> Any:
    """Return something that fits a field: a picture for a file, the first of its choices unless the pool's is one."""
    about = models.get(about.get("$ref", "").rsplit("/", 1)[-1], about)
    if about.get("format") == "binary":
        return SimpleUploadedFile("灯.jpg", making.picture())
    if "anyOf" in about:
        return None
    value = pool.get(name, LIKE.get(about.get("type", ""), 1))
    choices = about.get("enum", [value])
    return value if value in choices else choices[0]
