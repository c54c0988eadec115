"""Every address × everyone × own and other area: let in, 404, 403 or asked to sign in, nothing else; refusals write nothing."""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from http import HTTPStatus
from http.cookies import SimpleCookie
from typing import Any, cast

import pytest
from django.contrib.auth.hashers import make_password
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, reset_queries, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from minfu.accounts import partners, rights
from minfu.accounts.access import actor_for
from minfu.accounts.actor import Actor
from minfu.accounts.models import Post, Role, User
from minfu.cases.rules import catalog
from minfu.cases.tests.api import Caller
from minfu.cases.tests.world import World, build
from minfu.papers import press
from minfu.places import index
from tests.rights import ALL, NOBODY, OPEN, PARTNER, ROUTES, SEES, SIGNED_IN, STAFF, STRANGER, classified
from tests.routes import ALL_ROUTES, Route, addresses, bodies_of
from tests.things import OTHER, OWN, things_of

MANAGES = frozenset({rights.MANAGE})
#: Steps where the part one plays decides after the right and the area: 403 is an answer too.
PARTS = (
    "cases:attach",
    "cases:step",
    "cases:decide",
    "cases:help",
    "cases:reveal",
    "cases:field_*",
    "api:case_reveal",
    "api:files_add",
    "api:steps_*",
    # Reading is open; writing asks for a key that nobody here has.
    "open311:requests",
    "open311:updates",
    "answers:correct",
    "api:answers_correct",
    "api:answers_tell",  # whose place it is decides
    "documents:step",
    "workbooks:cell",
    "workbooks:step",
    "workbooks:workbook",
    "api:documents_*",
    "returns:*",
    "api:returns_*",
    "hazards:step",
    "hazards:alarm",
    "topics:step",
    "api:topics_*",
    "api:hazards_*",
    "disputes:step",
    "disputes:declare",
    "disputes:decide",
    "disputes:session",
    "api:mediations_*",
)
#: Addresses that exist for a method and need no object are answered thus; what is missing or wrong is told by 4xx.
ANSWERED = {200, 201, 202, 204, 302, 400, 409, 415, 422}


#: Addresses tried of one route: every step of a demand of one's own, two of a foreign one.
MOST_WORDS = {OWN: 99, OTHER: 2}
#: Signing out, and steps of a sign-in that was not begun, end at the sign-in page; health is told by 503 as well.
ENDS_OUTSIDE = {"accounts:logout", "site:healthz", ":mfa_authenticate", ":mfa_login_webauthn"}
#: What one may do before the second factor was given: set it up or give it, choose a post or a password, end sessions.
BEFORE_THE_FACTOR = (
    ":mfa_*",
    ":account_reauthenticate",
    "accounts:choose_post",
    "accounts:password",
    "accounts:session*_end",
)


def fits(name: str, patterns: Iterable[str]) -> bool:
    """Tell whether a name fits one of the patterns."""
    return any(fnmatchcase(name, pattern) for pattern in patterns)


def test_every_route_is_classified_and_every_line_fits_a_route() -> None:
    unknown = sorted({route.name for route in ALL_ROUTES if classified(route.name) is None})
    assert not unknown, f"say in tests/rights.py who may use them: {unknown}"
    unused = [line[0] for line in ROUTES if not any(fnmatchcase(route.name, line[0]) for route in ALL_ROUTES)]
    assert not unused
    assert len(ALL_ROUTES) > 150


@pytest.fixture(autouse=True)
def papers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Set no document: who may have it is asked here a hundred times, what is in it elsewhere."""
    monkeypatch.setattr(press, "_run", lambda _handed: (0, b"%PDF-"))


@pytest.fixture
def world(db: None) -> Iterator[World]:
    index.forget()
    catalog.forget()
    built = build()
    user = User(username=STRANGER, name="无岗", must_change_password=False)
    user.save()
    built.actors[PARTNER] = _partner()
    User.objects.update(password=make_password("Yinxi-2026-lake"))  # an invented password
    yield built
    catalog.forget()
    index.forget()


def _partner() -> Actor:
    """Connect a system of others, under a name to find it by."""
    partners.connect(
        "随手拍", days=1, actor=Actor(kind="system", door="command", area="350922", rights=MANAGES)
    )
    post = Post.objects.select_related("user").get(role=Role.PARTNER)
    User.objects.filter(pk=post.user_id).update(username=PARTNER)
    actor = actor_for(post.user, post.pk, "api")
    assert actor is not None
    return actor


# --- asking --------------------------------------------------------------------------------------------------------


@dataclass
class Answer:
    """What came back: status, where to, and what was written to the database."""

    status: int
    location: str
    written: list[str]


WRITES = re.compile(r"^\s*(INSERT|UPDATE|DELETE)", re.IGNORECASE)
#: Sessions and the marks of use of a token are nobody's matter.
UNIMPORTANT = ("accounts_session", "accounts_api_token", "kernel_limit")


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
        files = [value for value in body.values() if isinstance(value, SimpleUploadedFile)]
        if files and method == "POST":
            files[0].seek(0)
            more["data"] = body
        elif programme and method in ("POST", "PUT"):
            more |= {"data": json.dumps(body), "content_type": "application/json"}
        reset_queries()  # Django keeps the last 9,000 only
        with CaptureQueriesContext(connection) as queries, transaction.atomic():
            answer = getattr(client, method.lower())(address, **more)
            if answer.streaming:
                b"".join(answer.streaming_content)
            transaction.set_rollback(True)
        sent = [one["sql"] or "" for one in queries.captured_queries]  # a prepared statement shows no text
        written = [sql[:90] for sql in sent if WRITES.match(sql)]
        important = [sql for sql in written if not any(name in sql for name in UNIMPORTANT)]
        return Answer(answer.status_code, str(answer.headers.get("Location", "")), important)


def _expected(asker: str, route: Route, area: str) -> str:
    """Return what the table says: "in", "sign in", "403" or "404"."""
    who, about = classified(route.name) or (set(), "")
    if asker == PARTNER and not route.name.startswith("api:"):
        asker = STRANGER  # a system has keys, and no screens
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


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in STAFF if name != PARTNER])  # a system has no screens
def test_without_the_factor_a_role_demands_nobody_gets_further_than_to_set_one_up(
    world: World, settings: Any, name: str
) -> None:
    """Every role demands a second factor and nobody gave one: pages lead to where it is set up, the API signs nobody in."""
    settings.MINFU_SECOND_FACTOR = list(Role)
    things = things_of(world)[OWN]
    asker, wrong = Asker(world, name), []
    for route in ALL_ROUTES:
        if (classified(route.name) or ("", ""))[0] == OPEN or fits(route.name, BEFORE_THE_FACTOR):
            continue
        for address in addresses(route, things)[:2]:
            for method in route.methods:
                answer = asker.ask(route, method, address, {})
                stopped = answer.status == HTTPStatus.UNAUTHORIZED or answer.location == "/account/security/"
                if answer.written or not (stopped or answer.status == HTTPStatus.METHOD_NOT_ALLOWED):
                    wrong.append(f"{method} {address}: {answer}")
    assert not wrong, "\n".join(wrong[:40])


@pytest.mark.slow
@pytest.mark.parametrize("name", [*STAFF, STRANGER, NOBODY])
def test_everyone_gets_in_where_they_may_and_nowhere_else(world: World, name: str) -> None:
    assert set(STAFF) == ALL
    things = things_of(world)
    bodies = {area: bodies_of(mine) for area, mine in things.items()}
    asker, wrong, tried = Asker(world, name), [], 0
    for route in ALL_ROUTES:
        about = (classified(route.name) or ("", ""))[1]
        if name == STRANGER and route.name.startswith("api:"):
            continue  # a token is bound to a post
        for area in (OWN, OTHER) if about else (OWN,):
            for address in addresses(route, things[area])[: MOST_WORDS[area]]:
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
