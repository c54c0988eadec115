"""What the screens share: who acts, what stands around a step's form."""

from typing import cast

from django.http import HttpRequest
from django.urls import reverse

from minfu.accounts.actor import Actor
from minfu.kernel.step_pages import Page
from minfu.topics import events
from minfu.topics.models import Topic


def actor_of(request: HttpRequest) -> Actor:
    """Return who acts; for views behind a right."""
    return cast(Actor, request.actor)  # type: ignore[attr-defined]  # set by accounts.middleware


def page_of(row: Topic) -> Page:
    """Return what stands around a step's form."""
    return Page((events.SUBJECT, row.pk), row.title, reverse("topics:topic", args=[row.pk]))
