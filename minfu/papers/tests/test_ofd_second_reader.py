"""OFD: DocVortex, which MinerU reads OFD with, finds every glyph, rule and square of the code where PDFium draws them in the PDF.

Unlike other readers it takes outlines from the fonts that are in the file; it knows nothing of the writer, nor of ``ofdkit``.
"""

import ctypes
import functools
import io
import zipfile
from dataclasses import dataclass
from typing import Any

import pypdfium2
import pypdfium2.raw
from docvortex.analyzers.native.ofd.package import OfdPackage
from docvortex.analyzers.native.ofd.scene import OfdSceneBuilder
from docvortex.analyzers.native.ofd.vector import render_vector_page
from PIL import Image, ImageChops, ImageDraw, ImageFilter

from minfu.papers.tests.test_ofd import WHOLE, written
from minfu.papers.tests.test_official import printed

#: Points of a picture to a mm: 200 to an inch, in which the reader draws.
SCALE = 200 / 25.4
#: Points by which two programs draw an edge apart.
EDGE = 3
MM = 25.4 / 72

pdfium: Any = pypdfium2.raw
Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Page:
    """A page as the reader understands it: its size, its glyphs (text, origin, box of the ink; mm), a picture of its shapes."""

    size: tuple[float, float]
    glyphs: tuple[tuple[str, tuple[float, float], Box], ...]
    shapes: Image.Image


def read(ofd: bytes) -> list[Page]:
    """Return the pages as the second reader understands them."""
    with OfdPackage(ofd) as package:
        return [_page(scene, package) for scene in OfdSceneBuilder(package).build()]


def _page(scene: Any, package: OfdPackage) -> Page:
    assert not scene.vector_unsupported
    assert not scene.diagnostics
    glyphs = [
        (glyph.text, glyph.origin, glyph.bbox)
        for line in scene.text_lines
        for glyph in line.glyphs
        if not glyph.text.isspace()
    ]
    wide, high = scene.physical_box[2:]
    shapes = Image.new("L", (round(wide * SCALE), round(high * SCALE)), 255)
    if drawn := render_vector_page(scene, package) if scene.vector_paths else None:
        shapes.paste(Image.open(io.BytesIO(drawn)).convert("L"))
    return Page((wide, high), tuple(glyphs), dark(shapes))


@functools.cache
def understood() -> list[Page]:
    return read(written())


def dark(picture: Image.Image) -> Image.Image:
    return picture.point(lambda grey: 255 if grey < 160 else 0)


def ink(picture: Image.Image) -> int:
    return picture.histogram()[255]


@functools.cache
def pdf_pages() -> list[tuple[list[tuple[str, float, float]], Image.Image]]:
    """Return the characters of each page of the PDF with their origins (mm), and its picture."""
    document = pypdfium2.PdfDocument(printed(WHOLE))
    try:
        return [
            (_signs(page), dark(page.render(scale=SCALE * MM, grayscale=True).to_pil())) for page in document
        ]
    finally:
        document.close()


def _signs(page: pypdfium2.PdfPage) -> list[tuple[str, float, float]]:
    held = page.get_textpage()
    x, y = ctypes.c_double(), ctypes.c_double()
    found = []
    for number in range(held.count_chars()):
        text = chr(pdfium.FPDFText_GetUnicode(held.raw, number))
        if not text.isspace() and text != "\x00":
            pdfium.FPDFText_GetCharOrigin(held.raw, number, x, y)
            found.append((text, x.value * MM, (page.get_height() - y.value) * MM))
    return found


def unlike(page: Page, picture: Image.Image) -> tuple[int, list[str]]:
    """Return how much ink of the PDF's picture lies neither in a glyph nor on a shape of the page as it was read, or the other
    way round; and the glyphs whose ink begins or ends elsewhere.
    """
    rest, strayed = picture.copy(), []
    draw = ImageDraw.Draw(rest)
    for text, _origin, box in page.glyphs:
        left, top, right, bottom = (value * SCALE for value in box)
        draw.rectangle((left - EDGE / 2, top - EDGE / 2, right + EDGE / 2, bottom + EDGE / 2), fill=0)
        corner = (int(left) - EDGE, int(top) - EDGE)
        seen = picture.crop((*corner, int(right) + EDGE + 1, int(bottom) + EDGE + 1)).getbbox()
        # What stands near may reach in: an edge must be met from within.
        near = seen and (
            seen[0] + corner[0] - left < EDGE
            and seen[1] + corner[1] - top < EDGE
            and right - seen[2] - corner[0] < EDGE
            and bottom - seen[3] - corner[1] < EDGE
        )
        if not near:
            strayed.append(text)
    shapes = Image.new("L", rest.size)
    shapes.paste(page.shapes)
    wide = [one.filter(ImageFilter.MaxFilter(5)) for one in (shapes, picture)]
    lost = ink(ImageChops.subtract(rest, wide[0])) + ink(ImageChops.subtract(shapes, wide[1]))
    return lost, strayed


def test_a_second_reader_finds_every_character_where_the_pdf_has_it() -> None:
    for page, (signs, _picture) in zip(understood(), pdf_pages(), strict=True):
        assert tuple(round(side) for side in page.size) == (210, 297)
        assert sorted(text for text, _origin, _box in page.glyphs) == sorted(text for text, _x, _y in signs)
        for text, (x, y), _box in page.glyphs:
            assert any(
                said == text and abs(x - left) < 0.05 and abs(y - base) < 0.05 for said, left, base in signs
            )


def test_the_fonts_and_shapes_it_finds_in_the_file_leave_the_ink_the_pdf_leaves() -> None:
    for page, (_signs, picture) in zip(understood(), pdf_pages(), strict=True):
        lost, strayed = unlike(page, picture)
        assert (lost, strayed) == (0, [])
    assert ink(understood()[0].shapes) > 1000  # the red line
    assert ink(understood()[-1].shapes) > 10_000  # the code


def test_the_measure_sees_a_font_that_is_missing_and_a_line_too_low() -> None:
    bare = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(written())) as whole, zipfile.ZipFile(bare, "w") as packed:
        for name in whole.namelist():
            if not name.endswith(".ttf"):
                packed.writestr(name, whole.read(name))
    _signs, picture = pdf_pages()[1]
    lost, strayed = unlike(read(bare.getvalue())[1], picture)
    assert len(strayed) > 100
    moved = ImageChops.offset(picture, 0, 10)
    lost, strayed = unlike(understood()[1], moved)
    assert lost > 1000
    assert strayed
