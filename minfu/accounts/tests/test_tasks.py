"""What has ended is not kept."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client, RequestFactory

from minfu.accounts import tasks, tokens
from minfu.accounts.models import ApiToken, Session
from minfu.accounts.tests import people

pytestmark = pytest.mark.django_db


def test_ended_sessions_and_tokens_go_and_running_ones_stay(client: Client) -> None:
    user = people.person("a")
    people.post(user)
    with time_machine.travel(datetime(2026, 11, 23, 4, 0, tzinfo=UTC), tick=False) as traveller:
        client.force_login(user)
        tokens.issue_token(RequestFactory().post("/"), "a", people.PASSWORD)
        traveller.shift(timedelta(hours=23, minutes=30))
        Client().force_login(user)
        tokens.issue_token(RequestFactory().post("/"), "a", people.PASSWORD)
        traveller.shift(timedelta(minutes=30, seconds=1))
        tasks.forget_ended()
        assert Session.objects.count() == 1
        assert ApiToken.objects.count() == 1
