"""Published figures: frozen with value, query and a digest of the records. What changed since is a correction, never silent."""

import hashlib
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from minfu.accounts.actor import Actor
from minfu.accounts.models import Unit
from minfu.figures import events, rights
from minfu.figures.models import Published
from minfu.figures.rules import areas, figure, history, periods, registry
from minfu.figures.rules.areas import Area
from minfu.figures.rules.figure import Figure
from minfu.figures.rules.formula import Indicator
from minfu.figures.rules.periods import Period
from minfu.kernel import clock, gate, record
from minfu.kernel.errors import Invalid, Missing
from minfu.kernel.tongue import of_county


@dataclass(frozen=True)
class Correction:
    """A published figure beside what the same query says now."""

    published: Published
    now: Figure
    rows: int
    digest: str

    @property
    def changed(self) -> bool:
        """Tell whether the value or the records behind it are no longer the same."""
        return self.digest != self.published.digest or _differs(self.published, self.now)

    @property
    def words(self) -> str:
        """Say what changed."""
        if not self.changed:
            return _("与定稿时一致。")
        words = {
            "value": self.now.shown, "rows": f"{self.rows:,}", "before": self.published.value,
            "rows_before": f"{self.published.rows:,}",
        }  # fmt: skip
        return (
            _("更正：定稿时 %(before)s（%(rows_before)s 条记录），现在 %(value)s（%(rows)s 条记录）。")
            % words
        )


@dataclass(frozen=True)
class Kept:
    """A figure as it was published last, and whether its value is another one now."""

    row: Published
    changed: bool


def _differs(row: Published, now: Figure) -> bool:
    """Tell whether a value is another now: by the numbers, which are the same in every language."""
    return bool(row.query["value"] != figure.as_data(now)["value"])


@dataclass(frozen=True)
class Shown:
    """A published figure in words: of what, where and when; ``query`` leads to the same figure as it is now."""

    row: Published
    title: str
    area: str
    period: str
    query: str


def shown(row: Published) -> Shown:
    """Return a published figure in the words of the day it was published: places and units may have been renamed since."""
    told = row.query
    query = urlencode({"area": row.area, "period": row.period})
    return Shown(row, told["title"], told["area_name"], periods.parse(row.period).label, query)


@transaction.atomic
def publish(*, actor: Actor, name: str, area: Area, period: Period, used_in: str = "") -> Published:
    """Freeze a figure of a period that is over, in the county's words.

    Raises ``Invalid`` for one still running, ``Forbidden`` without the right.
    """
    if not actor.is_system:
        gate.check(actor, rights.PUBLISH)
    indicator = registry.indicator(name)
    _require_over(indicator, period)
    with of_county():
        found = _figure(indicator, area, period)
        rows, digest = behind(indicator, area, period)
        row = Published.objects.create(
            indicator=name,
            area=area.key,
            period=period.key,
            value=found.shown,
            query=figure.as_data(found) | {"at": found.at.isoformat()},
            rows=rows,
            digest=digest,
            used_in=used_in[:200],
            unit_id=actor.unit_id,
            at=clock.now(),
        )
        label = f"{area.name} {indicator.title} {period.label}"
    told = {"label": label, "value": row.value, "digest": digest}
    record.begin((events.PUBLISHED, row.pk), [record.Fact(events.FIGURE_PUBLISHED, told)], actor.stamp)
    return row


def publishable(indicator: Indicator, area: Area, period: Period) -> Figure:
    """Return the figure that would be published now; ``Invalid`` for what there is now, or a period still running."""
    _require_over(indicator, period)
    return _figure(indicator, area, period)


def _require_over(indicator: Indicator, period: Period) -> None:
    if indicator.is_stock:
        sentence = _("“%(title)s”说的是此刻，不能按时段定稿。")
        raise Invalid({"indicator": [sentence % {"title": indicator.title}]})
    if not period.is_over:
        raise Invalid({"period": [_("“%(label)s”还没有结束，结束以后才能定稿。") % {"label": period.label}]})


def _figure(indicator: Indicator, area: Area, period: Period) -> Figure:
    return figure.of_areas([indicator.name], [area], period)[area.key, indicator.name]


def behind(indicator: Indicator, area: Area, period: Period) -> tuple[int, str]:
    """Return how many records stand behind a figure of a period, and the SHA-256 over their numbers in order."""
    return digest_of(_rows(indicator, area, period))


def digest_of(rows: Iterable[tuple[int, str]]) -> tuple[int, str]:
    """Return how many records there are, and the SHA-256 over their numbers."""
    digest, number = hashlib.sha256(), 0
    for event_id, what in rows:
        digest.update(f"{what}:{event_id};".encode())
        number += 1
    return number, digest.hexdigest()


def _rows(indicator: Indicator, area: Area, period: Period) -> Iterator[tuple[int, str]]:
    for count in dict.fromkeys(indicator.formula.needs()):
        for event_id in history.event_numbers(count, area, period):
            yield event_id, count.what


def published_for(actor: Actor) -> QuerySet[Published]:
    """Return the published figures the actor may read, the newest first."""
    rows = Published.objects.select_related("unit").order_by("-pk")
    if actor.is_system:
        return rows
    units = rows.filter(area__in=[f"u{pk}" for pk in {actor.unit_id, *actor.own_units} if pk])
    if areas.by_unit(actor):
        return units
    if len(actor.area) <= areas.COUNTY:
        return rows
    there = Unit.objects.exclude(kind=Unit.Kind.PARTNER).filter(division__code__startswith=actor.area)
    keys = [f"u{pk}" for pk in there.values_list("pk", flat=True)]
    return rows.filter(area__startswith=actor.area) | rows.filter(area__in=keys) | units


def get_published_for(actor: Actor, pk: int) -> Published:
    """Return one published figure; ``Missing`` whether it is absent or not for this actor."""
    row = published_for(actor).filter(pk=pk).first()
    if row is None or not areas.may_read(actor, areas.area(row.area)):
        raise Missing(_("没有找到这份定稿，或您无权查看。"))
    return row


def correction(row: Published) -> Correction:
    """Compare a published figure with what the same query says now."""
    indicator = registry.indicator(row.indicator)
    area, period = areas.area(row.area), periods.parse(row.period)
    now = _figure(indicator, area, period)
    rows, digest = behind(indicator, area, period)
    return Correction(row, now, rows, digest)


def kept(figures: Collection[Figure]) -> dict[str, Kept]:
    """Return how figures of one area and period were published last, by name; those never published are left out."""
    now = {one.indicator.name: one for one in figures}
    first = next(iter(now.values()))
    rows = Published.objects.filter(indicator__in=list(now), area=first.area.key, period=first.period.key)
    found = {row.indicator: row for row in rows.order_by("at", "pk")}
    return {name: Kept(row, _differs(row, now[name])) for name, row in found.items()}


def may_publish(actor: Actor, indicator: Indicator, period: Period) -> bool:
    """Tell whether the actor finds a button to publish a figure of an area they may read."""
    return actor.may(rights.PUBLISH) and period.is_over and not indicator.is_stock
