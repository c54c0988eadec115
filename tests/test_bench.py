"""The bench makes rows past the verbs; it must know every column they fill."""

import re

import pytest
from django.db import models

from bench import bulk, raw
from minfu.cases.models import Case, Deadline
from minfu.kernel.models import Event
from minfu.notices.models import Notice


@pytest.mark.parametrize(
    ("statement", "model"),
    [
        (bulk._CASES, Case),
        (bulk._CLOCKS, Deadline),
        (bulk._EVENTS, Event),
        (bulk._NOTICES, Notice),
        (raw.CASE, Case),
        (raw.EVENT, Event),
    ],
)
def test_the_rows_of_the_bench_have_every_column_that_must_not_be_empty(
    statement: str, model: type[models.Model]
) -> None:
    listed = re.search(r"INSERT INTO \w+ \(([^)]*)\)", statement)
    assert listed
    columns = {name.strip() for name in listed[1].split(",")}
    needed = {
        field.column
        for field in model._meta.local_fields
        if not (
            field.null or field.generated or field.has_db_default() or isinstance(field, models.AutoField)
        )
    }
    assert needed <= columns
