"""Periods as forms write them: 2026年上半年, 1—6月, 截至6月底, 二〇二六年第一季度. Pure but for the day it is."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from minfu.figures.door import Period
from minfu.figures.door import period as parse

_DIGITS = str.maketrans("〇零一二三四五六七八九", "00123456789")
_YEAR = r"(?:(?P<year>20\d\d)\s*年?度?\s*)"
_TO = r"\s*[-—–~～至到]+\s*"
_MONTH, _DAY = r"(?<!\d)(?P<{0}>1[0-2]|0?[1-9])", r"(?P<{0}>3[01]|[12]\d|0?[1-9])"
_FORMS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile("".join(form)))
    for name, form in (
        (
            "days",
            (
                rf"{_YEAR}?{_MONTH.format('m1')}\s*月\s*{_DAY.format('d1')}\s*日{_TO}(?:(?P<year2>20\d\d)年)?",
                rf"(?:{_MONTH.format('m2')}\s*月\s*)?{_DAY.format('d2')}\s*日",
            ),
        ),
        (
            "days",
            (
                rf"(?P<year>20\d\d)[.\-/]{_MONTH.format('m1')}[.\-/]{_DAY.format('d1')}{_TO}(?P<year2>20\d\d)[.\-/]",
                rf"{_MONTH.format('m2')}[.\-/]{_DAY.format('d2')}",
            ),
        ),
        ("until", rf"截[至止]到?\s*{_YEAR}?{_MONTH.format('m2')}\s*月\s*(?:{_DAY.format('d2')}\s*日|底|末)?"),
        # A day up to which is counted, and not the day by which to send: that of 报送截止时间.
        (
            "until",
            (
                rf"^\s*截[至止](?:时间|日期)\s*[:：]\s*{_YEAR}?{_MONTH.format('m2')}\s*月",
                rf"\s*{_DAY.format('d2')}\s*日",
            ),
        ),
        ("months", rf"{_YEAR}?{_MONTH.format('m1')}\s*月?份?{_TO}{_MONTH.format('m2')}\s*月份?底?末?"),
        ("half", rf"{_YEAR}?(?P<half>[上下])\s*半\s*年"),
        ("quarter", rf"{_YEAR}?第?\s*(?P<quarter>[一二三四1-4])\s*季(?:\s*度)?"),
        # 1月至本月 is no January.
        ("months", rf"{_YEAR}?{_MONTH.format('m1')}\s*月份?(?!\s*\d{{1,2}}\s*日|{_TO}[本当])"),
        ("year", r"(?P<year>20\d\d)\s*年(?!\s*\d{1,2}\s*月)度?(?:全年)?"),
    )
)
_CHINESE_YEAR = re.compile(r"[二2][〇零0][〇零一二三四五六七八九]{2}(?=年)")
_CHINESE_MONTH = re.compile(r"(?<![第\d])(十[一二]?|[一二三四五六七八九])(?=\s*月)")
_DECEMBER = 12


@dataclass(frozen=True)
class Span:
    """A period found in a text. ``until``: only its end was told (截至6月底), so that it may mean a stretch or a moment.

    ``sending``: its end may be the day to send the form by.
    """

    period: Period
    until: bool = False
    has_year: bool = True
    sending: bool = False


def find(text: str, today: date, year: int | None = None) -> tuple[Span | None, str]:
    """Return the first period a text names, and the rest. A year it does not tell is ``year``, else the latest possible."""
    plain = _CHINESE_YEAR.sub(lambda found: found[0].translate(_DIGITS), text)
    plain = _CHINESE_MONTH.sub(lambda found: _month(found[0]), plain)
    for name, form in _FORMS:
        found = form.search(plain)
        if found:
            span = _span(name, found.groupdict(), today, year)
            if span is not None:
                return span, plain[: found.start()] + " " + plain[found.end() :]
    return None, text


def _month(word: str) -> str:
    if word.startswith("十"):
        return str(10 + (int(word[1].translate(_DIGITS)) if word[1:] else 0))
    return word.translate(_DIGITS)


def _span(name: str, found: dict[str, str | None], today: date, year: int | None) -> Span | None:
    told = found.get("year")
    chosen = int(told) if told else year or today.year
    try:
        made = _made(name, found, chosen)
        if not told and year is None and made.start > today:
            made = _made(name, found, chosen - 1)
    except ValueError:
        return None
    return Span(made, name == "until", bool(told))


def _made(name: str, found: dict[str, str | None], year: int) -> Period:
    if name == "year":
        return parse(str(year))
    if name == "half":
        return parse(f"{year}-H{1 if found['half'] == '上' else 2}")
    if name == "quarter":
        return parse(f"{year}-Q{str(found['quarter']).translate(_DIGITS)}")
    if name == "until":
        month = int(found["m2"] or 1)
        day = date(year, month, int(found["d2"] or 1)) if found.get("d2") else end_of(year, month)
        return whole(date(year, 1, 1), day)
    first = int(found["m1"] or 1)
    if name == "months":
        return whole(date(year, first, 1), end_of(year, int(found.get("m2") or first)))
    last_year = int(found.get("year2") or year)
    return whole(
        date(year, first, int(found["d1"] or 1)),
        date(last_year, int(found.get("m2") or first), int(found["d2"] or 1)),
    )


def end_of(year: int, month: int) -> date:
    """Return the last day of a month."""
    return (date(year + month // _DECEMBER, month % _DECEMBER + 1, 1)) - timedelta(1)


def whole(start: date, end: date) -> Period:
    """Return the stretch from day to day under its own name, where it has one: a month, quarter, half-year, year."""
    if end < start:
        raise ValueError(end)
    if start.day == 1 and end == end_of(end.year, end.month) and start.year == end.year:
        first, last = start.month, end.month
        names = {
            1: f"{start.year}-{first:02d}",
            3: f"{start.year}-Q{(first + 2) // 3}" if first % 3 == 1 else "",
            6: f"{start.year}-H{(first + 5) // 6}" if first in (1, 7) else "",
            12: str(start.year),
        }
        if name := names.get(last - first + 1):
            return parse(name)
    return Period("days", start, end)


def month_of(day: date) -> Period:
    """Return the month of a day."""
    return whole(day.replace(day=1), end_of(day.year, day.month))


def moved(base: Period, words: Collection[str]) -> Period:
    """Return a period as its words move it: its last month, from the year's beginning, the one before, the same a year before."""
    if "month" in words and base.kind != "month":
        base = whole(base.end.replace(day=1), base.end)
    if "year" in words:
        base = whole(date(base.end.year, 1, 1), base.end)
    if "before" in words:
        base = base.former()
    if "a_year_before" in words:
        base = whole(_year_back(base.start), _year_back(base.end))
    return base


def _year_back(day: date) -> date:
    last = end_of(day.year - 1, day.month)
    if day == end_of(day.year, day.month):
        return last
    return day.replace(year=day.year - 1, day=min(day.day, last.day))
