"""Every address × everyone × own and other area: let in, 404, 403 or asked to sign in, nothing else; refusals write nothing."""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from fnmatch import fnmatchcase
from http import HTTPStatus
from http.cookies import SimpleCookie
from typing import Any, cast

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver

from minfu.accounts.models import Delegation, User
from minfu.cases.forms.steps import FORMS
from minfu.cases.models import Case, RoutingRule
from minfu.cases.rules import actions, catalog, lists, tables
from minfu.cases.rules.intake import Spot
from minfu.cases.tests.api import Caller
from minfu.cases.tests.world import FENGPU_VILLAGES, PINGHU_VILLAGES, World, build
from minfu.cases.texts import ONE_TIME_CODE
from minfu.files import door as files
from minfu.files.tests import making
from minfu.kernel import clock, jobs
from minfu.notices import outbox
from minfu.notices.models import Notice
from minfu.places import index
from minfu.places.models import Grid, Place
from minfu.site.api import api
from tests.rights import ALL, NOBODY, OPEN, ROUTES, SEES, SIGNED_IN, STAFF, STRANGER, classified

OWN, OTHER = "own", "other"
#: Steps where the part one plays decides after the right and the area: 403 is an answer too.
PARTS = (
    "cases:step",
    "cases:decide",
    "cases:help",
    "cases:reveal",
    "api:case_reveal",
    "api:files_add",
    "api:steps_*",
)
#: Addresses that exist for a method and need no object are answered thus; what is missing or wrong is told by 4xx.
ANSWERED = {200, 201, 204, 302, 400, 409, 415, 422}
CONVERTER = re.compile(r"<(?:\w+:)?(\w+)>")


#: Signing out ends at the sign-in page; health is told by 503 as well.
ENDS_OUTSIDE = {"accounts:logout", "site:healthz"}


def fits(name: str, patterns: Iterable[str]) -> bool:
    """Tell whether a name fits one of the patterns."""
    return any(fnmatchcase(name, pattern) for pattern in patterns)


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


def test_every_route_is_classified_and_every_line_fits_a_route() -> None:
    unknown = sorted({route.name for route in ALL_ROUTES if classified(route.name) is None})
    assert not unknown, f"say in tests/rights.py who may use them: {unknown}"
    unused = [line[0] for line in ROUTES if not any(fnmatchcase(route.name, line[0]) for route in ALL_ROUTES)]
    assert not unused
    assert len(ALL_ROUTES) > 150


# --- the world: the same things in the own area and in the other ---------------------------------------------------


@pytest.fixture
def world(db: None) -> Iterator[World]:
    index.forget()
    catalog.forget()
    built = build()
    user = User(username=STRANGER, name="无岗", must_change_password=False)
    user.set_unusable_password()
    user.save()
    Grid.objects.create(code=PINGHU_VILLAGES[0] + "1001", name="平湖网格", village_id=PINGHU_VILLAGES[0])
    yield built
    catalog.forget()
    index.forget()


def _objects(world: World, village: str, names: tuple[str, str, str]) -> dict[str, Any]:
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
    to = outbox.To(identity_id=case.reporter_id, desk_id=clerk.unit_id)
    words = {"code": "123456", "receipt": case.receipt}
    told = outbox.queue(to, ONE_TIME_CODE, words, subject=("case", case.pk))
    Notice.objects.filter(pk=told.pk).update(not_before=now)
    table = "反映内容,来源编号\n村口路灯不亮了三天,A-1\n,A-2\n".encode()
    read = tables.start_import(actor=clerk, data=table, file_name="旧表.csv", source="旧表", skip_bad=True)
    written = tables.start_export(actor=clerk, scope="all", filters=lists.Filters(), format_="csv")
    jobs.run_waiting()
    notice = Notice.objects.filter(unit_id=officer.unit_id or 0, subject_id=case.pk).latest("pk")
    return {
        "case": Case.objects.get(pk=case.pk),
        "grid": grid,
        "village": village,
        "help_id": called.pk,
        "approval_id": asked.pk,
        "file_id": stored.pk,
        "delegation_id": leave.pk,
        "notice": notice.pk,
        "told": told.pk,
        "place": Place.objects.create(name="老榕树", village_id=village, kind="landmark").pk,
        "unit_id": clerk.unit_id,
        "user_id": officer.user_id,
        "post_id": officer.post_id,
        "twin": twin.pk,
        "import": read.pk,
        "export": written.pk,
        "rule": RoutingRule.objects.get().pk,
    }


def _things(world: World) -> dict[str, dict[str, Any]]:
    return {
        OWN: _objects(world, FENGPU_VILLAGES[0], ("clerk", "officer", "road")),
        OTHER: _objects(world, PINGHU_VILLAGES[0], ("other_clerk", "other_officer", "water")),
    }


#: Addresses tried of one route: every step of a demand of one's own, two of a foreign one.
MOST_WORDS = {OWN: 99, OTHER: 2}

# --- addresses ------------------------------------------------------------------------------------------------------

#: What ``pk``, ``code`` and ``name`` mean on each screen; the first that fits counts.
MEANT: tuple[tuple[str, dict[str, Any]], ...] = (
    ("cases:decide", {"pk": "approval_id"}),
    ("cases:help", {"pk": "help_id"}),
    ("places:place", {"pk": "place"}),
    ("places:*alias", {"pk": "place"}),
    ("cases:config*", {"pk": "rule"}),
    ("cases:import_faults", {"pk": "import"}),
    ("cases:table_run", {"pk": "import"}),
    ("cases:export_download", {"pk": "export"}),
    ("notices:open", {"notice_id": "notice"}),
    ("*:*told", {"notice_id": "told"}),
)
WORDS: tuple[tuple[str, dict[str, tuple[str, ...]]], ...] = (
    ("cases:step", {"name": tuple(FORMS)}),
    ("cases:help", {"name": ("come", "finish", "decline", "release")}),
    ("cases:report*", {"name": ("where",), "key": ("nosuchreport",)}),
    ("cases:config_category*", {"code": ("0401",)}),
    ("cases:config_calendar*", {"number": ("2026",)}),
    ("cases:config_e*", {"name": ("rules",)}),
    ("cases:config*", {"name": ("rules", "limits", "diversions")}),
)


def _addresses(route: Route, things: dict[str, Any]) -> list[str]:
    """Return the address of a route for the things of one area; several where it is a word that varies."""
    case, grid = things["case"], things["grid"]
    fill: dict[str, Any] = {
        **things,
        "pk": case.pk,
        "case_id": case.pk,
        "receipt": case.receipt,
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
    return [
        CONVERTER.sub(lambda hole, turn=turn: str({**fill, varying: turn}[hole[1]]), route.path)  # type: ignore[misc]
        for turn in turns
    ]


# --- bodies of the API ---------------------------------------------------------------------------------------------


#: Something of a type, for what the pool does not name.
LIKE: dict[str, Any] = {"string": "内容", "integer": 1, "array": [1], "boolean": False, "object": {}}


def _bodies(things: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return a body for every operation that takes one: what its description requires, from one pool of good values."""
    case, far = things["case"], (clock.now() + timedelta(days=5)).date().isoformat()
    pool: dict[str, Any] = {
        "username": "x", "password": "x", "post": 1, "description": "路灯坏了", "unit": case.lead_id, "reason": "理由充分",
        "text": "写明情况", "decision": "裁定理由", "finding": "现场看过", "outcome": "solved", "reached": False, "amount": 1,
        "ground": "complex", "until": far, "diversion": "petition", "into": things["twin"], "other": things["twin"],
        "parts": [{"description": "一件"}, {"description": "另一件"}], "village": things["village"], "category": "040101",
        "task": "请来", "result": "好了", "purpose": "contact", "explanation": "电话核实", "files": [str(things["file_id"])],
    }  # fmt: skip
    schema = api.get_openapi_schema()
    found = {}
    for methods in schema["paths"].values():
        for operation in methods.values():
            content = operation.get("requestBody", {}).get("content", {}).get("application/json")
            if content:
                model = schema["components"]["schemas"][content["schema"]["$ref"].rsplit("/", 1)[-1]]
                asked = {name: model["properties"][name] for name in model.get("required", ())}
                found[operation["operationId"]] = {
                    name: pool.get(name, LIKE.get(about.get("type", ""), 1)) for name, about in asked.items()
                }
    return found


# --- asking --------------------------------------------------------------------------------------------------------


@dataclass
class Answer:
    """What came back: status, where to, and what was written to the database."""

    status: int
    location: str
    written: list[str]


WRITES = re.compile(r"^\s*(INSERT|UPDATE|DELETE)", re.IGNORECASE)
#: Sessions and the marks of use of a token are nobody's matter.
UNIMPORTANT = ("django_session", "accounts_api_token", "kernel_limit")


class Asker:
    """Someone who tries addresses; whatever a request changes is undone."""

    def __init__(self, world: World, name: str):
        """Sign in, at the screens and at the API."""
        self.name = name
        self.screens = Client(raise_request_exception=False)
        self.headers: dict[str, str] = {}
        if name != NOBODY:
            self.screens.force_login(User.objects.get(username=name))
        self.cookies = {key: one.value for key, one in self.screens.cookies.items()}
        if name in STAFF:
            self.headers = Caller(world, name)._headers({})

    def ask(self, route: Route, method: str, address: str, body: dict[str, Any]) -> Answer:
        """Send one request."""
        programme = route.name.startswith("api:")
        self.screens.cookies = SimpleCookie(self.cookies)  # as it was signed in, whatever was done before
        client = Client(raise_request_exception=False) if programme else self.screens
        more: dict[str, Any] = {"headers": self.headers} if programme else {}
        if route.name == "api:files_upload":
            more["data"] = {"file": SimpleUploadedFile("灯.jpg", making.picture())}
        elif programme and method == "POST":
            more |= {"data": json.dumps(body), "content_type": "application/json"}
        with CaptureQueriesContext(connection) as queries, transaction.atomic():
            answer = getattr(client, method.lower())(address, **more)
            if answer.streaming:
                b"".join(answer.streaming_content)
            transaction.set_rollback(True)
        written = [one["sql"][:90] for one in queries.captured_queries if WRITES.match(one["sql"])]
        important = [sql for sql in written if not any(name in sql for name in UNIMPORTANT)]
        return Answer(answer.status_code, str(answer.headers.get("Location", "")), important)


def _expected(asker: str, route: Route, area: str) -> str:
    """Return what the table says: "in", "sign in", "403" or "404"."""
    who, about = classified(route.name) or (set(), "")
    if who == OPEN or (who == SIGNED_IN and asker != NOBODY):
        return "404" if about and asker not in SEES[about][area] else "in"
    if asker in {NOBODY, STRANGER}:
        return "sign in"
    if asker not in cast("set[str]", who):
        return "403"
    return "404" if about and asker not in SEES[about][area] else "in"


def _got(route: Route, answer: Answer) -> str:
    """Return what came back, in the same words."""
    if route.name in ENDS_OUTSIDE:
        return "in"
    if answer.status == HTTPStatus.UNAUTHORIZED or answer.location.startswith(("/login/", "/account/post/")):
        return "sign in"
    return "in" if answer.status in ANSWERED else str(answer.status)


def _is_right(asker: str, route: Route, area: str, answer: Answer) -> bool:
    """Tell whether an answer is what the table says; whoever is refused has written nothing."""
    if answer.status == HTTPStatus.METHOD_NOT_ALLOWED:
        return not answer.written
    expected, got = _expected(asker, route, area), _got(route, answer)
    if expected == "in":
        return got == "in" or (got == "403" and fits(route.name, PARTS) and not answer.written)
    return got == expected and not answer.written


@pytest.mark.parametrize("name", [*STAFF, STRANGER, NOBODY])
def test_everyone_gets_in_where_they_may_and_nowhere_else(world: World, name: str) -> None:
    assert set(STAFF) == ALL
    things = _things(world)
    bodies = {area: _bodies(mine) for area, mine in things.items()}
    asker, wrong, tried = Asker(world, name), [], 0
    for route in ALL_ROUTES:
        about = (classified(route.name) or ("", ""))[1]
        if name == STRANGER and route.name.startswith("api:"):
            continue  # a token is bound to a post
        for area in (OWN, OTHER) if about else (OWN,):
            for address in _addresses(route, things[area])[: MOST_WORDS[area]]:
                for method in route.methods:
                    answer = asker.ask(
                        route, method, address, bodies[area].get(route.name.removeprefix("api:"), {})
                    )
                    tried += 1
                    if not _is_right(name, route, area, answer):
                        wrong.append(
                            f"{method} {address} ({area}): {answer}, not {_expected(name, route, area)}"
                        )
    assert not wrong, "\n".join(wrong[:40])
    assert tried > 300
