"""What a name that a form or table asks for is already known as: an indicator, or an item that is answered."""

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
    """Something known by a name: ``means`` is "figure:NAME" or "item:KEY"; ``how`` same, synonym or like; ``score`` to 1."""

    means: str
    title: str
    measure: str
    meaning: str
    how: str
    score: float

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


def matches(name: str, *, day: date | None = None, most: int = 5) -> list[Match]:
    """Return what is known under a name on a day (today), the surest first; empty for nothing."""
    wanted = bare(name)
    if not wanted:
        return []
    others = _synonyms(wanted, day or clock.today())
    found = []
    for means, title, measure, meaning in _everything():
        score = likeness(wanted, title)
        if bare(title) == wanted:
            found.append(Match(means, title, measure, meaning, "same", 1.0))
        elif means in others:
            found.append(Match(means, title, measure, meaning, "synonym", SURE))
        elif score >= LIKE:
            found.append(Match(means, title, measure, meaning, "like", round(score, 2)))
    return sorted(found, key=lambda one: (-one.score, one.means))[:most]


def _everything() -> list[tuple[str, str, str, str]]:
    known = [
        (f"{FIGURE}:{one.name}", str(one.title), str(one.unit), str(one.meaning))
        for one in figures.indicators()
    ]
    items = Item.objects.filter(state=states.IN_FORCE).values_list("key", "name", "measure", "meaning")
    return known + [(f"{ITEM}:{key}", name, measure, meaning) for key, name, measure, meaning in items]


def _synonyms(wanted: str, day: date) -> set[str]:
    return set(dated.on(Synonym, day).filter(normal=wanted).values_list("means", flat=True))


def items_like(name: str, *, most: int = 10) -> list[Item]:
    """Return the items in force a name may mean, the surest first."""
    keys = [one.name for one in matches(name, most=most * 3) if one.kind == ITEM][:most]
    rows = Item.objects.in_bulk(keys, field_name="key")
    return [rows[key] for key in keys]


def items_of_name(text: str) -> QuerySet[Item]:
    """Return the items, ended ones too, whose name holds a text."""
    return Item.objects.filter(Q(normal__contains=bare(text)) | Q(name__icontains=text))


def title_of(means: str) -> str:
    """Return what people call what a match means; its name where it is there no more."""
    kind, _colon, name = means.partition(":")
    if kind == FIGURE:
        return next((str(one.title) for one in figures.indicators() if one.name == name), name)
    return Item.objects.filter(key=name).values_list("name", flat=True).first() or name


def item_named(name: str) -> Item | None:
    """Return the item in force of exactly this name as names are compared; None for none."""
    return Item.objects.filter(state=states.IN_FORCE, normal=bare(name)).first()
