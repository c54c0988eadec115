"""Where a text is about: a ranked list of places with the words that tell, and whether one of them is certain.

``find`` is the one reader of places in texts; screens, the API, imports and other rooms ask it, directly or through ``locate``.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from minfu.places import index as indexes
from minfu.places import matching, names, roles
from minfu.places.index import Index
from minfu.places.matching import Phrase, Standing, above
from minfu.places.roles import Part

#: Characters of a text that are read; places stand early, and a text may have 100,000.
READ = 3000
#: Digits of a township's code and of a village's.
TOWNSHIP, VILLAGE = 9, 12
#: Phrases that are weighed; a text that names more is a list, not a report.
MOST_PHRASES = 60


class Why(StrEnum):
    """What a text turned out to be, as far as places go."""

    ONE = "one"
    SAME_NAME = "same_name"
    SEVERAL = "several"
    CONTRADICTION = "contradiction"
    TOWNSHIP = "township"
    TOWNSHIPS = "townships"
    MAYBE = "maybe"
    CODED = "coded"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Guess:
    """A place a text may be about.

    ``code``: 12 digits, a village or a township; ``grid_id`` when the text tells the grid; ``confidence`` from 0 to 1;
    ``words``: what in the text speaks for it, in matching form (Simplified).
    """

    code: str
    grid_id: int | None
    confidence: float
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """What a text says about its place.

    ``guesses``: best first; ``sure``: the first is a village and nobody has to look; ``township``: the one township that is
    certain, "" if none; ``words``: all that was read as a name; ``by_place``: only a place of the gazetteer told the village.
    """

    guesses: tuple[Guess, ...]
    sure: bool
    why: Why
    township: str = ""
    words: tuple[str, ...] = ()
    by_place: bool = False

    @property
    def best(self) -> Guess | None:
        """Return the first guess, None if there is none."""
        return self.guesses[0] if self.guesses else None


def find(
    text: str,
    *,
    near: str = "",
    own: str = "",
    grid: int | None = None,
    most: int = 5,
    index: Index | None = None,
) -> Found:
    """Return where ``text`` is about, best first; never a silent guess: ``sure`` is False when a person has to be asked.

    ``near``: code of the division whose desk or worker writes (6 to 12 digits, "" for none): it settles names that several
    townships have, and is ``own`` if it is a village. ``own``: the village (12 digits) that "our village" means; ``grid``: the
    id of the reporter's grid, which tells ``own`` and ``near`` by itself. ``most``: guesses at most. ``index``: another than
    that of the county served.
    Any text is fine (Simplified or Traditional, empty, 100,000 characters): no error, bounded time (the first 3,000 are read).
    """
    known = index or indexes.current()
    reporter = known.grids.get(grid) if grid is not None else None
    own = own or (
        reporter.village if reporter else near if len(near) == VILLAGE and near[TOWNSHIP:] != "000" else ""
    )
    said = names.key(text[:READ])
    if matching.CODED.search(said):
        return Found((), sure=False, why=Why.CODED)
    reading = _Weighing(known, said, near=(near or own)[:TOWNSHIP], own=own)
    found = reading.found(most)
    if (
        reporter
        and found.sure
        and found.guesses[0].grid_id is None
        and found.guesses[0].code == reporter.village
    ):
        found = replace(found, guesses=(replace(found.guesses[0], grid_id=reporter.id), *found.guesses[1:]))
    return found


# --- weighing ------------------------------------------------------------------------------------------------------

#: How much a part says about where it happened, and how much it counts how a name stands.
_PARTS = {
    Part.LABELLED: 1.0,
    Part.SCENE: 0.92,
    Part.PASSED: 0.8,
    Part.HOME: 0.55,
    Part.OFFICE: 0.5,
    Part.NEAR: 0.4,
    Part.ELSEWHERE: 0.25,
}
_STANDINGS = {
    Standing.FIRM: 1.0,
    Standing.LOOSE: 0.62,
    Standing.SOUND: 0.5,
    Standing.FAINT: 0.4,
    Standing.INSIDE: 0.3,
    Standing.FOREIGN: 0.12,
}
#: Confidence of a certain place by what settles it.
_TOWNSHIP_TOO, _ALONE, _BY_PLACE, _AT_HOME, _BY_DESK = 0.95, 0.9, 0.85, 0.85, 0.82
#: A village that is less likely comes after the township that is certain; a guess below the second is none.
_LIKELY, _LEAST = 0.45, 0.02
_WORTH_ASKING = (Standing.LOOSE, Standing.SOUND)


@dataclass(slots=True)
class _Weighed:
    """A phrase with its part in the text, the villages that fit what else is known, and whether that settles them."""

    phrase: Phrase
    part: Part
    villages: frozenset[str]
    first: str = ""
    by_desk: bool = False

    @property
    def score(self) -> float:
        return _PARTS[self.part] * _STANDINGS[self.phrase.standing]

    @property
    def is_firm(self) -> bool:
        return self.phrase.standing is Standing.FIRM


class _Weighing:
    """Weighs what a text names."""

    def __init__(self, index: Index, text: str, *, near: str, own: str):
        self.index, self.text, self.near = index, text, near
        self.own = own if own in index.divisions else ""
        phrases = matching.phrases(index, text)[:MOST_PHRASES]
        if text and not any(
            one.villages and one.standing in (Standing.FIRM, Standing.LOOSE) for one in phrases
        ):
            phrases = self._with_sounds(phrases)
        parted = [(one, roles.part(text, one.start, one.end)) for one in phrases]
        parted = [(one, part) for one, part in parted if part is not Part.DENIED]
        self._leave_foreign([one for one, _part in parted])
        self.phrases = [one for one, _part in parted]
        self.townships = self._townships(parted, Part.PASSED)
        self.any_townships = self._townships(parted, Part.OFFICE)
        if not self.townships and not any(one.villages for one in self.phrases):
            self.townships = self.any_townships
        self.weighed = [self._weigh(one, part) for one, part in parted if one.villages]
        self._add_own()

    def _with_sounds(self, phrases: list[Phrase]) -> list[Phrase]:
        """Return the phrases with those that only sound like a name of ours, where nothing better stands."""
        heard = matching.phrases_by_sound(self.index, self.text)
        told = [
            one
            for one in phrases
            if not any(one.start < other.end and one.end > other.start for other in heard)
        ]
        return sorted([*told, *heard][:MOST_PHRASES], key=lambda one: one.start)

    @staticmethod
    def _leave_foreign(phrases: Sequence[Phrase]) -> None:
        """Let a name that is said to lie elsewhere (金石镇大桥村) lie there wherever the text comes back to it."""
        foreign = {names.base(one.words[-1]) for one in phrases if one.standing is Standing.FOREIGN}
        for one in phrases:
            if not one.townships and names.base(one.words[-1]) in foreign:
                one.standing = Standing.FOREIGN

    @staticmethod
    def _townships(parted: Iterable[tuple[Phrase, Part]], least: Part) -> set[str]:
        """Return the townships named for certain by phrases that play at least a part."""
        found: set[str] = set()
        for one, part in parted:
            if part >= least and one.standing in (Standing.FIRM, Standing.LOOSE, Standing.SOUND):
                found |= one.townships
        return found

    def _weigh(self, phrase: Phrase, part: Part) -> _Weighed:
        """Return a phrase with the villages that fit: of one name those in a township named, else those near."""
        if len(phrase.villages) == 1:
            return _Weighed(phrase, part, phrase.villages)
        for townships in (phrase.townships, self.townships):
            fitting = self._within(phrase.villages, townships)
            if len(fitting) == 1:
                return _Weighed(phrase, part, fitting)
        at_desk = self._within(
            phrase.villages, {self.near.ljust(VILLAGE, "0")} if len(self.near) >= TOWNSHIP else ()
        )
        if len(at_desk) == 1 and not self.townships:
            return _Weighed(phrase, part, at_desk, by_desk=True)
        likelier = at_desk or self._within(phrase.villages, self.any_townships)
        return _Weighed(phrase, part, phrase.villages, first=min(likelier, default=""))

    def _within(self, villages: Iterable[str], townships: Iterable[str]) -> frozenset[str]:
        return frozenset(code for code in villages if above(self.index, code) in townships)

    def _add_own(self) -> None:
        """Let "our village" stand for the one the writer names as theirs, else for the reporter's."""
        every = roles.OURS.finditer(self.text)
        free = (
            one
            for one in every
            if not any(one.start() < other.end and one.end() > other.start for other in self.phrases)
        )
        found = next(free, None)
        if found is None:
            return
        part = roles.part(self.text, found.start(), found.end())
        part = Part.SCENE if part is Part.HOME else part
        homes = {
            code for one in self.weighed if one.part is Part.HOME and one.is_firm for code in one.villages
        }
        own = next(iter(homes)) if len(homes) == 1 else self.own if not homes else ""
        if own and part is not Part.DENIED:
            phrase = Phrase(found.start(), found.end(), Standing.FIRM, words=[found[0]])
            self.phrases.append(phrase)
            self.weighed.append(_Weighed(phrase, part, frozenset({own})))

    # --- the answer ---

    def found(self, most: int) -> Found:
        """Return the answer."""
        words = tuple(dict.fromkeys(word for one in self.phrases for word in one.words))
        village, deciding = self._certain()
        scores = self._scores()
        if village:
            guess = Guess(
                village, self._grid(village), self._confidence(village, deciding), self._words(village)
            )
            others = [one for one in self._guesses(scores) if one.code != village]
            by_place = all(one.phrase.by_place for one in deciding)
            return Found(
                (guess, *others)[:most],
                sure=True,
                why=Why.ONE,
                township=above(self.index, village),
                words=words,
                by_place=by_place,
            )
        return self._ask(self._guesses(scores), deciding, words, most)

    def _certain(self) -> tuple[str, list[_Weighed]]:
        """Return the one village that all that decides agrees on ("" for none), and the phrases that decide."""
        firm = [one for one in self.weighed if one.is_firm and one.part not in (Part.NEAR, Part.ELSEWHERE)]
        level = max((one.part for one in firm), default=Part.DENIED)
        deciding = [
            one for one in firm if one.part is level or (level is Part.HOME and one.part is Part.OFFICE)
        ]
        if not deciding:
            return "", []
        common = frozenset.intersection(*(one.villages for one in deciding))
        fitting = self._within(common, self.townships) if self.townships else common
        doubted = any(
            one.phrase.standing in _WORTH_ASKING and one.part >= level and not one.villages & common
            for one in self.weighed
        )
        if len(fitting) == 1 and len(common) == 1 and not doubted:
            return next(iter(fitting)), deciding
        return "", deciding

    def _confidence(self, village: str, deciding: Sequence[_Weighed]) -> float:
        if above(self.index, village) in self.townships:
            return _TOWNSHIP_TOO
        if any(one.by_desk for one in deciding):
            return _BY_DESK
        if all(one.part <= Part.HOME for one in deciding):
            return _AT_HOME
        return _BY_PLACE if all(one.phrase.by_place for one in deciding) else _ALONE

    def _scores(self) -> dict[str, float]:
        """Return how much speaks for each village."""
        scores: dict[str, float] = defaultdict(float)
        for one in self.weighed:
            for code in one.villages:
                score = one.score * (1.02 if code == one.first else 1.0)
                if self.townships and not one.is_firm:
                    score *= 1.1 if above(self.index, code) in self.townships else 0.5
                scores[code] = max(scores[code], score) + 0.001 * (code in scores)
        return scores

    def _guesses(self, scores: dict[str, float]) -> list[Guess]:
        """Return villages and townships, best first; a confidence is shared among those that compete."""
        every = dict(scores)
        best = max(scores.values(), default=0.0)
        for code in self.townships:
            # A village that is only perhaps meant comes after the township that certainly is.
            every[code] = 0.9 * best if best >= _LIKELY else 0.6
        faint = {code for one in self.phrases for code in one.townships}
        for code in (self.any_townships | faint) - self.townships:
            below = [score for one, score in scores.items() if above(self.index, one) == code]
            every[code] = min(0.3, 0.9 * max(below, default=1.0))
        total = sum(scores.values()) or 1.0
        guesses = [
            Guess(
                code,
                self._grid(code),
                round(min(score, 0.92) * (score / total if code in scores else 1.0), 3),
                self._words(code),
            )
            for code, score in every.items()
            if score >= _LEAST
        ]
        return sorted(guesses, key=lambda guess: (-every[guess.code], guess.code))

    def _ask(
        self, guesses: list[Guess], deciding: Sequence[_Weighed], words: tuple[str, ...], most: int
    ) -> Found:
        """Return the answer that leaves it to a person, and why."""
        only = next(iter(self.townships)) if len(self.townships) == 1 else ""
        named = {code for one in deciding for code in one.villages}
        if named:
            common = frozenset.intersection(*(one.villages for one in deciding))
            why = Why.SAME_NAME if len(common) > 1 else Why.SEVERAL
            if only and all(above(self.index, code) != only for code in named):
                why, only = Why.CONTRADICTION, ""
            elif not only or why is Why.SAME_NAME:
                shared = {above(self.index, code) for code in named}
                only = shared.pop() if len(shared) == 1 else ""
        else:
            why = (
                Why.TOWNSHIP
                if only
                else Why.TOWNSHIPS
                if self.townships
                else Why.MAYBE
                if guesses
                else Why.NOTHING
            )
        return Found(tuple(guesses[:most]), sure=False, why=why, township=only, words=words)

    def _grid(self, village: str) -> int | None:
        """Return the grid that places, groups and names of grids in the text tell; None when they tell none or several."""
        told = {grid for one in self.weighed for grid in one.phrase.grids.get(village, ())}
        if not told:
            told = {id_ for name, id_ in self.index.grid_names.get(village, ()) if name in self.text}
        return next(iter(told)) if len(told) == 1 else None

    def _words(self, code: str) -> tuple[str, ...]:
        """Return the words that speak for a division."""
        speaking = [one.phrase.words for one in self.weighed if code in one.villages]
        speaking += [one.words for one in self.phrases if code in one.townships and not speaking]
        return tuple(dict.fromkeys(word for words in speaking for word in words))
