"""Measures a page of a PDF: where its characters stand, line by line."""

import ctypes
from dataclasses import dataclass
from typing import Any

import pypdfium2
import pypdfium2.raw

pdfium: Any = pypdfium2.raw
MM = 72 / 25.4


@dataclass(frozen=True)
class Sign:
    """One printed character: its origin from the left and from the top of the page in mm, its size in points."""

    text: str
    left: float
    base: float
    size: float


@dataclass(frozen=True)
class Row:
    """Characters on one line."""

    base: float
    signs: tuple[Sign, ...]

    @property
    def text(self) -> str:
        return "".join(sign.text for sign in self.signs)

    @property
    def left(self) -> float:
        return self.signs[0].left


def pages(pdf: bytes) -> list[list[Row]]:
    """Return the lines of each page, from above; characters of one line have one base line."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return [_rows(page) for page in document]
    finally:
        document.close()


def _rows(page: pypdfium2.PdfPage) -> list[Row]:
    held = page.get_textpage()
    high = page.get_height()
    found: dict[float, list[Sign]] = {}
    x, y = ctypes.c_double(), ctypes.c_double()
    for number in range(held.count_chars()):
        text = chr(pdfium.FPDFText_GetUnicode(held.raw, number))
        if text.isspace() or text == "\x00":
            continue
        pdfium.FPDFText_GetCharOrigin(held.raw, number, x, y)
        size = pdfium.FPDFText_GetFontSize(held.raw, number)
        base = round((high - y.value) / MM, 2)
        found.setdefault(base, []).append(Sign(text, x.value / MM, base, size))
    return [
        Row(base, tuple(sorted(signs, key=lambda one: one.left))) for base, signs in sorted(found.items())
    ]


def rules(pdf: bytes, number: int = 0) -> list[tuple[float, float, float, float]]:
    """Return the boxes (left, top, right, bottom in mm from the upper left) of lines and shapes drawn on a page."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        page = document[number]
        high = page.get_height()
        return [
            (left / MM, (high - top) / MM, right / MM, (high - bottom) / MM)
            for one in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_PATH])
            for left, bottom, right, top in [one.get_bounds()]
        ]
    finally:
        document.close()
