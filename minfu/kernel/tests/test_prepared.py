"""Prepared statements are planned once, and fail as every other statement does."""

from typing import Any

import psycopg
import pytest
from django.db import DataError, OperationalError, connection, transaction
from pytest_django import DjangoAssertNumQueries

from minfu.kernel import prepared

ADD = "SELECT %s::int + 1"


@pytest.mark.django_db
def test_a_statement_is_prepared_once() -> None:
    assert prepared.rows(ADD, [1]) == [(2,)]
    assert prepared.rows(ADD, [2]) == [(3,)]
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement FROM pg_prepared_statements")
        assert [row[0] for row in cursor.fetchall() if "+ 1" in row[0]] == ["SELECT $1::int + 1"]


@pytest.mark.django_db
def test_nothing_else_is_prepared() -> None:
    prepared.rows(ADD, [1])
    with connection.cursor() as cursor:
        for _time in range(20):
            cursor.execute("SELECT %s::int + 2", [1])
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE %s", ["%+ 2%"])
        assert cursor.fetchone()[0] == 0


@pytest.mark.django_db
def test_a_log_of_queries_shows_their_values(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(1) as log:
        assert prepared.rows(ADD, [41]) == [(42,)]
    assert log.captured_queries[0]["sql"] == "SELECT 41::int + 1"


@pytest.mark.django_db
def test_failures_are_djangos() -> None:
    with pytest.raises(DataError), transaction.atomic():
        prepared.rows(ADD, ["x"])
    assert prepared.rows(ADD, [1]) == [(2,)]


@pytest.mark.django_db(transaction=True)
def test_a_new_connection_prepares_anew() -> None:
    assert prepared.rows(ADD, [1]) == [(2,)]
    connection.close()
    assert prepared.rows(ADD, [1]) == [(2,)]


def _begin_a_request() -> None:
    """Let nothing be known of the kept connection, as at the beginning of a request."""
    own: Any = connection
    own.health_check_done = False


@pytest.mark.django_db(transaction=True)
def test_the_first_question_finds_a_lost_connection_and_asks_again() -> None:
    prepared.rows(ADD, [1])
    lost = connection.connection.info.backend_pid
    with psycopg.connect(**connection.get_connection_params(), autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s, 10000)", [lost])
    _begin_a_request()
    assert prepared.first_rows(ADD, [2]) == [(3,)]
    assert connection.connection.info.backend_pid != lost


@pytest.mark.django_db(transaction=True)
def test_a_question_that_fails_on_a_good_connection_fails() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = '50ms'")
    _begin_a_request()
    with pytest.raises(OperationalError, match="statement timeout"):
        prepared.first_rows("SELECT pg_sleep(30)")
    connection.close()
