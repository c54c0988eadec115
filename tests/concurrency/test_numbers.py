"""Documents that are issued at the same moment take their numbers from one register: none twice, none left out."""

import threading
from collections.abc import Iterator

import pytest
from django.db import transaction

from minfu.cases.rules import catalog
from minfu.cases.tests.world import build
from minfu.documents.models import Document, RegisterYear
from minfu.documents.rules import actions
from minfu.documents.tests.story import Story
from minfu.figures import door as figures
from minfu.kernel import clock
from minfu.places import index
from tests.concurrency.test_races import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def story(transactional_db: None) -> Iterator[Story]:
    index.forget()
    catalog.forget()
    world = build()
    figures.load_defaults()
    yield Story(world, None)
    catalog.forget()
    index.forget()


def test_numbers_are_given_once_and_none_is_left_out(story: Story) -> None:
    book = story.book()
    rows = [story.approved(text="逐件办好。") for _count in range(5)]

    def issue(row: Document) -> int:
        return actions.issue(actor=story.world.clerk, pk=row.pk, register_id=book.pk).serial or 0

    def fail(row: Document) -> int:
        with transaction.atomic():
            issue(row)
            raise ConnectionError("the machine went off")

    results = at_once(*[lambda row=row: issue(row) for row in rows[1:]], lambda: fail(rows[0]))
    assert isinstance(results[-1], ConnectionError)
    assert sorted(results[:-1]) == [1, 2, 3, 4]
    assert issue(rows[0]) == 5
    assert RegisterYear.objects.get().last == 5
    assert set(Document.objects.values_list("number", flat=True)) == {
        book.number(clock.today().year, serial) for serial in range(1, 6)
    }


def test_control_without_the_lock_a_number_is_given_twice(story: Story) -> None:
    book = story.book()
    RegisterYear.objects.create(register=book, year=2026, last=0)
    both_read = threading.Barrier(2)

    def careless() -> int:
        with transaction.atomic():
            number = RegisterYear.objects.get(register=book, year=2026).last + 1  # no lock: both read 0
            both_read.wait(timeout=60)
            RegisterYear.objects.filter(register=book, year=2026).update(last=number)
            return number

    assert at_once(careless, careless) == [1, 1]
