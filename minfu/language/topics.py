"""Texts that tell of one matter, found while they come in: strictly in the order of time, nothing known of the future.

Pure NumPy. Memory and time for one text are bounded, however many came before: the newest ``HELD`` texts are remembered, and
of a run of characters the newest ``SLOTS`` texts that hold it.
"""

from bisect import insort
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from minfu.language.heat import oneness
from minfu.language.likeness import BITS, KEPT, Floats, Marks, Rarity
from minfu.language.named import EACH, strangers

#: Texts remembered; texts found again by each run, and for how many different runs (some share a place).
HELD, SLOTS, PLACES = 16_384, 32, 1 << 16
#: Texts compared with a new one.
COMPARED = 60
#: A text joins where it is so alike (half the best, half the mean of the best three).
BAR, BEST = 0.30, 3
#: Two topics become one when the mean likeness of *all* pairs across reaches this; a single link never joins them.
JOINED = 0.17
#: Topics that may become one with the text's; earlier texts that may come over to it, and how alike they must be to it.
NEAR_TOPICS, NEAR_TEXTS, NEAR = 3, 10, 0.2
#: By how much a text must fit better elsewhere before it goes there.
BETTER = 0.02
#: Members of a topic that speak for it: the newest.
SPEAKERS, PAIRED = 100, 40
#: Before so many texts nobody knows what is rare: they are remembered, not joined.
FIRST = 250
_TINY = 1e-9
Numbers = NDArray[np.int64]


@dataclass(frozen=True)
class Placed:
    """Where a text went: its topic, and every text whose topic changed (its own included) with the topic it is in now."""

    topic: int
    changed: Mapping[int, int]


@dataclass
class Stream:
    """Topics of texts that come one after the other. A topic is a number; a text alone is a topic of its own."""

    rarity: Rarity = field(default_factory=Rarity)
    first: int = FIRST
    #: Topics that people had a hand in: texts may join them, but the software neither takes from them nor joins them.
    kept: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._next = 0
        self._last_topic = 0
        self._ids = np.zeros((HELD, KEPT), np.int32)
        self._amounts = np.zeros((HELD, KEPT), np.float32)
        self._names = np.zeros((HELD, EACH), np.int32)
        self._key_of = np.zeros(HELD, np.int64)
        self._topic_of = np.full(HELD, -1, np.int64)
        self._slot_of: dict[int, int] = {}
        self._members: dict[int, list[int]] = {}
        self._holders = np.full((PLACES, SLOTS), -1, np.int32)
        self._held = np.zeros(PLACES, np.int64)
        self._pull = np.zeros(1 << BITS, np.float32)

    # --- asking ----------------------------------------------------------------------------------------------------

    def topic_of(self, key: int) -> int | None:
        """Return the topic of a text, None when it is not remembered."""
        slot = self._slot_of.get(key)
        return None if slot is None else int(self._topic_of[slot])

    def members(self, topic: int) -> list[int]:
        """Return the remembered texts of a topic, oldest first."""
        return [int(self._key_of[slot]) for slot in self._members.get(topic, ())]

    def topics(self) -> Iterable[int]:
        """Return the topics there are."""
        return self._members.keys()

    def cohesion(self, keys: Iterable[int]) -> float:
        """Return how much of what these texts say is one thing, from 0 to 1 (``heat.oneness``); 1 for one alone."""
        slots = [self._slot_of[key] for key in keys if key in self._slot_of][-SPEAKERS:]
        if len(slots) <= 1:
            return 1.0
        alike, own = self._with_all(slots)
        return oneness((alike - own) / (len(slots) - 1))

    def central(self, topic: int) -> list[int]:
        """Return the remembered texts of a topic, those most like all the others first: they speak for it."""
        slots = self._members.get(topic, [])[-SPEAKERS:]
        if len(slots) <= 1:
            return [int(self._key_of[slot]) for slot in slots]
        alike, _own = self._with_all(slots)
        return [int(self._key_of[slots[place]]) for place in np.argsort(-alike, kind="stable")]

    # --- coming in -------------------------------------------------------------------------------------------------

    def add(self, key: int, one: Marks) -> Placed:
        """Place a new text among the topics. ``key`` names it; the same text twice is remembered once."""
        if (known := self.topic_of(key)) is not None:
            return Placed(known, {})
        self.rarity.see(one)
        kept = self.rarity.telling(one)
        slot = self._remember(key, kept)
        changed: dict[int, int] = {}
        if self.rarity.texts > self.first:
            self._place(slot, kept, changed)
        if self._topic_of[slot] < 0:
            self._put(slot, self._new_topic(), changed)
        self._post(slot, kept)
        return Placed(int(self._topic_of[slot]), changed)

    def restore(self, key: int, one: Marks, topic: int | None) -> None:
        """Remember a text that was placed before, in the topic it is in (a number of the caller's), None: alone."""
        self.rarity.see(one)
        kept = self.rarity.telling(one)
        slot = self._remember(key, kept)
        if topic is not None:
            self._last_topic = max(self._last_topic, topic)
        self._put(slot, self._new_topic() if topic is None else topic, {})
        self._post(slot, kept)

    def move(self, key: int, topic: int | None) -> int | None:
        """Put a text where people put it (None: alone); return the topic it is in now, None when it is not remembered."""
        slot = self._slot_of.get(key)
        if slot is None:
            return None
        own = int(self._topic_of[slot])
        if own == topic:
            return own
        self._take(slot)
        number = self._new_topic() if topic is None else topic
        self._topic_of[slot] = number
        insort(self._members.setdefault(number, []), slot, key=self._age)
        return number

    def forget(self, key: int) -> None:
        """Forget a text, as if it had never been remembered; what is rare stays as it was learned."""
        slot = self._slot_of.pop(key, None)
        if slot is not None:
            self._take(slot)

    def _new_topic(self) -> int:
        self._last_topic += 1
        return self._last_topic

    def _remember(self, key: int, kept: Marks) -> int:
        slot = self._next % HELD
        self._next += 1
        if self._topic_of[slot] >= 0:
            self._take(slot)
            del self._slot_of[int(self._key_of[slot])]
        count = len(kept)
        self._ids[slot, :count], self._amounts[slot, :count] = kept.ids, kept.amounts
        self._ids[slot, count:], self._amounts[slot, count:] = 0, 0
        self._names[slot] = kept.names
        self._key_of[slot], self._slot_of[key] = key, slot
        return slot

    def _post(self, slot: int, kept: Marks) -> None:
        """Make the text be found by its runs: the oldest found by each makes room."""
        places = np.unique(kept.ids & (PLACES - 1))
        self._holders[places, self._held[places] % SLOTS] = slot
        self._held[places] += 1

    def _take(self, slot: int) -> None:
        """Take a text out of its topic."""
        topic = int(self._topic_of[slot])
        self._members[topic].remove(slot)
        if not self._members[topic]:
            del self._members[topic]
            self.kept.discard(topic)
        self._topic_of[slot] = -1

    def _put(self, slot: int, topic: int, changed: dict[int, int]) -> None:
        self._topic_of[slot] = topic
        members = self._members.setdefault(topic, [])
        members.append(slot)
        changed[int(self._key_of[slot])] = topic

    # --- placing ---------------------------------------------------------------------------------------------------

    def _place(self, slot: int, kept: Marks, changed: dict[int, int]) -> None:
        """Join the topic that fits, if any does; then see what the new text brings together."""
        near, likeness = self._nearest(slot, kept)
        scores = self._scores(near, likeness)
        if not scores or scores[0][0] < BAR:
            return
        topic = scores[0][1]
        self._put(slot, topic, changed)
        self._gather(topic, near[likeness >= NEAR][:NEAR_TEXTS], changed)
        for score, other in scores[1 : NEAR_TOPICS + 1]:
            if score < BAR:
                break
            topic = self._together(topic, other, changed)

    def _nearest(self, slot: int, kept: Marks) -> tuple[Numbers, Floats]:
        """Return the texts most like a new one, best first, with how alike they are."""
        worth = kept.amounts * self.rarity.worth(kept.ids)
        strong = worth > 0
        found = self._holders[kept.ids[strong] & (PLACES - 1)]
        weights = np.repeat(worth[strong] ** 2, SLOTS)
        slots = found.ravel()
        there = slots >= 0
        if not there.any():
            return np.zeros(0, np.int64), np.zeros(0, np.float32)
        candidates, places = np.unique(slots[there], return_inverse=True)
        rough = np.bincount(places, weights[there])
        candidates = candidates[np.argsort(-rough, kind="stable")[: COMPARED + 1]].astype(np.int64)
        candidates = candidates[(candidates != slot) & (self._topic_of[candidates] >= 0)]
        likeness = self._likeness(slot, candidates)
        order = np.argsort(-likeness, kind="stable")
        return candidates[order], likeness[order]

    def _scores(self, near: Numbers, likeness: Floats) -> list[tuple[float, int]]:
        """Return how well each topic fits, best first."""
        by_topic: dict[int, list[float]] = {}
        for topic, one in zip(self._topic_of[near].tolist(), likeness.tolist(), strict=True):
            by_topic.setdefault(topic, []).append(one)
        return sorted(((_score(ones), topic) for topic, ones in by_topic.items()), reverse=True)

    def _gather(self, topic: int, near: Numbers, changed: dict[int, int]) -> None:
        """Let earlier texts come over that fit this topic better than theirs, now that more of it is known."""
        for slot in near.tolist():
            own = int(self._topic_of[slot])
            if own == topic or own in self.kept:
                continue
            here = self._likenesses(slot, self._members[topic])
            there = self._likenesses(slot, [one for one in self._members[own] if one != slot])
            if _score(here) >= BAR and _backing(here) > _backing(there) + BETTER:
                self._take(slot)
                self._put(slot, topic, changed)
                self._members[topic].sort(key=self._age)

    def _together(self, topic: int, other: int, changed: dict[int, int]) -> int:
        """Make one of two topics when all of one is like all of the other; return the topic that stays."""
        if other == topic or other not in self._members or topic in self.kept or other in self.kept:
            return topic
        if self._across(self._members[topic], self._members[other]) < JOINED:
            return topic
        # The larger stays; of two of a size the older.
        stays, goes = sorted((topic, other), key=lambda one: (-len(self._members[one]), one))
        for slot in list(self._members[goes]):
            self._take(slot)
            self._put(slot, stays, changed)
        self._members[stays].sort(key=self._age)
        return stays

    def _age(self, slot: int) -> int:
        """Return a number that is larger for later texts."""
        return (slot - self._next) % HELD

    # --- likeness of what is remembered ----------------------------------------------------------------------------

    def _units(self, slots: Numbers, *, every: bool = False) -> tuple[NDArray[np.int32], Floats]:
        """Return the runs of texts and their weights, each text of length one.

        ``every``: also the runs no other text holds. They say that a text tells of more than a name it shares.
        """
        ids = self._ids[slots]
        weights = self._amounts[slots] * (self.rarity.promise(ids) if every else self.rarity.worth(ids))
        return ids, weights / (np.sqrt((weights * weights).sum(axis=1, keepdims=True)) + _TINY)

    def _with_all(self, slots: list[int]) -> tuple[Floats, Floats]:
        """Return how alike each text is to all of these together, and to itself: runs no other text holds count, too."""
        ids, unit = self._units(np.asarray(slots), every=True)
        np.add.at(self._pull, ids, unit)
        alike = (unit * self._pull[ids]).sum(axis=1)
        self._pull[ids] = 0
        return alike * (1 - self._strangers(slots, slots).mean(axis=1)), (unit * unit).sum(axis=1)

    def _likeness(self, slot: int, others: Numbers) -> Floats:
        """Return how alike a text is to others (cosine)."""
        own, unit = self._units(np.asarray([slot]))
        self._pull[own[0]] = unit[0]
        ids, units = self._units(others)
        found = (units * self._pull[ids]).sum(axis=1)
        self._pull[own[0]] = 0
        found[self._strangers([slot], others)[0]] = 0
        return np.asarray(found, np.float32)

    def _likenesses(self, slot: int, members: list[int]) -> list[float]:
        """Return how alike a text is to members of a topic, best first; nothing where there are none."""
        found = self._likeness(slot, np.asarray(members[-SPEAKERS:], np.int64))
        return [float(one) for one in np.sort(found)[::-1]]

    def _across(self, some: list[int], others: list[int]) -> float:
        """Return the mean likeness of all pairs of one with one of the others."""
        first, units = self._units(np.asarray(some[-PAIRED:]))
        np.add.at(self._pull, first, units)
        second, other_units = self._units(np.asarray(others[-PAIRED:]))
        total = float((other_units * self._pull[second]).sum())
        self._pull[first] = 0
        same = 1 - float(self._strangers(some[-PAIRED:], others[-PAIRED:]).mean())
        return same * total / (len(first) * len(second))

    def _strangers(self, some: Numbers | list[int], others: Numbers | list[int]) -> NDArray[np.bool_]:
        """Return which pairs name different things in their titles: however alike they are, they are not one matter."""
        return strangers((self._names[some], self._ids[some]), (self._names[others], self._ids[others]))


def _score(likeness: list[float]) -> float:
    """Return how well a text fits a topic, from its likeness to members, best first."""
    best = likeness[:BEST]
    return (likeness[0] + sum(best) / len(best)) / 2


def _backing(likeness: list[float]) -> float:
    """Return how much speaks for a topic, from the likeness to its members, best first: three texts say more than one."""
    best = likeness[:BEST]
    return (best[0] + sum(best) / BEST) / 2 if best else 0.0
