"""SQL and HTML in every field: of every form of every page, and of every body of the API."""

import html
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin

import pytest
from django.db import connection, transaction
from django.test import Client

from minfu.accounts.models import User
from minfu.cases.tests.api import Caller
from minfu.cases.tests.world import World
from minfu.site.api import api
from tests.rights import NOBODY
from tests.routes import ALL_ROUTES, addresses, bodies_of
from tests.things import OWN, things_of

HOSTILE = "'\"><script>alert(1)</script>\\'; DROP TABLE cases_case; --%s{{7*7}}"
RAW = "<script>alert(1)"
#: Hidden fields of one's own browser: a wrong value there is no slip of a person, it only must not break anything.
TYPED = {"text", "search", "tel", "email", "url", "textarea", "number", "date", "datetime-local"}
NOT_KEPT = {"password", "file", "hidden", "submit", "checkbox", "radio", "select"}
WELL = {200, 302, 307, 400, 403, 404, 405, 409, 413, 415, 422, 429}


@dataclass
class Field:
    """A field of a form: its name, its kind, and what it holds."""

    name: str
    kind: str
    value: str = ""


@dataclass
class PostForm:
    """A form that changes something."""

    action: str
    fields: list[Field] = field(default_factory=list)


class Reader(HTMLParser):
    """Reads the forms of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[PostForm] = []
        self.at: PostForm | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        if tag == "form":
            self.at = (
                PostForm(told.get("action") or "") if (told.get("method") or "").lower() == "post" else None
            )
            if self.at:
                self.forms.append(self.at)
        elif self.at and tag in {"input", "textarea", "select", "button"} and told.get("name"):
            kind = {"input": told.get("type") or "text", "button": "submit"}.get(tag, tag)
            if "disabled" not in told and kind != "checkbox" and (kind != "radio" or "checked" in told):
                self.at.fields.append(Field(str(told["name"]), kind, told.get("value") or ""))
        elif self.at and tag == "option" and "selected" in told and self.at.fields:
            self.at.fields[-1].value = told.get("value") or ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.at = None


def forms_of(answer: Any, address: str) -> list[PostForm]:
    """Return the forms of a page that change something, their actions made whole."""
    if answer.streaming:
        b"".join(answer.streaming_content)
    if answer.status_code not in {200, 422} or "html" not in answer.headers.get("Content-Type", ""):
        return []
    reader = Reader()
    reader.feed(answer.content.decode())
    for form in reader.forms:
        form.action = urljoin(address, form.action)
    return reader.forms


def _fillings(form: PostForm) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield how a form is filled in: every typed field hostile; then every field there is."""
    held = {one.name: one.value for one in form.fields if one.kind not in {"submit", "file"}}
    typed = {one.name: HOSTILE for one in form.fields if one.kind in TYPED | {"password"}}
    if typed:
        yield "typed", {**held, **typed}
    yield "all", dict.fromkeys(held, HOSTILE)


def _read(answer: Any) -> str:
    """Return the whole content of an answer as text."""
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return str(content.decode(errors="replace"))


def _send(client: Client, form: PostForm, data: dict[str, str]) -> tuple[Any, str]:
    """Send a form and undo what it did; return the answer, and what the page shows that follows."""
    with transaction.atomic():
        answer = client.post(form.action, data)
        after = ""
        if answer.status_code in {302, 307}:
            there = urljoin(form.action, answer["Location"])
            after = _read(client.get(there) if answer.status_code == 302 else client.post(there, data))
        transaction.set_rollback(True)
    return answer, after


def _wrong(form: PostForm, how: str, answer: Any, after: str) -> str:
    """Return what is wrong with an answer; empty if nothing is."""
    if answer.status_code not in WELL:
        return str(answer.status_code)
    page = _read(answer)
    if answer.headers.get("Content-Disposition", "").startswith("attachment"):
        page = ""  # a file to keep, as it was typed; no browser shows it
    if RAW in page or RAW in after:
        return "shown unescaped"
    if how == "typed" and answer.status_code == 422:
        lost = [
            one.name
            for one in form.fields
            if one.kind in TYPED - {"number", "date"} and HOSTILE not in _shown(page, one)
        ]
        return f"lost {lost}" if lost else ""
    return ""


def _shown(page: str, one: Field) -> str:
    """Return what a page shows in a field."""
    tag = rf'<(?:input|textarea)[^>]*name="{re.escape(one.name)}"[^>]*>'
    found = re.finditer(tag + (r"(.*?)</textarea>" if one.kind == "textarea" else ""), page, re.DOTALL)
    return "".join(html.unescape(match.group(0)) for match in found)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["dispatcher", "clerk", "officer", "leader", "administrator", NOBODY])
def test_hostile_text_in_every_field_of_every_form(world: World, name: str) -> None:
    things = things_of(world)[OWN]
    client, wrong, sent = Client(raise_request_exception=False), [], set()
    if name != NOBODY:
        client.force_login(User.objects.get(username=name))
    for route in ALL_ROUTES:
        if route.name.startswith("api:"):
            continue
        for address in addresses(route, things):
            for form in forms_of(client.get(address), address):
                for how, data in _fillings(form):
                    key = (re.sub(r"\d+", "#", form.action.split("?")[0]), how, tuple(data))
                    if key in sent or "/logout/" in form.action or "/login/" in form.action:
                        continue
                    sent.add(key)
                    answer, after = _send(client, form, data)
                    if said := _wrong(form, how, answer, after):
                        wrong.append(f"{form.action} ({how} on {address}): {said}")
    assert not wrong, "\n".join(wrong[:30])
    assert len(sent) > (8 if name == NOBODY else 4)


def test_hostile_sign_in(client: Client, world: World) -> None:
    answer = client.post("/login/", {"username": HOSTILE, "password": HOSTILE, "next": "javascript:alert(1)"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert RAW not in page
    assert "javascript:" not in page
    assert HOSTILE[:60] in html.unescape(page)


def test_hostile_text_in_every_field_of_every_body(world: World) -> None:
    things = things_of(world)[OWN]
    good = bodies_of(things)
    schema = api.get_openapi_schema()
    caller, wrong, sent = Caller(world, "dispatcher"), [], 0
    for route in ALL_ROUTES:
        if not route.name.startswith("api:") or route.methods != ("POST",):
            continue
        operation = route.name.removeprefix("api:")
        path = addresses(route, things)[0]
        for hostile in _bodies(schema, path_of(schema, operation), good.get(operation, {})):
            with transaction.atomic():
                answer = caller.client.post(
                    path, json.dumps(hostile), content_type="application/json", headers=caller._headers({})
                )
                transaction.set_rollback(True)
            sent += 1
            if answer.status_code not in WELL | {201, 204, 401}:
                wrong.append(f"{path} {list(hostile)}: {answer.status_code} {answer.content[:200].decode()}")
            elif answer.status_code >= 400 and not answer.json()["detail"]:
                wrong.append(f"{path}: no sentence")
    assert not wrong, "\n".join(wrong[:30])
    assert sent > 100
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM cases_case")
        assert cursor.fetchone()[0] > 0


def path_of(schema: dict[str, Any], operation_id: str) -> dict[str, Any]:
    """Return the description of an operation."""
    return next(
        one
        for methods in schema["paths"].values()
        for one in methods.values()
        if one["operationId"] == operation_id
    )


def _bodies(
    schema: dict[str, Any], operation: dict[str, Any], good: dict[str, Any]
) -> Iterator[dict[str, Any]]:
    """Yield good bodies with one field hostile after the other, and one that is nothing but hostile."""
    content = operation.get("requestBody", {}).get("content", {}).get("application/json")
    if not content:
        return
    model = schema["components"]["schemas"][content["schema"]["$ref"].rsplit("/", 1)[-1]]
    for name in model.get("properties", {}):
        yield {**good, name: HOSTILE}
        yield {**good, name: [HOSTILE]}
        yield {**good, name: {HOSTILE: HOSTILE}}
    yield {HOSTILE: HOSTILE}
