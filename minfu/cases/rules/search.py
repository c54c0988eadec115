"""Searching demands by words: what is found exactly, else what is nearly so; the best first, two hundred at most.

Whatever the actor may not see is neither found nor counted. What is compared and shown are the words as every reader sees them:
personal data in them are stars, and stars are not searched.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise, product

from django.utils import translation
from django.utils.translation import gettext as _

from minfu.accounts.actor import Actor
from minfu.cases import rights
from minfu.cases.models import Case, SearchPair, SearchProgress
from minfu.cases.rules import catalog, lists, search_entries
from minfu.cases.rules.search_gather import Look, Narrowing, Search
from minfu.kernel import clock, gate
from minfu.kernel.errors import Invalid
from minfu.language import sought, sounds
from minfu.language.normal import storable
from minfu.language.pairs import pair, written
from minfu.language.sought import Fit, Judge, Parts, Sought, Term

#: Demands that are found at most; fewer exact ones than ``FEW``, and those that are nearly so are looked for.
MOST, FEW = 200, 8
#: Demands that one way of being nearly right is looked for, such ways, and demands that are compared for all of them.
MOST_NEAR, MOST_WAYS, MOST_COMPARED = 40, 16, 160
#: Pairs of characters that one sound, or two initials, are taken for: the most frequent ones.
MOST_SOUND, MOST_INITIALS = 24, 32
#: Ways in which the words together may be read.
MOST_READINGS = 6
#: How a match loses with age: half of this in about half a year.
FRESH, DAYS = 0.2, 180.0
#: A word of so many characters can have one wrong in its middle, or two words run together in it.
FOUR = 4
#: Rarest pairs of a long sentence that it is looked up by.
RAREST = 8
#: Nothing but a number, of whatever kind.
_NUMBER = re.compile(r"[\d\s+Xx-]+")
_READS = (*search_entries.READS, "state", "urgency", "reopened", "due_at", "closed_at")


@dataclass(frozen=True)
class Hit:
    """A demand that was found, how well it fits, and the words that are marked in it."""

    case: Case
    fit: Fit


@dataclass(frozen=True)
class Found:
    """What a search found, best first. ``near``: nothing has exactly what was typed. ``more``: only the newest were looked at."""

    hits: list[Hit]
    near: bool
    more: bool
    cut: bool


def search(actor: Actor, typed: str, narrowing: Narrowing) -> Found:
    """Return the demands that the actor may see and that have the words, pinyin or initials typed.

    Raises ``Forbidden`` without the right to look at demands, ``Invalid`` for what is no word of two characters, and for numbers
    of somebody: those are searched for as numbers.
    """
    gate.check(actor, rights.VIEW)
    typed = storable(typed)
    if lists.is_secret(typed) or _NUMBER.fullmatch(typed.strip()):
        raise Invalid({"text": [_("这里按文字查找。号码请在页面上方的框里输入完整，没有找到就是查不到。")]})
    asked = sought.read(typed)
    if not asked.terms:
        raise Invalid({"text": [_("请至少输入两个字，例如“路灯”；也可以输入拼音或拼音首字母。")]})
    return _Asking(actor, asked, narrowing).found()


class _Asking:
    """One search: what its words may mean, the looks that follow from it, and what they found."""

    def __init__(self, actor: Actor, asked: Sought, narrowing: Narrowing):
        self.asked, self.rows = asked, Search(actor, narrowing)
        self.known = _Known(asked)
        self.judge = Judge(asked, self.known.seen, self.known.texts, self.known.meant)
        self.looked: set[int] = set()
        self.hits: list[Hit] = []
        self.more = False

    def found(self) -> Found:
        self._judge(self.rows.without_entry(), near=False)
        for look in self._exact():
            if len(self.hits) < MOST:
                self._look(look, MOST, near=False)
        near = not self.hits
        if len(self.hits) < FEW:
            self.looked = {hit.case.pk for hit in self.hits}
            for look in self._near():
                if len(self.looked) < MOST_COMPARED:
                    self._look(look, MOST_NEAR, near=True)
        best = sorted(self.hits, key=_rank, reverse=True)[:MOST]
        return Found(best, near and bool(best), self.more, self.asked.cut)

    def _look(self, look: Look, most: int, *, near: bool) -> None:
        ids, more = self.rows.look(look, most)
        self.more |= more and not near
        self._judge([pk for pk in ids if pk not in self.looked], near=near)

    def _judge(self, ids: Sequence[int], *, near: bool) -> None:
        self.looked.update(ids)
        with translation.override(None):
            for case in Case.objects.filter(pk__in=ids).only(*_READS):
                words = search_entries.words(case)
                if fit := self.judge.fit(Parts.of(words.title, words.place, words.told), near=near):
                    self.hits.append(Hit(case, fit))

    def _exact(self) -> list[Look]:
        """Return the looks that find every text with all the words, each in one of the ways to read it."""
        ways = [_ways(term, self.known) for term in self.asked.terms]
        return [_together(reading) for reading in islice(product(*ways), MOST_READINGS)]

    def _near(self) -> list[Look]:
        """Return the looks that find texts with one of the words nearly right, then with only the rarest of what was typed."""
        ways = [_ways(term, self.known)[0] for term in self.asked.terms]
        found = [
            _together([*ways[:at], near, *ways[at + 1 :]])
            for at, term in enumerate(self.asked.terms)
            for near in _nearly(term, self.known)
        ]
        rare = self.known.rarest(RAREST)
        return [*found[:MOST_WAYS], *([Look(some=(rare,))] if rare else [])]


def _rank(hit: Hit) -> tuple[bool, float, int]:
    age = (clock.now() - hit.case.registered_at).total_seconds() / 86_400
    return hit.fit.exact, hit.fit.score + FRESH * DAYS / (DAYS + max(age, 0.0)), hit.case.pk


def _together(looks: Sequence[Look]) -> Look:
    return Look(
        tuple({one for look in looks for one in look.every}),
        tuple(some for look in looks for some in look.some),
    )


def _ways(term: Term, known: "_Known") -> list[Look]:
    """Return what an entry must have where a word stands: the word itself, or what is said so."""
    found = [Look(tuple(term.pairs))]
    for way in term.syllables:
        steps = [known.said(one, other) for one, other in pairwise(way)]
        if all(steps):
            found.append(Look(some=tuple(steps)))
    # Initials mean many pairs: first those that the county's categories are called by (ny: 农业 before 难以).
    meant = (known.named.get(term.initials, ()), known.initials.get(term.initials, ()))
    return [
        *found,
        *(Look(some=tuple(tuple(pair(*one) for one in step) for step in way)) for way in meant if way),
    ]


def _nearly(term: Term, known: "_Known") -> list[Look]:
    """Return what an entry must have where a word stands with a character that sounds the same, or is wrong, or where two words
    run together.
    """
    found, row = [], term.pairs
    alike = [known.alike(one) for one in row]
    if all(alike):
        found.append(Look(some=tuple(alike)))
    if len(term.word) >= FOUR:
        seams = [row[:at] + row[at + 1 :] for at in range(len(row))]
        wrong = [row[: max(at - 1, 0)] + row[at + 1 :] for at in range(1, len(row))]
        found += [Look(tuple(rest)) for rest in [*seams, *wrong] if rest]
    return found


class _Known:
    """What the county's own demands say of the pairs in a search: how often each stands there, and which are said so."""

    def __init__(self, asked: Sought):
        self.asked = asked
        row = SearchProgress.objects.filter(pk=1).first()
        self.texts = row.texts if row else 0
        wanted = {written(one) for term in asked.terms for one in term.pairs}
        rows = SearchPair.objects.filter(pair__in=wanted).values_list("pair", "seen")
        self.seen = {pair(*name): seen for name, seen in rows}
        self.initials = {
            term.initials: self._initials(term.initials) for term in asked.terms if term.initials
        }
        self.named = {letters: self._named(letters) for letters, steps in self.initials.items() if steps}
        self.meant: Mapping[str, re.Pattern[str]] = {
            letters: sought.chain(steps) for letters, steps in self.initials.items() if steps
        }

    def _initials(self, letters: str) -> tuple[tuple[str, ...], ...]:
        """Return the pairs that neighbouring letters may stand for; none where one stands for nothing."""
        steps = []
        for two in pairwise(letters):
            rows = SearchPair.objects.filter(initials="".join(two)).order_by("-seen")
            steps.append(tuple(dict.fromkeys(rows.values_list("pair", flat=True)[:MOST_INITIALS])))
        return tuple(steps) if all(steps) else ()

    @staticmethod
    def _named(letters: str) -> tuple[tuple[str, ...], ...]:
        """Return the pairs that neighbouring letters stand for in the names of categories; none where one stands for nothing."""
        names = {"".join(two) for row in catalog.current().categories.values() for two in pairwise(row.name)}
        steps = []
        for two in pairwise(letters):
            rows = SearchPair.objects.filter(initials="".join(two), pair__in=names)
            steps.append(tuple(sorted(set(rows.values_list("pair", flat=True)))))
        return tuple(steps) if all(steps) else ()

    def said(self, one: str, other: str) -> tuple[int, ...]:
        """Return the pairs that are said as two syllables."""
        return self._sounding([f"{one} {other}"])

    def alike(self, number: int) -> tuple[int, ...]:
        """Return the pairs that sound like one, itself among them."""
        name = written(number)
        heard = [
            {like for reading in sounds.readings(character) for like in sounds.alike(reading)}
            for character in name
        ]
        if not all(heard):
            return (number,)
        return (number, *self._sounding([" ".join(both) for both in product(*heard)]))

    @staticmethod
    def _sounding(said: Sequence[str]) -> tuple[int, ...]:
        rows = SearchPair.objects.filter(sound__in=said).order_by("-seen")
        return tuple(pair(*name) for name in dict.fromkeys(rows.values_list("pair", flat=True)[:MOST_SOUND]))

    def rarest(self, most: int) -> tuple[int, ...]:
        """Return the rarest pairs of what was typed that stand in demands at all."""
        known = sorted(
            (self.seen[one], one) for term in self.asked.terms for one in term.pairs if one in self.seen
        )
        return tuple(one for _seen, one in known[:most])
