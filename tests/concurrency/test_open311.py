"""A program that repeats a call because its answer was late, while the first is still under way."""

from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest
from django.test import Client

from minfu.accounts import partners, rights
from minfu.accounts.actor import Actor
from minfu.cases import events
from minfu.cases.models import Case
from minfu.cases.rules import catalog
from minfu.cases.tests.world import build
from minfu.kernel.models import Event
from minfu.open311.tests.calling import STORY
from minfu.places import index
from tests.concurrency.test_races import at_once

pytestmark = pytest.mark.django_db(transaction=True)
TIMES = 4


@pytest.fixture
def key(transactional_db: None) -> Iterator[str]:
    index.forget()
    catalog.forget()
    build()
    actor = Actor(
        kind="system", door="command", label="命令行", area="350922", rights=frozenset({rights.MANAGE})
    )
    yield partners.connect("随手拍", days=1, actor=actor)
    catalog.forget()
    index.forget()


def post(path: str, said: dict[str, str], name: str = "") -> Any:
    headers = {"Idempotency-Key": name} if name else {}
    answer = Client().post(f"/open311/v2/{path}.json", said, headers=headers)
    return answer.status_code, answer.json()[0]


def test_a_demand_repeated_at_once_is_one_demand(key: str) -> None:
    said = {**STORY, "api_key": key}
    results = at_once(*[partial(post, "requests", said, "same")] * TIMES)
    assert {status for status, _body in results} <= {200, 201}
    assert len({body["service_request_id"] for _status, body in results}) == 1
    assert Case.objects.count() == 1


def test_control_without_a_name_for_the_call_there_are_as_many_demands_as_calls(key: str) -> None:
    said = {**STORY, "api_key": key}
    results = at_once(*[partial(post, "requests", said)] * TIMES)
    assert {status for status, _body in results} == {201}
    assert Case.objects.count() == TIMES


def test_words_repeated_at_once_are_said_once(key: str) -> None:
    _status, case = post("requests", {**STORY, "api_key": key})
    said = {
        "service_request_id": case["service_request_id"],
        "update_id": "7",
        "description": "还是不亮",
        "api_key": key,
    }
    results = at_once(*[partial(post, "servicerequestupdates", said)] * TIMES)
    assert {status for status, _body in results} == {201}
    assert len({body["update_id"] for _status, body in results}) == 1
    assert Event.objects.filter(name=events.WORDS_ADDED).count() == 1
