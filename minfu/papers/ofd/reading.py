"""Reads a PDF that typst made: where each glyph stands and in which font, what is drawn, what is linked."""

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from pdfminer.pdfdevice import PDFTextDevice
from pdfminer.pdffont import PDFCIDFont, PDFUnicodeNotDefined
from pdfminer.pdfinterp import PDFPageInterpreter, PDFResourceManager
from pdfminer.pdfpage import PDFPage
from pdfminer.pdftypes import resolve1
from pdfminer.utils import apply_matrix_pt

#: Millimetres in a point.
MM = 25.4 / 72
#: Positions nearer than this (mm) are the same.
NEAR = 0.001

#: How wide a line is that nobody said the width of; pdfminer then says 0.
_LINE = 1.0

Colour = tuple[int, int, int]
Point = tuple[float, float]
#: A piece of a path: M, L or B (a Bézier curve), and its points; C closes.
Piece = tuple[str, tuple[Point, ...]]


class UnsupportedError(ValueError):
    """The PDF holds something that is not carried over; it was not set by us."""


@dataclass(frozen=True)
class Glyph:
    """One glyph: its number in the font, the text it stands for, where it begins (mm from the left), how far it leads."""

    cid: int
    text: str
    x: float
    wide: float


@dataclass
class Text:
    """Glyphs of one font, size (mm) and colour on one base line (mm from the top)."""

    font: PDFCIDFont
    size: float
    base: float
    colour: Colour
    glyphs: list[Glyph]
    link: str = ""


@dataclass(frozen=True)
class Path:
    """A shape: pieces in mm from the upper left; ``stroke`` and ``fill`` are colours or None, ``wide`` the line in mm."""

    pieces: tuple[Piece, ...]
    stroke: Colour | None
    fill: Colour | None
    wide: float
    even_odd: bool = False

    @property
    def points(self) -> list[Point]:
        """Return every point it goes through."""
        return [point for _sign, points in self.pieces for point in points]


@dataclass
class Page:
    """A page: its size in mm, and what stands on it in the order it was drawn."""

    wide: float
    high: float
    things: list[Text | Path] = field(default_factory=list)


def pages(pdf: bytes) -> list[Page]:
    """Return the pages of a PDF. Raises ``UnsupportedError``."""
    manager = PDFResourceManager()
    device = _Device(manager)
    interpreter = PDFPageInterpreter(manager, device)
    for page in PDFPage.get_pages(io.BytesIO(pdf)):
        interpreter.process_page(page)
        _link(device.pages[-1], list(_links(page, device.pages[-1].high)))
    return device.pages


class _Device(PDFTextDevice):
    """Takes down what the interpreter draws."""

    def __init__(self, manager: PDFResourceManager):
        """Begin with no page."""
        super().__init__(manager)
        self.pages: list[Page] = []
        self.ctm: Any = None

    def begin_page(self, page: PDFPage, ctm: Any) -> None:
        """Begin a page; its lower left is the origin of everything on it."""
        left, bottom, right, top = page.mediabox
        self.pages.append(Page((right - left) * MM, (top - bottom) * MM))
        self.set_ctm(ctm)

    def _place(self, x: float, y: float) -> Point:
        """Return a point of the page in mm from the upper left."""
        return x * MM, self.pages[-1].high - y * MM

    def render_char(self, *told: Any) -> float:
        """Take down one glyph, beside the last where it stands on the same line; return how far it leads.

        As pdfminer calls it: matrix, font, size, scaling, rise, number of the glyph, colour space, state.
        """
        (a, b, c, d, e, f), font, size, scaling, rise, cid, _space, state = told
        if not isinstance(font, PDFCIDFont) or rise or scaling != 1 or b or c or a != d or a <= 0:
            raise UnsupportedError("text is not upright, or its font is not a composite one")
        step = font.char_width(cid) * size
        x, base = self._place(e, f)
        glyph = Glyph(cid, _said(font, cid), x, step * a * MM)
        text = Text(font, size * a * MM, base, _colour(state.ncolor), [glyph])
        things = self.pages[-1].things
        last = things[-1] if things else None
        if isinstance(last, Text) and _goes_on(last, text):
            last.glyphs.append(glyph)
        else:
            things.append(text)
        return float(step)

    def paint_path(self, gstate: Any, stroke: bool, fill: bool, evenodd: bool, path: Sequence[Any]) -> None:  # noqa: FBT001 - as pdfminer calls it
        """Take down a shape."""
        a, b, c, d, _e, _f = self.ctm
        if gstate.dash and gstate.dash[0]:
            raise UnsupportedError("a dashed line")
        pieces = tuple(self._pieces(path))
        if pieces:
            scale = abs(a * d - b * c) ** 0.5
            drawn = Path(
                pieces,
                _colour(gstate.scolor) if stroke else None,
                _colour(gstate.ncolor) if fill else None,
                (gstate.linewidth or _LINE) * scale * MM,
                even_odd=bool(evenodd),
            )
            self.pages[-1].things.append(drawn)

    def _pieces(self, path: Sequence[Any]) -> Iterator[Piece]:
        names = {"m": "M", "l": "L", "c": "B", "h": "C"}
        for sign, *numbers in path:
            if sign not in names:
                raise UnsupportedError(f"a path with {sign}")
            points = zip(numbers[::2], numbers[1::2], strict=True)
            yield names[sign], tuple(self._place(*apply_matrix_pt(self.ctm, point)) for point in points)

    def render_image(self, name: str, stream: Any) -> None:
        """Refuse a bitmap: documents have none."""
        raise UnsupportedError(f"a bitmap: {name}, {stream!r:.40}")


def _said(font: PDFCIDFont, cid: int) -> str:
    """Return the text a glyph stands for."""
    try:
        return str(font.to_unichr(cid)) or "\ufffd"
    except PDFUnicodeNotDefined:
        return "\ufffd"


def _goes_on(last: Text, text: Text) -> bool:
    """Tell whether a glyph stands on the line of the last, to the right of it and near."""
    gap = text.glyphs[0].x - last.glyphs[-1].x
    same = (last.font, last.colour) == (text.font, text.colour) and abs(last.size - text.size) < NEAR
    return same and abs(last.base - text.base) < NEAR and 0 < gap < last.glyphs[-1].wide + last.size


def _colour(value: Any) -> Colour:
    """Return a colour (grey, or red, green and blue from 0 to 1) in 256 steps."""
    parts = [value] if isinstance(value, int | float) else list(value)
    if len(parts) == 1:
        parts *= 3
    red, green, blue = (round(float(part) * 255) for part in parts)
    return red, green, blue


@dataclass(frozen=True)
class _Link:
    """Where a page leads on: a box in mm from the upper left, and the address."""

    left: float
    top: float
    right: float
    bottom: float
    address: str

    def holds(self, text: Text, glyph: Glyph) -> bool:
        """Tell whether the middle of a glyph lies within the box."""
        middle = glyph.x + glyph.wide / 2
        return self.left <= middle <= self.right and self.top <= text.base - text.size / 3 <= self.bottom


def _links(page: PDFPage, high: float) -> Iterator[_Link]:
    for one in resolve1(page.annots) or ():
        note = resolve1(one)
        action = resolve1(note.get("A")) or {}
        if "URI" not in action:
            continue
        x0, y0, x1, y1 = (float(resolve1(part)) * MM for part in resolve1(note["Rect"]))
        address = resolve1(action["URI"]).decode("ascii")
        yield _Link(min(x0, x1), high - max(y0, y1), max(x0, x1), high - min(y0, y1), address)


def _link(page: Page, links: list[_Link]) -> None:
    """Part texts where a link begins or ends, and tell each part its address."""
    if not links:
        return
    things: list[Text | Path] = []
    for one in page.things:
        things += _parted(one, links) if isinstance(one, Text) else [one]
    page.things = things


def _parted(text: Text, links: list[_Link]) -> list[Text]:
    said = [next((link.address for link in links if link.holds(text, glyph)), "") for glyph in text.glyphs]
    cuts = [0, *(n for n, (one, other) in enumerate(pairwise(said), 1) if one != other), len(said)]
    return [
        Text(text.font, text.size, text.base, text.colour, text.glyphs[start:end], said[start])
        for start, end in pairwise(cuts)
    ]
