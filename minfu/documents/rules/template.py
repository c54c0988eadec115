"""The language of documents: prose with figures bound into it. Pure; it knows no loops and looks into nothing.

# 总体情况                       a heading (# to ####)
上半年收到{{ figure registered }}，同比上升{{ rise registered }}。
{% if overdue > 0 %}超期{{ figure overdue }}。{% else %}没有超期。{% endif %}
{{ table registered by place }}   a table, on a line of its own
{{ records overdue }}             the records behind a figure, on a line of its own
{{ area }} {{ fixed 20 县委文件 }}  a word; a number somebody vouches for, with its ground
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.translation import gettext as _

from minfu.documents.rules import claims
from minfu.documents.rules.binding import Bound, Moved, Records, Source
from minfu.kernel.errors import Invalid, Refused
from minfu.papers.official import Block, Heading, Paragraph, Run, Table, plain

#: Characters of a text, and figures in it.
MOST_TEXT, MOST_FIGURES = 60_000, 500
_CONDITION = re.compile(r"if\s+([a-z_]+)\s*(>=|<=|==|!=|>|<)\s*(-?\d+(?:\.\d+)?)")
_COMPARE: dict[str, Callable[[Decimal, Decimal], bool]] = {
    ">": lambda a, b: a > b, "<": lambda a, b: a < b, ">=": lambda a, b: a >= b, "<=": lambda a, b: a <= b,
    "==": lambda a, b: a == b, "!=": lambda a, b: a != b,
}  # fmt: skip
_TAGS = re.compile(r"({%.*?%}|{{.*?}})")
_NAME = re.compile(r"[a-z_]{2,60}")
_LOOPS = {"for", "while", "cycle", "regroup"}
_FIXED_PARTS = 3


@dataclass(frozen=True)
class Use:
    """A figure where it stands: the line of the text, and what was printed for it."""

    line: int
    printed: str
    bound: Bound


@dataclass
class Written:
    """What a text says once its figures are in."""

    blocks: tuple[Block, ...] = ()
    uses: list[Use] = field(default_factory=list)


def write(text: str, source: Source) -> Written:
    """Return the text with its figures; ``Invalid`` at field ``text`` with a sentence for each line that cannot stand."""
    writer = _Writer(source)
    return writer.write(text)


def words(text: str, source: Source) -> str:
    """Return a line (title, addressees) with its words and figures filled in; ``Invalid`` as ``write``."""
    return "".join(run.text for block in write(text, source).blocks for run in _runs(block))


def _runs(block: Block) -> tuple[Run, ...]:
    return block.runs if isinstance(block, Paragraph) else ()


@dataclass(frozen=True)
class _Piece:
    """A piece of a line: prose, a number with its link, or a block that wants the line for itself."""

    line: int
    text: str = ""
    link: str = ""
    block: Block | None = None
    bound: bool = False


class _Writer:
    """Reads a text once, collecting what is wrong with it."""

    def __init__(self, source: Source):
        """Take where figures come from."""
        self.source = source
        self.faults: list[tuple[int, str]] = []
        self.uses: list[Use] = []
        self.claim = 0  # the direction the prose before a number names

    def write(self, text: str) -> Written:
        """Return what the text says; ``Invalid`` with every fault of it."""
        if len(text) > MOST_TEXT:
            raise Invalid({"text": [_("正文太长：最多 %(most)s 字。") % {"most": MOST_TEXT}]})
        pieces = list(self._pieces(text.replace("\r\n", "\n").replace("\r", "\n")))
        blocks = tuple(self._blocks(pieces))
        if len(self.uses) > MOST_FIGURES:
            self.fault(1, _("一份公文最多 %(most)s 个数。") % {"most": MOST_FIGURES})
        if self.faults:
            said = [
                _("第 %(line)s 行：%(what)s") % {"line": line, "what": what}
                for line, what in sorted(self.faults)
            ]
            raise Invalid({"text": said})
        return Written(blocks, self.uses)

    def fault(self, line: int, sentence: str) -> None:
        """Note what is wrong in a line."""
        self.faults.append((line, sentence))

    # --- from tokens to pieces ---

    def _pieces(self, text: str) -> Iterator[_Piece]:
        """Yield the pieces of the text, conditions decided."""
        taken: list[
            bool | None
        ] = []  # of every open {% if %}: is this branch taken; None: the condition is at fault
        began: list[int] = []
        tokens = _TAGS.split(text)
        line = 1
        for number, token in enumerate(tokens):
            shown = all(one is True for one in taken)
            if number % 2 and token.startswith("{%"):
                self._condition(token[2:-2], line, taken, began)
            elif number % 2 and shown:
                yield self._figure(token[2:-2].strip(), line)
                self.claim = 0
            elif not number % 2:
                if shown:
                    following = tokens[number + 1] if number + 1 < len(tokens) else ""
                    self._prose(token, line, bound_after=following.startswith("{{"))
                    yield from self._lines(token, line)
                line += token.count("\n")
        for left in began:
            self.fault(left, _("“{% if %}”没有对应的“{% endif %}”。"))

    def _lines(self, text: str, line: int) -> Iterator[_Piece]:
        for number, one in enumerate(text.split("\n")):
            if number:
                yield _Piece(line + number, "\n")
            if one:
                yield _Piece(line + number, one)

    def _prose(self, text: str, line: int, *, bound_after: bool) -> None:
        """Find what prose claims: numbers bound to nothing, comparisons without a number."""
        parts = text.split("\n")
        for number, one in enumerate(parts):
            last = number == len(parts) - 1
            if any(sign in one for sign in ("{{", "}}", "{%", "%}")):
                self.fault(line + number, _("花括号没有写完，或者写到了两行。"))
            for claim in claims.unbound(one):
                sentence = _(
                    "“%(number)s”没有绑定数据。请写成 {{ figure 指标 }}；确需手写的，写成 {{ fixed %(number)s 依据 }}。"
                )
                self.fault(line + number, sentence % {"number": claim.text})
            for claim in claims.compared(one, bound_after=last and bound_after):
                sentence = _("“%(said)s”后面要写绑定的数，例如 {{ rise 指标 }}、{{ fall 指标 }}。")
                self.fault(line + number, sentence % {"said": claim.text})
        self.claim = claims.direction(parts[-1])

    def _condition(self, contents: str, line: int, taken: list[bool | None], began: list[int]) -> None:
        """Read {% if %}, {% else %} or {% endif %}; everything else is refused, loops by name."""
        word = contents.split(None, 1)[0] if contents.strip() else ""
        if word == "if":
            taken.append(self._decided(contents.strip(), line) if all(taken) else False)
            began.append(line)
        elif word in {"else", "endif"} and not taken:
            self.fault(line, _("“{%% %(word)s %%}”之前没有“{%% if %%}”。") % {"word": word})
        elif word == "else":
            taken[-1] = None if taken[-1] is None else not taken[-1]
        elif word == "endif":
            taken.pop()
            began.pop()
        elif word in _LOOPS:
            self.fault(
                line,
                _("模板里不能写循环“%(word)s”。要列出各村、各单位的数，请写 {{ table 指标 by place }}。")
                % {"word": word},
            )
        else:
            self.fault(line, _("不认识“%(word)s”。模板里只有 if、else、endif。") % {"word": word[:40]})

    def _decided(self, contents: str, line: int) -> bool | None:
        found = _CONDITION.fullmatch(contents)
        if not found:
            self.fault(line, _("条件请写成“if 指标 > 0”，前后用花括号和百分号括起来。"))
            return None
        name, how, number = found.groups()
        bound = self._asked(line, lambda: self.source.figure(name))
        if bound is None:
            return None
        if bound.value is None:
            self.fault(line, _("“%(title)s”这一时段没有数，不能用作条件。") % {"title": bound.title})
            return None
        self.uses.append(Use(line, bound.shown, bound))
        return _COMPARE[how](bound.value, Decimal(number))

    # --- figures ---

    def _asked(self, line: int, ask: Callable[[], Bound]) -> Bound | None:
        """Return a figure, or note why there is none."""
        try:
            return ask()
        except Refused as refusal:
            for sentence in refusal.sentences():
                self.fault(line, sentence)
            return None

    def _figure(self, contents: str, line: int) -> _Piece:
        """Return the piece a pair of braces stands for."""
        parts = contents.split()
        kinds: dict[str, Callable[[list[str], int], _Piece | None]] = {
            "figure": self._plain, "rise": self._moved, "fall": self._moved, "more": self._moved, "less": self._moved,
            "change": self._moved, "fixed": self._fixed, "table": self._table, "records": self._records,
        }  # fmt: skip
        if len(parts) == 1 and parts[0] in self.source.words:
            return _Piece(line, self.source.words[parts[0]])
        if not parts or parts[0] not in kinds:
            self.fault(
                line,
                _("“{{ %(said)s }}”没有绑定数据：不认识“%(word)s”。")
                % {"said": contents[:60], "word": (parts or [""])[0][:40]},
            )
            return _Piece(line)
        return kinds[parts[0]](parts, line) or _Piece(line)

    def _named(self, parts: list[str], line: int) -> str | None:
        if len(parts) > 1 and _NAME.fullmatch(parts[1]):
            return parts[1]
        self.fault(line, _("“%(word)s”后面要写指标的名称。") % {"word": parts[0]})
        return None

    def _plain(self, parts: list[str], line: int) -> _Piece | None:
        """``figure NAME`` or ``figure NAME before``."""
        name = self._named(parts, line)
        if name is None or not self._fits(parts, {2: (), 3: ("before",)}, line):
            return None
        bound = self._asked(line, lambda: self.source.figure(name, before=len(parts) > 2))  # noqa: PLR2004
        if bound is None:
            return None
        if self.claim:
            sentence = _(
                "写“上升”“下降”的地方要写变化了多少：请把 {{ figure %(name)s }} 改成 {{ %(word)s %(name)s }}。"
            )
            self.fault(line, sentence % {"name": name, "word": "rise" if self.claim > 0 else "fall"})
        return self._number(bound, bound.shown, line)

    def _number(self, bound: Bound, printed: str, line: int) -> _Piece | None:
        if bound.value is None:
            self.fault(line, _("“%(title)s”这一时段没有数，写不出来。") % {"title": bound.title})
            return None
        self.uses.append(Use(line, printed, bound))
        return _Piece(line, printed, bound.href, bound=True)

    def _fits(self, parts: list[str], allowed: dict[int, tuple[str, ...]], line: int) -> bool:
        """Tell whether what follows the name is what there may be."""
        if len(parts) in allowed and tuple(parts[2:]) == allowed[len(parts)]:
            return True
        self.fault(line, _("“{{ %(said)s }}”后面多了或少了字。") % {"said": " ".join(parts)[:60]})
        return False

    def _moved(self, parts: list[str], line: int) -> _Piece | None:
        """``rise NAME`` and the like: how much it changed, and only if it changed that way."""
        name = self._named(parts, line)
        if name is None or not self._fits(parts, {2: ()}, line):
            return None
        now = self._asked(line, lambda: self.source.figure(name))
        before = self._asked(line, lambda: self.source.figure(name, before=True))
        if now is None or before is None:
            return None
        moved = Moved(now, before)
        printed = self._change(parts[0], moved, line)
        if printed is None:
            return None
        self.uses.append(Use(line, before.shown, before))
        return self._number(now, printed, line)

    def _change(self, word: str, moved: Moved, line: int) -> str | None:
        """Return the words of a change; a fault where the text claims the other direction."""
        by = moved.by
        if by is None:
            self.fault(line, _("“%(title)s”两个时段中有一个没有数，不能比较。") % {"title": moved.now.title})
            return None
        if word == "change":
            return self._said(moved, by)
        wanted = 1 if word in {"rise", "more"} else -1
        if (by > 0) - (by < 0) != wanted or self.claim not in {0, wanted}:
            sentence = _("“%(title)s”实际%(what)s（本期 %(now)s，上期 %(before)s），与正文写的不符。")
            what = self._said(moved, by)
            told = {
                "title": moved.now.title,
                "what": what,
                "now": moved.now.shown,
                "before": moved.before.shown,
            }
            self.fault(line, sentence % told)
            return None
        return self._amount(word, moved, line)

    def _amount(self, word: str, moved: Moved, line: int) -> str | None:
        """Return by how much it changed: in its own unit, in points of a share, or in hundredths."""
        by = abs(moved.by or 0)
        if word in {"more", "less"}:
            return f"{by:,}{moved.now.unit}"
        if moved.now.is_share:
            return f"{by}个百分点"
        if moved.percent is None:
            self.fault(line, _("“%(title)s”上期是 0，不能算百分比。") % {"title": moved.now.title})
            return None
        return f"{abs(moved.percent)}%"

    def _said(self, moved: Moved, by: Decimal) -> str:
        """Return a change in the words of a document; those are Chinese whatever the reader's language."""
        if not by:
            return "持平"
        word = "上升" if by > 0 else "下降"
        if moved.now.is_share:
            return f"{word}{abs(by)}个百分点"
        if moved.percent is None:
            return f"{'增加' if by > 0 else '减少'}{abs(by):,}{moved.now.unit}"
        return f"{word}{abs(moved.percent)}%"

    def _fixed(self, parts: list[str], line: int) -> _Piece | None:
        """``fixed 20 GROUND``: a number somebody vouches for."""
        if len(parts) < _FIXED_PARTS:
            self.fault(line, _("手写的数要有依据：请写成 {{ fixed 20 依据 }}。"))
            return None
        ground = " ".join(parts[2:])
        digits = re.sub(r"[^\d.]", "", parts[1])
        value = Decimal(digits) if re.fullmatch(r"\d+(\.\d+)?", digits) else Decimal(0)
        bound = Bound("fixed", ground, "", "", value, parts[1], "", by_hand=ground)
        self.uses.append(Use(line, parts[1], bound))
        return _Piece(line, parts[1], bound=True)

    def _table(self, parts: list[str], line: int) -> _Piece | None:
        """``table NAME by place``: a figure split, each part bound."""
        name = self._named(parts, line)
        if name is None or not (self._fits(parts, {4: ("by", parts[3] if len(parts) > 3 else "")}, line)):  # noqa: PLR2004
            return None
        try:
            found = self.source.split(name, parts[3])
        except Refused as refusal:
            for sentence in refusal.sentences():
                self.fault(line, sentence)
            return None
        rows = []
        for label, bound in found:
            text = "—" if bound.value is None else bound.text
            self.uses.append(Use(line, text, bound))
            rows.append((plain(label), (Run(text, bound.href),)))
        first = found[0][1] if found else None
        title = f"{first.title}（{first.unit}）" if first and first.unit else (first.title if first else name)
        return _Piece(line, block=Table(("名称", title), tuple(rows), (2, 1)))

    def _records(self, parts: list[str], line: int) -> _Piece | None:
        """``records NAME``: the records behind a figure; refused where the writer may not see one of them."""
        name = self._named(parts, line)
        if name is None or not self._fits(parts, {2: ()}, line):
            return None
        try:
            found: Records = self.source.records(name)
        except Refused as refusal:
            for sentence in refusal.sentences():
                self.fault(line, sentence)
            return None
        if found.hidden:
            self.fault(
                line, _("这些记录中有 %(count)s 件您无权查看，不能列成清单。") % {"count": found.hidden}
            )
            return None
        rows = tuple(tuple(plain(cell) for cell in row) for row in found.rows)
        return _Piece(line, block=Table(found.titles, rows))

    # --- from pieces to blocks ---

    def _blocks(self, pieces: list[_Piece]) -> Iterator[Block]:
        """Yield paragraphs, headings and tables, line by line."""
        held: list[_Piece] = []
        for piece in [*pieces, _Piece(0, "\n")]:
            if piece.text == "\n":
                yield from self._line(held)
                held = []
            else:
                held.append(piece)

    def _line(self, pieces: list[_Piece]) -> Iterator[Block]:
        blocks = [one for one in pieces if one.block is not None]
        text = "".join(one.text for one in pieces).strip()
        if blocks:
            if text or len(blocks) > 1:
                self.fault(blocks[0].line, _("表格要单独占一行。"))
            elif blocks[0].block is not None:
                yield blocks[0].block
            return
        if not text:
            return
        runs = _joined(pieces)
        found = re.match(r"(#{1,4})\s*", runs[0].text)
        if not found:
            yield Paragraph(runs)
            return
        rest = (Run(runs[0].text[found.end() :], runs[0].link), *runs[1:])
        yield Heading(len(found[1]), tuple(run for run in rest if run.text))


def _joined(pieces: list[_Piece]) -> tuple[Run, ...]:
    """Return pieces as runs: prose joined, spaces at the ends gone."""
    runs: list[Run] = []
    for one in pieces:
        if not one.text:
            continue
        if runs and not one.link and not runs[-1].link:
            runs[-1] = Run(runs[-1].text + one.text)
        else:
            runs.append(Run(one.text, one.link))
    first, last = runs[0], runs[-1]
    runs[0] = Run(first.text.lstrip(" \t　"), first.link)
    runs[-1] = Run((runs[0] if len(runs) == 1 else last).text.rstrip(" \t　"), runs[-1].link)
    return tuple(run for run in runs if run.text)
