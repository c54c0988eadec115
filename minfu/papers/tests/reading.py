"""Reading a PDF back in tests: its text, its fonts, its pages as pictures, the QR codes on them."""

import io
import re
from typing import Any

import pypdfium2
import zxingcpp
from pypdf import PdfReader


def pages(pdf: bytes) -> list[str]:
    """Return the text of each page, without white space and break marks (line ends fall anywhere in Chinese)."""
    return [re.sub(r"[\s\u200b]+", "", page.extract_text()) for page in PdfReader(io.BytesIO(pdf)).pages]


def text(pdf: bytes) -> str:
    """Return all text of a PDF, without white space."""
    return "".join(pages(pdf))


def sizes(pdf: bytes) -> set[tuple[int, int]]:
    """Return the sizes of its pages in mm."""
    boxes = [page.mediabox for page in PdfReader(io.BytesIO(pdf)).pages]
    return {(round(float(box.width) / 72 * 25.4), round(float(box.height) / 72 * 25.4)) for box in boxes}


def fonts(pdf: bytes) -> dict[str, bool]:
    """Return the fonts by name, and whether each is embedded."""
    found: dict[str, bool] = {}
    for page in PdfReader(io.BytesIO(pdf)).pages:
        resources: Any = page["/Resources"]
        for one in resources.get("/Font", {}).values():
            font: Any = one.get_object()
            below = font["/DescendantFonts"][0].get_object() if "/DescendantFonts" in font else font
            held = below["/FontDescriptor"].get_object()
            found[font["/BaseFont"]] = any(f"/FontFile{number}" in held for number in ("", "2", "3"))
    return found


def qr_codes(pdf: bytes) -> list[str]:
    """Return what the QR codes on its pages say, page by page, read from the page's picture."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        found = []
        for page in document:
            found += [code.text for code in zxingcpp.read_barcodes(page.render(scale=2).to_pil())]
        return found
    finally:
        document.close()
