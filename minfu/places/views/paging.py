"""Pages of a list ordered by a column of digits: they start after a key, so that no row is skipped or counted."""

from typing import Any, TypeVar

from django.db.models import Model, QuerySet
from django.http import HttpRequest

Row = TypeVar("Row", bound=Model)
SIZE = 100
#: The longest key: a grid's code.
KEY_DIGITS = 16


def _key(request: HttpRequest, name: str) -> str:
    """Return the key in the address, or "" when it is absent or nonsense; our keys are digits."""
    text = request.GET.get(name, "")
    return text if text.isascii() and text.isdigit() and len(text) <= KEY_DIGITS else ""


def page(rows: QuerySet[Row], request: HttpRequest, key: str, size: int = SIZE) -> dict[str, Any]:
    """Return ``rows`` (a list), and the keys ``previous`` and ``next`` for the pagination component ("" for none)."""
    after, before = _key(request, "after"), _key(request, "before")
    if before:
        found = list(rows.filter(**{f"{key}__lt": before}).order_by(f"-{key}")[: size + 1])
        more_before, more_after = len(found) > size, True
        found = found[:size][::-1]
    else:
        after_rows = rows.filter(**{f"{key}__gt": after}) if after else rows
        found = list(after_rows.order_by(key)[: size + 1])
        more_before, more_after = bool(after), len(found) > size
        found = found[:size]
    keys = [str(getattr(row, key)) for row in found]
    return {
        "rows": found,
        "previous": keys[0] if keys and more_before else "",
        "next": keys[-1] if keys and more_after else "",
    }
