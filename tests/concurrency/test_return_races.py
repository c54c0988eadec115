"""Two people of one village hand in the same copy; two workers keep one form up. Each with its control."""

import threading
from collections.abc import Iterator

import pytest
from django.db import transaction

from minfu.answers.models import Answer
from minfu.cases.rules import catalog
from minfu.cases.tests.world import build
from minfu.kernel import record
from minfu.kernel.errors import Refused
from minfu.places import index
from minfu.returns import events
from minfu.returns.models import Copy, Form
from minfu.returns.rules import actions
from minfu.returns.tests.story import Story, typed
from tests.concurrency.test_races import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def story(transactional_db: None) -> Iterator[Story]:
    """The small county with nothing known of the forms' fields, today."""
    index.forget()
    catalog.forget()
    yield Story(build(), None)
    catalog.forget()
    index.forget()


def issued(story: Story) -> Form:
    """Return a form of a year that is over."""
    return story.issued(period="2025")


def test_two_hand_in_the_same_copy_and_one_is_told_so(story: Story) -> None:
    copy = story.copy(issued(story))
    officer = story.world.officer
    results = at_once(
        *[
            lambda value=value: actions.hand_in(
                actor=officer, pk=copy.pk, values=typed(copy, value, "无"), version=1
            )
            for value in ("1", "2", "3")
        ]
    )
    assert sorted(isinstance(one, Copy) for one in results) == [False, False, True]
    assert all(isinstance(one, Copy | Refused) for one in results), results
    names = [one.name for one in record.history((events.COPY, copy.pk))]
    assert names == [events.ASKED, events.HANDED_IN]
    assert Answer.objects.count() == 2  # one number, one text; none was lost or written over


def test_control_without_the_lock_one_hand_in_is_lost(story: Story) -> None:
    copy = story.copy(issued(story))
    both_read = threading.Barrier(2)

    def careless() -> int:
        with transaction.atomic():
            row = Copy.objects.get(pk=copy.pk)  # no lock: both read "open"
            both_read.wait(timeout=60)
            return Copy.objects.filter(pk=row.pk).update(version=row.version + 1)

    assert at_once(careless, careless) == [1, 1]
    copy.refresh_from_db()
    assert copy.version == 2  # two handed in, and one of them is lost
