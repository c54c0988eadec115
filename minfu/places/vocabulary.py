"""The names a text is searched for, and what each may stand for. Pure: built from rows, without a database."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ahocorasick_rs import AhoCorasick

from minfu.places import names
from minfu.places.loading import DATA, read
from minfu.places.names import Target

_FOREIGN_ENDINGS = ("自治州", "地区", "省", "市", "县", "旗")
#: Name → what it may stand for.
Words = dict[str, set[Target]]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """An Aho-Corasick automaton over names; ``targets`` of each name by its number."""

    automaton: AhoCorasick | None
    targets: list[tuple[Target, ...]]

    def find(self, text: str) -> Iterable[tuple[int, int, int]]:
        """Return (number of the name, start, end) of every name in a text, overlapping ones included."""
        return self.automaton.find_matches_as_indexes(text, overlapping=True) if self.automaton else ()


def vocabulary(words: Words) -> Vocabulary:
    """Return the vocabulary of names of two characters and more."""
    patterns = sorted(word for word in words if len(word) > 1)
    targets = [tuple(sorted(words[word], key=lambda target: target.code)) for word in patterns]
    return Vocabulary(AhoCorasick(patterns) if patterns else None, targets)


def by_sound(words: Words) -> Vocabulary:
    """Return the vocabulary by sound, for texts put through ``names.sounds``.

    Foreign names are in it only where nothing of ours sounds so.
    """
    table = names.sounds()
    said: Words = defaultdict(set)
    for word, targets in words.items():
        said[word.translate(table)] |= {target for target in targets if target.kind != "foreign"}
    for word, targets in words.items():
        if not said[word.translate(table)]:
            said[word.translate(table)] |= targets
    return vocabulary(said)


def add(words: Words, found: tuple[set[str], set[str]], kind: str, code: str) -> None:
    """Add the strong and weak names of a division."""
    for strong, group in zip((True, False), found, strict=True):
        for name in group:
            words[names.key(name)].add(Target(kind, code, strong))


def add_odd(words: Words, divisions: Iterable[tuple[str, str, str]]) -> None:
    """Add the names of villages and townships (code, name, level) with other endings, where they are nobody's own."""
    odd: Words = defaultdict(set)
    forms = {"village": names.odd_village_names, "township": names.odd_township_names}
    for code, name, level in divisions:
        for word in forms[level](name):
            odd[names.key(word)].add(Target(level, code, strong=True, odd=True))
    for word, targets in odd.items():
        if word not in words:
            words[word] |= targets


def add_place(words: Words, kind: str, name: str, village: str, grid_id: int | None) -> None:
    """Add a name of a gazetteer's place."""
    for strong, group in zip((True, False), names.place_names(kind, name), strict=True):
        for word in group:
            words[names.key(word)].add(Target("place", village, strong, grid_id))


def add_foreign(words: Words, county: str) -> None:
    """Add the names of other provinces, cities and counties: a village named right after one of them is not ours."""
    for row in read(DATA / "nation.csv"):
        for word in _foreign_names(row.name) if not county.startswith(row.code) else ():
            if (key := names.key(word)) not in words:
                words[key].add(Target("foreign", "", strong=word == row.name))


def _foreign_names(name: str) -> Iterator[str]:
    """Yield a foreign place's name, and what is left of it without its ending (屏南县, 屏南)."""
    for ending in _FOREIGN_ENDINGS:
        if name.endswith(ending) and len(name) > 2:  # noqa: PLR2004 - a name of two characters has no ending
            yield name
            if len(name) - len(ending) > 1:
                yield name.removesuffix(ending)
            return
