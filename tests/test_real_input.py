"""4,326 real messages go in through the import door; every one waits at a desk, none is lost, a second run adds none."""

from collections.abc import Iterator

import pytest
from django.db.models import Count

from minfu.accounts.actor import system
from minfu.cases.models import Case
from minfu.cases.rules import catalog, importing
from minfu.cases.tests.world import World, build
from minfu.kernel.models import Event
from tests.realdata import FOLDER, needs_real_data

ROWS = 4326

pytestmark = [needs_real_data, pytest.mark.realdata]


@pytest.fixture
def world(db: None) -> Iterator[World]:
    catalog.forget()
    yield build()
    catalog.forget()


def _import() -> importing.Outcome:
    data = (FOLDER / "stream.csv.gz").read_bytes()
    return importing.import_table(actor=system("import"), data=data, source="公开留言", skip_bad=True)


def test_every_real_message_becomes_a_case_or_a_named_row(world: World) -> None:
    first = _import()
    assert first.rows == ROWS
    assert first.imported + first.bad_rows == ROWS
    assert all(fault.row and fault.column and fault.sentence for fault in first.faults)
    cases = Case.objects.all()
    assert cases.count() == first.imported
    assert cases.values("receipt").distinct().count() == first.imported
    assert not cases.filter(due_at__isnull=True).exists()
    assert (
        cases.filter(is_open=True, holder__kind="desk").count() + cases.filter(lead__isnull=False).count()
        == first.imported
    )
    with_history = (
        Event.objects.filter(name="cases.registered", subject_type="case").values("subject_id").distinct()
    )
    assert with_history.count() == first.imported
    clocks = cases.annotate(clocks=Count("deadlines")).filter(clocks=0)
    assert not clocks.exists()

    second = _import()
    assert (second.imported, second.known_before) == (0, first.imported)
    assert Case.objects.count() == first.imported
