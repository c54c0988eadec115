"""What is typed into a search box, read: words, pinyin, initials; and whether a text has them, exactly or nearly. Pure.

A text is compared in normal form. **Exact** is a word that stands in it, or one that is said as the pinyin typed. **Near** is one
that sounds the same, or has nearly all pairs of neighbouring characters: a wrong, a missing or an additional character.
"""

import math
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from minfu.kernel.text import folded
from minfu.language import sounds
from minfu.language.pairs import in_order, pairs, pieces

#: Characters of a search that are read, and words of it.
LONGEST, MOST_WORDS = 60, 8
#: Letters that may be the initials of a word.
SHORTEST, MOST_INITIALS = 2, 6
#: Share of a word's worth that a text must have for it to be near.
NEARLY = 0.5
#: What a pair counts that stands in no demand known so far: it is mistyped, or where two words meet.
UNKNOWN = 0.4
#: What a match counts, by where it stands and how it was made.
IN_TITLE, IN_PLACE, IN_TEXT, ALSO = 1.5, 1.3, 1.0, 0.2
SAID, SOUNDS, PARTLY = 0.9, 0.6, 0.5
_LETTERS = re.compile("[a-z]+")
_RUN = re.compile("[a-z]+|[^a-z]+")
#: Spaces between Chinese characters separate nothing, neither in what is compared nor in what is shown.
_IDLE = " \t\u3000"


@dataclass(frozen=True)
class Term:
    """One word that was typed, in normal form."""

    word: str

    @cached_property
    def pairs(self) -> list[int]:
        """Return its pairs of neighbours, in order."""
        return in_order(self.word)

    @cached_property
    def syllables(self) -> list[tuple[str, ...]]:
        """Return how it may be read as pinyin of two syllables and more; none for what is no pinyin."""
        if not _LETTERS.fullmatch(self.word):
            return []
        return [way for way in sounds.ways(self.word) if len(way) > 1]

    @cached_property
    def initials(self) -> str:
        """Return the letters if they may be the initials of a word, else ""."""
        fits = _LETTERS.fullmatch(self.word) and SHORTEST <= len(self.word) <= MOST_INITIALS
        return self.word if fits and all(map(sounds.beginning_with, self.word)) else ""

    @cached_property
    def said(self) -> list[re.Pattern[str]]:
        """Return what fits the pinyin typed, for each way to read it."""
        return [_one_of([sounds.said(one) for one in way]) for way in self.syllables]

    @cached_property
    def like(self) -> re.Pattern[str]:
        """Return what sounds like the word."""
        return _one_of([sounds.mistakable(one) for one in self.word])


def _one_of(characters: Sequence[str]) -> re.Pattern[str]:
    return re.compile("".join(f"[{re.escape(some)}]" for some in characters))


def chain(steps: Sequence[Collection[str]]) -> re.Pattern[str]:
    """Return what fits words of which each pair of neighbours is one of those given for its place."""
    ways = ["|".join(map(re.escape, some)) or "(?!)" for some in steps]
    return re.compile("".join(f"(?={way})." for way in ways[:-1]) + f"(?:{ways[-1]})", re.DOTALL)


@dataclass(frozen=True)
class Sought:
    """What is searched for. ``cut``: more was typed than is read."""

    terms: tuple[Term, ...]
    cut: bool = False


def read(typed: str) -> Sought:
    """Return the words of two characters and more in what was typed; none where there are none. Bounded, whatever is typed."""
    found: list[str] = []
    for piece in pieces(typed[: 4 * LONGEST]):
        # 5g基站 is one word; pinyin beside Chinese is not.
        whole = any(character.isdigit() for character in piece)
        found += [piece] if whole else _RUN.findall(piece)
    short = "".join(found)
    words: list[str] = []
    length = 0
    for word in dict.fromkeys(found):
        if len(word) > 1 and length < LONGEST and len(words) < MOST_WORDS:
            words.append(word[: LONGEST - length])
            length += len(word)
    if not words and len(found) > 1 and len(short) <= LONGEST:
        words = [short]  # 路 灯
    terms = tuple(Term(word) for word in words if len(word) > 1)
    return Sought(terms, cut=len(typed.strip()) > LONGEST)


@lru_cache(maxsize=4096)
def _often(part: str) -> str:
    """Return titles and places as they are compared: the same ones come again and again."""
    return "\n".join(pieces(part))


@dataclass(frozen=True)
class Parts:
    """A text to be looked at, by its parts in normal form."""

    title: str
    place: str
    told: str

    @classmethod
    def of(cls, title: str, place: str, told: str) -> "Parts":
        """Return the parts as they are compared."""
        return cls(_often(title), _often(place), "\n".join(pieces(told)))

    def __iter__(self) -> Iterator[str]:
        """Return title, place and text."""
        return iter((self.title, self.place, self.told))

    @cached_property
    def pairs(self) -> set[int]:
        """Return all pairs of neighbours."""
        return pairs(f"{self.title}\n{self.place}\n{self.told}".split("\n"))


@dataclass(frozen=True)
class Fit:
    """How well a text fits: a score, whether everything stands in it, and the words to be marked."""

    score: float
    exact: bool
    marked: frozenset[str]


class Judge:
    """Says how well texts fit what is sought. ``seen``: in how many of ``texts`` a pair stands; what is rare counts more.

    ``meant``: what initials may stand for, by the letters.
    """

    def __init__(
        self,
        sought: Sought,
        seen: Mapping[int, int],
        texts: int,
        meant: Mapping[str, re.Pattern[str]],
    ):
        self.sought, self.seen, self.texts, self.meant = sought, seen, texts, meant
        self.worth = [max(map(self._worth, term.pairs)) for term in sought.terms]

    def _worth(self, one: int) -> float:
        return math.log((self.texts + 2) / (self.seen.get(one, 0) + 1)) + 0.1

    def fit(self, text: Parts, *, near: bool) -> Fit | None:
        """Return how well a text fits; None where it does not. ``near``: whether nearly is enough."""
        score, exact, found = 0.0, True, set()
        for term, worth in zip(self.sought.terms, self.worth, strict=True):
            quality, words = self._exactly(term, text)
            if not quality:
                if not near:
                    return None
                exact = False
                quality, words = self._nearly(term, text)
            score += quality * worth
            found |= words
        total = sum(self.worth)
        if not exact and score < NEARLY * PARTLY * total:
            return None
        return Fit(score / total, exact, frozenset(found))

    def _exactly(self, term: Term, text: Parts) -> tuple[float, set[str]]:
        if place := _place(term.word, text):
            return place, {term.word}
        best: tuple[float, set[str]] = (0.0, set())
        meant = [self.meant[term.initials]] if term.initials in self.meant else []
        for said in [*term.said, *meant]:
            place, words = _places(said, text)
            if place * SAID > best[0]:
                best = (place * SAID, words)
        return best

    def _nearly(self, term: Term, text: Parts) -> tuple[float, set[str]]:
        place, words = _places(term.like, text)
        if place:
            return place * SOUNDS, words
        weights = [self._worth(one) * (1 if one in self.seen else UNKNOWN) for one in term.pairs]
        there = [one in text.pairs for one in term.pairs]
        share = sum(weight for weight, fits in zip(weights, there, strict=True) if fits) / sum(weights)
        return PARTLY * share, set(_runs(term.word, there))


def _place(word: str, text: Parts) -> float:
    return _counts([word in part for part in text])


def _places(pattern: re.Pattern[str], text: Parts) -> tuple[float, set[str]]:
    """Return what finding the pattern counts, and the words that fit it."""
    found = [set(pattern.findall(part)) for part in text]
    return _counts([bool(words) for words in found]), set().union(*found)


def _counts(there: Sequence[bool]) -> float:
    """Return what standing in title, place and text counts: as in the best of them, and a little for each other."""
    counts = [one for one, fits in zip((IN_TITLE, IN_PLACE, IN_TEXT), there, strict=True) if fits]
    return max(counts) + ALSO * (len(counts) - 1) if counts else 0.0


def _runs(word: str, there: Sequence[bool]) -> list[str]:
    """Return the longest parts of a word whose pairs are all there."""
    found, start = [], None
    for at, fits in enumerate([*there, False]):
        if fits and start is None:
            start = at
        elif not fits and start is not None:
            found.append(word[start : at + 1])
            start = None
    return found


# --- marking -------------------------------------------------------------------------------------------------------


def marked(text: str, words: frozenset[str]) -> list[tuple[str, bool]]:
    """Return a text in pieces, each with whether it is one of the words, in whatever script and width it is written."""
    level, places = _level(text)
    inside = bytearray(len(text))
    for word in words:
        at = level.find(word)
        while at >= 0:
            start, end = places[at], places[at + len(word) - 1] + 1
            inside[start:end] = b"\x01" * (end - start)
            at = level.find(word, at + 1)
    found, start = [], 0
    for at in range(1, len(text) + 1):
        if at == len(text) or inside[at] != inside[start]:
            found.append((text[start:at], bool(inside[start])))
            start = at
    return found


def _level(text: str) -> tuple[str, list[int]]:
    """Return a text character by character in the form that is compared, and where each stands in it."""
    level, places = [], []
    for at, character in enumerate(text):
        for one in "" if character in _IDLE else _folded(character):
            level.append(one)
            places.append(at)
    return "".join(level), places


@lru_cache(maxsize=8192)
def _folded(character: str) -> str:
    return folded(character)


def excerpt(text: str, words: frozenset[str], length: int) -> str:
    """Return so many characters of a text on one line, from around where most of the words stand; … where it was cut."""
    line = " ".join(text.split())
    if len(line) <= length:
        return line
    level, places = _level(line)
    hits = sorted({places[found.start()] for word in words for found in re.finditer(re.escape(word), level)})
    lead = length // 4
    best = max(hits, key=lambda at: sum(at <= one < at + length - lead for one in hits), default=0)
    start = max(0, min(best - lead, len(line) - length))
    return ("…" if start else "") + line[start : start + length] + ("…" if start + length < len(line) else "")
