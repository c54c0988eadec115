"""Log lines say what happened, and nobody's name, number or address."""

import io
import json
import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import DataError, IntegrityError, connection
from django.http import HttpRequest
from hypothesis import given
from hypothesis import strategies as st

from minfu.kernel import logs, tracing

Written = Callable[[], str]


@pytest.fixture(params=["text", "json"])
def written(request: pytest.FixtureRequest) -> Iterator[Written]:
    """Return what was written to the logger "drill" so far, in either form."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    line = "{asctime} {levelname} {name} {message}"
    handler.setFormatter(logs.Json() if request.param == "json" else logs.Line(line, style="{"))
    handler.addFilter(logs.Strip())
    logger = logging.getLogger("drill")
    logger.addHandler(handler)
    logger.propagate = False
    yield stream.getvalue
    logger.removeHandler(handler)
    logger.propagate = True


REFUSED = "林小满\n凤埔村3号"
QUOTED = f'{REFUSED}" and "more'
LOG = logging.getLogger("drill")


@pytest.mark.django_db
def test_a_row_the_database_refuses_is_not_quoted(written: Written) -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE drill (name text, n int CONSTRAINT small CHECK (n < 10))")
    try:
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO drill VALUES (%s, 11)", [REFUSED])
    except IntegrityError:
        LOG.exception("could not keep %s", "it")
    text = written()
    assert "could not keep it" in text
    assert "CheckViolation" in text
    assert "small" in text
    assert "test_logs.py" in text
    for private in (*REFUSED.split(), "DETAIL", "Failing row"):
        assert private not in text


@pytest.mark.django_db
def test_a_value_the_database_refuses_is_not_quoted(written: Written) -> None:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT %s::int", [QUOTED])
    except DataError:
        LOG.exception("no number")
    assert "invalid input syntax for type integer: [value]" in written()
    assert not [word for word in (*REFUSED.split(), "more") if word in written()]


def test_numbers_of_people_are_hidden_wherever_they_stand(written: Written) -> None:
    try:
        int("13800001234x")
    except ValueError:
        LOG.exception(
            "call 138-0000-1234 or %s", "35092219900101123X", extra={"also": "6222 0200 0000 0000 000"}
        )
    text = written()
    for private in ("13800001234", "138-0000-1234", "35092219900101123X", "6222 0200"):
        assert private not in text
    assert "ValueError" in text


@given(st.integers(10**10, 10**18 - 1))
def test_any_long_number_is_hidden(number: int) -> None:
    assert str(number) not in logs.masked(f"电话{number},请回")


@given(st.integers(0, 10**10 - 1))
def test_short_numbers_are_kept(number: int) -> None:
    assert logs.masked(f"job {number} failed") == f"job {number} failed"


def test_an_address_becomes_its_route(written: Written) -> None:
    request = HttpRequest()
    request.path = "/a/secret-token/"
    LOG.warning("%s: %s", "Not Found", request.path, extra={"request": request})
    assert "secret-token" not in written()
    assert "Not Found: -" in written()


def test_json_is_one_object_a_line_with_the_requests_number() -> None:
    tracing.begin("abcdefgh-1")
    record = logging.LogRecord("drill", logging.INFO, __file__, 1, "answered\nin two lines", None, None)
    logs.Strip().filter(record)
    tracing.end()
    line: dict[str, Any] = json.loads(logs.Json().format(record))
    assert (line["request_id"], line["level"], line["logger"]) == ("abcdefgh-1", "INFO", "drill")
    assert line["at"].endswith("+00:00")


@pytest.mark.parametrize("given_", ["", "short", "x" * 65, "a b c d e f", "<script>1", "13800001234\n"])
def test_a_number_that_is_none_is_replaced(given_: str) -> None:
    number = tracing.begin(given_)
    assert number != given_
    assert len(number) == 32
    tracing.end()
    assert tracing.current() == ""
