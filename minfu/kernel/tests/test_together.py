"""Rows of several tables in one statement are the rows the ORM would have written."""

from unittest import mock

import pytest
from django.db import DataError, IntegrityError, transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from pytest_django import DjangoAssertNumQueries

from minfu.kernel import clock, together
from minfu.kernel.kept_models import KeptAnswer
from minfu.kernel.models import Event


def event(**more: object) -> Event:
    """Make an unsaved event."""
    fields = {
        "subject_type": "thing", "subject_id": 1, "seq": 1, "name": "kernel.thing", "at": clock.now(),
        "actor_kind": "staff", "door": "screen", "prev_hash": bytes(32), "hash": b"\x00\xff\\" * 8,
    }  # fmt: skip
    return Event(**{**fields, **more})


def answer(key: bytes, **more: object) -> KeptAnswer:
    """Make an unsaved row of another table, with a key of its own."""
    fields = {"request": b"\x01" * 16, "status": 201, "body": "{}", "kept_at": clock.now()}
    return KeptAnswer(**{"key": key, **fields, **more})


@pytest.mark.django_db
def test_several_tables_are_written_by_one_statement(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    with django_assert_num_queries(1):
        together.insert([answer(b"a"), answer(b"b")], [], [event(), event(seq=2, actor_user_id=7)])
    assert {bytes(row.key) for row in KeptAnswer.objects.all()} == {b"a", b"b"}
    assert list(Event.objects.order_by("seq").values_list("seq", "actor_user_id")) == [(1, None), (2, 7)]


@pytest.mark.django_db
def test_nothing_is_written_without_rows(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(0):
        together.insert([], [])
    assert not Event.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("count", [3, together.FEW_ROWS + 1, together.MOST_ROWS + 1])
def test_all_or_nothing(count: int) -> None:
    rows = [event(seq=number) for number in range(1, count)]
    with pytest.raises(IntegrityError), transaction.atomic():
        together.insert([answer(b"a")], [*rows, event(seq=1)])
    assert not Event.objects.exists()
    assert not KeptAnswer.objects.exists()


@pytest.mark.django_db
def test_what_is_too_long_is_refused_and_not_cut() -> None:
    with pytest.raises(DataError), transaction.atomic():
        together.insert([event(door="x" * 17)])
    assert not Event.objects.exists()


@pytest.mark.django_db
def test_keys_are_new_and_in_order() -> None:
    first, second = together.keys(Event, 3), together.keys(Event, 1)
    assert first == sorted(set(first))
    assert second[0] > first[-1]


class SameAsTheOrm(TestCase):
    """Whatever is in a row."""

    @settings(deadline=None)
    @given(
        reason=st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=80),
        data=st.dictionaries(
            st.text(st.characters(min_codepoint=32, max_codepoint=0x2FFF), max_size=8),
            st.one_of(
                st.none(), st.booleans(), st.integers(-(2**53), 2**53), st.text("汉'\"\\%{}☂", max_size=9)
            ),
            max_size=4,
        ),
        content=st.binary(max_size=32),
        at=st.datetimes(
            min_value=clock.now().replace(year=1990, tzinfo=None),
            max_value=clock.now().replace(year=2090, tzinfo=None),
            timezones=st.timezones(),
        ),
    )
    def test_same(self, reason: str, data: dict, content: bytes, at) -> None:
        fields = {"reason": reason, "data": data, "prev_hash": content, "at": at}
        event(subject_id=1, **fields).save()
        together.insert([event(subject_id=2, **fields)])
        with mock.patch.object(together, "FEW_ROWS", 0):
            together.insert([event(subject_id=3, **fields)])
        names = ["reason", "data", "prev_hash", "at", "actor_label", "actor_post_id"]
        theirs, few, many = (
            {name: _plain(value) for name, value in row.items()}
            for row in Event.objects.order_by("subject_id").values(*names)
        )
        assert few == theirs
        assert many == theirs


def _plain(value: object) -> object:
    return bytes(value) if isinstance(value, memoryview) else value


@pytest.mark.django_db
def test_keys_follow_each_other_and_are_read_by_one_statement(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    first = together.keys(Event, 1)[0]
    with django_assert_num_queries(1):
        assert together.keys(Event, 1) == [first + 1]
    assert together.keys(Event, 3) == [first + 2, first + 3, first + 4]


@pytest.mark.django_db
def test_bytes_read_from_the_database_are_written_again() -> None:
    together.insert([answer(b"a")])
    read = KeptAnswer.objects.get()
    for key, few in ((b"b", together.FEW_ROWS), (b"c", 0)):
        with mock.patch.object(together, "FEW_ROWS", few):
            together.insert([answer(key, request=memoryview(bytes(read.request)))])
    assert len({bytes(row.request) for row in KeptAnswer.objects.all()}) == 1


@pytest.mark.django_db
@pytest.mark.parametrize("few", [together.FEW_ROWS, 0])
def test_a_value_that_is_no_text_is_a_defect(few: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(together, "FEW_ROWS", few)
    with pytest.raises(Exception, match=r"cannot be written|requires a 'str' object"):
        together.insert([answer(b"a", body=object())])
