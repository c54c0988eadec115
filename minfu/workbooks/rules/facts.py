"""What nobody has to tell twice: cells minfu has no figure of are looked up among the answers, and what is typed becomes one."""

from collections import Counter
from collections.abc import Iterable, Mapping
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from minfu.accounts.actor import Actor, system
from minfu.answers import door as answers
from minfu.answers.door import Declaration, Item, Known, Telling
from minfu.figures import door as figures
from minfu.kernel.errors import Invalid, Refused
from minfu.workbooks.models import Workbook
from minfu.workbooks.rules.layout import Slot
from minfu.workbooks.rules.meaning import Match, Question
from minfu.workbooks.rules.numbers import as_number

_SPANS = frozenset({"week", "month", "quarter", "half", "year"})
_DECIMALS = 2
#: Measures that are told in parts of one.
_IN_PARTS = frozenset({"%", "元", "万元", "亿元", "亩", "公里", "天", "小时"})
_MOST_NAME, _MOST_MEASURE = 60, 12


def known(matches: Iterable[Match]) -> dict[str, Known]:
    """Return what was told already of what the cells ask, by the cell's key."""
    asked = {one.slot.key: one.question for one in matches if one.question is not None and not one.is_text}
    items = _items(one.name for one in asked.values())
    wanted = {
        key: (item.key, one.area, one.period)
        for key, one in asked.items()
        if (item := items.get(answers.bare(one.name))) is not None
        and _same_measure(one.measure, item.measure)
    }
    found = answers.known_many(wanted.values())
    return {key: found[one] for key, one in wanted.items() if one in found}


def _same_measure(asked: str, held: str) -> bool:
    """Tell whether a number of one measure is one of the other: 万元 is no 元. What counts whole things may stand unsaid."""
    return asked == held or (not (asked and held) and _IN_PARTS.isdisjoint((asked, held)))


def _items(names: Iterable[str]) -> dict[str, Item]:
    """Return the items in force with these names, by the name as it is compared."""
    normal = {answers.bare(name) for name in names} - {""}
    return {one.normal: one for one in Item.objects.filter(normal__in=normal, valid_to__isnull=True)}


def tell(actor: Actor, row: Workbook, typed: Mapping[str, str], matches: Mapping[str, Match]) -> int:
    """Keep what was typed as answers with an owner and a date, and return how many.

    A cell whose words are those of another, whose period is not over or has no name, which is told in another measure, or that
    cannot be an item (about a person) is kept in the form alone.
    """
    asked = {
        key: one
        for key in typed
        if (one := matches[key].question) is not None and _fits(one) and not _is_of_persons(matches[key].slot)
    }
    often = Counter((one.name, one.area, one.period) for one in asked.values())
    told = 0
    for key, one in asked.items():
        if often[one.name, one.area, one.period] > 1:
            continue
        number = as_number(typed[key])
        if isinstance(number, str):
            continue
        try:
            with transaction.atomic():
                item = _item(one, row, number)
                if item is None or not _same_measure(one.measure, item.measure):
                    continue
                telling = Telling(item.key, one.area, _period(one), number)
                source = _("上级报表：%(title)s") % {"title": row.title}
                answers.tell_many(actor=actor, told=[telling], source=source[:200])
        except Refused:
            continue  # nobody may tell it, its period is not over, or it is about a person: the form keeps it
        told += 1
    return told


def _is_of_persons(slot: Slot) -> bool:
    """Tell whether the rows of a table are persons: what is told of them is kept in the form alone."""
    try:
        for one in (*slot.named, *slot.stub, *slot.head):
            answers.refuse_personal(one)
    except Invalid:
        return True
    return False


def _fits(one: Question) -> bool:
    return len(one.name) <= _MOST_NAME and len(one.measure) <= _MOST_MEASURE


def _period(one: Question) -> str:
    """Return for when an answer is told: the period, or of a stretch that has no name its last day, for what stands that day."""
    found = figures.period(one.period)
    return one.period if found.kind in _SPANS else found.end.isoformat()


def _item(one: Question, row: Workbook, number: Decimal) -> Item | None:
    """Return the item of a question; one nobody asked before is declared by the software.

    None where nobody did and the stretch it is of has no name (1—4月): as a number of its last day it would be taken for that
    of April, or of January to May.
    """
    known_items = _items([one.name])
    if known_items:
        return next(iter(known_items.values()))
    kind = figures.period(one.period).kind
    if kind not in _SPANS:
        return None
    return answers.declare(
        actor=system(),
        asked=Declaration(
            name=one.name,
            meaning=_("上级报表“%(title)s”里的“%(name)s”，口径以来文为准。")
            % {"title": row.title, "name": one.name},
            measure=one.measure,
            decimals=_DECIMALS if one.measure in _IN_PARTS or number % 1 else 0,
            whose="unit" if one.area.startswith("u") else "area",
            span=kind,
            origin=_("上级报表：%(title)s") % {"title": row.title},
        ),
    )
