"""Where the figures of a document come from: the storey ``figures``, asked by its door, in the county's own language."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property

from django.conf import settings
from django.utils.translation import gettext as _

from minfu.accounts.actor import Actor
from minfu.accounts.models import Unit
from minfu.answers import door as answers
from minfu.documents.rules.binding import ONE, Bound, Records
from minfu.figures import door as figures
from minfu.kernel import clock
from minfu.kernel.errors import Invalid
from minfu.kernel.tongue import of_county
from minfu.places import index
from minfu.places.codes import place_name

#: Records a document lists; more belong into several documents.
MOST_RECORDS = 200
TITLES = ("编号", "事项", "地点", "承办单位", "办理期限")
#: Their widths: a number of a demand stands in one line.
WIDTHS = (6, 5, 4, 5, 4)


class FigureSource:
    """The figures of one area and period, as one actor may read them."""

    def __init__(self, actor: Actor, unit: Unit, area: str, period: str):
        """Take whose document it is, and of what; ``Invalid`` or ``Missing`` for no such period or area."""
        self.actor, self.unit = actor, unit
        with of_county():
            self.area = figures.area_for(actor, area)
            self.period = figures.period(period)

    @cached_property
    def words(self) -> Mapping[str, str]:
        """Return the words a text may name: area, unit, period, the level above, the places below."""
        known = index.current()
        county = known.divisions.get(known.county)
        place = known.divisions.get(self.area.code) if self.area.unit_id is None else None
        with of_county():
            return {
                "area": place.name if place else self.area.name,
                "unit": self.unit.name,
                "period": self.period.label.replace(" ", ""),
                "above": f"{county.name if county else '县'}人民政府",
                "below": "各乡镇" if place and place.code == known.county else "各村",
            }

    def named(self, word: str) -> str:
        """Return the key of the indicator whose title a text names; any other word comes back as it is."""
        with of_county():
            return next((one.name for one in figures.indicators() if str(one.title) == word), word)

    def figure(self, name: str, *, before: bool = False) -> Bound:
        """Return a figure of the period, or of the one before; refuses a period that has not ended, a stock of the past.

        Of a period before from which there are no records, or only of its end, there is no value: nothing is compared with it.
        """
        with of_county():
            indicator = figures.indicator(name)
            period = self.period.before() if before else self.period
            if indicator.is_stock and before:
                sentence = _("“%(title)s”说的是此刻，没有上一时段可比。")
                raise Invalid({"text": [sentence % {"title": indicator.title}]})
            self._whole(indicator, period)
            bound = self._bound(figures.figure(self.actor, name, self.area, period))
            return bound if not before or self._recorded(period) else replace(bound, value=None, text="—")

    def _whole(self, indicator: figures.Indicator, period: figures.Period) -> None:
        """Raise ``Invalid`` for a period that has not ended: its number would be a part passed off as the whole."""
        if not indicator.is_stock and not period.is_over:
            sentence = _("“%(label)s”还没有结束，“%(title)s”还不完整。请选择已经结束的时段。")
            raise Invalid({"period": [sentence % {"label": period.label, "title": indicator.title}]})

    def _bound(self, one: figures.Figure) -> Bound:
        value = one.value
        if value is not None and one.indicator.has_decimals:
            value = value.quantize(ONE, ROUND_HALF_UP)
        return Bound(
            name=one.indicator.name,
            title=str(one.indicator.title),
            area=one.area.key,
            period=one.period.key,
            value=value,
            text=one.text.replace(",", ""),
            unit=str(one.indicator.unit),
            href=f"{settings.MINFU_PUBLIC_URL}{one.href}",
            told=one.told + self._unrecorded(one),
            at=one.at,
            is_share=one.indicator.is_share,
            is_stock=one.indicator.is_stock,
            area_name=one.area.name,
            period_label="" if one.indicator.is_stock else one.period.label.replace(" ", ""),
        )

    def _unrecorded(self, one: figures.Figure) -> str:
        """Say of a period that began before anything was recorded here that what was before is not in its number."""
        if one.indicator.is_stock or self._begun is None or self._recorded(one.period):
            return ""
        return _("；民富系统里 %(day)s 以前没有记录，不在数内") % {"day": self._begun.isoformat()}

    @property
    def unrecorded(self) -> str:
        """Return the sentence of a text about a time of which not all was recorded; empty for any other."""
        if self._begun is None or self._recorded(self.period):
            return ""
        day = f"{self._begun.year}年{self._begun.month}月{self._begun.day}日"
        return f"民富系统里{day}以前没有记录，本文的数不含这以前的情况。"

    def _recorded(self, period: figures.Period) -> bool:
        """Tell whether there were records from the first day of a period on."""
        return self._begun is not None and self._begun <= period.start

    @cached_property
    def _begun(self) -> date | None:
        return figures.begun()

    def answer(self, name: str) -> Bound:
        """Return a number somebody told once, of the document's place and period; ``Invalid`` for none, or what is no number."""
        with of_county():
            item = answers.item_named(name)
            if item is None:
                raise Invalid({"text": [_("没有“%(name)s”这个数据项。") % {"name": name[:60]}]})
            told = {"name": item.name, "where": self.area.name, "when": self.period.label}
            if not self.period.is_over:
                raise Invalid({"period": [_("“%(when)s”还没有结束，“%(name)s”还不完整。") % told]})
            known = answers.known(item.key, self.area.key, self.period.key)
            if known is None:
                sentence = _("“%(name)s”在%(where)s的%(when)s还没有人填过，请先到“填报过的数”里填。")
                raise Invalid({"text": [sentence % told]})
            if not isinstance(known.value, Decimal):
                raise Invalid({"text": [_("“%(name)s”填的不是数，请直接写在正文里。") % told]})
            by = {"who": known.told_by, "day": clock.day(known.told_at).isoformat(), "source": known.source}
            return Bound(
                name=f"answer:{item.key}",
                title=item.name,
                area=self.area.key,
                period=self.period.key,
                value=known.value,
                text=known.text.replace(",", ""),
                unit=known.measure,
                href=f"{settings.MINFU_PUBLIC_URL}{known.href}",
                told=_("%(who)s %(day)s 填报，来源：%(source)s") % by,
                at=clock.now(),
                area_name=self.area.name,
                period_label=self.period.label.replace(" ", ""),
                answer=known.id,
            )

    def split(self, name: str, by: str) -> list[tuple[str, Bound]]:
        """Return a figure of each place or unit below."""
        if by not in {"place", "unit"}:
            raise Invalid({"text": [_("只能按 place（地区）或 unit（单位）列表。")]})
        with of_county():
            self._whole(figures.indicator(name), self.period)
            parts = figures.split(self.actor, name, by, self.area, self.period)
            return [(part.label, self._bound(part.figure)) for part in parts if part.figure is not None]

    def records(self, name: str) -> Records:
        """Return the records behind a figure; ``Invalid`` when there are more than a document lists.

        Wrongdoing told of and what is to be kept secret is counted, never listed: those complained about may read the paper.
        """
        rows: list[tuple[str, ...]] = []
        hidden, secret, cursor = 0, 0, ""
        with of_county():
            self._whole(figures.indicator(name), self.period)
            while True:
                page = figures.records_of(self.actor, name, self.area, self.period, cursor=cursor)
                hidden += page.hidden
                seen = [one for one in page.records if not one.hidden]
                told = [one for one in seen if not getattr(one.case, "restricted", False)]
                secret += len(seen) - len(told)
                rows += [_row(one) for one in told]
                if len(rows) + hidden + secret > MOST_RECORDS:
                    raise Invalid(
                        {"text": [_("清单超过 %(most)s 件，请分地区或单位发文。") % {"most": MOST_RECORDS}]}
                    )
                cursor = page.next
                if not cursor:
                    return Records(TITLES, rows, hidden, secret, WIDTHS)


def _row(one: figures.Record) -> tuple[str, ...]:
    """Return a record's line: of a demand, or of another room's matter, whose category is a word and whose unit is ``unit``."""
    matter = one.case
    division = index.current().divisions.get(one.place)
    category, due = getattr(matter, "category", None), getattr(matter, "due_at", None)
    unit = getattr(matter, "lead", None) or getattr(matter, "unit", None)
    return (
        matter.number,
        getattr(category, "name", category) or "",
        place_name(division.name) if division else "",
        unit.name if unit else "",
        clock.day(due).isoformat() if due else "",
    )
