"""What the words of a form may mean: the dated terms (``data/terms.csv``), and the names of the county. Pure but for the file.

A piece of text (a title, a head, a stub) is cut into known words, the longest first; what no word explains is kept, for a text
that is understood in part only is not understood.
"""

import csv
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path

from minfu.language.normal import normalise

TERMS = Path(__file__).resolve().parent.parent / "data" / "terms.csv"
#: Kinds of terms, as ``data/terms.csv`` names them, and names of places and units.
KINDS = frozenset(
    {"family", "value", "axis", "split", "period", "derived", "growth", "total", "neutral", "unit", "text"}
)
#: Told behind a target that a person has to confirm.
UNSURE = "?"
_NUMBERING = re.compile(
    r"^(?:[其][中][:：]?|(?:[一二三四五六七八九十]+|\d{1,2})[、.．)）](?!\d)|[(（](?:[一二三四五六七八九十]+|\d{1,2})[)）]|[①-⑳]|[#＃*★▲△])+"
)
#: Marks that lead to a note below: 整改销号①.
_NOTED = re.compile(r"(?<=\w)[①-⑳*★▲△※]+$")
_BRACKETS = re.compile(r"[(（\[【]([^()（）\[\]【】]{1,20})[)）\]】]")
_SIGNS = re.compile(r"[\s_:：,，;；。、.·“”\"'/\\|—–~～-]+")
_CALCULATED = re.compile(r"^[\d\s=+＋÷/×*-]+$|^\d{1,2}栏?$")


@dataclass(frozen=True)
class Term:
    """A word: its kind, what it means, in which family of figures, and whether a person has to confirm it."""

    kind: str
    word: str
    target: str = ""
    family: str = ""
    unsure: bool = False


@dataclass(frozen=True)
class Names:
    """What the county calls things: indicators (name, family) by title, values of splits by label, places and units by name.

    ``short``: names without their last word (苏墩 for 苏墩村), which count where a text consists of nothing else.
    """

    indicators: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    splits: Mapping[str, Sequence[str]] = field(default_factory=dict)
    areas: Mapping[str, Sequence[str]] = field(default_factory=dict)
    short: Mapping[str, Sequence[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Piece:
    """A text cut into words: ``terms`` in their order, ``rest`` what nothing explains, ``units`` what it is counted in."""

    text: str
    terms: tuple[tuple[Term, ...], ...] = ()
    rest: str = ""
    units: tuple[str, ...] = ()
    #: The unit as the form writes it: 万元.
    measure: str = ""

    def of(self, kind: str) -> list[Term]:
        """Return its words of a kind."""
        return [term for group in self.terms for term in group if term.kind == kind]


@lru_cache(maxsize=4096)
def compact(text: str) -> str:
    """Return a text without blanks and signs, in the one form in which words are compared."""
    return _SIGNS.sub("", normalise(text))


def note_of(text: str) -> str:
    """Return the mark at a text's end that leads to a note below the table, or an empty string."""
    found = _NOTED.search(text.strip())
    return found[0] if found else ""


def shipped(on: date) -> list[Term]:
    """Return the shipped terms in force on a day."""
    return [
        term
        for term, since, until in _file()
        if since <= on.isoformat() and (not until or on.isoformat() < until)
    ]


@lru_cache(maxsize=1)
def _file() -> list[tuple[Term, str, str]]:
    found = []
    with TERMS.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            unsure = row["target"].endswith(UNSURE)
            target = row["target"].removesuffix(UNSURE)
            found += [
                (
                    Term(row["kind"], compact(word), target, row["family"], unsure),
                    row["valid_from"],
                    row["valid_to"],
                )
                for word in row["terms"].split()
            ]
    return found


class Lexicon:
    """The terms of a day and the names of a county together; cuts texts."""

    def __init__(self, terms: Iterable[Term], names: Names):
        """Put terms and names together; a name of the county's stands beside a term of the same letters."""
        self.names = names
        self.words: dict[str, list[Term]] = defaultdict(list)
        for term in terms:
            self._add(term)
        for title, (name, family) in names.indicators.items():
            self._add(Term("value", compact(title), name, family))
        for label, targets in names.splits.items():
            for target in targets:
                self._add(Term("split", compact(label), target))
        for name, keys in names.areas.items():
            self._add(Term("area", compact(name), " ".join(keys)))
        self.short = {
            compact(name): Term("area", compact(name), " ".join(keys)) for name, keys in names.short.items()
        }
        self.longest = max(map(len, self.words), default=1)

    def _add(self, term: Term) -> None:
        known = self.words[term.word]
        if term.word and all(
            (one.kind, one.target, one.family) != (term.kind, term.target, term.family) for one in known
        ):
            known.append(term)

    def cut(self, text: str) -> Piece:
        """Cut a text into words; what stands in brackets is a unit, or belongs to the text."""
        raw = _NOTED.sub("", _NUMBERING.sub("", " ".join(text.split())))
        units: list[str] = []
        more: list[str] = []
        measure = ""
        for inner in _BRACKETS.findall(raw):
            found = self.units(inner)
            if found:
                units += found
                measure = measure or inner.strip()
            elif not _CALCULATED.match(inner):
                more.append(inner)
        plain = compact(_BRACKETS.sub(" ", raw) + "".join(more))
        if plain.isdecimal():
            return Piece(text, (), "", tuple(units))
        whole = self.units(plain)
        if whole and plain not in self.names.areas:
            return Piece(text, (), "", (*units, *whole), measure or raw.strip())
        if plain in self.short:
            return Piece(text, ((self.short[plain],),), "", tuple(units), measure)
        terms, rest = self._greedy(plain)
        return Piece(text, terms, rest, tuple(units), measure)

    def units(self, text: str) -> list[str]:
        """Return what a text names as unit (count, share, days, hours, other), or nothing when it is no unit."""
        parts = [part for part in re.split(r"[、,，/;；\s]+", text.strip()) if part]
        parts = [re.sub(r"^(?:计量)?单位[:：]?", "", part) for part in parts]
        found = []
        for part in filter(None, parts):
            known = [
                one for one in self.words.get(compact(part), self.words.get(part, ())) if one.kind == "unit"
            ]
            if not known:
                return []
            found.append(known[0].target)
        return found

    def _greedy(self, text: str) -> tuple[tuple[tuple[Term, ...], ...], str]:
        terms, rest, at = [], [], 0
        while at < len(text):
            for length in range(min(self.longest, len(text) - at), 0, -1):
                known = [one for one in self.words.get(text[at : at + length], ()) if one.kind != "unit"]
                if known:
                    terms.append(tuple(known))
                    at += length
                    break
            else:
                rest.append(text[at])
                at += 1
        return tuple(terms), "".join(rest)
