"""A row made the short way is the row Django makes."""

from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType

from minfu.kernel.models import Event
from minfu.kernel.rows import new

VALUES = {
    "subject_type": "case",
    "subject_id": 7,
    "seq": 1,
    "name": "cases.registered",
    "at": datetime(2026, 11, 22, tzinfo=UTC),
    "data": {"kind": "request"},
    "prev_hash": bytes(32),
}


def test_it_equals_what_the_model_makes_of_the_same_values() -> None:
    short, usual = new(Event, **VALUES), Event(**VALUES)
    columns = [field.attname for field in Event._meta.concrete_fields]
    assert [getattr(short, name) for name in columns] == [getattr(usual, name) for name in columns]
    assert short._state.adding


def test_a_relation_is_set_as_django_sets_it() -> None:
    told = ContentType(pk=7)
    short, usual = new(Permission, content_type=told), Permission(content_type=told)
    assert (
        (short.content_type_id, short.content_type)
        == (usual.content_type_id, usual.content_type)
        == (7, told)
    )
    assert new(Permission, content_type=None).content_type_id is None
    with pytest.raises(ValueError, match="refers to ContentType, not to Permission"):
        new(Permission, content_type=short)


def test_defaults_are_not_shared_between_rows() -> None:
    one, other = new(Event, **{**VALUES, "data": {}}), new(Event, subject_type="case")
    one.data["kind"] = "x"
    assert other.data == {}
    assert new(Event).data is not new(Event).data


def test_an_unknown_column_is_refused() -> None:
    with pytest.raises(TypeError, match="Event has no column colour"):
        new(Event, colour="red")


@pytest.mark.django_db
def test_it_can_be_saved() -> None:
    row = new(Event, **VALUES, hash=bytes(32), actor_kind="system", door="test")
    row.save()
    assert Event.objects.get().pk == row.pk
