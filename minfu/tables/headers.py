"""Which column of an uploaded table is which: what is sure, what is likely, what a person said. Pure: no database.

A title that an import knows is sure. Else a title is compared with those other systems have (``Column.kin``) in the normal form
of texts, and the values are looked at: dates, telephone numbers, addresses. What comes of it is proposed, never taken unasked.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from minfu.files.sheets import Chosen, Column, Glimpse, as_compared, column_name, fingerprint
from minfu.files.sheets.reading import TITLE_ROWS
from minfu.kernel.codes.masks import mask_name, mask_phone
from minfu.kernel.errors import Invalid
from minfu.language import personal
from minfu.language.normal import normalise
from minfu.language.surnames import SURNAME
from minfu.registry.rules.masking import mask_address

#: A proposal below this is none; the weight of the title beside that of the values; what values alone are worth.
LIKELY, TITLE_WEIGHT, VALUES_ALONE = 0.45, 0.7, 0.5
#: Share of a column's values that must look alike for the column to be taken for such, and of those that contradict a title.
MOST, FEW = 0.8, 0.2
SAMPLES, SAMPLE_LENGTH = 3, 30
_LONGEST_TITLE, _LONG_TEXT = 24, 12
#: Half and more: of two titles' characters for them to be alike, of a column's values for it to be shown masked as what they are.
_HALF = 0.5
_LONGEST_NAME = 8
#: Shown where a column has no title.
UNTITLED = gettext_lazy("（没有标题）")

_DAY = r"(?:19|20)\d\d[-/.年]\s?\d{1,2}[-/.月]\s?\d{1,2}日?"
_LOOKS: Mapping[str, re.Pattern[str]] = {
    "moment": re.compile(rf"{_DAY}(?:[ T]?\s*\d{{1,2}}[:：时]\d{{1,2}}.*)?$"),
    "phone": re.compile(r"(?:\+?86[- ]?)?(?:1[3-9]\d{9}|0\d{2,3}[- ]?\d{7,8}|1[3-9]\d[- ]\d{4}[- ]\d{4})$"),
    "address": re.compile(r"(?=.{4,80}$)[^,。！？]*(?:[省市县区乡镇村路街巷弄组栋幢]|社区|小区)[^,。！？]*$"),
    "name": re.compile(rf"(?:{SURNAME})[\u3400-\u9fff]{{1,2}}$"),
    "code": re.compile(r"(?=.*\d)[A-Za-z\d_-]{3,40}$"),
    "village": re.compile(r"\d{12}$"),
}

#: How an address ends that leads to somebody's door; what happened there ends otherwise.
_HOUSE = re.compile(r"\d[A-Za-z\d-]*(?:号|号楼|栋|幢|座|楼|层|单元|室|房|户|门|组|队|弄)?$")


@dataclass(frozen=True)
class Guess:
    """A column of the file: where it lies, its title, masked values, the field proposed for it ("" = none) and why."""

    place: int
    title: str
    samples: tuple[str, ...]
    key: str = ""
    how: str = ""
    score: float = 0.0

    @property
    def letter(self) -> str:
        """Return the column as Excel calls it."""
        return column_name(self.place)

    @property
    def said(self) -> str:
        """Return the title as a person finds it in the file."""
        return self.title or str(UNTITLED)


@dataclass(frozen=True)
class Look:
    """What an uploaded table looks like: its row of titles (from 0), and what each column probably is."""

    title_row: int
    titles: tuple[str, ...]
    guesses: tuple[Guess, ...]
    rows: tuple[tuple[int, str], ...] = field(default=())
    """Rows that could hold the titles, from 0, with the beginning of what stands in them."""

    @property
    def fingerprint(self) -> str:
        """Return what is the same for all files with these titles."""
        return fingerprint(self.titles)

    @property
    def proposed(self) -> dict[str, int]:
        """Return where each field probably lies."""
        return {one.key: one.place for one in self.guesses if one.key}

    def chosen(self, places: Mapping[str, int]) -> Chosen:
        """Return what a person said of this table."""
        return Chosen(self.title_row, self.titles, dict(places))

    def with_places(self, places: Mapping[str, int], how: str) -> "Look":
        """Return the same with other proposals, e.g. those that were confirmed last time."""
        at = {place: key for key, place in places.items()}
        told = (
            replace(one, key=at.get(one.place, ""), how=how if one.place in at else "")
            for one in self.guesses
        )
        return replace(self, guesses=tuple(told))


# --- looking ---


def look(glimpse: Glimpse, columns: Sequence[Column], title_row: int | None = None) -> Look:
    """Return what a table looks like; ``title_row`` (from 0) where a person has said which it is.

    Raises ``Invalid`` on ``title_row`` for a row that is not there or is empty.
    """
    row = _title_row(glimpse, columns) if title_row is None else title_row
    if not 0 <= row < min(len(glimpse.rows), TITLE_ROWS) or not any(glimpse.titles(row)):
        raise Invalid({"title_row": [_("第 %(row)d 行没有标题，请选另一行。") % {"row": row + 1}]})
    titles = glimpse.titles(row)
    values = [glimpse.values(row, place) for place in range(len(titles))]
    rows = tuple(
        (number, " | ".join(cell for cell in glimpse.titles(number) if cell)[: SAMPLE_LENGTH * 2])
        for number, one in enumerate(glimpse.rows[:TITLE_ROWS])
        if any(cell.strip() for cell in one) and not tells_of_people(glimpse.titles(number))
    )
    return Look(row, titles, _guesses(titles, values, columns), rows)


def _title_row(glimpse: Glimpse, columns: Sequence[Column]) -> int:
    """Return the row that most probably holds the titles: known ones, likely ones, else the first full row of short texts."""
    filled = [number for number, row in enumerate(glimpse.rows[:TITLE_ROWS]) if any(map(str.strip, row))]
    points = {number: _points(glimpse.titles(number), columns) for number in filled}
    return max(filled, key=lambda number: (points[number], -number))


def _points(titles: Sequence[str], columns: Sequence[Column]) -> float:
    known = known_titles(columns)
    told = [title for title in titles if title]
    sure = sum(as_compared(title) in known for title in told)
    likely = sum(max(_likeness(title, column) for column in columns) >= LIKELY for title in told)
    worded = sum(len(title) <= _LONGEST_TITLE and not re.search(r"\d{3}", title) for title in told)
    return 2 * sure + likely + worded / max(len(titles), 2)


def known_titles(columns: Sequence[Column]) -> dict[str, str]:
    """Return the key of every title an import knows."""
    return {as_compared(title): column.key for column in columns for title in (*column.titles, column.key)}


def _guesses(
    titles: Sequence[str], values: Sequence[Sequence[str]], columns: Sequence[Column]
) -> tuple[Guess, ...]:
    """Return each column with the best field that no better column has."""
    scored = sorted(
        (
            (-_score(title, values[place], column), place, number)
            for place, title in enumerate(titles)
            for number, column in enumerate(columns)
        ),
    )
    best: dict[int, tuple[Column, float]] = {}
    for minus, place, number in scored:
        column = columns[number]
        if (
            -minus >= LIKELY
            and place not in best
            and all(column is not one for one, _score_ in best.values())
        ):
            best[place] = (column, -minus)
    return tuple(
        _guess(place, title, values[place], best.get(place), columns)
        for place, title in enumerate(titles)
        if title or values[place]
    )


def _guess(
    place: int,
    title: str,
    values: Sequence[str],
    best: tuple[Column, float] | None,
    columns: Sequence[Column],
) -> Guess:
    shown = _samples(title, values, best[0].looks if best else "", columns)
    if best is None:
        return Guess(place, title, shown)
    column, score = best
    near = _("标题相近") if _likeness(title, column) >= LIKELY else _("从内容看出来的")
    how = _("标题相同") if score >= 1 else near
    return Guess(place, title, shown, column.key, how, round(score, 2))


def _score(title: str, values: Sequence[str], column: Column) -> float:
    """Say how probable it is that a column is a field: 1 for a known title, else title and values together."""
    if as_compared(title) in known_titles((column,)):
        return 1.0
    likeness = _likeness(title, column) if title else 0.0
    if not column.looks or not values:
        return likeness * 0.99
    share = _share(values, column.looks)
    if likeness:
        if share <= FEW and column.looks != "text" and len(values) >= SAMPLES:
            likeness /= 2
        return min(0.99, TITLE_WEIGHT * likeness + (1 - TITLE_WEIGHT) * share)
    alone = column.looks in ("moment", "phone", "village") or (column.looks == "text" and column.required)
    return VALUES_ALONE * share if alone and share >= MOST else 0.0


def _likeness(title: str, column: Column) -> float:
    """Compare a title with those a field has here and in other systems, in the normal form of texts."""
    told = _plain(title)
    return (
        max((_alike(told, _plain(one)) for one in (*column.titles, *column.kin)), default=0.0)
        if told
        else 0.0
    )


def _plain(title: str) -> str:
    return re.sub(r"[\s*:：()（）_/、.-]", "", normalise(title[: 4 * _LONGEST_TITLE]))


def _alike(told: str, known: str) -> float:
    """Say how alike two titles are: the same 1; one that ends with the other (its last word says what it is) more than half."""
    if told == known:
        return 1.0
    if len(known) > 1 and known in told:
        return (0.7 if told.endswith(known) else 0.45) + 0.25 * len(known) / len(told)
    ratio = SequenceMatcher(None, told, known, autojunk=False).ratio()
    return 0.8 * ratio if ratio > _HALF else 0.0


def _share(values: Sequence[str], looks: str) -> float:
    """Return the share of values that look like something."""
    fits = _fits(looks)
    return sum(map(fits, values)) / len(values) if values else 0.0


def _fits(looks: str) -> Callable[[str], bool]:
    if looks == "text":
        return lambda value: len(value) >= _LONG_TEXT and not _LOOKS["moment"].match(value)
    pattern = _LOOKS[looks]
    return lambda value: bool(pattern.match(value.strip()))


# --- showing ---


def _samples(title: str, values: Sequence[str], looks: str, columns: Sequence[Column]) -> tuple[str, ...]:
    """Return some values, masked as what the column probably is, whatever is proposed for it.

    Titles of demands name villages and roads as addresses do, and are no longer than names: a column whose own title says
    that it tells of the matter is masked as text is, unless its values are names or numbers.
    """
    kinds = {"phone", "name", "address"}
    seen = {kind for kind in kinds if _share(values, kind) >= _HALF}
    if _tells_the_matter(title, columns):
        seen = (seen - {"address"}) | {"house"}
    else:
        seen |= {looks} & kinds
        seen |= {
            column.looks for column in columns if column.looks in kinds and _likeness(title, column) >= LIKELY
        }
    told = list(dict.fromkeys(values))[:SAMPLES]
    return tuple(_masked(value, seen) for value in told)


def _tells_the_matter(title: str, columns: Sequence[Column]) -> bool:
    """Tell whether a column's title says that it holds texts or kinds, more than it says that it holds contact data."""
    told = max((_likeness(title, one) for one in columns if one.looks in ("", "text")), default=0.0)
    people = max(
        (_likeness(title, one) for one in columns if one.looks in ("phone", "name", "address")), default=0.0
    )
    return told > max(people, LIKELY)


def _masked(value: str, kinds: set[str]) -> str:
    """Return a value without what tells who somebody is or where they live."""
    starred = personal.masked(value, personal.find(value)) if len(value) <= SAMPLE_LENGTH else value
    if starred != value:
        return starred
    digits = re.sub(r"[\s+-]", "", value)
    if re.fullmatch(r"\d{7,}[\dXx]?", digits) and not _LOOKS["moment"].match(value):
        return mask_phone(digits)
    if "phone" in kinds and re.search(r"\d{5}", value):
        return "****"
    if "name" in kinds and len(value) <= _LONGEST_NAME:
        return mask_name(value)
    if "address" in kinds or ("house" in kinds and _HOUSE.search(value)):
        return mask_address(value)
    text = " ".join(value[:500].split())
    text = personal.masked(text, personal.find(text))
    return text if len(text) <= SAMPLE_LENGTH else text[:SAMPLE_LENGTH] + "…"


def tells_of_people(titles: Sequence[str]) -> bool:
    """Tell whether what should be titles holds telephone numbers, dates or the like: a row of data."""
    return any(
        _LOOKS["phone"].match(one)
        or _LOOKS["moment"].match(one)
        or re.search(r"\d{7}", one)
        or personal.find(one)
        for one in titles
    )
