"""Which column of an uploaded table is which: what is sure, what is likely, what a person said. Pure: no database.

A title that an import knows is sure. Else a title is compared with those other systems have (``Column.kin``) in the normal form
of texts, and the values are looked at: dates, telephone numbers, addresses. What comes of it is proposed, never taken unasked.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher
from typing import Any

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
#: Written for "this column is not imported"; shown where a column has no title.
IGNORED, UNTITLED = "-", gettext_lazy("（没有标题）")

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
        if any(cell.strip() for cell in one) and not _tells_of_people(glimpse.titles(number))
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
    return 0.8 * ratio if ratio > 0.5 else 0.0  # noqa: PLR2004 - half of the characters


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
    seen = {kind for kind in kinds if _share(values, kind) >= 0.5}  # noqa: PLR2004 - half
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
    if "name" in kinds and len(value) <= 8:  # noqa: PLR2004 - longer is no name
        return mask_name(value)
    if "address" in kinds or ("house" in kinds and _HOUSE.search(value)):
        return mask_address(value)
    text = " ".join(value[:500].split())
    text = personal.masked(text, personal.find(text))
    return text if len(text) <= SAMPLE_LENGTH else text[:SAMPLE_LENGTH] + "…"


def _tells_of_people(titles: Sequence[str]) -> bool:
    """Tell whether what should be titles holds telephone numbers, dates or the like: a row of data."""
    return any(
        _LOOKS["phone"].match(one)
        or _LOOKS["moment"].match(one)
        or re.search(r"\d{7}", one)
        or personal.find(one)
        for one in titles
    )


# --- choosing ---


def sure(told: Look, columns: Sequence[Column]) -> Chosen | None:
    """Return which column is which when every title is known and no field is there twice; None when a person is needed."""
    known = known_titles(columns)
    keys = {one.place: known.get(as_compared(one.title), "") for one in told.guesses}
    if not all(keys.values()) or len(set(keys.values())) != len(keys):
        return None
    return told.chosen({key: place for place, key in keys.items()})


def check(told: Look, places: Mapping[int, str], columns: Sequence[Column]) -> Chosen:
    """Return what a person said, place by place ("" = not imported).

    Raises ``Invalid``: on ``title_row`` when the titles are data, on ``col_N`` for two columns that are one field or a field
    nobody knows, on ``columns`` for a required field that no column is.
    """
    wrong: dict[str, list[str]] = {}
    if _tells_of_people(told.titles):
        sentence = _(
            "第 %(row)d 行像是内容，不像标题：有号码、日期或姓名。请选标题在哪一行；没有标题的表，先加一行标题。"
        )
        wrong["title_row"] = [sentence % {"row": told.title_row + 1}]
    by_key = {column.key: column for column in columns}
    found: dict[str, int] = {}
    for place, key in sorted(places.items()):
        if not key:
            continue
        if key not in by_key or not 0 <= place < len(told.titles):
            wrong[f"col_{place}"] = [_("没有这一项，请重新选择。")]
        elif key in found:
            words: dict[str, Any] = {
                "one": column_name(found[key]), "other": column_name(place), "title": by_key[key].title,
            }  # fmt: skip
            sentence = _("%(one)s 列和 %(other)s 列都选了“%(title)s”。请只留一列，另一列选“不导入”。")
            wrong[f"col_{place}"] = [sentence % words]
        else:
            found[key] = place
    missing = [column.title for column in columns if column.required and column.key not in found]
    if missing:
        sentence = _("还没有说哪一列是“%(titles)s”，这一项必须有。")
        wrong["columns"] = [sentence % {"titles": _("”、“").join(missing)}]
    if wrong:
        raise Invalid(wrong)
    return told.chosen(found)


def words_of(chosen: Chosen) -> list[str]:
    """Return which column is which as ``from_words`` takes it."""
    plain = [as_compared(title) for title in chosen.titles]
    words = []
    for key, place in sorted(chosen.places.items(), key=lambda pair: pair[1]):
        alone = plain[place] and plain.count(plain[place]) == 1
        words.append(f"{chosen.titles[place] if alone else column_name(place)}={key}")
    return words


def from_words(
    told: Look, words: Sequence[str], columns: Sequence[Column], *, by_title: bool = True
) -> Chosen:
    """Return which column is which as a command or program says: ``title=field`` each, the field by key or title.

    What is not named counts by its known title (``by_title``), else it is not imported; ``title=-`` leaves a column out. A column
    without a title, or one of two with the same, is named by its letter (``C=phone``). Raises ``Invalid`` on ``mapping``.
    """
    known = known_titles(columns)
    places = {
        place: known.get(as_compared(title), "") if by_title else ""
        for place, title in enumerate(told.titles)
    }
    said: dict[int, str] = {}
    wrong: list[str] = []
    for word in words:
        title, equals, name = word.rpartition("=")
        key = "" if name.strip() == IGNORED else known.get(as_compared(name), "?")
        if not equals or key == "?":
            sentence = _("“%(word)s”看不懂。请写成“标题=项目”，不导入的写“标题=-”。项目可以是：%(fields)s。")
            wrong.append(sentence % {"word": word[:60], "fields": _("、").join(one.title for one in columns)})
            continue
        try:
            said[_place(told, title)] = key
        except ValueError as error:
            wrong.append(str(error))
    if wrong:
        raise Invalid({"mapping": wrong})
    taken = {key for key in said.values() if key}
    rest = {place: "" if key in taken else key for place, key in places.items()}
    try:
        return check(told, rest | said, columns)
    except Invalid as refusal:
        raise Invalid({"mapping": [one for many in refusal.fields.values() for one in many]}) from None


def _place(told: Look, title: str) -> int:
    """Return where the column with a title lies, or the one with a letter; ``ValueError`` with what to do."""
    at = [place for place, one in enumerate(told.titles) if as_compared(one) == as_compared(title) != ""]
    if not at:
        at = [place for place in range(len(told.titles)) if column_name(place) == title.strip().upper()]
    if len(at) == 1:
        return at[0]
    if at:
        sentence = _("有 %(n)d 列都叫“%(title)s”，请用列号说明是哪一列，例如“%(letter)s=…”。")
        words = {"n": len(at), "title": title.strip()[:40], "letter": column_name(at[0])}
        raise ValueError(sentence % words)
    shown = _("、").join(one for one in told.titles if one)[:200]
    raise ValueError(
        _("文件里没有“%(title)s”这一列。有：%(titles)s。") % {"title": title.strip()[:40], "titles": shown}
    )
