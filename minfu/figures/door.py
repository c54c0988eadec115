"""The door: what papers, screens of others and the API ask of figures.

A paper binds a number like this::

    area = door.area_for(actor, "610422102")          # a township; "u12" a unit; "" the county
    half = door.period("2026-H1")
    one = door.figure(actor, "registered", area, half)  # .value .text .shown .href .told .at .calendar_version
    change = door.compare(actor, "registered", area, half)  # .direction (1, 0, -1) .words

Every function checks that the actor may read the area; the software itself (``accounts.actor.system()``) may read all.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import islice
from typing import Any, cast

from django.urls import reverse
from django.utils.translation import gettext as _

from minfu.accounts.actor import Actor
from minfu.figures import states
from minfu.figures.models import Published
from minfu.figures.rules import areas, crossed, exclusions, feed, periods, query, records, registry, weights
from minfu.figures.rules import figure as making
from minfu.figures.rules import published as publishing
from minfu.figures.rules.areas import Area
from minfu.figures.rules.figure import Change, Figure
from minfu.figures.rules.formula import Indicator, Middle
from minfu.figures.rules.monthly import Monthly, monthly
from minfu.figures.rules.periods import Period
from minfu.figures.rules.published import Correction
from minfu.figures.rules.records import Page, Record
from minfu.kernel.beside import Note
from minfu.kernel.errors import Invalid

__all__ = [
    "Area",
    "Change",
    "Correction",
    "Figure",
    "Indicator",
    "Monthly",
    "Page",
    "Part",
    "Period",
    "Published",
    "Record",
    "area_for",
    "areas_below",
    "as_data",
    "ask_exclusion",
    "begun",
    "compare",
    "correction",
    "decide_exclusion",
    "end_exclusion",
    "figure",
    "figures",
    "figures_of",
    "href_of",
    "indicator",
    "indicators",
    "load_defaults",
    "monthly",
    "notes",
    "own_area",
    "past",
    "past_periods",
    "period",
    "period_of",
    "publish",
    "records_of",
    "split",
    "told_crossed",
]

#: How many past periods of each kind are offered to choose from.
OFFERED = {"week": 6, "month": 6, "quarter": 4, "half": 3, "year": 2}


@dataclass(frozen=True)
class Part:
    """One part of a split: its label, and its number; ``figure`` where the part is an area or a unit.

    ``value``: a median of its own, ``number`` then says of how many.
    """

    key: str
    label: str
    number: int | None
    figure: Figure | None = None
    value: Decimal | None = None

    @property
    def told(self) -> Decimal | int | None:
        """Return the number as it stands in a table: the median where it is one."""
        return self.number if self.value is None else making.rounded(self.value)


def indicators() -> list[Indicator]:
    """Return every indicator: ``name``, ``title``, ``meaning``, ``unit``, ``owner``, ``source``, ``splits``."""
    return registry.indicators()


def indicator(name: str) -> Indicator:
    """Return one; ``Missing`` with a sentence for a name there is not, or whose room is not installed."""
    return registry.indicator(name)


def period(key: str) -> Period:
    """Read a period: 2026-W47, 2026-11, 2026-Q4, 2026-H1, 2026, 2026-01-01~2026-02-03. ``Invalid`` for another text."""
    return periods.parse(key)


def period_of(kind: str, day: date) -> Period:
    """Return the week, month, quarter, half or year (``kind``) that a day lies in."""
    return periods.of(cast(periods.Kind, kind), day)


def past(kind: str, number: int) -> list[Period]:
    """Return the last periods of a kind that are over, the newest first."""
    return list(islice(periods.past(cast(periods.Kind, kind)), number))


def past_periods() -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the last periods that are over to choose from: groups by kind, each of keys with labels, the newest first."""
    return [
        (str(name), [(one.key, one.label) for one in past(kind, OFFERED[kind])])
        for kind, name in periods.NAMES.items()
    ]


def own_area(actor: Actor) -> Area:
    """Return the area an actor begins with: that of their post, or their unit."""
    return areas.own(actor)


def area_for(actor: Actor, key: str) -> Area:
    """Return a place ("350922204", "350922204000", a village's 12 digits, "" the county) or unit ("u12") the actor may read."""
    return areas.area_for(actor, key)


def areas_below(area: Area) -> list[Area]:
    """Return the townships of the county, or the villages of a township, former ones at the end."""
    return areas.below(area)


def figure(actor: Actor, name: str, area: Area | str, when: Period | str) -> Figure:
    """Return the value of an indicator, with everything that says where it comes from."""
    return figures(actor, [name], area, when)[name]


def figures(actor: Actor, names: Collection[str], area: Area | str, when: Period | str) -> dict[str, Figure]:
    """Return several figures of one area and period by name, read together and of the same moment."""
    where = _area(actor, area)
    found = making.of_areas(names, [where], _period(when))
    return {name: found[where.key, name] for name in names}


def figures_of(
    actor: Actor, names: Collection[str], wanted: Collection[Area | str], when: Period | str
) -> dict[tuple[str, str], Figure]:
    """Return figures of several areas by area's key and name, read in one statement and of the same moment."""
    return making.of_areas(names, [_area(actor, one) for one in wanted], _period(when))


def compare(
    actor: Actor, name: str, area: Area | str, when: Period | str, earlier: Period | str | None = None
) -> Change:
    """Return a figure beside that of an earlier period: the one before it unless told otherwise."""
    span = _period(when)
    return making.comparison(name, _area(actor, area), span, _period(earlier) if earlier else span.before())


def split(actor: Actor, name: str, by: str, area: Area | str, when: Period | str) -> list[Part]:
    """Return an indicator's parts by ``place``, ``unit``, ``kind``, ``door``, ``category`` (first level) or ``level``.

    ``Invalid`` for a split the indicator does not have. Parts by place do not hold restricted matters, the whole does.
    """
    found, where, span = registry.indicator(name), _area(actor, area), _period(when)
    ways = [one for one in found.splits if one != "period"]
    if by not in ways:
        sentence = _("“%(title)s”不能这样分，可以按 %(ways)s 分。")
        raise Invalid({"by": [sentence % {"title": found.title, "ways": "、".join(ways)}]})
    if by in ("place", "unit"):
        wanted = areas.below(where) if by == "place" else areas.units_in(where)
        made = making.of_areas([name], wanted, span) if wanted else {}
        parts = [made[one.key, name] for one in wanted]
        return [Part(one.area.key, one.area.name, int(one.top), one) for one in parts]
    feed.catch_up()
    formula = found.formula
    if isinstance(formula, Middle):
        return _middles(formula, where, span)
    count = formula.rows()
    numbers = query.by_value(where, span, count, by) if count else {}
    return [Part(key, key, number) for key, number in sorted(numbers.items(), key=lambda one: -one[1])]


def _middles(formula: Middle, where: Area, span: Period) -> list[Part]:
    """Return the median of each level."""
    wanted = (formula.whole, "hours/l")
    levels: dict[str, dict[tuple[str, str], int]] = defaultdict(dict)
    for (level, hours), many in query.numbers([where], span, [wanted])[where.key][wanted].items():
        levels[level][level, hours] = many
    found = [(level, formula.value({formula.whole: some}, {})) for level, some in levels.items()]
    return [Part(level, level, many, value=value) for level, (value, _hours, many) in sorted(found)]


def records_of(
    actor: Actor, name: str, area: Area | str, when: Period | str, *, cursor: str = "", size: int = 50
) -> Page:
    """Return a page of the records behind a number; those the actor may not open stand in their place, hidden."""
    return records.page(actor, name, _area(actor, area), _period(when), cursor=cursor, size=size)


def href_of(record: Record, counted: Indicator) -> str:
    """Return where the matter of a record is shown, in the room it comes from."""
    page = "cases:case" if counted.group == "demands" else registry.room(counted.group).page
    return reverse(page, args=[record.case.pk])


def publish(*, actor: Actor, name: str, area: Area | str, when: Period | str, used_in: str = "") -> Published:
    """Freeze a figure of a period that is over, with its query and a digest of its records; ``used_in``: which paper."""
    return publishing.publish(
        actor=actor, name=name, area=_area(actor, area), period=_period(when), used_in=used_in
    )


def correction(published: Published) -> Correction:
    """Compare a published figure with what the same query says now (``.changed``, ``.words``)."""
    return publishing.correction(published)


def ask_exclusion(*, actor: Actor, case_id: int, reason: str, why: str) -> int:
    """Ask that a demand be left out of the rates; return the request's number. ``reason``: see ``Exclusion.Reason``."""
    return exclusions.ask(actor=actor, case_id=case_id, reason=reason, why=why).pk


def decide_exclusion(*, actor: Actor, exclusion_id: int, grant: bool, decision: str) -> None:
    """Grant or refuse such a request, as another person than asked for it."""
    exclusions.decide(actor=actor, exclusion_id=exclusion_id, grant=grant, decision=decision)


def end_exclusion(*, actor: Actor, exclusion_id: int, decision: str) -> None:
    """Let a demand that was left out count again."""
    exclusions.end(actor=actor, exclusion_id=exclusion_id, decision=decision)


def notes(actor: Actor, case_id: int) -> list[Note]:
    """Return what stands beside a demand: that it is asked to be left out of the rates, or is, to whoever may see that."""
    return [
        Note(
            _("考核剔除"),
            states.EXCLUSION[row.state],
            row.get_reason_display(),
            reverse("figures:exclusion", args=[row.pk]),
        )
        for row in exclusions.exclusions_for(actor).filter(case_id=case_id)
    ]


def told_crossed(
    cells: Mapping[tuple[str, str], int], least: int
) -> dict[tuple[str | None, str | None], int | None]:
    """Return a table with its sums (None in a key: all) as it may be told in public: None where a number is hidden.

    No hidden number can be worked out from those that are told; noughts are left out.
    """
    table = crossed.with_sums(cells)
    kept = crossed.hidden(table, least)
    return {key: None if key in kept else number for key, number in table.items()}


def begun() -> date | None:
    """Return the first day of the month in which something was counted first; None when nothing was.

    What was before nobody recorded here: a nought of that time is none.
    """
    return query.begun()


def as_data(one: Figure) -> dict[str, Any]:
    """Return a figure as programs read it."""
    return making.as_data(one)


def load_defaults() -> int:
    """Load the shipped weights that are not there yet; return how many."""
    return weights.load_defaults()


def _area(actor: Actor, area: Area | str) -> Area:
    key = area if isinstance(area, str) else area.key
    return areas.area_for(actor, key)


def _period(when: Period | str) -> Period:
    return periods.parse(when) if isinstance(when, str) else when
