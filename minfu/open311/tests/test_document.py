"""The description of Open311 is true: whatever is sent, the answer fits it, and none is a failure of ours."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings
from jsonschema_rs import meta
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi import checks as conformance

from minfu.open311.document import document
from minfu.open311.tests.calling import STORY, Caller

#: Requests made up for each operation.
EXAMPLES = 10
CHECKS = [
    not_a_server_error,
    conformance.status_code_conformance,
    conformance.content_type_conformance,
    conformance.response_schema_conformance,
]
OPERATIONS = [(method.upper(), path) for path, item in document()["paths"].items() for method in item]


@contextmanager
def connected() -> Iterator[None]:
    """Keep the server from closing the test's own connection after each request; Django's test client lets it again."""
    request_started.disconnect(close_old_connections)
    request_finished.disconnect(close_old_connections)
    yield
    request_started.connect(close_old_connections)
    request_finished.connect(close_old_connections)


@pytest.mark.slow
@pytest.mark.filterwarnings("default")  # other people's
@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_answers_are_as_described(system: Caller, method: str, path: str, mode: GenerationMode) -> None:
    """Positive calls fit the description, negative ones break it somewhere."""
    schema = schemathesis.openapi.from_dict(document())
    schema.app = get_wsgi_application()
    said = system.post("requests", {**STORY, "extensions": "true"})[0]
    good = {
        "service_request_id": said["service_request_id"],
        "service_code": "040103",
        "token": said["receipt"],
    }
    turn, seen = count(), set()

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=schema[path][method].as_strategy(generation_mode=mode))
    def run(case: Any) -> None:
        place = next(turn)
        _fill(case, place, system, good)
        answer = case.call_and_validate(checks=CHECKS)
        seen.add(answer.status_code)

    with connected():
        run()
    assert mode == GenerationMode.NEGATIVE or seen & {200, 201}, seen  # not only refusals


def _fill(case: Any, place: int, system: Caller, good: dict[str, str]) -> None:
    """Let some of the calls be by a system with its key, about something there is."""
    for name, value in good.items():
        if name in case.path_parameters and place % 2:
            case.path_parameters[name] = value
    if case.method == "POST" and isinstance(case.body, dict):
        if place % 3:
            case.body["api_key"] = system.key
        if place % 3 > 1:
            told = {"service_request_id": good["service_request_id"], "update_id": f"u{place}"}
            case.body = {**STORY, **told, "api_key": system.key}
    elif place % 3 == 0:
        case.query["api_key"] = system.key


@pytest.mark.parametrize("path", ["services.%0A", "nothing.json", "%0A", "requests/1%0A.xml"])
def test_an_address_there_is_not_is_answered_as_errors_are(db: None, path: str) -> None:
    answer = Client().get(f"/open311/v2/{path}")
    assert (answer.status_code, answer["Content-Type"].split(";")[0] in ("text/xml", "application/json")) == (
        404,
        True,
    )


def test_it_is_served_and_every_schema_is_one() -> None:
    answer = Client().get("/open311/v2/openapi.json")
    assert answer.status_code == 200
    told = answer.json()
    assert told["openapi"].startswith("3.1")
    for item in told["paths"].values():
        for operation in item.values():
            for response in operation["responses"].values():
                meta.validate(response["content"]["application/json"]["schema"])
