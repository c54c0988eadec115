"""Reads a place out of a text. Pure: works on the index alone.

A name counts when it stands where a name can stand: a strong one (with 村, 社区, 镇 …) at a boundary or right after a place
that is ours, a weak one (without) only right after a place that is ours, before a group number, or as the whole text.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import reduce

from minfu.places import names
from minfu.places.index import Index
from minfu.places.names import Target

#: Characters of a text that are read; places stand early, and a text may have 100,000.
READ = 3000
#: Anonymised texts (A市, B3区, K7县) speak of places nobody can look up.
CODED = re.compile(r"(?<![a-z])[a-z][0-9]{0,3}(?:市|县|区|镇|乡|街道)")
#: Characters after which a name may begin.
_OPENERS = frozenset(
    "在住到从去于至往由自和与及或的是我们本该位回离近对把被叫给让请向跟同等为经过有称咱来映询诉议求问天日年月时"
)
#: Characters that make another name of a name (前洋村, 上前洋村).
_PREFIXES = frozenset("上下东西南北前后左右大小新老旧中里外内头尾")
#: The levels above a village.
_UPPER = ("township", "county")
#: "Our county", "this township": what follows is ours.
_OURS = re.compile(r"(?:我们?|本|全|该|咱们?)(?:县|区|镇|乡|街道)$")
_ADMIN = ("省", "市", "县", "区", "旗", "州", "镇", "乡", "街道")
_TAIL = re.compile(r"(?:自然村|第?[0-9一二三四五六七八九十]{1,3}(?:村民小组|村民组|小组|组|队|社))")


@dataclass(frozen=True, slots=True)
class Match:
    """A name found at ``start``–``end`` of the text and what it may stand for."""

    start: int
    end: int
    targets: tuple[Target, ...]
    strong: bool


@dataclass
class Reading:
    """What a text says: the townships and villages it names, for certain (``firm``) and perhaps (``loose``)."""

    townships: set[str] = field(default_factory=set)
    firm: list[frozenset[str]] = field(default_factory=list)
    loose: set[str] = field(default_factory=set)
    #: Village → grids that places or groups named with it lie in.
    grids: dict[str, set[int | None]] = field(default_factory=dict)
    words: list[str] = field(default_factory=list)
    coded: bool = False
    by_place: bool = False

    def villages(self, index: Index) -> frozenset[str]:
        """Return the villages that fit everything the text names for certain; empty when it contradicts itself."""
        fitting = [
            frozenset(code for code in codes if not self.townships or _above(index, code) in self.townships)
            for codes in self.firm
        ]
        return reduce(lambda one, other: one & other, fitting) if fitting else frozenset()


def _above(index: Index, village: str) -> str | None:
    known = index.divisions.get(village)
    return known.parent if known else None


def read(index: Index, text: str) -> Reading:
    """Return what ``text`` says about places of the index's county."""
    text = names.key(text[:READ])
    reading = Reading(coded=CODED.search(text) is not None)
    if reading.coded or index.automaton is None:
        return reading
    matches = _select(index, index.automaton.find_matches_as_indexes(text, overlapping=True), len(text))
    before: Match | None = None
    for position, match in enumerate(matches):
        following = matches[position + 1] if position + 1 < len(matches) else None
        if _take(index, reading, text, before, match, following):
            before = match
    return reading


def _select(index: Index, found: Iterable[tuple[int, int, int]], length: int) -> list[Match]:
    """Return non-overlapping matches in order of the text: strong before weak, long before short."""
    every = [
        Match(start, end, index.targets[pattern], any(target.strong for target in index.targets[pattern]))
        for pattern, start, end in found
    ]
    every.sort(key=lambda match: (not match.strong, match.start - match.end, match.start))
    taken: list[Match] = []
    busy = bytearray(length)
    for match in every:
        if not any(busy[match.start : match.end]):
            busy[match.start : match.end] = b"\x01" * (match.end - match.start)
            taken.append(match)
    return sorted(taken, key=lambda match: match.start)


def _take(
    index: Index, reading: Reading, text: str, before: Match | None, match: Match, following: Match | None
) -> bool:
    """Judge one match and add what it says; return True when a name right after it stands in its context."""
    kinds = {target.kind for target in match.targets}
    if "foreign" in kinds or "above" in kinds:
        return True
    place = _standing(text, before, match)
    if place == "foreign":
        reading.loose |= _villages(match) if match.strong else set()
        return False
    whole = match.end - match.start == len(text)
    targets = _meant(index, text, before if place == "after" else None, match, following, whole=whole)
    if not targets:
        return False
    if place == "inside":
        reading.loose |= {target.code for target in targets if target.kind in ("village", "place")}
        return False
    _add(index, reading, text, match, targets)
    return True


def _standing(text: str, before: Match | None, match: Match) -> str:
    """Return how a match stands: "start" of a name, right "after" ours, "inside" a longer word, or after a "foreign" place."""
    if match.start == 0:
        return "start"
    if before and before.end == match.start:
        return "foreign" if any(target.kind == "foreign" for target in before.targets) else "after"
    if text.endswith(_ADMIN, 0, match.start):
        return "start" if _OURS.search(text, max(0, match.start - 4), match.start) else "foreign"
    last = text[match.start - 1]
    if not last.isalpha() or last.isascii() or last in _OPENERS:
        return "start"
    long = match.strong and match.end - match.start >= names.LONG and last not in _PREFIXES
    return "start" if long else "inside"


def _meant(
    index: Index, text: str, before: Match | None, match: Match, following: Match | None, *, whole: bool
) -> list[Target]:
    """Return the targets that the surroundings allow."""
    strong = [target for target in match.targets if target.strong]
    if strong or whole:
        return strong or list(match.targets)
    if before and (chosen := _after(index, before, match)):
        return chosen
    if _TAIL.match(text, match.end):
        return [target for target in match.targets if target.kind in ("village", "place")]
    if following and following.start == match.end:
        below = {code for target in following.targets for code in _chain(index, target.code)[1:]}
        return [target for target in match.targets if target.kind in _UPPER and target.code in below]
    return []


def _after(index: Index, before: Match, match: Match) -> list[Target]:
    """Return the weak targets that lie in a place named right before: first the divisions, then places of that village."""
    inside = {target.code for target in before.targets}
    chosen = [target for target in match.targets if inside & set(_chain(index, target.code)[1:])]
    if chosen:
        return _narrow(chosen)
    return [target for target in match.targets if target.kind == "place" and target.code in inside]


def _narrow(targets: list[Target]) -> list[Target]:
    """Of a township and its village of the same name keep the township: the village is not certain."""
    townships = [target for target in targets if target.kind == "township"]
    return townships or targets


def _chain(index: Index, code: str) -> list[str]:
    """Return a division's code and the codes above it up to the province."""
    chain = []
    known = index.divisions.get(code)
    while known:
        chain.append(known.code)
        known = index.divisions.get(known.parent or "")
    return chain


def _villages(match: Match) -> set[str]:
    return {target.code for target in match.targets if target.kind in ("village", "place")}


def _add(index: Index, reading: Reading, text: str, match: Match, targets: list[Target]) -> None:
    """Add a certain mention to the reading, with the grid it points to."""
    townships = {target.code for target in targets if target.kind == "township"}
    villages = {target.code for target in targets if target.kind in ("village", "place")}
    if townships:
        # A name of both a township and a village (平湖) says for certain only the township.
        reading.townships |= townships
        reading.words.append(text[match.start : match.end])
        return
    if not villages:
        return
    reading.firm.append(frozenset(villages))
    reading.words.append(text[match.start : match.end])
    reading.by_place = reading.by_place or all(target.kind == "place" for target in targets)
    for target in targets:
        if target.kind == "place":
            reading.grids.setdefault(target.code, set()).add(target.grid_id)
    number = names.group_number(text[match.end : match.end + 8])
    if number is not None:
        for village in villages:
            if (village, number) in index.groups:
                reading.grids.setdefault(village, set()).add(index.groups[village, number])
