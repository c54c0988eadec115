"""Writes OFD: a ZIP of XML (GB/T 33190-2016), millimetres from the upper left, fonts embedded."""

import hashlib
import io
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby, pairwise
from typing import Any
from xml.etree import ElementTree as ET

from minfu.papers.ofd.outlines import FontFile, Fonts
from minfu.papers.ofd.reading import Page, Path, Text

NAMESPACE = "http://www.ofdspec.org/2016"
#: Part of the size that stands above the base line, and below it: the box around a text, wide enough for every glyph.
_ABOVE, _BELOW = 1.0, 0.35
#: Every file of the ZIP is dated alike, so that the same pages give the same bytes.
_DATED = (1980, 1, 1, 0, 0, 0)
#: Steps of the same width written as one.
_RUN = 3
_DOC = "Doc_0"

Node = ET.Element


@dataclass(frozen=True)
class About:
    """What the file says of itself: ``facts`` are named values of our own (发文字号)."""

    title: str
    author: str = ""
    subject: str = ""
    day: date | None = None
    facts: dict[str, str] = field(default_factory=dict)


def package(pages: Sequence[Page], about: About) -> bytes:
    """Return the OFD of these pages."""
    writer = _Writer()
    files: dict[str, bytes] = {}
    for number, page in enumerate(pages):
        files[f"{_DOC}/Pages/Page_{number}/Content.xml"] = _xml(writer.page(page))
    files[f"{_DOC}/PublicRes.xml"] = _xml(writer.resources())
    for number, one in enumerate(writer.fonts.files):
        files[f"{_DOC}/Res/font_{number}.ttf"] = one.data
    files[f"{_DOC}/Document.xml"] = _xml(writer.document(pages))
    digest = hashlib.sha256(b"".join(files[name] for name in sorted(files))).hexdigest()[:32]
    files["OFD.xml"] = _xml(_root(about, digest))
    return _zipped(files)


def _zipped(files: dict[str, bytes]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as packed:
        # Readers look for OFD.xml first.
        for name in sorted(files, key=lambda one: (one != "OFD.xml", one)):
            entry = zipfile.ZipInfo(name, _DATED)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            packed.writestr(entry, files[name])
    return held.getvalue()


def _node(name: str, text: str = "", **attributes: Any) -> Node:
    """Return an element; attributes that are empty are left out."""
    made = ET.Element(
        f"{{{NAMESPACE}}}{name}", {key: str(value) for key, value in attributes.items() if value != ""}
    )
    made.text = text or None
    return made


def _with(made: Node, *below: Node) -> Node:
    made.extend(below)
    return made


def _xml(node: Node) -> bytes:
    ET.register_namespace("ofd", NAMESPACE)
    written: bytes = ET.tostring(node, encoding="utf-8")
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + written


def _root(about: About, digest: str) -> Node:
    """Return OFD.xml: what the file says of itself, in the order of the standard."""
    info = _with(_node("DocInfo"), _node("DocID", digest), _node("Title", " ".join(about.title.split())))
    for name, value in (("Author", about.author), ("Subject", about.subject)):
        if value:
            info.append(_node(name, value))
    if about.day:
        info.extend((_node("CreationDate", about.day.isoformat()), _node("ModDate", about.day.isoformat())))
    info.extend((_node("DocUsage", "Normal"), _node("Creator", "minfu")))
    if about.facts:
        own = (_node("CustomData", value, Name=name) for name, value in sorted(about.facts.items()))
        info.append(_with(_node("CustomDatas"), *own))
    body = _with(_node("DocBody"), info, _node("DocRoot", f"{_DOC}/Document.xml"))
    return _with(_node("OFD", Version="1.0", DocType="OFD"), body)


class _Writer:
    """Writes the parts of one document; every object gets a number of its own."""

    def __init__(self) -> None:
        """Begin to count."""
        self.last = 0
        self.fonts = Fonts()
        self.page_ids: list[int] = []
        self.font_ids: dict[int, int] = {}

    def number(self) -> int:
        """Return the next number."""
        self.last += 1
        return self.last

    def page(self, page: Page) -> Node:
        """Return the content of a page."""
        self.page_ids.append(self.number())
        layer = _node("Layer", ID=self.number(), Type="Body")
        for one in page.things:
            if isinstance(one, Path):
                layer.append(self._path(one))
            else:
                layer.extend(self._text(file, part) for file, part in self.fonts.parts(one))
        area = _with(_node("Area"), _node("PhysicalBox", _numbers((0, 0, page.wide, page.high))))
        return _with(_node("Page"), area, _with(_node("Content"), layer))

    def _font(self, file: int) -> int:
        if file not in self.font_ids:
            self.font_ids[file] = self.number()
        return self.font_ids[file]

    def _text(self, file: int, text: Text) -> Node:
        first, last = text.glyphs[0], text.glyphs[-1]
        above = _ABOVE * text.size
        wide = last.x - first.x + max(last.wide, text.size)
        box = (first.x, text.base - above, wide, above + _BELOW * text.size)
        made = _node(
            "TextObject", ID=self.number(), Boundary=_numbers(box), Font=self._font(file), Size=_numbers((text.size,))
        )  # fmt: skip
        if text.link:
            made.append(_click(text.link))
        if any(text.colour):
            made.append(_node("FillColor", Value=_numbers(text.colour)))
        steps = [right.x - left.x for left, right in pairwise(text.glyphs)]
        said = "".join(glyph.text for glyph in text.glyphs)
        if len(said) != len(text.glyphs):
            # One glyph for several characters, alone in its text.
            steps = [first.wide / len(said)] * (len(said) - 1)
            glyph = _node("Glyphs", str(self.fonts.files[file].number(said)))
            made.append(
                _with(_node("CGTransform", CodePosition="0", CodeCount=len(said), GlyphCount="1"), glyph)
            )
        made.append(_node("TextCode", said, X="0", Y=_numbers((above,)), DeltaX=_steps(steps)))
        return made

    def _path(self, path: Path) -> Node:
        points, half = path.points, path.wide / 2
        left, top = min(x for x, _y in points) - half, min(y for _x, y in points) - half
        wide, high = max(x for x, _y in points) + half - left, max(y for _x, y in points) + half - top
        made = _node(
            "PathObject",
            ID=self.number(),
            Boundary=_numbers((left, top, wide, high)),
            LineWidth=_numbers((path.wide,)) if path.stroke else "",
            Stroke="" if path.stroke else "false",
            Fill="true" if path.fill else "",
            Rule="Even-Odd" if path.fill and path.even_odd else "",
        )
        for name, colour in (("StrokeColor", path.stroke), ("FillColor", path.fill)):
            if colour:
                made.append(_node(name, Value=_numbers(colour)))
        parts = (
            f"{sign} {_numbers(v for x, y in drawn for v in (x - left, y - top))}".strip()
            for sign, drawn in path.pieces
        )
        made.append(_node("AbbreviatedData", " ".join(parts)))
        return made

    def resources(self) -> Node:
        """Return the list of fonts."""
        held = (
            self._resource(file, self.fonts.files[file], number)
            for file, number in sorted(self.font_ids.items())
        )
        return _with(_node("Res", BaseLoc="Res"), _with(_node("Fonts"), *held))

    def _resource(self, file: int, one: FontFile, number: int) -> Node:
        made = _node("Font", ID=number, FontName=one.name, FamilyName=one.name, Charset="unicode")
        return _with(made, _node("FontFile", f"font_{file}.ttf"))

    def document(self, pages: Sequence[Page]) -> Node:
        """Return Document.xml: the size of a page, the fonts, the pages."""
        size = (0.0, 0.0, pages[0].wide, pages[0].high)
        area = _with(_node("PageArea"), _node("PhysicalBox", _numbers(size)))
        common = _with(
            _node("CommonData"), _node("MaxUnitID", str(self.last)), area, _node("PublicRes", "PublicRes.xml")
        )
        listed = (
            _node("Page", ID=number, BaseLoc=f"Pages/Page_{place}/Content.xml")
            for place, number in enumerate(self.page_ids)
        )
        return _with(_node("Document"), common, _with(_node("Pages"), *listed))


def _click(address: str) -> Node:
    """Return what a click on an object does: it opens an address."""
    return _with(_node("Actions"), _with(_node("Action", Event="CLICK"), _node("URI", URI=address)))


def _numbers(values: Iterable[float]) -> str:
    """Return numbers as OFD writes them, to a ten-thousandth of a millimetre."""
    return " ".join(_number(value) for value in values)


def _number(value: float) -> str:
    return f"{value:.4f}".rstrip("0").rstrip(".") if value else "0"


def _steps(steps: Sequence[float]) -> str:
    """Return the way from glyph to glyph; ``g 27 5.5703`` stands for 27 equal steps."""
    said: list[str] = []
    for step, run in groupby(_number(one) for one in steps):
        count = sum(1 for _one in run)
        said += ["g", str(count), step] if count >= _RUN else [step] * count
    return " ".join(said)
