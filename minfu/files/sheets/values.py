"""Cells as text, and cell names. Pure."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils.translation import gettext as _

#: Excel keeps fifteen digits of a number; the rest of a longer one is lost before we see it.
SAFE_DIGITS = 10**15
#: First characters that make a spreadsheet program read a text as a formula.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def cell_text(value: Any) -> str:
    """Return a cell as a person reads it: whole numbers without ``.0``, dates in ISO form, yes and no in Chinese."""
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value)
    return "" if value is None else str(value)


def lost_digits(value: Any) -> bool:
    """Tell whether a number is so long that a spreadsheet has rounded it (a citizen number typed as a number)."""
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) >= SAFE_DIGITS


def safe_text(text: str) -> str:
    """Return a text that no spreadsheet program runs as a formula: an apostrophe goes before ``= + - @`` and tab."""
    return f"'{text}" if text.lstrip("'").startswith(FORMULA_STARTS) else text


def typed_text(text: str) -> str:
    """Return the text that ``safe_text`` made safe."""
    return text[1:] if text.startswith("'") and text.lstrip("'").startswith(FORMULA_STARTS) else text


def column_name(index: int) -> str:
    """Return the letters of a column: 0 → A, 25 → Z, 26 → AA."""
    letters, rest = "", index + 1
    while rest:
        rest, letter = divmod(rest - 1, 26)
        letters = chr(65 + letter) + letters
    return letters


def cell_name(row: int, column: int) -> str:
    """Return e.g. ``B3`` for row 2 and column 1, both counted from 0."""
    return f"{column_name(column)}{row + 1}"
