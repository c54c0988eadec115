"""How well places are read: measured on made-up phrases whose right answer is known. Used by ``minfu evaluate place``."""

import random
import re
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from minfu.places import finding, matching, names
from minfu.places.codes import base_name, place_name
from minfu.places.finding import Found
from minfu.places.invented import World
from minfu.places.phrases import Phrase

#: Where nothing of ours is named, a guess below this confidence is no answer.
SILENCE = 0.5


@dataclass
class Tally:
    """What was counted of one kind of phrases, or of all."""

    phrases: int = 0
    right: int = 0
    sure: int = 0
    wrong_though_sure: int = 0
    #: The grid the phrase told, and how often it was found.
    grids: int = 0
    right_grids: int = 0
    failures: list[tuple[Phrase, Found]] = field(default_factory=list)

    @property
    def share_right(self) -> float:
        """Return the share that is right at the first place."""
        return self.right / max(self.phrases, 1)

    @property
    def share_wrong_though_sure(self) -> float:
        """Return the share that is wrong although the answer says it is certain."""
        return self.wrong_though_sure / max(self.phrases, 1)

    def add(self, phrase: Phrase, found: Found) -> None:
        """Count one answer."""
        good, wrong = is_right(phrase, found), is_wrong_though_sure(phrase, found)
        self.phrases += 1
        self.right += good
        self.sure += found.sure
        self.wrong_though_sure += wrong
        if phrase.place_grid is not None:
            self.grids += 1
            self.right_grids += bool(good and found.best and found.best.grid_id == phrase.place_grid)
        if not good or wrong:
            self.failures.append((phrase, found))


def ask(made: World, phrase: Phrase) -> Found:
    """Return what is read in a phrase."""
    return finding.find(phrase.text, near=phrase.near, grid=phrase.grid, index=made.index)


def is_right(phrase: Phrase, found: Found) -> bool:
    """Tell whether the first place is right.

    One answer: it comes first. Several that fit: one of them comes first and nothing is sure. None of ours: nothing is
    answered with any confidence.
    """
    best = found.best
    if not phrase.right:
        return not found.sure and (best is None or best.confidence < SILENCE)
    return best is not None and best.code in phrase.right and not (phrase.asked and found.sure)


def is_wrong_though_sure(phrase: Phrase, found: Found) -> bool:
    """Tell whether a certain answer is not the right one, or there was none to give."""
    return found.sure and (phrase.asked or found.guesses[0].code not in phrase.right)


def measured(made: World, phrases: Iterable[Phrase]) -> dict[str, Tally]:
    """Return what was counted by kind of phrase, in the order in which the kinds come up."""
    tallies: dict[str, Tally] = defaultdict(Tally)
    for phrase in phrases:
        tallies[phrase.kind].add(phrase, ask(made, phrase))
    return dict(tallies)


def together(tallies: Iterable[Tally]) -> Tally:
    """Return the sum of tallies."""
    whole = Tally()
    for one in tallies:
        for name in ("phrases", "right", "sure", "wrong_though_sure", "grids", "right_grids", "failures"):
            setattr(whole, name, getattr(whole, name) + getattr(one, name))
    return whole


#: A place behind a code in an anonymised text: A市, A3区, K7县.
_CODE = re.compile(r"[A-Za-z][0-9]{0,3}(?:市|县|区)(?![0-9])")


def carried(made: World, texts: Iterable[str], seed: int) -> Iterator[Phrase]:
    """Yield texts that other people wrote, the one coded place in each (A3区) replaced by a village of ours.

    Only texts that name one coded place, however often, and are not coded otherwise. What they name besides is elsewhere.
    """
    chance = random.Random(seed)  # noqa: S311 - a reproducible test, no secret
    for text in texts:
        if len(set(_CODE.findall(text))) != 1 or matching.CODED.search(names.key(_CODE.sub("", text))):
            continue
        village = chance.choice(made.villages)
        right = frozenset({village.code})
        yield Phrase("换成乡镇和村", _CODE.sub(made.full(village), text), right)
        if not made.is_shared(village):
            yield Phrase("换成村", _CODE.sub(place_name(village.name), text), right)
        base, town = base_name(village.name), made.bare_township(village)
        if base not in made.township_bases:
            yield Phrase("换成都不带后缀", _CODE.sub(town + base, text), right)


def uncoded(texts: Iterable[str]) -> Iterator[Phrase]:
    """Yield texts that other people wrote about other places, without their coded places: none names any of ours."""
    for text in texts:
        yield Phrase("没有本县地名", _CODE.sub("", text), frozenset())


def bare_scan(made: World, texts: Sequence[str]) -> int:
    """Look for every village's name as it stands, without an index: the plain yardstick. Return how many texts have one."""
    plain = [base for one in made.villages for base in {one.name, one.name.removesuffix("委会")}]
    return sum(any(name in text for name in plain) for text in texts)


def seconds(work: Callable[[], object], rounds: int = 3) -> float:
    """Return the seconds of one core's time that ``work()`` takes, in the best of some rounds."""
    best = float("inf")
    for _round in range(rounds):
        before = time.process_time()
        work()
        best = min(best, time.process_time() - before)
    return best
