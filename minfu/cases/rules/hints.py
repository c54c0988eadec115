"""What a text suggests: channels it may belong to, categories it may be about. Only ever shown, never decided by."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from django.conf import settings

from minfu.cases.models import Case, Category, Diversion, Kind
from minfu.cases.rules.catalog import Catalog
from minfu.language import versions
from minfu.language.normal import normalise
from minfu.places import index
from minfu.places.locate import Candidate, Location, locate

if TYPE_CHECKING:
    from minfu.language.category import CategoryModel

_Row = TypeVar("_Row", bound=Category | Diversion)
#: Channels that judge the person or the case (repeated, unlawful …): a clerk says that, a word in a text never does.
_JUDGEMENTS = frozenset({"repeated", "secret", "unlawful", "beyond", "petition"})
MOST_CHANNELS, MOST_CATEGORIES = 2, 3
#: Categories that the county's model is asked for, and how likely one must be to be worth reading.
MOST_READ, LEAST_LIKELY = 3, 0.03
#: Characters of a text that are read, and the most percent that are told of a probability.
READ, _SUREST = 2000, 99


@dataclass(frozen=True)
class Suggested:
    """A category a text may be about, the words that speak for it, and how often such a suggestion is right (None: not known)."""

    category: Category
    words: tuple[str, ...] = ()
    probability: float | None = None

    @property
    def percent(self) -> int | None:
        """Return the probability in whole percent: at most 99, for nothing that is read is certain."""
        return None if self.probability is None else in_percent(self.probability)


def in_percent(probability: float) -> int:
    """Return a probability as people are told it: in whole percent, at most 99."""
    return min(int(probability * 100 + 0.5), _SUREST)


@dataclass(frozen=True)
class Hints:
    """What a text suggests: channels, categories, where it may be and the villages and grids to choose from, likeliest first."""

    channels: list[Diversion]
    categories: list[Suggested]
    place: Location | None
    places: list[Candidate]


def hints(text: str, address: str, catalog: Catalog, *, near: str = "") -> Hints:
    """Return what is suggested by the text typed so far, and by the address if there is one.

    ``near``: the area of who types (a division's code or its first digits), which settles a name that several townships have.
    """
    short = text[:READ]
    told = bool(text.strip() or address.strip())
    place = locate(address=address[:READ], text=short, near=near) if told else None
    return Hints(
        channels=channels(short, catalog),
        categories=categories(short, catalog),
        place=place,
        places=_places(place) if place else [],
    )


def _places(place: Location) -> list[Candidate]:
    """Return the villages to choose from: the one that is sure, else those it may be."""
    if place.sure:
        label = index.current().label(place.village_code)
        return [Candidate(place.village_code, label, place.grid_id, place.words, place.confidence)]
    return [one for one in place.candidates if not one.code.endswith("000")]


def channels(text: str, catalog: Catalog) -> list[Diversion]:
    """Return the channels whose words stand in a resident's text: emergencies first, then the best two others."""
    found = _ranked(text, [row for row in catalog.diversions.values() if row.code not in _JUDGEMENTS])
    urgent = [row for row in found if row.emergency]
    return urgent + [row for row in found if not row.emergency][:MOST_CHANNELS]


def folder() -> Path:
    """Return where the versions of the county's category model lie."""
    return Path(settings.MINFU_HOME) / "models" / "category"


def categories(text: str, catalog: Catalog) -> list[Suggested]:
    """Return the categories a text may be about, best first: what the county's model reads, without one what words say.

    A category of which the model has not learned yet is read by its words, beside what the model reads.
    """
    model = versions.current(folder())
    if model is None:
        return by_words(text, catalog)
    reading = model.read(text, most=MOST_READ, why=True)
    found = [
        Suggested(catalog.categories[one.label], one.words, one.probability)
        for one in reading.suggestions
        if one.label in catalog.categories and one.probability >= LEAST_LIKELY
    ]
    if not found:
        return by_words(text, catalog)
    new = unlearned(text, catalog, model)
    return [found[0], new, *found[1 : MOST_READ - 1]] if new else found


def unlearned(text: str, catalog: Catalog, model: "CategoryModel") -> Suggested | None:
    """Return the category the words of a text speak for most, if the model never learned it; it can then not be read by it."""
    best = by_words(text, catalog)[:1]
    return best[0] if best and best[0].category.code not in model.labels else None


def categories_of(case: Case, catalog: Catalog) -> list[Suggested]:
    """Return the categories a demand's text may be about, best first; none of what is for people alone to read.

    Read as every reader sees it: the words that speak for a category are shown, and are no name or number of anyone.
    """
    if case.restricted or case.kind == Kind.WRONGDOING:
        return []
    return categories(case.shown_description[:READ], catalog)


def by_words(text: str, catalog: Catalog) -> list[Suggested]:
    """Return the categories of the lowest level whose name or words stand in a text, best first."""
    parents = {row.code[:-2] for row in catalog.categories.values()}
    leaves = [leaf for leaf in catalog.categories.values() if leaf.code not in parents]
    wanted = normalise(text)
    return [
        Suggested(row, tuple(_standing(wanted, [*row.keywords.split(), row.name])))
        for row in _ranked(text, leaves)[:MOST_CATEGORIES]
    ]


def _ranked(text: str, rows: Iterable[_Row]) -> list[_Row]:
    """Return the rows whose words stand in the text, those with more and longer ones first.

    Between equals, words of the row's own name count: "路灯坏了" is about 路灯不亮 before whatever else can be 坏了. Then what
    is told first: people begin with the matter.
    """
    wanted = normalise(text)
    scored = [(*_hits(wanted, [*one.keywords.split(), one.name], one.name), one) for one in rows]
    found = [one for one in scored if one[0]]
    return [one[3] for one in sorted(found, key=lambda one: (-one[0], -one[1], one[2], one[3].code))]


def _hits(wanted: str, words: Sequence[str], name: str) -> tuple[int, int, int]:
    """Return how many characters of words stand in the text, how many of them are words of the name, and where the first is."""
    found = _standing(wanted, words)
    own = _normal(name)
    first = min(map(wanted.find, found), default=0)
    return sum(map(len, found)), sum(len(word) for word in found if word in own), first


def _standing(wanted: str, words: Sequence[str]) -> list[str]:
    """Return the words of two characters and more that stand in a text in normal form."""
    return [word for word in dict.fromkeys(map(_normal, words)) if len(word) > 1 and word in wanted]


@lru_cache(maxsize=20_000)
def _normal(word: str) -> str:
    """Return a word of the configuration in normal form: there are two thousand, and each is asked for with every text."""
    return normalise(word)
