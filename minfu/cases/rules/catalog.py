"""The county's configuration as one immutable snapshot, kept in process for a few seconds.

Every registration needs categories, routing rules, time limits and units; reading them from the database each time would
cost more than the registration itself. A change made in another process is seen after ``TTL`` seconds at most, and the time
it takes to read it.
"""

import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import TypeVar

from django.db.models import Model, QuerySet

from minfu.accounts.models import Unit
from minfu.cases.models import AutomaticChoice, Category, Diversion, Retention, RoutingRule, TimeLimit
from minfu.kernel import clock, prepared

_Row = TypeVar("_Row", Category, RoutingRule, TimeLimit, Diversion, Retention, AutomaticChoice)
TTL = 5.0  # seconds
#: Months an identity is kept where the county has no rule at all; the shipped rule says the same, and can be changed.
MONTHS_KEPT = 24


@dataclass(frozen=True)
class UnitInfo:
    """What routing needs to know of a unit. ``division`` is its 12-digit code."""

    id: int
    name: str
    kind: str
    duty: str
    level: str
    division: str
    parent: int | None


class Catalog:
    """A snapshot of the configuration valid on one day."""

    def __init__(  # noqa: PLR0913 - one argument for each table of the configuration, always by name
        self,
        day: date,
        *,
        categories: Iterable[Category],
        rules: Iterable[RoutingRule],
        limits: Iterable[TimeLimit],
        diversions: Iterable[Diversion],
        retentions: Iterable[Retention],
        choices: Iterable[AutomaticChoice] = (),
        units: Iterable[UnitInfo],
    ) -> None:
        """Index the rows valid on ``day``."""
        self.day = day
        self.categories = {row.code: row for row in categories}
        self.category_by_id = {row.pk: row for row in self.categories.values()}
        self.rules = list(rules)
        self.limits = list(limits)
        self.retentions = list(retentions)
        self.choices = {row.matter: row for row in choices}
        self.diversions = {row.code: row for row in diversions}
        self.units = {unit.id: unit for unit in units}
        self._desks = {unit.division: unit for unit in self.units.values() if unit.kind == Unit.Kind.DESK}
        self._villages = {
            unit.division: unit for unit in self.units.values() if unit.kind == Unit.Kind.VILLAGE
        }
        self._duties = {(unit.duty, unit.division): unit for unit in self.units.values() if unit.duty}
        self.county_desk = next((unit for unit in self._desks.values() if unit.level == "county"), None)
        #: Code and name of the categories of the first level, in their order.
        self.top = tuple((code, row.name) for code, row in sorted(self.categories.items()) if row.depth == 1)
        self._limit_memo: dict[tuple[str, str, str, str], TimeLimit | None] = {}

    def desk(self, division_code: str) -> UnitInfo | None:
        """Return the desk of exactly this division (12-digit code), if it has one."""
        return self._desks.get(division_code)

    def village(self, division_code: str) -> UnitInfo | None:
        """Return the village unit of a village-level division."""
        return self._villages.get(division_code)

    def duty(self, duty: str, division_code: str) -> UnitInfo | None:
        """Return the unit of exactly this division that is charged with a duty, if there is one."""
        return self._duties.get((duty, division_code))

    def county_duty(self, duty: str) -> UnitInfo | None:
        """Return the county department charged with a duty."""
        return self.duty(duty, self.county_desk.division) if self.county_desk else None

    def desk_above(self, unit: UnitInfo) -> UnitInfo | None:
        """Return the desk that verifies a unit's work: the nearest desk above it, never the unit itself."""
        if unit.level == "village":
            return self.desk(unit.division[:9] + "000") or self.county_desk
        return self.county_desk

    def desk_for(self, township_code: str) -> UnitInfo | None:
        """Return the desk where a demand waits: its township's, else the county's."""
        return (self.desk(township_code) if township_code else None) or self.county_desk

    def limit(self, name: str, *, category: str, kind: str, urgency: str) -> TimeLimit | None:
        """Return the most specific limit for a clock: category (deepest first), then kind, then urgency."""
        key = (name, category, kind, urgency)
        if key not in self._limit_memo:
            self._limit_memo[key] = self._find_limit(*key)
        return self._limit_memo[key]

    def _find_limit(self, name: str, category: str, kind: str, urgency: str) -> TimeLimit | None:
        fits = [
            row
            for row in self.limits
            if row.clock == name
            and category.startswith(row.category_code)
            and row.kind in ("", kind)
            and row.urgency in ("", urgency)
        ]
        # An urgent limit outranks a kind's ordinary one: a two-hour matter is urgent whatever its kind.
        return max(
            fits, key=lambda row: (bool(row.urgency), len(row.category_code), bool(row.kind)), default=None
        )

    def months_kept(self, *, category: str, kind: str) -> int:
        """Return how many months after its end a demand's reporter is kept: category (deepest first), then kind."""
        fits = [
            row
            for row in self.retentions
            if category.startswith(row.category_code) and row.kind in ("", kind)
        ]
        best = max(fits, key=lambda row: (len(row.category_code), bool(row.kind)), default=None)
        return best.months if best else MONTHS_KEPT

    def precision(self, matter: str) -> float:
        """Return the share of right answers from which on the software decides a matter by itself; 0 for never."""
        row = self.choices.get(matter)
        return row.percent / 100 if row else 0.0

    def path(self, code: str) -> str:
        """Return a category's full name, from the first level down: 环境卫生 › 垃圾 › 垃圾清运."""
        steps = [code[:2], code[:4], code[:6]][: len(code) // 2]
        return " › ".join(self.categories[step].name for step in steps if step in self.categories)


@dataclass(frozen=True)
class _Kept:
    """The snapshot, what it was read from, and when that was last found unchanged."""

    asked_at: float
    stamp: str
    catalog: Catalog


_cached: _Kept | None = None
_asking = threading.Lock()


def current() -> Catalog:
    """Return today's configuration, at most ``TTL`` seconds old.

    One thread asks whether it is still so; the others go on with what they have meanwhile.
    """
    kept, today = _cached, clock.today()
    if kept is None or kept.catalog.day != today:
        _asking.acquire()
    elif time.monotonic() - kept.asked_at <= TTL or not _asking.acquire(blocking=False):
        return kept.catalog
    try:
        return _asked(today)
    finally:
        _asking.release()


def _asked(today: date) -> Catalog:
    """Ask whether the configuration changed, and read it again if it did."""
    global _cached  # noqa: PLW0603 - the one process-wide snapshot
    kept, now, stamp = _cached, time.monotonic(), _stamp()
    same = kept is not None and kept.stamp == stamp and kept.catalog.day == today
    catalog = kept.catalog if same and kept is not None else load(today)
    _cached = _Kept(now, stamp, catalog)
    return catalog


def _stamp() -> str:
    """Return what changes with every row of the configuration: a digest made in the database, a tenth of reading it."""
    return str(prepared.rows(_stamp_statement())[0][0])


@cache
def _stamp_statement() -> str:
    models: tuple[type[Model], ...] = (*_Row.__constraints__, Unit)
    tables = [model._meta.db_table for model in models]  # noqa: SLF001 - Django's documented Meta API
    parts = [f"(SELECT md5(string_agg(t::text, ',' ORDER BY id)) FROM {table} t)" for table in tables]  # noqa: S608 - our tables
    return f"SELECT concat_ws(' ', {', '.join(parts)})"


def forget() -> None:
    """Drop the snapshot; called by whoever changed the configuration in this process."""
    global _cached  # noqa: PLW0603 - kept in the process, see the module
    _cached = None


def _valid(model: type[_Row], day: date) -> QuerySet[_Row]:
    return model.objects.filter(valid_from__lte=day).exclude(valid_to__lte=day)


def load(day: date) -> Catalog:
    """Read the configuration valid on ``day`` from the database."""
    units = (
        Unit.objects.filter(is_active=True)
        .exclude(kind=Unit.Kind.PARTNER)
        .values_list("id", "name", "kind", "duty", "level", "division_id", "parent_id")
    )
    return Catalog(
        day,
        categories=_valid(Category, day).order_by("code"),
        rules=_valid(RoutingRule, day).order_by("order", "id"),
        limits=_valid(TimeLimit, day),
        diversions=_valid(Diversion, day).order_by("code"),
        retentions=_valid(Retention, day),
        choices=_valid(AutomaticChoice, day),
        units=[UnitInfo(*row) for row in units],
    )
