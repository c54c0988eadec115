"""Editions: made once a day, of months that are over; small numbers hidden; frozen.

Only months that are over, and only in whole: from two editions of a running month everyone could read what came in on one day.
Nothing of restricted matters counts, in no cell and no sum.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from minfu.accounts.actor import system
from minfu.cases import door as cases
from minfu.figures import door as figures
from minfu.kernel import clock, record
from minfu.kernel.errors import Missing
from minfu.opendata import events
from minfu.opendata.models import Edition
from minfu.opendata.rules import terms
from minfu.places import index
from minfu.places.codes import place_name

#: What is counted: indicators that are plain counts.
MEASURES = ("registered", "solved")
#: Stands for all townships or categories; and for those that are not known.
ALL, NONE = "*", "-"


@dataclass(frozen=True)
class Cell:
    """A number as it is told: None where it is small, or would give a small one away."""

    measure: str
    month: str
    township: str
    category: str
    number: int | None


def make_today() -> Edition | None:
    """Make today's edition unless it is there; None if it was, or somebody else was faster."""
    day = clock.today()
    if Edition.objects.filter(day=day).exists():
        return None
    held = terms.current(day)
    counts = _counts(day, held.least)
    matters = cases.released_ids()
    body = json.dumps([counts, matters], sort_keys=True, ensure_ascii=False)
    digest = hashlib.sha256(body.encode()).hexdigest()
    try:
        with transaction.atomic():
            row = Edition.objects.create(
                day=day,
                made_at=clock.now(),
                least=held.least,
                licence=held.licence,
                words=held.words,
                url=held.url,
                counts=counts,
                matters=matters,
                digest=digest,
            )
            fact = record.Fact(events.EDITION_MADE, {"day": day.isoformat(), "digest": digest})
            record.begin((events.EDITION, row.pk), [fact], system("job").stamp)
    except IntegrityError:
        return None
    return row


def _counts(day: date, least: int) -> dict[str, Any]:
    """Return what an edition of a day tells, with the names of that day."""
    cells = [list(cell) for measure in MEASURES for cell in _told(measure, day.replace(day=1), least)]
    known, names = index.current().divisions, cases.category_names()
    townships = sorted({str(cell[2]) for cell in cells} - {ALL, NONE})
    categories = sorted({str(cell[3]) for cell in cells} - {ALL, NONE})
    return {
        "townships": {code: place_name(known[code].name) if code in known else code for code in townships},
        "categories": {code: names.get(code, code) for code in categories},
        "measures": {name: str(figures.indicator(name).title) for name in MEASURES},
        "cells": cells,
    }


def _told(measure: str, before: date, least: int) -> list[tuple[str, str, str, str, int | None]]:
    months: dict[date, dict[tuple[str, str], int]] = defaultdict(dict)
    for one in figures.monthly(measure, before):
        months[one.month][one.township or NONE, one.category or NONE] = one.number
    return [
        (measure, f"{month:%Y-%m}", township or ALL, category or ALL, number)
        for month, cells in sorted(months.items())
        for (township, category), number in sorted(_hidden(cells, least).items(), key=str)
    ]


def _hidden(
    cells: Mapping[tuple[str, str], int], least: int
) -> dict[tuple[str | None, str | None], int | None]:
    return figures.told_crossed(cells, least)


def edition(day: str = "") -> Edition:
    """Return the edition of a day (ISO), the newest if none is told; ``Missing`` where there is none."""
    rows = Edition.objects.order_by("-day")
    if day:
        try:
            rows = rows.filter(day=date.fromisoformat(day))
        except ValueError:
            rows = rows.none()
    row = rows.first()
    if row is None:
        raise Missing(_("没有这一期开放数据。") if day else _("开放数据还没有第一期，请明天再来。"))
    return row


def cells(
    row: Edition, *, month: str = "", township: str = "", category: str = "", measure: str = ""
) -> list[Cell]:
    """Return the cells of an edition, narrowed; ``ALL`` asks for sums."""
    asked = (measure, month, township, category)
    found = (Cell(*cell) for cell in row.counts["cells"])
    return [
        cell
        for cell in found
        if all(
            not wanted or wanted == value
            for wanted, value in zip(
                asked, (cell.measure, cell.month, cell.township, cell.category), strict=True
            )
        )
    ]


def cell(row: Edition, measure: str, month: str, township: str, category: str) -> Cell:
    """Return one number an edition tells; ``Missing`` for one it does not: nought, or of no such place, month or category."""
    asked = {"month": month, "township": township, "category": category, "measure": measure}
    found = cells(row, **asked) if all(asked.values()) else []
    if len(found) != 1:
        raise Missing(_("这一期里没有这个数。表里没有的就是 0。"))
    return found[0]


def matters_in(row: Edition, of: Cell) -> list[cases.Released]:
    """Return the released matters a number of solved ones holds; of what is only registered nothing is public."""
    if of.measure != "solved":
        return []
    return [
        one
        for one in matters(row)
        if one.month == of.month
        and of.township in (ALL, one.township)
        and (of.category == ALL or one.category.startswith(of.category))
    ]


def name_of(row: Edition, what: str, code: str) -> str:
    """Return what a township or category was called on the day of an edition."""
    if code == ALL:
        return _("全部")
    if code == NONE:
        return _("地点待定") if what == "townships" else _("未分类")
    return str(row.counts[what].get(code, code))


def months(row: Edition) -> list[str]:
    """Return the months of an edition, the newest first."""
    return sorted({str(cell[1]) for cell in row.counts["cells"]}, reverse=True)


def matters(row: Edition) -> list[cases.Released]:
    """Return those of an edition's matters that still stand on the board, the last first."""
    return cases.released(row.matters)
