"""Which days are worked: the national table, the files it ships with, and estimates for years without a notice. Pure."""

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path

from django.utils.translation import gettext as _

from minfu.kernel.errors import Invalid

DATA = Path(__file__).resolve().parent.parent / "data" / "calendar"
OFFICIAL = "official"
ESTIMATED = "estimated"
#: Years a calendar row may lie in; anything else is a typing error.
EARLIEST_YEAR, LATEST_YEAR = 2000, 2100
#: Monday to Friday are worked unless a row says otherwise.
WEEKEND = 5
#: More rows than any notice has.
MOST_ROWS = 2_000
_YES = {"1", "true", "yes", "是", "班", "上班"}
_NO = {"0", "false", "no", "否", "休", "放假", "休息"}


@dataclass(frozen=True)
class Day:
    """One day that differs from the plain week, or is named: worked or not, why, and by which document."""

    date: date
    is_workday: bool
    name: str = ""
    source: str = ""
    status: str = OFFICIAL


def default_workday(day: date) -> bool:
    """Tell whether the plain week has this day worked."""
    return day.weekday() < WEEKEND


@cache
def _festivals() -> Mapping[int, tuple[date, date, date, date]]:
    """Return the computed dates of Spring Festival, Qingming, Dragon Boat and Mid-Autumn by year."""
    found = {}
    with (DATA / "festivals.csv").open(encoding="utf-8", newline="") as file:
        for year, *dates in csv.reader(file):
            if year.isdigit():
                found[int(year)] = tuple(date.fromisoformat(f"{year}-{one}") for one in dates)
    return found  # type: ignore[return-value]  # a line of the shipped file has four dates


def estimate(year: int) -> dict[date, str]:
    """Return the statutory days off of a year for which no notice is known, with their names.

    Source: 全国年节及纪念日放假办法 (4th revision, 2024-11-10): 13 days. Substitute days and make-up working days are
    fixed by each year's notice only and are not guessed. Moving festivals are known from 2027 to 2060.
    """
    off = {date(year, 1, 1): "元旦", date(year, 5, 1): "劳动节", date(year, 5, 2): "劳动节"}
    off |= {date(year, 10, day): "国庆节" for day in (1, 2, 3)}
    if year in _festivals():
        spring, qingming, dragon, autumn = _festivals()[year]
        off |= {spring + timedelta(days=offset): "春节" for offset in (-1, 0, 1, 2)}
        off |= {qingming: "清明节", dragon: "端午节", autumn: "中秋节"}
    return off


def official_years(days: Iterable[Day]) -> frozenset[int]:
    """Return the years whose notice is in ``days``: every notice names National Day."""
    return frozenset(
        one.date.year
        for one in days
        if one.status == OFFICIAL and (one.date.month, one.date.day) == (10, 1) and not one.is_workday
    )


def parse_notice(data: bytes, *, source: str, status: str = OFFICIAL) -> list[Day]:
    """Read a notice: CSV of ``date,is_workday,name`` in UTF-8 or GB18030, with or without a header.

    Raises ``Invalid`` with one sentence per wrong line (at most ten), naming the line.
    """
    found: dict[date, Day] = {}
    wrong: list[str] = []
    for number, cells in enumerate(csv.reader(io.StringIO(_decode(data))), start=1):
        if not any(cell.strip() for cell in cells) or (number == 1 and cells[0].strip() in {"date", "日期"}):
            continue
        try:
            day = _row(cells, source, status)
            if day.date in found:
                raise ValueError(_("日期 %(date)s 重复出现") % {"date": day.date.isoformat()})
            found[day.date] = day
        except ValueError as error:
            wrong.append(_("第 %(line)d 行：%(reason)s。") % {"line": number, "reason": error})
    if not found and not wrong:
        wrong.append(_("文件里没有任何日期。每行请写：日期,是否上班(1/0),名称。"))
    if len(found) > MOST_ROWS:
        wrong.append(_("文件超过 %(most)d 行，请一年一个文件导入。") % {"most": MOST_ROWS})
    if wrong:
        raise Invalid({"file": wrong[:10]})
    return sorted(found.values(), key=lambda day: day.date)


def _decode(data: bytes) -> str:
    """Return the text of a CSV file written by a spreadsheet program in China."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Invalid({"file": [_("文件不是文本表格，请另存为 CSV（UTF-8）后再导入。")]})


def _row(cells: list[str], source: str, status: str) -> Day:
    """Read one line of a notice; ValueError carries the reason in the user's language."""
    day_text, worked_text, name = ([cell.strip() for cell in cells] + ["", "", ""])[:3]
    try:
        day = date.fromisoformat(day_text.replace("/", "-"))
    except ValueError:
        raise ValueError(_("日期“%(text)s”应写成 2027-02-05") % {"text": day_text[:20]}) from None
    if not EARLIEST_YEAR <= day.year <= LATEST_YEAR:
        raise ValueError(_("年份 %(year)d 不在 2000 到 2100 之间") % {"year": day.year})
    if worked_text.lower() not in _YES | _NO:
        raise ValueError(_("“%(text)s”应写 1（上班）或 0（放假）") % {"text": worked_text[:20]})
    return Day(day, worked_text.lower() in _YES, name[:60], source, status)


@cache
def shipped_days() -> tuple[Day, ...]:
    """Return the days minfu ships with: the notices known at release, and the estimate of the year after."""
    days: list[Day] = []
    with (DATA / "sources.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            content = (DATA / row["file"]).read_bytes()
            days += parse_notice(content, source=row["source"], status=row["status"])
    return tuple(sorted(days, key=lambda day: day.date))
