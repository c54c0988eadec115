"""What the lines above a table say of all its cells: the place and the period. Pure."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from minfu.figures.door import Period
from minfu.workbooks.rules import spans
from minfu.workbooks.rules.layout import Form
from minfu.workbooks.rules.meaning import WHOLE
from minfu.workbooks.rules.spans import Span
from minfu.workbooks.rules.words import Lexicon, Piece

_TOWNSHIP = 9
#: Words of a line that says when the form is filled in, or by when.
_SENDING = ("日期", "时间", "時間")


def period_of(form: Form, today: date) -> Period | None:
    """Return the period most of a form's cells are of, as its titles tell it."""
    told: Counter[Period] = Counter()
    for lines, cells in _lines(form):
        if (span := span_of(lines, today)) is not None:
            told[span.period] += cells
    return told.most_common(1)[0][0] if told else None


def _lines(form: Form) -> Iterable[tuple[tuple[str, ...], int]]:
    """Return the lines above each table of a form, and how many cells stand under them."""
    return Counter(slot.titles for slot in form.slots).items()


def span_of(lines: Iterable[str], today: date) -> Span | None:
    """Return the period the lines above a table name; when it is to be sent in is none.

    A day up to which is counted (截止时间) may be the day to send by, too: it says of when only where no other line does.
    """
    closing = None
    for title in lines:
        span, _rest = spans.find(title, today)
        if span is not None and not any(word in title for word in _SENDING):
            return span
        if span is not None and closing is None and _closes(title, span):
            closing = replace(span, sending=True)
    return closing


def _closes(title: str, span: Span) -> bool:
    """Tell whether a line names the day up to which is counted: 截止时间, the last of a month."""
    last = span.period.end
    return span.until and title.lstrip().startswith("截") and last == spans.end_of(last.year, last.month)


def area_of(form: Form, lexicon: Lexicon, own: str) -> str:
    """Return the place a form is of: the one its titles name within ``own``, else ``own`` (keys of areas)."""
    told: Counter[str] = Counter()
    for lines, cells in _lines(form):
        if place := place_of(map(lexicon.cut, lines), own):
            told[place] += cells
    return told.most_common(1)[0][0] if told else own


def place_of(lines: Iterable[Piece], own: str) -> str:
    """Return the first place within ``own`` that a line names alone, "" for none (keys of areas)."""
    for line in lines:
        found = [key for key in places(line) if inside(key, own)]
        if len(found) == 1:
            return found[0]
    return ""


def places(line: Piece) -> list[str]:
    """Return the keys of the areas a text may name."""
    return [key for term in line.of("area") for key in term.target.split()]


def inside(key: str, area: str) -> bool:
    """Tell whether a place lies in another, or is it; units lie nowhere."""
    if key.startswith("u") or area.startswith("u"):
        return False
    return area in (WHOLE, key) or (area.endswith("000") and key.startswith(area[:_TOWNSHIP]))
