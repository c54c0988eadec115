"""Which figure a cell asks for, and how sure that is. Pure: words, names and the day come from outside.

A cell is *sure* when every word above and beside it is understood, they agree, and its family of figures is told; *likely* when a
person should look; else it is asked. What is understood and minfu does not have is asked too, with the reason.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from minfu.figures.door import Period
from minfu.figures.door import period as parse
from minfu.workbooks.rules import spans, titles
from minfu.workbooks.rules.layout import Form, Slot
from minfu.workbooks.rules.meaning import LIKELY, Known, Match, Meaning, Question
from minfu.workbooks.rules.spans import Span, moved
from minfu.workbooks.rules.words import Piece, Term, compact, note_of

#: Confidence of a cell every word of which is understood, and what a doubt takes off it.
_BEST, _DOUBT = 0.97, 0.2
DEMANDS = "demands"
#: What a demand may be, and mediations and hazards always are.
_OWN_SPLITS = {
    "mediation": frozenset({"kind=dispute", "category=01"}),
    "hazards": frozenset({"kind=hazard", "category=02"}),
}
#: Families beside which a word that only one family of figures has may still be of that family: 党建示范村 / 请求协办.
_OPEN = frozenset({"", DEMANDS, "others"})
_MANY = 2
#: Units and remarks in brackets, which are no part of a name.
_BRACKETS = re.compile(r"[(（][^()（）]*[)）]")
#: What turns a word into its opposite.
_NOT = frozenset("未不没无非")
#: Beginnings of the words that ask by which way demands came in, and words of a title that name more than what came in.
_CAME_IN = ("受理", "接诉", "登记")
#: Words that move a period back to what a number is compared with.
_COMPARED = frozenset({"before", "a_year_before"})
_CALCULATED = gettext_lazy("要用两个数算出来，请按来文的算法填")
#: Words of a line that names who fills a form in, or who drew it.
_WHOSE = ("填报", "填表", "报送单位", "上报单位", "制表", "制定机关", "主管", "填報", "報送單位")
_HANDLING = ("办理", "办结", "处理", "处置")


@dataclass
class _Read:
    """A text of a form, understood."""

    piece: Piece
    span: Span | None


@dataclass
class _Doubts:
    """What keeps a cell from being sure."""

    said: list[str] = field(default_factory=list)

    def add(self, sentence: Any) -> None:
        self.said.append(str(sentence))


class _Asked(Exception):  # noqa: N818 - no error: a cell that is asked, with the sentence why
    """The cell cannot be matched."""


def _family_of(line: _Read) -> str | None:
    """Return the family of figures a line above a table tells: "" where it tells several, None where it tells none."""
    told = {term.target for term in line.piece.of("family")}
    return None if not told else told.pop() if len(told) == 1 else ""


def match(form: Form, known: Known) -> dict[str, Match]:
    """Return what each cell of a form asks for, by the cell's key."""
    tables: dict[tuple[Any, ...], list[Slot]] = defaultdict(list)
    for slot in form.slots:
        tables[slot.sheet, slot.titles].append(slot)
    found = {}
    for slots in tables.values():
        found.update(_Table(slots, known).matches())
    return {slot.key: found[slot.key] for slot in form.slots}


class _Table:
    """The cells of one table, understood together: what one head means shows what its neighbours do."""

    def __init__(self, slots: Sequence[Slot], known: Known):
        self.slots, self.known, self.lexicon = slots, known, known.lexicon
        first = slots[0]
        span = titles.span_of(first.titles, known.today)
        self.until = span is not None and span.until
        self.sending = span is not None and span.sending
        self.period = known.period if span is None or span.period == known.found else span.period
        self.year = self.period.end.year if self.period else None
        self.titles = [self._read(title) for title in first.titles]
        self.area = titles.place_of((one.piece for one in self.titles), known.area) or known.area
        self.read: dict[str, _Read] = {}
        self.dimensions = {which: self._dimension(which) for which in ("head", "stub")}

    def matches(self) -> dict[str, Match]:
        """Return what each of the cells asks for."""
        return {slot.key: self._match(slot) for slot in self.slots}

    # --- reading ---

    def _read(self, text: str) -> _Read:
        span, rest = spans.find(text, self.known.today, getattr(self, "year", None))
        return _Read(self.lexicon.cut(rest), span)

    def _reads(self, texts: Iterable[str]) -> list[_Read]:
        for text in texts:
            if text not in self.read:
                self.read[text] = self._read(text)
        return [self.read[text] for text in texts]

    def _dimension(self, which: str) -> str:
        """Return by what a table is split along its head or stub: what the corner says, or most of the values."""
        votes: Counter[str] = Counter()
        for texts in {getattr(slot, which) for slot in self.slots}:
            for one in self._reads(texts):
                for group in one.piece.terms:
                    values = {term.target.partition("=")[0] for term in group if term.kind == "split"}
                    if len(values) == 1:
                        votes[values.pop()] += 1
                votes.update({term.target: _MANY for term in one.piece.of("axis") if term.target != "place"})
        if which == "stub":
            for corner in {slot.corner for slot in self.slots if slot.corner}:
                votes.update({term.target: _MANY for term in self._read(corner).piece.of("axis")})
        best = votes.most_common(1)
        return best[0][0] if best and best[0][1] >= _MANY else ""

    # --- one cell ---

    def _match(self, slot: Slot) -> Match:
        head, stub = self._reads(slot.head), self._reads(slot.stub)
        if any(one.piece.of("text") for one in (*head[-1:], *stub[-1:])):
            return Match(slot, is_text=True, why=_("这一格要写文字，请自己填。"))
        doubts = _Doubts()
        unit = next(iter(self._units([*head, *stub])), "")
        question = self._question(slot, head, stub)
        try:
            meaning = self._meaning(slot, head, stub, doubts)
        except _Asked as asked:
            return Match(slot, why=str(asked), unit=unit, question=question)
        score = max(_BEST - _DOUBT * len(doubts.said), LIKELY)
        return Match(slot, meaning, round(score, 2), " ".join(doubts.said), unit=unit, question=question)

    def _question(self, slot: Slot, head: list[_Read], stub: list[_Read]) -> Question | None:
        """Return what a cell asks in words: all but place, period and unit; None where place or period are not told."""
        path = [*stub, *head]
        said = [
            one.piece.text.strip()
            for one in path
            if not one.piece.of("area") and (one.piece.rest or any(_says(group) for group in one.piece.terms))
        ]
        if not said or any(one.piece.of("derived") or one.piece.of("growth") for one in path):
            return None
        lines = [*self._reads([slot.section] if slot.section else []), *self._above()]
        above = next((told[-1] for one in lines if (told := one.piece.of("family"))), None)
        if above is not None and above.target != DEMANDS:
            said = [above.word, *said]
        try:
            area = self._area([*head, *stub], _Doubts())
        except _Asked:
            return None
        span = next((one.span for one in reversed(path) if one.span is not None), None)
        base = span.period if span else self.period
        if base is None:
            return None
        words = {term.target for one in path for term in one.piece.of("period")}
        measure = next((one.piece.measure for one in path if one.piece.measure), "")
        name = "·".join(_BRACKETS.sub("", one).strip() for one in dict.fromkeys(said))
        return Question(name, measure, area, spans.moved(base, words).key)

    def _units(self, path: list[_Read]) -> list[str]:
        """Return what a cell is counted in by its own words, else by the line above the table."""
        return [unit for one in path for unit in one.piece.units] or [
            unit for one in self.titles[:3] for unit in one.piece.units
        ]

    def _meaning(self, slot: Slot, head: list[_Read], stub: list[_Read], doubts: _Doubts) -> Meaning:
        path = [*head, *stub]
        grown = self._grown(slot, path, doubts)
        for one in path:
            if derived := one.piece.of("derived"):
                raise _Asked(derived[0].target[1:])
        section = self._reads([slot.section] if slot.section else [])
        family = self._family(path, section)
        split = self._split(head, stub, _OWN_SPLITS.get(family, frozenset()))
        value = self._value(slot, (head, stub), section, family) or self._of_split(
            slot, section, family, split
        )
        if value.target.startswith("-"):
            told = {"word": value.word, "why": value.target[1:]}
            if told["why"]:
                raise _Asked(_("民富系统里没有“%(word)s”：%(why)s") % told)
            raise _Asked(_("民富系统里没有这类事的“%(word)s”，请自己填。") % told)
        self._unexplained((head, stub), value, doubts)
        meaning = self._settled(value, split)
        meaning = replace(self._judged(meaning, slot, path, doubts, grown=bool(grown)), grown=grown)
        if value.unsure:
            doubts.add(_("可能是“%(word)s”，请确认。") % {"word": value.word})
        if not family:
            doubts.add(_("表里没有说明是诉求，请确认。"))
        area = self._area(path, doubts)
        period = self._period((head, stub, section), meaning, doubts)
        meaning = replace(meaning, area=area, period=period)
        if grown:
            # What grew stands in the cell's own row or column; a line above may mean the row before.
            if not any(self._of_axis(axis, family) for axis in (head, stub)):
                raise _Asked(_CALCULATED)
            self._growth_fits(meaning, path, doubts)
        return meaning

    def _grown(self, slot: Slot, path: list[_Read], doubts: _Doubts) -> str:
        """Return since when a cell asks by how many percent something grew; empty when it does not."""
        told = [(one, term) for one in path for term in one.piece.of("growth")]
        if not told:
            return ""
        one, term = told[0]
        since, percent, _rest = term.target.partition("%")
        if len(told) > 1 or not (percent or "share" in one.piece.units or slot.percent):
            raise _Asked(_CALCULATED)
        if term.unsure:
            doubts.add(_("可能是“%(word)s”，请确认。") % {"word": term.word})
        return since

    def _growth_fits(self, meaning: Meaning, path: list[_Read], doubts: _Doubts) -> None:
        """Ask for the growth of what is no plain count; doubt one beside columns of several periods: whose is it."""
        if meaning.part or self.known.indicators[meaning.indicator][0] != "count":
            raise _Asked(_CALCULATED)
        words = {term.target for one in path for term in one.piece.of("period")}
        by_month = parse(meaning.period).kind == "month"
        if words & _COMPARED or (meaning.grown == "before" and not by_month):
            raise _Asked(_CALCULATED)
        if len(self._stretches()) > 1:
            doubts.add(_("表里有几段时间的数，不知道是哪一段的增长，请确认。"))

    def _stretches(self) -> set[str]:
        """Return the periods the cells of the table are of, what they are compared with left aside."""
        found = set()
        for slot in self.slots:
            reads = self._reads((*slot.head, *slot.stub))
            words = {term.target for one in reads for term in one.piece.of("period")}
            if words & _COMPARED:
                continue
            span = next((one.span for one in reversed(reads) if one.span is not None), None)
            base = span.period if span else self.period
            if base is not None:
                found.add(moved(base, words).key)
        return found

    def _family(self, path: list[_Read], section: list[_Read]) -> str:
        """Return the family of figures: what the cell's own words say, else the nearest line above."""
        for one in (*reversed(path), *section):
            if told := one.piece.of("family"):
                return told[-1].target
        return next((family for one in self._above() if (family := _family_of(one)) is not None), "")

    def _above(self) -> list[_Read]:
        """Return the lines above the table, those that name whose form it is last: they say what it is about only alone."""
        return sorted(self.titles, key=lambda one: any(word in one.piece.text for word in _WHOSE))

    def _value(
        self, slot: Slot, axes: tuple[list[_Read], list[_Read]], section: list[_Read], family: str
    ) -> Term | None:
        """Return the word that says what is counted: of head or stub, the innermost; else of the lines above."""
        told = [found for axis in axes if (found := self._of_axis(axis, family)) is not None]
        if len({term.target for term in told}) > 1:
            raise _Asked(
                _("左边说“%(one)s”，上边说“%(other)s”，不知道要哪一个。")
                % {"one": told[1].word, "other": told[0].word}
            )
        if told:
            return told[0]
        before = self._before(slot, axes)
        if before is not None:
            return before
        for one in (*section, *self.titles):
            values = {term.target: term for term in self._chosen(one.piece, family)}
            if len(values) == 1:
                found = next(iter(values.values()))
                more = (
                    any(word in compact(one.piece.text) for word in _HANDLING)
                    and found.target == "registered"
                )
                return replace(found, unsure=found.unsure or more)
        return None

    def _before(self, slot: Slot, axes: tuple[list[_Read], list[_Read]]) -> Term | None:
        """Return what is counted in the cells before this one of which it is a part: 受理总数, 其中：咨询."""
        for which, axis in zip(("head", "stub"), axes, strict=True):
            if not any(one.piece.of("split") for one in axis):
                continue
            for other in reversed(self.slots[: self.slots.index(slot)]):
                same = other.row == slot.row if which == "head" else other.column == slot.column
                texts: tuple[str, ...] = getattr(other, which)
                if same and (found := self._of_axis(self._reads(texts), DEMANDS)) is not None:
                    return found if found.target == "registered" else None
        return None

    def _of_split(self, slot: Slot, section: list[_Read], family: str, split: list[Term]) -> Term:
        """Return what is counted where only parts are named: what came in, surely where the form asks how it came in."""
        if not split or family not in (DEMANDS, "") or split[0].target.startswith("level"):
            raise _Asked(_("没有看懂这一格要什么数。"))
        dimension = split[0].target.partition("=")[0]
        corner = [self._read(slot.corner)] if slot.corner else []
        axes = [term for one in (*corner, *section, *self.titles) for term in one.piece.of("axis")]
        told = any(term.target == dimension and term.word.startswith(_CAME_IN) for term in axes)
        return Term("value", _("受理"), "registered", DEMANDS, unsure=not told)

    def _of_axis(self, axis: list[_Read], family: str) -> Term | None:
        for depth in range(len(axis) - 1, -1, -1):
            inner = axis[depth].piece
            if depth:
                joined = self._joined(axis[depth - 1].piece, inner, family)
                if joined is not None:
                    return joined
            if found := self._chosen(inner, family):
                # Of two words the last is what the first is part of, mostly: a person confirms it.
                several = len({term.target for term in found}) > 1
                return replace(found[-1], unsure=found[-1].unsure or several)
        return None

    def _joined(self, outer: Piece, inner: Piece, family: str) -> Term | None:
        """Return a word that only outer and inner text together make: 办结 above 按期."""
        if not inner.rest and not inner.of("neutral"):
            return None
        alone = {term.word for term in (*outer.of("value"), *inner.of("value"))}
        for text in (inner.text + outer.text, outer.text + inner.text):
            found = [term for term in self._chosen(self.lexicon.cut(text), family) if term.word not in alone]
            if found and not self.lexicon.cut(text).rest:
                return found[-1]
        return None

    def _chosen(self, piece: Piece, family: str) -> list[Term]:
        """Return the values of a text, each in its family of figures."""
        found = []
        for group in piece.terms:
            values = [term for term in group if term.kind == "value"]
            if not values:
                continue
            of_family = [term for term in values if term.family == (family or DEMANDS)]
            if of_family:
                found.append(of_family[0])
            elif family in _OPEN and len({term.family for term in values}) == 1:
                found.append(
                    replace(values[0], unsure=True)
                )  # 调解成功率 among demands: nothing else is called so
            else:
                found.append(replace(values[0], target="-"))
        return found

    def _split(self, head: list[_Read], stub: list[_Read], own: Collection[str]) -> list[Term]:
        """Return the value of the split a cell is of, at most one; a word of two splits is what its neighbours are.

        ``own``: values that only say what the whole family of figures is about.
        """
        found = []
        for which, axis in (("head", head), ("stub", stub)):
            for one in axis:
                for group in one.piece.terms:
                    values = [term for term in group if term.kind == "split" and term.target not in own]
                    if len({term.target for term in values}) > 1:
                        values = [
                            term for term in values if term.target.startswith(self.dimensions[which] + "=")
                        ]
                        if not self.dimensions[which] or not values:
                            raise _Asked(
                                _("“%(word)s”可以是类型，也可以是类别，请说明。") % {"word": group[0].word}
                            )
                    found += values[:1]
        if len({term.target for term in found}) > 1:
            raise _Asked(_("这一格同时按两种办法分，民富系统里没有交叉的数。"))
        return found[:1]

    def _unexplained(self, axes: Sequence[list[_Read]], value: Term, doubts: _Doubts) -> None:
        """Ask for a cell whose own words are half unknown; doubt one with some unknown words."""
        # A number of the line or a unit beside the name of an item is not its own word.
        said = [[one for one in axis if one.piece.terms or one.piece.rest or one.span] for axis in axes]
        leaves = [axis[-1] for axis in said if axis]
        for one in (one for axis in axes for one in axis):
            rest = one.piece.rest
            if mark := note_of(one.piece.text):  # what the note below says of it may be another thing
                self._unread(one, mark, doubts)
            if not rest or rest in value.word:
                continue
            if _NOT & set(rest) or (one in leaves and len(rest) * _MANY >= len(one.piece.text)):
                raise _Asked(_("没有看懂“%(text)s”。") % {"text": one.piece.text})
            self._unread(one, rest, doubts)

    def _unread(self, one: _Read, rest: str, doubts: _Doubts) -> None:
        doubts.add(_("没有看懂“%(text)s”里的“%(rest)s”。") % {"text": one.piece.text, "rest": rest})

    def _settled(self, value: Term, split: list[Term]) -> Meaning:
        """Return indicator and split; ask for what minfu does not have."""
        target, _semicolon, inner = value.target.partition(";")
        name, _dot, part = target.partition(".")
        known = self.known.indicators.get(name)
        if known is None:
            raise _Asked(_("“%(word)s”属于还没有安装的功能，请自己填。") % {"word": value.word})
        wanted = {one for one in (inner, *(term.target for term in split)) if one}
        if len(wanted) > 1:
            raise _Asked(_("这一格同时按两种办法分，民富系统里没有交叉的数。"))
        chosen = next(iter(wanted), "")
        kind, splits = known
        if chosen and (part or kind != "count" or chosen.partition("=")[0] not in splits):
            raise _Asked(_("民富系统里的“%(word)s”不能这样分。") % {"word": value.word})
        return Meaning(name, part, chosen)

    def _judged(
        self, meaning: Meaning, slot: Slot, path: list[_Read], doubts: _Doubts, *, grown: bool
    ) -> Meaning:
        """Ask for a cell whose unit is another than the figure's; days told in hours are multiplied.

        ``grown``: the cell is a percentage of what the figure is.
        """
        if grown:
            return meaning
        kind = "count" if meaning.part else self.known.indicators[meaning.indicator][0]
        kind = "count" if kind == "stock" else kind
        told = self._units(path)
        if told and kind not in told and not (kind == "days" and "hours" in told):
            raise _Asked(_("单位对不上，请自己填。"))
        if slot.percent and kind != "share":
            raise _Asked(_("这一格是百分数，请自己填。"))
        if kind == "days" and not told:
            doubts.add(_("没有写明是天还是小时，请确认。"))
        return replace(meaning, times=24) if kind == "days" and "days" not in told and told else meaning

    def _area(self, path: list[_Read], doubts: _Doubts) -> str:
        """Return the place or unit a cell is of: the innermost one named, else that of the table."""
        for one in reversed(path):
            if whole := [term.target for term in one.piece.of("total") if term.target]:
                return whole[0]
            keys = titles.places(one.piece)
            if not keys:
                continue
            inside = [key for key in keys if key.startswith("u") or titles.inside(key, self.area)] or keys
            below = [key for key in inside if key != self.area]
            if len(set(inside)) > 1 and len(set(below)) == 1:
                inside = below
                doubts.add(_("“%(name)s”当作村名，请确认。") % {"name": one.piece.text})
            if len(set(inside)) > 1:
                raise _Asked(_("有几个地方都叫“%(name)s”，请说明。") % {"name": one.piece.text})
            return inside[0]
        return self.area

    def _period(self, axes: Iterable[list[_Read]], meaning: Meaning, doubts: _Doubts) -> str:
        """Return the period a cell is of: the one it names, or that of the table moved as its words say."""
        reads = [one for axis in axes for one in axis]
        span = next((one.span for one in reversed(reads) if one.span is not None), None)
        base = span.period if span else self.period
        if base is None:
            raise _Asked(_("不知道这张表是什么时段的，请先选时段。"))
        words = {term.target for one in reads for term in one.piece.of("period")}
        base = spans.month_of(self.known.today) if "now" in words else spans.moved(base, words)
        until = span.until if span else self.until
        if self.known.indicators[meaning.indicator][0] == "stock":
            self._now_only(base, words)
        elif until and ("year" not in words or (span is None and self.sending)):
            doubts.add(_("“截至”是从年初算起还是只算这一期，请确认。"))
        return base.key

    def _now_only(self, base: Period, words: set[str]) -> None:
        """Ask for what there was on a day that is over: minfu knows what there is now."""
        if base.start <= self.known.today <= base.end and not words & _COMPARED:
            return
        raise _Asked(_("民富系统里只有此刻的在办和超期，没有那一天的，请自己填。"))


def _says(group: Sequence[Term]) -> bool:
    """Tell whether a word says something of what is counted."""
    return any(term.kind in ("value", "split", "family") for term in group)
