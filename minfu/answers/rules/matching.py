"""What a name that a form or table asks for is already known as: an indicator, or an item that is answered."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from minfu.answers import states
from minfu.answers.models import Item, Synonym
from minfu.answers.rules.naming import bare, likeness
from minfu.figures import door as figures
from minfu.kernel import clock, dated

#: Names less alike than this are another thing; from ``SURE`` on it is the same.
LIKE, SURE = 0.6, 0.95
FIGURE, ITEM = "figure", "item"


@dataclass(frozen=True)
class Match:
    """Something known by a name: ``means`` is "figure:NAME" or "item:KEY"; ``how`` same, synonym or like; ``score`` to 1.

    ``span``: how often an item is told; empty for an indicator.
    """

    means: str
    title: str
    measure: str
    meaning: str
    how: str
    score: float
    span: str

    @property
    def kind(self) -> str:
        """Return ``figure`` or ``item``."""
        return self.means.partition(":")[0]

    @property
    def name(self) -> str:
        """Return the indicator's name or the item's key."""
        return self.means.partition(":")[2]

    @property
    def is_sure(self) -> bool:
        """Tell whether it is the same by name or by a synonym, not only alike."""
        return self.how != "like"


@dataclass(frozen=True)
class _Known:
    """Something a name may mean; ``bare``: its own name as names are compared."""

    means: str
    title: str
    measure: str
    meaning: str
    span: str
    bare: str


def matches(name: str, *, day: date | None = None, most: int = 5) -> list[Match]:
    """Return what is known under a name on a day (today), the surest first; empty for nothing."""
    return matches_many([name], day=day, most=most)[name]


def known_as(name: str) -> str:
    """Return the title of the indicator or item in force that has exactly this name, by itself or by a synonym; empty for none.

    Three statements at most, however many items there are.
    """
    if not (wanted := bare(name)):
        return ""
    titles = {f"{FIGURE}:{one.name}": str(one.title) for one in figures.indicators()}
    if found := next((title for title in titles.values() if bare(title) == wanted), ""):
        return found
    if item := item_named(name):
        return item.name
    means = list(dated.on(Synonym, clock.today()).filter(normal=wanted).values_list("means", flat=True))
    keys = [one.partition(":")[2] for one in means if one.startswith(f"{ITEM}:")]
    rows = Item.objects.filter(state=states.IN_FORCE, key__in=keys).order_by("key") if keys else ()
    return next((titles[one] for one in means if one in titles), "") or next((one.name for one in rows), "")


def matches_many(names: Iterable[str], *, day: date | None = None, most: int = 5) -> dict[str, list[Match]]:
    """Return the same for many names, in two statements."""
    asked = {name: bare(name) for name in names}
    others: dict[str, set[str]] = defaultdict(set)
    rows = dated.on(Synonym, day or clock.today()).filter(normal__in=set(asked.values()) - {""})
    for normal, means in rows.values_list("normal", "means"):
        others[normal].add(means)
    known = _everything()
    return {
        name: _meant(wanted, known, others[wanted])[:most] if wanted else [] for name, wanted in asked.items()
    }


def _meant(wanted: str, known: Iterable[_Known], others: set[str]) -> list[Match]:
    """Return what a bare name may mean, the surest first; ``others``: what it means by a synonym."""
    found = []
    for one in known:
        how, score = "like", likeness(wanted, one.bare)
        if one.bare == wanted:
            how, score = "same", 1.0
        elif one.means in others:
            how, score = "synonym", SURE
        if score >= LIKE:
            found.append(
                Match(one.means, one.title, one.measure, one.meaning, how, round(score, 2), one.span)
            )
    return sorted(found, key=lambda one: (-one.score, one.means))


def _everything() -> list[_Known]:
    """Return all indicators, and all items in force."""
    titled = [(one, str(one.title)) for one in figures.indicators()]
    known = [
        _Known(f"{FIGURE}:{one.name}", title, str(one.unit), str(one.meaning), "", bare(title))
        for one, title in titled
    ]
    return known + [
        _Known(f"{ITEM}:{row.key}", row.name, row.measure, row.meaning, row.span, row.normal)
        for row in Item.objects.filter(state=states.IN_FORCE)
    ]


def items_like(name: str, *, most: int = 10) -> list[Item]:
    """Return the items in force a name may mean, the surest first."""
    keys = [one.name for one in matches(name, most=most * 3) if one.kind == ITEM][:most]
    rows = Item.objects.in_bulk(keys, field_name="key")
    return [rows[key] for key in keys]


def items_of_name(text: str) -> QuerySet[Item]:
    """Return the items, ended ones too, whose name holds a text."""
    return Item.objects.filter(Q(normal__contains=bare(text)) | Q(name__icontains=text))


def titles_of(means: Iterable[str]) -> dict[str, str]:
    """Return what people call what matches mean, in one statement; its name for what is there no more."""
    asked = {one: one.partition(":") for one in means}
    items = [name for kind, _colon, name in asked.values() if kind == ITEM]
    titles = {f"{FIGURE}:{one.name}": str(one.title) for one in figures.indicators()}
    rows = Item.objects.filter(key__in=items).values_list("key", "name")
    titles |= {f"{ITEM}:{key}": name for key, name in rows}
    return {one: titles.get(one, name) for one, (_kind, _colon, name) in asked.items()}


def item_named(name: str) -> Item | None:
    """Return the item in force of exactly this name as names are compared; None for none."""
    return Item.objects.filter(state=states.IN_FORCE, normal=bare(name)).first()
