"""What the screens share: what stands around a step's form."""

from django.urls import reverse

from minfu.kernel.step_pages import Page
from minfu.topics import events
from minfu.topics.models import Topic


def page_of(row: Topic) -> Page:
    """Return what stands around a step's form."""
    return Page((events.SUBJECT, row.pk), row.title, reverse("topics:topic", args=[row.pk]))
