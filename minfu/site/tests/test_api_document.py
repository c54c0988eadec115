"""The API's document is true: whatever is sent, the answer fits what the document says and none is a failure of ours."""

from collections.abc import Callable, Iterator
from copy import deepcopy
from enum import Enum
from functools import cache
from itertools import count
from typing import Any, get_args

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings
from jsonschema_rs import Draft202012Validator, meta
from pydantic import BaseModel
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi import checks as conformance

from minfu.accounts import partners
from minfu.cases.rules import catalog
from minfu.cases.tests.api import Caller
from minfu.cases.tests.world import COUNTY, World, build
from minfu.kernel.api import In, Out
from minfu.places import index
from minfu.site.api import api

#: Requests made up for each operation, always the same: of those that fit the document, and of those that break it somewhere.
EXAMPLES = {GenerationMode.POSITIVE: 4, GenerationMode.NEGATIVE: 2}
#: From how many characters on the limit of a text is left out of what requests are made up from.
LONG = 1_000
CHECKS = [
    not_a_server_error,
    conformance.status_code_conformance,
    conformance.content_type_conformance,
    conformance.response_schema_conformance,
]


def written() -> dict[str, Any]:
    """Return the document as it is served."""
    return api.get_openapi_schema(path_prefix="/api/v1/")


def _forget_long_limits(part: Any) -> None:
    """Take the limit off long texts that also have a pattern: both become one expression that takes seconds to compile.

    That longer texts are refused is asked in tests/bad_input/test_text.py.
    """
    if isinstance(part, dict):
        if "pattern" in part and part.get("maxLength", 0) >= LONG:
            del part["maxLength"]
        part = list(part.values())
    if isinstance(part, list):
        for one in part:
            _forget_long_limits(one)


@cache
def document() -> Any:
    """Return the document, read once: it is large."""
    told = deepcopy(dict(written()))
    _forget_long_limits(told)
    schema = schemathesis.openapi.from_dict(told)
    schema.app = get_wsgi_application()
    return schema


def operations() -> list[tuple[str, str]]:
    """Return every operation as (method, path)."""
    return [(method.upper(), path) for path, methods in written()["paths"].items() for method in methods]


def can_be_asked_wrongly(method: str, path: str) -> bool:
    """Tell whether an operation takes anything that could be wrong: words, a body, a key."""
    told = written()["paths"][path][method.lower()]
    return any(told.get(part) for part in ("parameters", "requestBody", "security"))


@pytest.fixture
def world(db: None) -> Iterator[World]:
    """A small county; the server must not close the test's own connection after each request."""
    request_started.disconnect(close_old_connections)
    request_finished.disconnect(close_old_connections)
    index.forget()
    yield build()
    catalog.forget()
    index.forget()
    request_started.connect(close_old_connections)
    request_finished.connect(close_old_connections)


@pytest.mark.slow
@pytest.mark.filterwarnings("default")  # other people's
@pytest.mark.parametrize(("method", "path"), operations())
def test_answers_are_as_documented(world: World, method: str, path: str) -> None:
    names = ("clerk", "officer", "dispatcher", "administrator")
    callers = [*(Caller(world, name) for name in names), system(world)]
    states = ("assigned", "handling", "reported", "asking") if "{case_id}" in path else ()
    cases = [world.at(state) for state in states]
    turn = count()

    def run(case: Any) -> None:
        number = next(turn)
        case.headers["Authorization"] = f"Bearer {callers[number % len(callers)].raw}"
        if "case_id" in case.path_parameters and number % 4:
            case.path_parameters["case_id"] = cases[number % len(cases)].pk
        case.call_and_validate(checks=CHECKS)

    for mode, examples in EXAMPLES.items():
        if mode == GenerationMode.NEGATIVE and not can_be_asked_wrongly(method, path):
            continue
        made_up(document()[path][method], mode, examples)(run)()
    assert next(turn) >= 1, "no request was made up: nothing was checked"


def system(world: World) -> Caller:
    """Return a program of others with a key that may read and hand in."""
    terms = partners.SystemTerms("县大数据平台", ["cases.read", "cases.submit", "figures.read"], COUNTY)
    made = partners.create(terms, actor=world.administrator)
    caller = Caller(world, "dispatcher")
    caller.raw = partners.issue_key(made.pk, days=30, actor=world.administrator)
    return caller


def made_up(operation: Any, mode: GenerationMode, examples: int) -> Callable[[Callable[[Any], None]], Any]:
    """Return what runs a function with requests made up, the same ones at each run."""
    how = settings(
        max_examples=examples,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    return lambda run: how(given(case=operation.as_strategy(generation_mode=mode))(run))


def models(base: type[BaseModel]) -> Iterator[type[BaseModel]]:
    """Yield every model of ours that is made from ``base``."""
    for model in base.__subclasses__():
        yield model
        yield from models(model)


def enumerations(kind: Any) -> Iterator[type[Enum]]:
    """Yield the enumerations in the type of a field."""
    if isinstance(kind, type) and issubclass(kind, Enum):
        yield kind
    for part in get_args(kind):
        yield from enumerations(part)


def test_every_name_in_the_document_means_one_thing() -> None:
    """The document files models and enumerations by their bare names: of two alike one would stand for both."""
    named: dict[str, set[str]] = {}
    for model in [*models(In), *models(Out)]:
        named.setdefault(model.__name__, set()).add(model.__module__)
        for field in model.model_fields.values():
            for choices in enumerations(field.annotation):
                named.setdefault(choices.__name__, set()).add(f"{choices.__module__}.{choices.__qualname__}")
    twice = {name: places for name, places in named.items() if len(places) > 1}
    assert not twice
    assert len(named) > 60


def test_the_document_is_openapi_3_1_and_names_every_choice() -> None:
    answer = Client().get("/api/v1/openapi.json")
    assert answer.status_code == 200
    document = answer.json()
    assert document["openapi"].startswith("3.1")
    assert document["components"]["securitySchemes"] == {"Bearer": {"type": "http", "scheme": "bearer"}}
    for schema in document["components"]["schemas"].values():
        meta.validate(schema)
    every = [{"$ref": f"#/components/schemas/{name}"} for name in document["components"]["schemas"]]
    Draft202012Validator({"allOf": every, "components": document["components"]})
    register = document["paths"]["/api/v1/cases"]["post"]
    assert register["summary"] == "登记诉求"
    assert register["x-right"] == "cases.report"
    assert {parameter["name"] for parameter in register["parameters"]} == {"Idempotency-Key"}
    told = document["components"]["schemas"]["CaseIn"]
    assert told["required"] == ["description"]
    assert told["additionalProperties"] is False


def test_the_page_shows_it_without_outside_or_inline_scripts() -> None:
    page = Client().get("/api/v1/docs")
    text = page.content.decode()
    assert page.status_code == 200
    assert 'data-document="/api/v1/openapi.json"' in text
    assert "http" not in text.replace("http-equiv", "")
    assert text.count("<script src=") == text.count("<script")
    assert "default-src 'self'" in page["Content-Security-Policy"]
