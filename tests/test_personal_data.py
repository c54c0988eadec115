"""Every column that could hold something of people is in the register of personal data, or named here as holding nothing."""

from django.apps import apps
from django.db import models
from django.test import Client

from minfu.kernel import personal
from minfu.kernel.personal import Whose

#: Shorter columns of choices and codes hold no free text.
LONG = 30
#: Columns of words, files, digests or positions that hold nothing of people, by model.
NOTHING_OF_PEOPLE = {
    "accounts.ApiToken": {"digest"},
    "accounts.SecondFactorRule": {"source"},
    "accounts.System": {"name"},
    "accounts.Unit": {"name", "short_name", "duty"},
    "cases.AutomaticChoice": {"source"},
    "cases.Case": {"place_confidence", "source"},
    "cases.Category": {"source", "name", "standard", "duty", "keywords", "questions"},
    "cases.Diversion": {"source", "name", "advice", "keywords"},
    "cases.Reading": {"suggested"},
    "cases.Release": {"category_name"},
    "cases.Retention": {"source"},
    "cases.RoutingRule": {"source", "duty"},
    "tables.ExportRun": {"listing"},
    "tables.HeldTable": {"importer"},
    "tables.Layout": {"importer", "fingerprint"},
    "cases.SearchProgress": {"names"},
    "cases.TableRun": {"outcome"},
    "cases.TimeLimit": {"source"},
    "disputes.Term": {"source"},
    "disputes.Way": {"source", "name", "advice"},
    "opendata.Edition": {"counts", "digest", "licence", "matters", "url", "words"},
    "opendata.Terms": {"licence", "source", "url", "words"},
    "figures.Published": {"digest", "indicator", "query", "used_in", "value"},
    "figures.Weight": {"key", "source"},
    "documents.Document": {"digest", "head", "number", "template"},
    "answers.Item": {"key", "meaning", "name", "normal", "origin"},
    "answers.Synonym": {"means", "normal", "source", "words"},
    "answers.Use": {"href", "label"},
    "returns.Field": {"item_key", "meaning", "means", "name", "why"},
    "returns.Rate": {"source"},
    "files.StoredFile": {"media_type", "sha256", "reason"},
    "hazards.AlarmStep": {"duty", "source"},
    "hazards.Grade": {"meaning", "name", "source"},
    "kernel.CalendarDay": {"name", "source_doc"},
    "kernel.CalendarVersion": {"source", "digest", "undo"},
    "kernel.Event": {"subject_type", "name", "prev_hash", "hash"},
    "kernel.KeptAnswer": {"key", "request", "headers"},
    "kernel.Limit": {"key"},
    "kernel.QuietHours": {"source"},
    "kernel.Seal": {"digest"},
    "notices.Channel": {"name", "settings", "secrets", "roles"},
    "notices.Delivery": {"recipient", "fault"},
    "notices.Health": {"last_fault"},
    "notices.Keeping": {"source"},
    "notices.Notice": {"event", "template", "subject_type"},
    "notices.Wording": {"key", "title", "body", "spoken", "source"},
    "places.Division": {"name"},
    "places.DivisionImport": {"file_name", "sha256", "counts"},
    "places.DivisionVersion": {"name"},
    "places.Grid": {"name", "external_code", "geometry", "west", "south", "east", "north"},
    "places.Place": {"name", "lng", "lat"},
    "places.PlaceAlias": {"name"},
    "registry.OneTimeCode": {"digest"},
    "topics.Progress": {"decided"},
    "topics.Topic": {"cohesion", "heat"},
    "webhooks.Delivery": {"kind"},
    "workbooks.Memory": {"digest"},
    "workbooks.Workbook": {"digest"},
    "webhooks.Endpoint": {"label", "url", "secret", "former_secret"},
}
#: Arrays of numbers that stand for what people wrote.
NUMBERS_OF_WORDS = {"cases.SearchEntry.keys"}


def could_hold_people() -> set[str]:
    wide = (models.TextField, models.BinaryField, models.JSONField, models.FloatField, models.FileField)
    return NUMBERS_OF_WORDS | {
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        if model.__module__.startswith("minfu.")
        for field in model._meta.concrete_fields
        if isinstance(field, (*wide, models.GenericIPAddressField))
        or (
            isinstance(field, models.CharField)
            and not field.choices
            and field.max_length
            and field.max_length >= LONG
        )
    }


def columns_of_libraries() -> set[str]:
    """Columns of tables that are not ours: a room says what those hold that it fills."""
    return {
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        if not model.__module__.startswith("minfu.")
        for field in model._meta.concrete_fields
    }


def test_every_column_is_accounted_for() -> None:
    nothing = {f"{model}.{column}" for model, columns in NOTHING_OF_PEOPLE.items() for column in columns}
    columns, told = could_hold_people(), personal.columns()
    assert not told & nothing
    missing = sorted(columns - told - nothing)
    assert not missing, f"say in the room's personal.py what these hold of people: {missing}"
    gone = sorted((told | nothing) - columns - columns_of_libraries())
    assert not gone, f"these are no columns any more: {gone}"


def test_every_entry_says_everything_in_chinese() -> None:
    for entry in personal.held():
        said = (
            entry.what,
            entry.why,
            entry.basis,
            entry.kept,
            entry.seen_by,
            entry.risk,
            entry.measures,
        )
        assert all(str(one).strip() for one in said), entry.model


def test_residents_are_told_all_of_it_without_signing_in(client: Client, db: None) -> None:
    page = client.get("/privacy/").content.decode()
    for entry in personal.held(Whose.RESIDENT):
        assert str(entry.kept) in page
        assert str(entry.risk) not in page or entry.risk == "低"
