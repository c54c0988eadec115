"""Which records came to a published figure since, and which went: told only when the frozen digest proves it."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from minfu.accounts.actor import Actor
from minfu.figures import events
from minfu.figures.models import Published
from minfu.figures.rules import areas, history, periods, published, records, registry
from minfu.figures.rules.formula import Count, Indicator
from minfu.figures.rules.records import Record
from minfu.kernel.models import Event

#: Records of each sort that are shown.
SHOWN = 50
#: The number of an event, and what of it counts: one step may count as several things.
_Counted = tuple[int, str]


@dataclass(frozen=True)
class Changed:
    """One record that came or went: the record, as far as the reader may open it, and why."""

    record: Record
    why: str


@dataclass(frozen=True)
class Changes:
    """What changed behind a published figure: how many records came and went, and the newest of them.

    ``proved``: those that are left when what came is taken away, and what went is put back, have the digest that was frozen.
    Otherwise nothing is listed.
    """

    proved: bool
    came: int = 0
    went: int = 0
    new: Sequence[Changed] = ()
    gone: Sequence[Changed] = ()

    @property
    def words(self) -> str:
        """Say what is known of it."""
        if not self.proved:
            return _(
                "按历史倒推的记录和定稿时的校验值对不上，说不出是哪几条变了。请看现在的记录，并请系统管理员核对历史。"
            )
        if not self.came and not self.went:
            return _("记录一条没变，变的是算法里的权重。")
        told = {"came": f"{self.came:,}", "went": f"{self.went:,}"}
        return _("新计入 %(came)s 条，不再计入 %(went)s 条。倒推的记录和定稿时的校验值一致。") % told


def changes(actor: Actor, row: Published) -> Changes:
    """Return what came and went since a figure was published, as the reader may open it.

    What counted then is what was recorded by then, without what two persons had left out by then. By then: before the event of
    publishing, or, where others recorded at the same moment, up to the event everything was known to be counted.
    """
    indicator, moment = registry.indicator(row.indicator), _moment(row)
    found = _found(row, indicator, moment)
    now = {(one, what) for one, what, _then, out in found if not out}
    for upto in (moment - 1, int(row.query["upto_event"])):
        before = [(one, what) for one, what, then, _out in found if one <= upto and not then]
        if published.digest_of(before) == (row.rows, row.digest):
            return _changes(actor, indicator, set(before), now, upto)
    return Changes(proved=False)


def _moment(row: Published) -> int:
    """Return the event of publishing."""
    rows = Event.objects.filter(subject_type=events.PUBLISHED, subject_id=row.pk).order_by("pk")
    return int(rows.values_list("pk", flat=True)[0])


def _found(row: Published, indicator: Indicator, moment: int) -> list[tuple[int, str, bool, bool]]:
    """Return all that may count: event, what it is, whether it had been left out by then, and whether it is now."""
    area, period = areas.area(row.area), periods.parse(row.period)
    found = []
    for count in dict.fromkeys(indicator.formula.needs()):
        then, now = _out(count, moment)
        numbers = history.event_numbers(count, area, period, whole=True)
        found += [(one, count.what, one in then, one in now) for one in numbers]
    return found


def _changes(
    actor: Actor, indicator: Indicator, before: set[_Counted], now: set[_Counted], upto: int
) -> Changes:
    came, went = now - before, before - now
    late, back, out = _("定稿以后记下的"), _("撤销剔除，重新计入"), _("经两人审核剔除")
    new, gone = _shown(actor, indicator.group, came), _shown(actor, indicator.group, went)
    return Changes(
        proved=True,
        came=len(came),
        went=len(went),
        new=[Changed(one, late if number > upto else back) for number, one in new],
        gone=[Changed(one, out) for _number, one in gone],
    )


def _out(count: Count, moment: int) -> tuple[set[int], set[int]]:
    """Return the events of demands that had been left out of the rates by the event of publishing, and of those that are now."""
    if not count.judged:
        return set(), set()
    decided = Event.objects.filter(
        subject_type=events.EXCLUSION, name__in=(events.EXCLUSION_GRANTED, events.EXCLUSION_ENDED)
    ).order_by("pk")
    then: set[int] = set()
    out: set[int] = set()
    for pk, name, data in decided.values_list("pk", "name", "data"):
        for known in (then, out) if pk < moment else (out,):
            (known.add if name == events.EXCLUSION_GRANTED else known.discard)(data["case"])
    return history.events_of(then), history.events_of(out)


def _shown(actor: Actor, group: str, counted: set[_Counted]) -> list[tuple[int, Record]]:
    """Return the newest of what counts as records, each with the number of its event."""
    chosen = set(sorted(counted, reverse=True)[:SHOWN])
    said = history.said({number for number, _what in chosen})
    facts = [fact for fact in said if (fact.event_id, fact.what) in chosen]
    newest = sorted(facts, key=lambda fact: fact.place_in_time, reverse=True)
    shown = records.opened(actor, group, newest)
    return [(fact.event_id, one) for fact, one in zip(newest, shown, strict=True)]
