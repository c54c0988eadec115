"""Font files for OFD from the fonts embedded in a PDF: TrueType, with exactly the glyphs that are used.

Readers of OFD show TrueType everywhere, PostScript outlines only in part; so curves are turned into quadratic ones, closer than
a thousandth of the size. A glyph is found by the character it stands for. Where two glyphs stand for the same character (a
bracket set narrow at the end of a line), the second lies in a file of its own: readers need not know about glyph numbers. Only
a glyph for several characters (a ligature of another alphabet) is named by its number.
"""

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from fontTools.cffLib import CFFFontSet
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.transformPen import TransformPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont
from pdfminer.pdffont import PDFCIDFont

from minfu.papers.ofd.reading import Text, UnsupportedError

#: Seconds from 1904 to 1970, as font files count: every file is dated alike.
_EPOCH = 2082844800
#: How far a quadratic curve may stray from the cubic one, in thousandths of the size.
_STRAY = 0.5
_ASCENT, _DESCENT = 880, -120


@dataclass
class FontFile:
    """A font file: for each text (nearly always one character) its glyph in the PDF's font, in the order of their numbers."""

    name: str
    source: PDFCIDFont
    glyphs: dict[str, int] = field(default_factory=dict)

    @cached_property
    def data(self) -> bytes:
        """Return the file as TrueType."""
        draw, reverse = _drawn(self.source)
        names = {text: f"g{number}" for number, text in enumerate(self.glyphs, 1)}
        made = {".notdef": TTGlyphPen(None).glyph()}
        advances = {".notdef": 1000}
        for text, cid in self.glyphs.items():
            pen = TTGlyphPen(None)
            draw(cid, Cu2QuPen(pen, _STRAY, reverse_direction=reverse))
            made[names[text]] = pen.glyph()
            advances[names[text]] = round(self.source.char_width(cid) * 1000)
        builder = FontBuilder(1000, isTTF=True)
        builder.updateHead(created=_EPOCH, modified=_EPOCH)
        builder.setupGlyphOrder(list(made))
        builder.setupCharacterMap({ord(text): name for text, name in names.items() if len(text) == 1})
        builder.setupGlyf(made)
        lefts = {name: one.xMin if one.numberOfContours else 0 for name, one in made.items()}
        builder.setupHorizontalMetrics({name: (advance, lefts[name]) for name, advance in advances.items()})
        builder.setupHorizontalHeader(ascent=_ASCENT, descent=_DESCENT)
        builder.setupNameTable(
            {"familyName": self.name, "styleName": "Regular", "fullName": self.name, "psName": self.name}
        )
        heights = {"usWinAscent": _ASCENT, "usWinDescent": -_DESCENT}
        builder.setupOS2(sTypoAscender=_ASCENT, sTypoDescender=_DESCENT, **heights)
        builder.setupPost(keepGlyphNames=False)
        written = io.BytesIO()
        builder.save(written)
        return written.getvalue()

    def number(self, text: str) -> int:
        """Return the number of the glyph for a text in this file."""
        return list(self.glyphs).index(text) + 1


class Fonts:
    """The font files of a document, in the order in which they are needed."""

    def __init__(self) -> None:
        """Begin with none."""
        self.files: list[FontFile] = []

    def parts(self, text: Text) -> Iterator[tuple[int, Text]]:
        """Yield a text in parts that one font file can show, each with the number of its file."""
        held: Text | None = None
        number = -1
        for glyph in text.glyphs:
            found = self._file(text.font, glyph.text, glyph.cid)
            # A glyph for several characters stands by itself.
            single = len(glyph.text) == 1 and held is not None and len(held.glyphs[-1].text) == 1
            if held is not None and found == number and single:
                held.glyphs.append(glyph)
                continue
            if held is not None:
                yield number, held
            held = Text(text.font, text.size, text.base, text.colour, [glyph], text.link)
            number = found
        if held is not None:
            yield number, held

    def _file(self, font: PDFCIDFont, sign: str, cid: int) -> int:
        """Return the number of the file in which a character is this glyph."""
        name = font.basefont.partition("+")[2].removesuffix("-Identity-H") or font.basefont
        alike = [number for number, one in enumerate(self.files) if one.source is font]
        for number in alike:
            if self.files[number].glyphs.setdefault(sign, cid) == cid:
                return number
        self.files.append(FontFile(f"{name}-{len(alike) + 1}" if alike else name, font, {sign: cid}))
        return len(self.files) - 1


def _drawn(font: PDFCIDFont) -> tuple[Callable[[int, Any], None], bool]:
    """Return what draws a glyph of an embedded font with a pen, in thousandths of the size; and whether outlines run the other
    way round than those of TrueType.
    """
    held = font.descriptor
    if "FontFile3" in held:
        return _postscript(held["FontFile3"].resolve().get_data()), True
    if "FontFile2" in held:
        return _truetype(held["FontFile2"].resolve().get_data()), False
    raise UnsupportedError(f"a font that is not embedded: {font.basefont}")


def _postscript(data: bytes) -> Callable[[int, Any], None]:
    fonts = CFFFontSet()
    if data[:4] == b"OTTO":
        fonts = TTFont(io.BytesIO(data))["CFF "].cff
    else:
        fonts.decompile(io.BytesIO(data), None)
    top = fonts.topDictIndex[0]
    names = [f"cid{number:05d}" for number in range(len(top.charset))] if hasattr(top, "ROS") else top.charset

    def draw(cid: int, pen: Any) -> None:
        top.CharStrings[names[cid]].draw(pen)

    return draw


def _truetype(data: bytes) -> Callable[[int, Any], None]:
    font: Any = TTFont(io.BytesIO(data))
    order, glyphs = font.getGlyphOrder(), font.getGlyphSet()
    scale = 1000 / font["head"].unitsPerEm

    def draw(cid: int, pen: Any) -> None:
        glyphs[order[cid]].draw(TransformPen(pen, (scale, 0, 0, scale, 0, 0)))

    return draw
