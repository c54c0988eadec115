"""The language of documents: prose with figures bound into it. Pure; it knows no loops and looks into nothing.

# 总体情况                       a heading (# to ####)
上半年收到{{ figure registered }}，同比上升{{ rise registered }}。
{% if overdue > 0 %}超期{{ figure overdue }}。{% else %}没有超期。{% endif %}
{% if has in_time before %}上期有数。{% endif %}   whether there is a number to print
{{ table registered by place }}   a table, on a line of its own
{{ records overdue }}             the records behind a figure, on a line of its own
{{ answer 常住户数 }}             a number somebody told once, for the document's place and period
{{ area }} {{ fixed 20 县委文件 }}  a word; a number somebody vouches for, with its ground

``branches.py`` decides conditions, ``tags.py`` reads the braces, ``claims.py`` finds what prose claims by itself.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from minfu.documents.rules import claims
from minfu.documents.rules.binding import Source
from minfu.documents.rules.branches import Branches
from minfu.documents.rules.notes import Notes, Piece, Use
from minfu.documents.rules.tags import Tags
from minfu.kernel.errors import Invalid
from minfu.papers.official import Block, Heading, Paragraph, Run

#: Characters of a text, and figures in it.
MOST_TEXT, MOST_FIGURES = 60_000, 500
_TAGS = re.compile(r"({%.*?%}|{{.*?}})")


@dataclass
class Written:
    """What a text says once its figures are in."""

    blocks: tuple[Block, ...] = ()
    uses: list[Use] = field(default_factory=list)


def write(text: str, source: Source) -> Written:
    """Return the text with its figures; ``Invalid`` at field ``text`` with a sentence for each line that cannot stand."""
    if len(text) > MOST_TEXT:
        raise Invalid({"text": [_("正文太长：最多 %(most)s 字。") % {"most": MOST_TEXT}]})
    notes = Notes()
    blocks = tuple(
        _blocks(list(_pieces(text.replace("\r\n", "\n").replace("\r", "\n"), source, notes)), notes)
    )
    if len(notes.uses) > MOST_FIGURES:
        notes.fault(1, _("一份公文最多 %(most)s 个数。") % {"most": MOST_FIGURES})
    if notes.faults:
        sentence = _("第 %(line)s 行：%(what)s")
        raise Invalid(
            {"text": [sentence % {"line": line, "what": what} for line, what in sorted(notes.faults)]}
        )
    return Written(blocks, notes.uses)


def words(text: str, source: Source) -> str:
    """Return a line (title, addressees) with its words and figures filled in; ``Invalid`` as ``write``."""
    return "".join(
        run.text for block in write(text, source).blocks if isinstance(block, Paragraph) for run in block.runs
    )


# --- from text to pieces ---------------------------------------------------------------------------------------------


def _pieces(text: str, source: Source, notes: Notes) -> Iterator[Piece]:
    """Yield the pieces of the text that are printed, conditions decided, figures filled in."""
    branches, tags = Branches(source, notes), Tags(source, notes)
    tokens = _TAGS.split(text)
    line = 1
    for number, token in enumerate(tokens):
        if number % 2 and token.startswith("{%"):
            branches.read(token[2:-2], line)
        elif number % 2 and branches.shown:
            yield tags.read(token[2:-2].strip(), line)
            tags.claim = 0
        elif not number % 2:
            if branches.shown:
                following = tokens[number + 1] if number + 1 < len(tokens) else ""
                _judge(token, line, notes, bound_after=following.startswith("{{"))
                tags.claim = claims.direction(token.rpartition("\n")[2])
                yield from _lines(token, line)
            line += token.count("\n")
    branches.end()


def _lines(text: str, line: int) -> Iterator[Piece]:
    for number, one in enumerate(text.split("\n")):
        if number:
            yield Piece(line + number, "\n")
        if one:
            yield Piece(line + number, one)


def _judge(text: str, line: int, notes: Notes, *, bound_after: bool) -> None:
    """Find what prose claims: numbers bound to nothing, comparisons without a number."""
    parts = text.split("\n")
    for number, one in enumerate(parts):
        last = number == len(parts) - 1
        if any(sign in one for sign in ("{{", "}}", "{%", "%}")):
            notes.fault(line + number, _("花括号没有写完，或者写到了两行。"))
        for claim in claims.unbound(one):
            sentence = _(
                "“%(number)s”没有绑定数据。请写成 {{ figure 指标 }}；确需手写的，写成 {{ fixed %(number)s 依据 }}。"
            )
            notes.fault(line + number, sentence % {"number": claim.text})
        for claim in claims.compared(one, bound_after=last and bound_after):
            sentence = _("“%(said)s”后面要写绑定的数，例如 {{ rise 指标 }}、{{ fall 指标 }}。")
            notes.fault(line + number, sentence % {"said": claim.text})


# --- from pieces to blocks -------------------------------------------------------------------------------------------


def _blocks(pieces: list[Piece], notes: Notes) -> Iterator[Block]:
    """Yield paragraphs, headings and tables, line by line."""
    held: list[Piece] = []
    for piece in [*pieces, Piece(0, "\n")]:
        if piece.text == "\n":
            yield from _line(held, notes)
            held = []
        else:
            held.append(piece)


def _line(pieces: list[Piece], notes: Notes) -> Iterator[Block]:
    blocks = [one for one in pieces if one.block is not None]
    text = "".join(one.text for one in pieces).strip()
    if blocks:
        if text or len(blocks) > 1:
            notes.fault(blocks[0].line, _("表格要单独占一行。"))
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


def _joined(pieces: list[Piece]) -> tuple[Run, ...]:
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
