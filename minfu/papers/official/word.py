"""An official document as Word: real styles and the official names of fonts, for offices to go on with.

What belongs where is said in ``layout.py``; here stands how WordprocessingML says it (ECMA-376, by the names of its elements).
"""

import io
from collections.abc import Sequence

from docx import Document
from docx.document import Document as Word
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.shared import Mm, Pt
from docx.text.paragraph import Paragraph as Line

from minfu.kernel import clock
from minfu.papers import texts
from minfu.papers.official import layout, model
from minfu.papers.official import word_parts as parts
from minfu.papers.official.model import Block, Heading, Official, Picture, Runs, Table

#: The style of a heading of level 1 to 4, by Word's own names: they fill Word's navigation.
HEADINGS = ("Heading 1", "Heading 2", "Heading 3", "Heading 4")
MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
LEFT, CENTRE, RIGHT = WD_ALIGN_PARAGRAPH.LEFT, WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT


def docx(document: Official) -> bytes:
    """Return the document as a Word file. Raises ``Invalid`` for what the layout does not allow."""
    model.check(document)
    word = Document()
    parts.styles(word)
    parts.page(word, letter=document.frame == "letter", mark=document.mark)
    _Writer(word, document).write()
    about = word.core_properties
    about.title, about.author, about.language = (
        document.title.replace("\n", ""),
        "".join(document.units[:1]),
        "zh-CN",
    )
    about.created = about.modified = clock.now().replace(tzinfo=None)
    about.comments = ""
    # python-docx's own template brings a picture of another document.
    files = word.part.package.rels
    for name in [name for name, one in files.items() if one.reltype == RELATIONSHIP_TYPE.THUMBNAIL]:
        del files[name]
    held = io.BytesIO()
    word.save(held)
    return held.getvalue()


class _Writer:
    """Writes the parts of one document in their order."""

    def __init__(self, word: Word, document: Official):
        """Take the empty Word document and what is to be written."""
        self.word = word
        self.document = document

    def write(self) -> None:
        """Write it all."""
        if self.document.frame == "letter":
            self.letter_head()
        elif self.document.frame != "paper":
            self.file_head()
        self.title(self.document.title)
        if self.document.frame == "paper" and self.document.number:
            self.line(f"编号：{self.document.number}", style="公文主送", align=RIGHT)
        self.empty()
        if self.document.addressees:
            self.line(f"{self.document.addressees}：", style="公文主送")
        self.blocks(self.document.blocks)
        self.attachment_note()
        if self.document.frame != "issue":
            self.signature()
        if self.document.note:
            self.line(f"（{self.document.note}）", style="公文正文")
        many = len(self.document.attachments) > 1
        for number, one in enumerate(self.document.attachments, 1):
            first = self.line(f"附件{number if many else ''}", style="公文附件")
            first.paragraph_format.page_break_before = True
            self.empty()
            self.title(one.title)
            self.empty()
            self.blocks(one.blocks)
        parts.imprint(self.word, self.document)

    def line(self, text: str = "", *, style: str, align: WD_ALIGN_PARAGRAPH | None = None) -> Line:
        """Add one paragraph."""
        added = self.word.add_paragraph(texts.tidy(text), style=style)
        if align is not None:
            added.alignment = align
        return added

    def empty(self, count: int = 1) -> None:
        """Add empty lines of the grid."""
        for _number in range(count):
            self.line(style="公文主送")

    # --- the head ---

    def red_head(self, down: float) -> None:
        """Add the red name; ``down`` is its upper edge below that of 版心 in mm."""
        size = layout.head_size(self.document.head)
        head = self.line(self.document.head, style="发文机关标志")
        head.runs[0].font.size = Pt(size)
        shape = head.paragraph_format
        shape.line_spacing = Pt(size * 1.02)
        if down > 0:
            shape.space_before = Pt(down * layout.MM)

    def file_head(self) -> None:
        """Add tags, red name, number line with the red line below, and the empty lines around."""
        tags = [
            one for one in (self.document.copy_number, self.document.secrecy, self.document.urgency) if one
        ]
        for one in tags:
            self.line(one, style="公文附件" if one != self.document.copy_number else "公文主送")
        self.red_head(max(0.0, layout.HEAD_DOWN - len(tags) * layout.WORD_PITCH / layout.MM))
        self.empty(layout.EMPTY_BELOW_HEAD)
        number = self.line(style="发文字号")
        self.number_line(number)
        parts.red_rule(number)
        self.empty(2)

    def number_line(self, number: Line) -> None:
        """Fill the line of the number: with the signer when it goes up, with unit and day when it is an issue."""
        document = self.document
        wide = Pt(layout.WIDTH * layout.MM - layout.SIZE_3)
        if document.frame == "issue":
            day = layout.day_text(document.day) if document.day else ""
            unit = document.printed_by or "".join(document.units[:1])
            parts.spread(number, (f"　{unit}", document.number, day), wide)
        elif document.upward:
            parts.spread(number, (f"　{document.number}", "签发人："), wide)
            parts.font(number.add_run(texts.tidy(document.signer)), layout.KAI)
        else:
            number.add_run(document.number)
            number.alignment = CENTRE

    def letter_head(self) -> None:
        """Add name, double line and number of a letter; the lower double line stands in the first page's footer."""
        self.red_head(0.0)
        parts.double_rule(self.word.paragraphs[-1])
        number = self.line(style="公文主送")
        if self.document.secrecy:
            parts.font(number.add_run(self.document.secrecy), layout.HEI)
        parts.spread(number, ("", self.document.number), Pt(layout.WIDTH * layout.MM))
        self.empty(2)

    def title(self, text: str) -> None:
        """Add a title, broken where its author broke it."""
        added = self.word.add_paragraph(style="Title")
        for number, one in enumerate(text.split("\n")):
            if number:
                added.add_run().add_break()
            added.add_run(texts.tidy(one))

    # --- the text ---

    def blocks(self, blocks: Sequence[Block]) -> None:
        """Add headings, paragraphs, tables, pictures."""
        for label, one in model.labelled(blocks):
            if isinstance(one, Heading):
                self.heading(label, one)
            elif isinstance(one, Table):
                parts.table(self.word, one)
            elif isinstance(one, Picture):
                self.picture(one)
            else:
                self.runs(self.word.add_paragraph(style="公文正文"), one.runs)

    def heading(self, label: str, one: Heading) -> None:
        """Add a heading; one with text behind it is a paragraph whose beginning has the heading's font."""
        if not one.rest:
            added = self.word.add_paragraph(label, style=HEADINGS[one.level - 1])
            self.runs(added, one.text)
            return
        added = self.word.add_paragraph(style="公文正文")
        begin = (model.Run(label), *one.text)
        for run in begin:
            parts.font(added.add_run(texts.tidy(run.text)), parts.HEADING_FONTS[one.level - 1])
        self.runs(added, one.rest)

    def runs(self, line: Line, runs: Runs) -> None:
        """Add pieces of text, those with a link as links that look like the text around them."""
        for run in runs:
            if run.link:
                parts.link(line, texts.tidy(run.text), run.link)
            else:
                line.add_run(texts.tidy(run.text))

    def picture(self, one: Picture) -> None:
        """Add a picture with its caption."""
        line = self.line(style="公文表注", align=CENTRE)
        line.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE
        shape = line.add_run().add_picture(io.BytesIO(one.png), width=Mm(one.wide))
        shape._inline.docPr.set("descr", one.says)  # noqa: SLF001 - python-docx has no door for it
        if one.caption:
            self.line(one.caption, style="公文表注", align=CENTRE)

    # --- the end ---

    def attachment_note(self) -> None:
        """Name the attachments one line below the text."""
        many = len(self.document.attachments) > 1
        for number, one in enumerate(self.document.attachments, 1):
            if number == 1:
                self.empty()
            lead = "附件：" if number == 1 else "　　　"
            line = self.line(f"{lead}{f'{number}.' if many else ''}{one.title}", style="公文正文")
            wide = layout.CELL * (5.5 if many else 5)
            line.paragraph_format.left_indent = Pt(wide)
            line.paragraph_format.first_line_indent = Pt(2 * layout.CELL - wide)

    def signature(self) -> None:
        """Add units and day where a seal, or none, wants them; they never stand alone on a page."""
        document = self.document
        if not (document.units or document.day):
            return
        right = layout.signature(document.units, document.day, sealed=document.sealed)
        for before in self.word.paragraphs[-1:]:
            before.paragraph_format.keep_with_next = True
        said = list(zip(document.units, right.units, strict=True))
        if document.day:
            said.append((layout.day_text(document.day), right.day))
        for _number in range(2 if document.sealed else 1):
            self.line(style="公文主送").paragraph_format.keep_with_next = True
        for number, (text, gap) in enumerate(said, 1):
            line = self.line(text, style="公文主送", align=RIGHT)
            line.paragraph_format.right_indent = Pt(gap * layout.CELL)
            line.paragraph_format.keep_with_next = number < len(said)
