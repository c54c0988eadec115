"""Signing in to the desk in tests: the people of ``world`` through the real session."""

from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from minfu.accounts.models import User
from minfu.cases.models import Case
from minfu.cases.tests.world import World


def sign_in(name: str) -> Client:
    """Return a browser in which a person of the world is signed in."""
    client = Client()
    client.force_login(User.objects.get(username=name))
    return client


def step_url(case: Case, name: str) -> str:
    """Return the address of a step."""
    return reverse("cases:step", args=[case.pk, name])


def fresh(case: Case) -> dict[str, Any]:
    """Return what the hidden fields of a page that was opened now carry."""
    case.refresh_from_db()
    from minfu.cases import events
    from minfu.kernel import record

    return {"version": case.version, "seen": len(record.history((events.SUBJECT, case.pk)))}


def take(client: Client, case: Case, name: str, **typed: Any) -> HttpResponse:
    """Send the form of a step as a page opened just now would."""
    return client.post(step_url(case, name), {**fresh(case), **typed})  # type: ignore[return-value]  # a response all the same


def text(answer: Any) -> str:
    """Return what the answer shows."""
    return answer.content.decode()


__all__ = ["World", "fresh", "sign_in", "step_url", "take", "text"]
