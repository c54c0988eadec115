"""How well topics are found: messages replayed in the order of time, against what people listed (``minfu evaluate topics``)."""

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from minfu.language import likeness
from minfu.language.heat import FEWEST, WINDOW, heat
from minfu.language.topics import Stream

#: A topic larger than this that is not one matter only chains.
LARGE = 80


@dataclass(frozen=True)
class Message:
    """One message of the stream; ``who`` tells people apart."""

    id: int
    who: str
    at: datetime
    text: str


@dataclass
class Hot:
    """The hottest moment of a topic: how many people, and which messages of the last thirty days."""

    topic: int
    heat: float = 0.0
    people: int = 0
    messages: tuple[int, ...] = ()


@dataclass
class Replayed:
    """What was found: the topics at the end, the hottest moment of each, milliseconds a message."""

    topics: Mapping[int, Sequence[int]]
    hot: Sequence[Hot]
    mean_ms: float
    slowest_ms: float


@dataclass(frozen=True)
class Against:
    """A topic that people listed against the one found: how much of it was found, how much of what was found is listed."""

    name: str
    wanted: int
    found: int
    size: int
    listed: int

    @property
    def recall(self) -> float:
        """Return the share of what several people listed that was found."""
        return self.found / max(self.wanted, 1)

    @property
    def precision(self) -> float:
        """Return the share of the topic that anybody listed."""
        return self.listed / max(self.size, 1)


@dataclass
class _Replay:
    messages: Mapping[int, Message]
    stream: Stream = field(default_factory=Stream)
    hot: dict[int, Hot] = field(default_factory=dict)

    def add(self, one: Message) -> None:
        placed = self.stream.add(one.id, likeness.marks(one.text))
        for topic in {placed.topic, *placed.changed.values()}:
            self._warm(topic, one.at)

    def _warm(self, topic: int, now: datetime) -> None:
        """Look whether a topic is hotter now than ever."""
        window = [key for key in self.stream.members(topic) if self.messages[key].at >= now - WINDOW]
        people = len({self.messages[key].who for key in window})
        known = self.hot.setdefault(topic, Hot(topic))
        if people >= FEWEST and people > known.heat:  # it is never hotter than its people
            warmth = heat(people, self.stream.cohesion(window))
            if warmth > known.heat:
                self.hot[topic] = Hot(topic, warmth, people, tuple(window))


def replay(messages: Sequence[Message]) -> Replayed:
    """Let messages come in one by one in the order of time, starting cold."""
    inorder = sorted(messages, key=lambda one: (one.at, one.id))
    run = _Replay({one.id: one for one in inorder})
    slowest, begun = 0.0, time.perf_counter()
    for one in inorder:
        before = time.perf_counter()
        run.add(one)
        slowest = max(slowest, time.perf_counter() - before)
    mean = (time.perf_counter() - begun) / max(len(inorder), 1)
    topics = {topic: run.stream.members(topic) for topic in run.stream.topics()}
    there = (one for one in run.hot.values() if one.topic in topics)
    hot = sorted(there, key=lambda one: (-one.heat, -one.topic))
    return Replayed(topics, hot, 1000 * mean, 1000 * slowest)


def against(found: Replayed, listed: Mapping[str, Mapping[int, int]]) -> list[Against]:
    """Compare with what people listed: by name of the topic, in how many lists each message stands.

    Wanted is what stands in two lists or more; of the topics found the one that holds most of it is compared.
    """
    topic_of = {key: topic for topic, keys in found.topics.items() for key in keys}
    out = []
    for name, lists in listed.items():
        wanted = {key for key, times in lists.items() if times > 1 and key in topic_of}
        if not wanted:
            out.append(Against(name, 0, 0, 0, 0))
            continue
        topic, _times = Counter(topic_of[key] for key in sorted(wanted)).most_common(1)[0]
        members = set(found.topics[topic])
        out.append(
            Against(name, len(wanted), len(wanted & members), len(members), len(members & lists.keys()))
        )
    return out
