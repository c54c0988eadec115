"""Finds names of places in a text and puts together those that stand together. Pure: works on the index alone.

A name counts when it stands where a name can stand: a strong one (with 村, 社区, 镇 …) at a boundary or right after a place
that is ours, a weak one (without) right after a place that is ours, before a group number, as the whole text, or, as a
guess, where people speak of a place (际头那边的路灯). What stands together (凤埔乡际头村祠堂) is one ``Phrase``.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from minfu.places import cues, names
from minfu.places.index import Index
from minfu.places.names import Target
from minfu.places.vocabulary import Vocabulary

#: Anonymised texts (A市, B3区, K7县) speak of places nobody can look up.
CODED = re.compile(r"(?<![a-z])[a-z][0-9]{0,3}(?:市|县|区|镇|乡|街道)")
_OPENERS, _PREFIXES, _ACROSS = cues.letters("openers"), cues.letters("prefixes"), cues.letters("across")
_BEFORE, _OURS = cues.before("before"), cues.before("ours_above")
_TAIL, _LONGER, _ABOUT = cues.after("part_of_village"), cues.after("longer"), cues.after("about")
_WORDLIKE, _WORDS = cues.after("wordlike"), cues.letters("words")
_ADMIN = ("省", "市", "县", "区", "旗", "州", "镇", "乡", "街道", "苏木")
#: What may stand between names that belong together.
_GAP = re.compile(r"[的,，、·.:/(\-—\n]{0,2}")
#: Behind a foreign place less: after a comma something else begins.
_FOREIGN_GAP = re.compile(r"(?:境内)?的?")
_UPPER = ("township", "county")


class Standing(StrEnum):
    """How surely a name in a text is that place's, from the surest down."""

    FIRM = "firm"
    LOOSE = "loose"
    SOUND = "sound"
    FAINT = "faint"
    INSIDE = "inside"
    FOREIGN = "foreign"
    NOTHING = ""


@dataclass(frozen=True, slots=True)
class Match:
    """A name found at ``start``–``end`` of the text and what it may stand for."""

    start: int
    end: int
    targets: tuple[Target, ...]
    strong: bool
    doubtful: bool = False


@dataclass(slots=True)
class Phrase:
    """Names that stand together: the townships they name and the villages they may mean (none: only a township).

    ``grids``: village → grids that a place, a group or a grid's own name tells. ``places``: as far as a place of the gazetteer
    was named, not only a division.
    """

    start: int
    end: int
    standing: Standing
    townships: frozenset[str] = frozenset()
    villages: frozenset[str] = frozenset()
    grids: dict[str, set[int | None]] = field(default_factory=dict)
    by_place: bool = False
    words: list[str] = field(default_factory=list)


def phrases(index: Index, text: str) -> list[Phrase]:
    """Return what a text in matching form (``names.key``) names, in its order."""
    return _read(index, index.words, text, text)


def phrases_by_sound(index: Index, text: str) -> list[Phrase]:
    """Return what a text names when only the sound of its characters counts; villages are never firm."""
    found = _read(index, index.sounds, text, text.translate(names.sounds()))
    stand = [one for one in found if one.villages and one.standing in (Standing.FIRM, Standing.LOOSE)]
    for phrase in stand:
        phrase.standing = Standing.SOUND
    return stand


def _read(index: Index, vocabulary: Vocabulary, text: str, seen: str) -> list[Phrase]:
    """Return the phrases of ``text``, whose names stand in ``seen`` (the text itself, or its sounds, place by place)."""
    matches = _select(vocabulary, seen)
    reader = _Reader(index, text, sounded=seen is not text)
    for position, match in enumerate(matches):
        reader.take(match, matches[position + 1] if position + 1 < len(matches) else None)
    return reader.phrases


def _select(vocabulary: Vocabulary, seen: str) -> list[Match]:
    """Return non-overlapping matches in order of the text: strong before weak, long before short."""
    every = [
        Match(start, end, targets, any(target.strong for target in targets))
        for pattern, start, end in vocabulary.find(seen)
        for targets in (vocabulary.targets[pattern],)
    ]
    spans = {(match.start, match.end): match for match in every}
    every = [
        one
        for one in every
        if seen[max(0, one.start - 1) : one.start + 1] not in _ACROSS or (one.start + 1, one.end) not in spans
    ]
    every.sort(key=lambda match: (not match.strong, match.start - match.end, match.start))
    every = [read for match in every if (read := _or_else(match, spans))]
    taken: list[Match] = []
    busy = bytearray(len(seen))
    for match in every:
        if not any(busy[match.start : match.end]):
            busy[match.start : match.end] = b"\x01" * (match.end - match.start)
            taken.append(match)
    return sorted(taken, key=lambda match: match.start)


def _or_else(match: Match, spans: dict[tuple[int, int], Match]) -> Match | None:
    """Return a match with its other reading, if it has one: 凤都村|尾 is 凤都|村尾 too, for there is a 村尾村 in 凤都镇.

    None when the other is the better one: 凤埔乡 is not called 凤埔镇, so that 凤埔镇边 is 凤埔|镇边.
    """
    town = spans.get((match.start, match.end - 1)) if match.strong else None
    other = spans.get((match.end - 1, match.end + 1)) if town else None
    if not town or not other:
        return match
    above_it = {target.code[:9] for target in town.targets if target.kind == "township"}
    inside = tuple(one for one in other.targets if one.kind == "village" and one.code[:9] in above_it)
    if not inside:
        return match
    if all(target.odd for target in match.targets):
        return None
    return Match(match.start, match.end, (*match.targets, *inside), strong=True, doubtful=True)


def chain(index: Index, code: str) -> Iterable[str]:
    """Yield a division's code and the codes above it up to the province."""
    known = index.divisions.get(code)
    while known:
        yield known.code
        known = index.divisions.get(known.parent or "")


def above(index: Index, code: str) -> str:
    """Return the code of the division above one."""
    known = index.divisions.get(code)
    return (known.parent or "") if known else ""


class _Reader:
    """Goes through a text's names from left to right. ``before`` is the last name that gave a context."""

    def __init__(self, index: Index, text: str, *, sounded: bool):
        self.index, self.text, self.sounded = index, text, sounded
        self.before: Match | None = None
        self.phrases: list[Phrase] = []

    def take(self, match: Match, following: Match | None) -> None:
        """Judge one match: add it to the phrase it continues, begin another, or leave it."""
        kinds = {target.kind for target in match.targets}
        if "foreign" in kinds or "above" in kinds:
            self.before = match
            return
        context = self._context(match)
        if context == "foreign":
            if match.strong:
                self._begin(match, [*match.targets], Standing.FOREIGN)
            return
        targets, standing = self._meant(match, following, after=context == "ours")
        if standing is Standing.NOTHING:
            return
        if "county" in kinds:
            self.before = match
            return
        self._add(match, targets, standing, joined=context == "ours")
        if standing in (Standing.FIRM, Standing.LOOSE) or (
            "township" in kinds and standing is not Standing.FOREIGN
        ):
            self.before = match

    # --- where a name stands ---

    def _context(self, match: Match) -> str:
        """Return "ours" or "foreign" for a name that follows a place, else ""."""
        before, gap = self.before, ""
        if before is None:
            return ""
        gap = self.text[before.end : match.start]
        if any(target.kind == "foreign" for target in before.targets):
            return "foreign" if _FOREIGN_GAP.fullmatch(gap) else ""
        return "ours" if len(gap) <= 2 and _GAP.fullmatch(gap) else ""  # noqa: PLR2004 - as many as the pattern takes

    def _stands(self, match: Match) -> Standing:
        """Return how a match stands by what is before it."""
        start, text = match.start, self.text
        if start == 0:
            return Standing.FIRM
        if text.endswith(_ADMIN, 0, start):
            ours = _OURS.search(text, max(0, start - 4), start)
            return Standing.FIRM if ours else Standing.FOREIGN
        last = text[start - 1]
        if (
            not last.isalpha()
            or last.isascii()
            or last in _OPENERS
            or _BEFORE.search(text, max(0, start - 4), start)
        ):
            return Standing.FIRM
        # A landmark's name this long says what it means; a village's may be the end of another's (万山|林场生活区).
        places = all(target.kind == "place" for target in match.targets)
        long = match.strong and places and match.end - start >= names.LONG and last not in _PREFIXES
        return Standing.FIRM if long else Standing.INSIDE

    def _meant(self, match: Match, following: Match | None, *, after: bool) -> tuple[list[Target], Standing]:
        """Return the targets the surroundings allow and how surely the name is theirs."""
        standing = Standing.FIRM if after else self._stands(match)
        strong = [target for target in match.targets if target.strong or match.doubtful]
        word = self._may_be_word(match)
        if strong:
            if standing is Standing.FIRM and self._is_doubtful(match, strong, after=after, word=word):
                standing = Standing.LOOSE
            return strong, standing
        return self._weak(match, following, standing, after=after, word=word)

    def _may_be_word(self, match: Match) -> bool:
        """Tell whether a name, without its ending, is one that many villages have, or a word."""
        base = names.base(self.text[match.start : match.end])
        return base in names.common() or base in _WORDS

    def _is_doubtful(self, match: Match, strong: list[Target], *, after: bool, word: bool) -> bool:
        """Tell whether a strong name at a boundary is not certain: a word all the same, or with an ending it does not have."""
        if match.doubtful or (
            all(target.odd and target.kind == "village" for target in strong) and not after
        ):
            return True
        return word and _WORDLIKE.match(self.text, match.end) is not None

    def _weak(
        self, match: Match, following: Match | None, standing: Standing, *, after: bool, word: bool
    ) -> tuple[list[Target], Standing]:
        """Return what a name without its ending means."""
        if match.end - match.start == len(self.text):
            return list(match.targets), Standing.FIRM
        if _TAIL.match(self.text, match.end):
            return [target for target in match.targets if target.kind in ("village", "place")], standing
        if following and following.start == match.end:
            below = {code for target in following.targets for code in chain(self.index, target.code)}
            upper = [target for target in match.targets if target.kind in _UPPER and target.code in below]
            if upper:
                return upper, standing
        longer = _LONGER.match(self.text, match.end) is not None
        about = _ABOUT.match(self.text, match.end) is not None
        if after and self.before and (chosen := self._inside(self.before, match)):
            doubtful = longer or (word and not about) or self._is_faint()
            return chosen, Standing.LOOSE if doubtful else Standing.FIRM
        if self.sounded:
            return [], Standing.NOTHING
        return list(match.targets), self._alone(
            standing, about=about and not longer, longer=longer, word=word
        )

    def _is_faint(self) -> bool:
        """Tell whether what stands before is itself only perhaps a place."""
        return bool(self.phrases) and self.phrases[-1].standing is Standing.FAINT

    @staticmethod
    def _alone(standing: Standing, *, about: bool, longer: bool, word: bool) -> Standing:
        """Return how surely a weak name that nothing supports is a place."""
        if longer or standing is Standing.FOREIGN:
            return Standing.NOTHING
        if standing is Standing.FIRM and about:
            return Standing.FAINT if word else Standing.LOOSE
        return Standing.NOTHING if word or not (about or standing is Standing.FIRM) else Standing.FAINT

    def _inside(self, before: Match, match: Match) -> list[Target]:
        """Return the weak targets that lie in a place named before: first the divisions, then places of that village."""
        inside = {target.code for target in before.targets}
        chosen = [
            target
            for target in match.targets
            if inside & {*chain(self.index, above(self.index, target.code))}
            or (target.kind == "place" and target.code in inside)
        ]
        # Of a township and its village of the same name the township: the village is not certain.
        return [target for target in chosen if target.kind == "township"] or chosen

    # --- what a name adds ---

    def _add(self, match: Match, targets: list[Target], standing: Standing, *, joined: bool) -> None:
        """Let the last phrase go on with a match that belongs to it, or begin another."""
        last = self.phrases[-1] if self.phrases else None
        if (
            joined
            and last
            and self.before
            and last.end == self.before.end
            and self._continues(last, match, targets, standing)
        ):
            return
        self._begin(match, targets, standing)

    def _begin(self, match: Match, targets: list[Target], standing: Standing) -> None:
        phrase = Phrase(match.start, match.end, standing)
        phrase.townships, phrase.villages = self._codes(targets)
        if phrase.townships:
            # A name of both a township and a village (平湖) says for certain only the township.
            phrase.villages = frozenset()
        if phrase.townships or phrase.villages:
            self.phrases.append(phrase)
            self._tell(phrase, match, targets)

    def _continues(self, phrase: Phrase, match: Match, targets: list[Target], standing: Standing) -> bool:
        """Add a match to a phrase; False when it names something else."""
        townships, villages = self._codes(targets)
        if townships:
            if not phrase.villages or not {above(self.index, code) for code in phrase.villages} & townships:
                return False
            phrase.townships = townships
        elif phrase.villages:
            if not phrase.villages & villages:
                return False
            phrase.villages &= villages
        else:
            fitting = frozenset(code for code in villages if above(self.index, code) in phrase.townships)
            if not fitting and standing is not Standing.FIRM:
                return False
            phrase.villages = fitting or villages
            phrase.standing = standing
        self._tell(phrase, match, targets)
        return True

    @staticmethod
    def _codes(targets: list[Target]) -> tuple[frozenset[str], frozenset[str]]:
        """Return the townships and the villages among targets."""
        return (
            frozenset(target.code for target in targets if target.kind == "township"),
            frozenset(target.code for target in targets if target.kind in ("village", "place")),
        )

    def _tell(self, phrase: Phrase, match: Match, targets: list[Target]) -> None:
        """Add a match's words, and the grid that a place or a group after it points to."""
        phrase.end = match.end
        phrase.words.append(self.text[match.start : match.end])
        places = [target for target in targets if target.kind == "place" and target.code in phrase.villages]
        phrase.by_place = phrase.by_place or len(places) == len(targets)
        for target in places:
            phrase.grids.setdefault(target.code, set()).add(target.grid_id)
        number = names.group_number(self.text[match.end : match.end + 8])
        if number is not None:
            for village in phrase.villages:
                if (village, number) in self.index.groups:
                    phrase.grids.setdefault(village, set()).add(self.index.groups[village, number])
