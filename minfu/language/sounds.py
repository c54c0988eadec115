"""Characters by how they are said: what pinyin stands for, and which characters are mistaken for each other. Pure.

``data/readings.csv`` has the characters of GB 2312 under every sound they commonly have, without tones
(``tools/derive_names.py``).
"""

import csv
from collections import defaultdict
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from pathlib import Path

_FILE = Path(__file__).resolve().parent / "data" / "readings.csv"
#: What is typed for sounds that have a ü.
_WRITTEN = {"lue": "lve", "nue": "nve", "lyu": "lv", "nyu": "nv", "lü": "lv", "nü": "nv"}
#: What people say alike, above all in the south, and therefore type for each other: beginnings, then endings.
_BEGINNINGS = (("zh", "z"), ("ch", "c"), ("sh", "s"))
_ENDINGS = (("ing", "in"), ("eng", "en"), ("ang", "an"))
#: Ways to part letters into syllables that are looked at, and the longest syllable.
MOST_WAYS, LONGEST = 4, 6


@lru_cache(maxsize=1)
def _characters() -> dict[str, str]:
    with _FILE.open(encoding="utf-8", newline="") as file:
        return {row["sound"]: row["characters"] for row in csv.DictReader(file)}


@lru_cache(maxsize=1)
def _readings() -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = defaultdict(list)
    for sound, characters in _characters().items():
        for one in characters:
            found[one].append(sound)
    return {one: tuple(sounds) for one, sounds in found.items()}


def readings(character: str) -> tuple[str, ...]:
    """Return the sounds a character commonly has, without tones; none for what is no common character."""
    return _readings().get(character, ())


def said(syllable: str) -> str:
    """Return the characters that are said so; "" for what is no syllable."""
    return _characters().get(_WRITTEN.get(syllable, syllable), "")


def beginning_with(letter: str) -> str:
    """Return the characters whose sound begins with a letter."""
    return _by_letter().get(letter, "")


@lru_cache(maxsize=1)
def _by_letter() -> dict[str, str]:
    found: dict[str, str] = defaultdict(str)
    for sound, characters in _characters().items():
        found[sound[0]] += characters
    return dict(found)


def ways(letters: str) -> list[tuple[str, ...]]:
    """Return how letters can be read as syllables, fewest first: ``xian`` is xian and xi an. None where they cannot."""
    return sorted(islice(_ways(letters), MOST_WAYS), key=len)


def _ways(letters: str) -> Iterator[tuple[str, ...]]:
    if not letters:
        yield ()
    for length in range(min(LONGEST, len(letters)), 0, -1):
        if said(letters[:length]):
            for rest in _ways(letters[length:]):
                yield (_WRITTEN.get(letters[:length], letters[:length]), *rest)


@lru_cache(maxsize=2048)
def alike(syllable: str) -> tuple[str, ...]:
    """Return the syllables that are said like one, itself among them."""
    return tuple(sorted({sound for sound in _characters() if _merged(sound) == _merged(syllable)}))


def _merged(syllable: str) -> str:
    for one, other in _BEGINNINGS:
        if syllable.startswith(one):
            syllable = other + syllable[len(one) :]
    for one, other in _ENDINGS:
        if syllable.endswith(one):
            return syllable[: -len(one)] + other
    return syllable


@lru_cache(maxsize=4096)
def mistakable(character: str) -> str:
    """Return the characters that may be meant by one, because they sound like it; at least itself."""
    sounds = {one for reading in readings(character) for one in alike(reading)}
    return "".join(dict.fromkeys([character, *(one for sound in sorted(sounds) for one in said(sound))]))
