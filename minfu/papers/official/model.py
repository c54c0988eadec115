"""What an official document consists of, whatever it is written as. Pure; knows no writer."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from minfu.kernel.errors import Invalid
from minfu.papers.official import layout

MOST_LEVELS = 4
MOST_NUMBERED = 99
#: A number of a document: the unit's word, the year in 〔〕, a running number without 第 and without leading noughts.
NUMBER = re.compile(r"[^\s〔〕\[\]第]{1,20}〔(?:19|20)\d\d〕[1-9]\d{0,5}号")
#: A number of an issue: 第3期 or 2026年第3期, with the issue of all time in brackets if any.
ISSUE = re.compile(r"(?:(?:19|20)\d\d年)?第[1-9]\d{0,5}期(?:（总第[1-9]\d{0,5}期）)?")


class Kind(StrEnum):
    """The kinds of document a county writes; the names are those of the regulation on official documents."""

    NOTICE = "notice"
    CIRCULAR = "circular"
    BRIEFING = "briefing"
    MINUTES = "minutes"
    REQUEST = "request"
    REPORT = "report"
    REPLY = "reply"
    LETTER = "letter"

    @property
    def label(self) -> str:
        """Return its name as people say it."""
        return str(_KINDS[self])

    @property
    def upward(self) -> bool:
        """Tell whether it goes to the level above: it names who signs."""
        return self in {Kind.REQUEST, Kind.REPORT}

    @property
    def frame(self) -> str:
        """Return the form of its first page: ``file``, ``letter`` or ``issue`` (a number of an issue, as a briefing has)."""
        return {Kind.LETTER: "letter", Kind.BRIEFING: "issue"}.get(self, "file")

    @property
    def addressed(self) -> bool:
        """Tell whether it must name whom it is for."""
        return self not in {Kind.BRIEFING, Kind.MINUTES, Kind.CIRCULAR}


_KINDS = {
    Kind.NOTICE: gettext_lazy("通知"),
    Kind.CIRCULAR: gettext_lazy("通报"),
    Kind.BRIEFING: gettext_lazy("简报"),
    Kind.MINUTES: gettext_lazy("纪要"),
    Kind.REQUEST: gettext_lazy("请示"),
    Kind.REPORT: gettext_lazy("报告"),
    Kind.REPLY: gettext_lazy("批复"),
    Kind.LETTER: gettext_lazy("函"),
}


@dataclass(frozen=True)
class Run:
    """A piece of text; with ``link`` it leads to an address (a figure to its records)."""

    text: str
    link: str = ""


Runs = tuple[Run, ...]


def plain(text: str) -> Runs:
    """Return a text as it stands in a paragraph."""
    return (Run(text),)


@dataclass(frozen=True)
class Heading:
    """A heading of level 1 to 4; its number is counted. ``rest`` follows on the same line, as （一）…。 often has it."""

    level: int
    text: Runs
    rest: Runs = ()


@dataclass(frozen=True)
class Paragraph:
    """A paragraph of the text."""

    runs: Runs


@dataclass(frozen=True)
class Table:
    """A table; ``widths`` are shares of the line. Cells are texts."""

    titles: tuple[str, ...]
    rows: tuple[tuple[Runs, ...], ...]
    widths: tuple[float, ...] = ()
    caption: str = ""


@dataclass(frozen=True)
class Picture:
    """A picture, as SVG for print (``name`` ends with .svg) and PNG for Word, ``wide`` mm wide; ``says`` is what it shows."""

    name: str
    svg: bytes
    png: bytes
    says: str
    wide: float = 30.0
    caption: str = ""


Block = Heading | Paragraph | Table | Picture


@dataclass(frozen=True)
class Attachment:
    """An attachment: on a page of its own, after the signature."""

    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Official:
    """An official document. ``mark`` stands at the top of every page of what is no (longer a) valid document.

    ``head`` is the red name (凤埔乡人民政府文件), ``number`` its 发文字号 or number of issue, ``units`` sign it. Empty parts are
    left out. ``copy_number`` is the 份号 of a classified one. Without a ``kind`` it is a paper between people, an
    agreement: on the same page in the same fonts, but no red head; its number stands below the title.
    """

    kind: Kind | None
    head: str
    title: str
    number: str = ""
    addressees: str = ""
    blocks: tuple[Block, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    units: tuple[str, ...] = ()
    day: date | None = None
    sealed: bool = True
    secrecy: str = ""
    urgency: str = ""
    copy_number: str = ""
    signer: str = ""
    note: str = ""
    copies: str = ""
    printed_by: str = ""
    printed_on: date | None = None
    mark: str = ""

    @property
    def frame(self) -> str:
        """Return the form of its first page: that of its kind, ``paper`` without one."""
        return self.kind.frame if self.kind else "paper"

    @property
    def upward(self) -> bool:
        """Tell whether it goes to the level above."""
        return self.kind is not None and self.kind.upward

    @property
    def pictures(self) -> tuple[Picture, ...]:
        """Return every picture in it."""
        parts = [self.blocks, *(one.blocks for one in self.attachments)]
        return tuple(one for blocks in parts for one in blocks if isinstance(one, Picture))


def labelled(blocks: Sequence[Block]) -> Iterator[tuple[str, Block]]:
    """Yield every block with what stands before it: headings are counted, each level anew below the one above."""
    counts = [0] * (MOST_LEVELS + 1)
    for one in blocks:
        label = ""
        if isinstance(one, Heading):
            counts[one.level] += 1
            counts[one.level + 1 :] = [0] * (MOST_LEVELS - one.level)
            label = layout.level_label(one.level, counts[one.level])
        yield label, one


@dataclass
class _Faults:
    """What is wrong with a document, by its part."""

    found: dict[str, list[str]] = field(default_factory=dict)

    def add(self, part: str, sentence: str) -> None:
        self.found.setdefault(part, []).append(sentence)


def check(document: Official) -> None:
    """Raise ``Invalid`` with a sentence for every part that the layout does not allow; nothing is mended silently."""
    faults = _Faults()
    heads = document.kind is not None
    for part, value, sentence in (
        ("title", document.title, _("请写标题。")),
        ("head", document.head, _("请写发文机关标志，例如：某某乡人民政府文件。")),
    ):
        if not value.strip() and (heads or part != "head"):
            faults.add(part, sentence)
    if document.kind and document.kind.addressed and not document.addressees.strip():
        faults.add("addressees", _("请写主送机关：这份公文是给谁的。"))
    if document.upward and not document.signer.strip():
        faults.add("signer", _("上行文要写签发人。"))
    if heads and document.number and not _number_fits(document):
        faults.add(
            "number",
            _("发文字号写作“机关代字〔2026〕7号”：年份用六角括号，不加“第”，不编虚位；简报写作“第7期”。"),
        )
    if layout.em(document.head) > layout.WIDTH * layout.MM / layout.HEAD_LEAST:
        faults.add("head", _("发文机关标志太长，一行排不下。"))
    for blocks in (document.blocks, *(one.blocks for one in document.attachments)):
        _check_levels(blocks, faults)
    if faults.found:
        raise Invalid(faults.found)


def _number_fits(document: Official) -> bool:
    pattern = ISSUE if document.frame == "issue" else NUMBER
    return bool(pattern.fullmatch(document.number))


def _check_levels(blocks: Sequence[Block], faults: _Faults) -> None:
    """Find headings that leave out a level, and more of one level than can be numbered."""
    above = 0
    for label, one in _labelled_safely(blocks, faults):
        if isinstance(one, Heading):
            if one.level > above + 1:
                name = "".join(run.text for run in one.text)
                faults.add(
                    "blocks", _("“%(label)s%(name)s”之上少一层标题。") % {"label": label, "name": name}
                )
            above = one.level


def _labelled_safely(blocks: Sequence[Block], faults: _Faults) -> Iterator[tuple[str, Block]]:
    """Yield blocks with their labels, or nothing and a fault when a level is none or there are too many headings."""
    headings = [one for one in blocks if isinstance(one, Heading)]
    if any(not 1 <= one.level <= MOST_LEVELS for one in headings) or len(headings) > MOST_NUMBERED:
        faults.add("blocks", _("标题只有四层：一、（一）1.（1）；一份公文最多 99 个标题。"))
        return
    yield from labelled(blocks)
