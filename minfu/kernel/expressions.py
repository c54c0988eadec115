"""Expressions of PostgreSQL that Django's ORM has no words for."""

from django.db.models import BooleanField, Func


class AnyOf(Func):
    """``id = ANY(ARRAY(SELECT …))``: unlike ``EXISTS`` and ``IN``, an index can find its rows among the other parts of an OR."""

    template = "%(expressions)s)"
    arg_joiner = " = ANY("
    output_field = BooleanField()
