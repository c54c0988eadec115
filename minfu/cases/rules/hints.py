"""What a text suggests: channels it may belong to, categories it may be about. Only ever shown, never decided by."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from minfu.cases.models import Category, Diversion
from minfu.cases.rules.catalog import Catalog
from minfu.language.normal import normalise
from minfu.places.locate import Candidate, Location, locate

_Row = TypeVar("_Row", bound=Category | Diversion)
#: Channels that judge the person or the case (repeated, unlawful …): a clerk says that, a word in a text never does.
_JUDGEMENTS = frozenset({"repeated", "secret", "unlawful", "beyond", "petition"})
MOST_CHANNELS, MOST_CATEGORIES = 2, 4
#: Characters of a text that are read.
READ = 2000


@dataclass(frozen=True)
class Hints:
    """What a text suggests: channels, categories, where it may be and the villages and grids to choose from."""

    channels: list[Diversion]
    categories: list[Category]
    place: Location | None
    places: list[Candidate]


def hints(text: str, address: str, catalog: Catalog) -> Hints:
    """Return what is suggested by the text typed so far, and by the address if there is one."""
    short, where = text[:READ], (address or text)[:READ]
    place = locate(address=where) if where.strip() else None
    return Hints(
        channels=channels(short, catalog),
        categories=categories(short, catalog),
        place=place,
        places=[one for one in place.candidates if not one.code.endswith("000")] if place else [],
    )


def channels(text: str, catalog: Catalog) -> list[Diversion]:
    """Return the channels whose words stand in a resident's text: emergencies first, then the best two others."""
    found = _ranked(text, [row for row in catalog.diversions.values() if row.code not in _JUDGEMENTS])
    urgent = [row for row in found if row.emergency]
    return urgent + [row for row in found if not row.emergency][:MOST_CHANNELS]


def categories(text: str, catalog: Catalog) -> list[Category]:
    """Return the categories of the lowest level whose name or words stand in a text, best first, at most four."""
    parents = {row.code[:-2] for row in catalog.categories.values()}
    leaves = [leaf for leaf in catalog.categories.values() if leaf.code not in parents]
    return _ranked(text, leaves)[:MOST_CATEGORIES]


def _ranked(text: str, rows: Iterable[_Row]) -> list[_Row]:
    """Return the rows whose words stand in the text, those with more and longer ones first.

    Between equals, words of the row's own name count: "路灯坏了" is about 路灯不亮 before whatever else can be 坏了.
    """
    wanted = normalise(text)
    scored = [(*_hits(wanted, [*one.keywords.split(), one.name], one.name), one) for one in rows]
    found = [one for one in scored if one[0]]
    return [one[2] for one in sorted(found, key=lambda one: (-one[0], -one[1], one[2].code))]


def _hits(wanted: str, words: Sequence[str], name: str) -> tuple[int, int]:
    """Return how many characters of words stand in the text, and how many of them are words of the name."""
    found = [word for word in {normalise(word) for word in words} if len(word) > 1 and word in wanted]
    own = normalise(name)
    return sum(map(len, found)), sum(len(word) for word in found if word in own)
