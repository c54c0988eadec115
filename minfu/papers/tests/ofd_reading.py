"""Reads OFD as the standard says, for tests: pages drawn as pictures with the fonts that are in the file.

Knows nothing of the writer: text is drawn by FreeType (Pillow), glyph by glyph, where the file says; shapes by Pillow. For the
text itself and what the file says of itself tests use ``ofdkit``.
"""

import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import xmlschema
from PIL import Image, ImageDraw, ImageFont

NS = {"o": "http://www.ofdspec.org/2016"}
SCHEMA = Path(__file__).with_name("ofd.xsd")


class Opened:
    """An OFD file: its XML, its fonts."""

    def __init__(self, ofd: bytes):
        """Open it and read what every page needs."""
        self.zip = zipfile.ZipFile(io.BytesIO(ofd))
        self.folder = "Doc_0"
        document = self.xml(f"{self.folder}/Document.xml")
        self.places = [one.get("BaseLoc", "") for one in document.iterfind("o:Pages/o:Page", NS)]
        resources = self.xml(f"{self.folder}/PublicRes.xml")
        self.fonts = {
            one.get("ID", ""): self.zip.read(f"{self.folder}/Res/{one.findtext('o:FontFile', '', NS)}")
            for one in resources.iterfind("o:Fonts/o:Font", NS)
        }

    def xml(self, name: str) -> ET.Element:
        """Return a part of it."""
        return ET.fromstring(self.zip.read(name))

    def pages(self) -> list[ET.Element]:
        """Return the content of each page."""
        return [self.xml(f"{self.folder}/{place}") for place in self.places]

    def faults(self) -> list[str]:
        """Return what the schema does not allow, and references that lead nowhere."""
        schema = xmlschema.XMLSchema11(str(SCHEMA))
        names = [name for name in self.zip.namelist() if name.endswith(".xml")]
        found = [
            f"{name}: {error.reason}"
            for name in names
            for error in schema.iter_errors(self.zip.read(name).decode())
        ]
        numbers = [
            one.get("ID")
            for page in [*self.pages(), self.xml(f"{self.folder}/Document.xml")]
            for one in page.iter()
        ]
        numbers += list(self.fonts)
        given = [int(one) for one in numbers if one]
        most = int(self.xml(f"{self.folder}/Document.xml").findtext("o:CommonData/o:MaxUnitID", "0", NS))
        if len(set(given)) != len(given) or max(given) > most:
            found.append("numbers of objects are not each its own")
        used = {one.get("Font") for page in self.pages() for one in page.iter() if one.get("Font")}
        return [*found, *(f"no font {one}" for one in used - set(self.fonts))]

    def links(self) -> list[tuple[str, str]]:
        """Return the addresses objects lead to, each with the text that leads there, in their order."""
        found = []
        for page in self.pages():
            for one in page.iterfind(".//o:TextObject", NS):
                address = one.find("o:Actions/o:Action/o:URI", NS)
                if address is not None:
                    found.append((address.get("URI", ""), one.findtext("o:TextCode", "", NS)))
        return found


def _numbers(text: str) -> list[float]:
    return [float(one) for one in text.split()]


def _steps(text: str) -> Iterator[float]:
    """Read the steps from glyph to glyph, ``g 3 1.5`` being three."""
    parts = text.split()
    while parts:
        first = parts.pop(0)
        if first == "g":
            count, step = int(parts.pop(0)), float(parts.pop(0))
            yield from [step] * count
        else:
            yield float(first)


def pictures(ofd: bytes, scale: float) -> list[Image.Image]:
    """Return each page in grey; ``scale`` are points of the picture to a mm."""
    opened = Opened(ofd)
    return [_drawn(opened, page, scale) for page in opened.pages()]


def _drawn(opened: Opened, page: ET.Element, scale: float) -> Image.Image:
    _x, _y, wide, high = _numbers(page.findtext("o:Area/o:PhysicalBox", "", NS))
    picture = Image.new("L", (round(wide * scale), round(high * scale)), 255)
    draw = ImageDraw.Draw(picture)
    for one in page.iterfind("o:Content/o:Layer/*", NS):
        left, top, *_size = _numbers(one.get("Boundary", ""))
        if one.tag.endswith("TextObject"):
            _text(opened, draw, one, (left, top), scale)
        else:
            _path(draw, one, (left, top), scale)
    return picture


def _grey(one: ET.Element, name: str) -> int:
    colour = one.find(f"o:{name}", NS)
    red, green, blue = _numbers(colour.get("Value", "0 0 0")) if colour is not None else (0, 0, 0)
    return round(0.299 * red + 0.587 * green + 0.114 * blue)


def _text(opened: Opened, draw: Any, one: ET.Element, corner: tuple[float, float], scale: float) -> None:
    size = float(one.get("Size", "0")) * scale
    font = ImageFont.truetype(
        io.BytesIO(opened.fonts[one.get("Font", "")]), size, layout_engine=ImageFont.Layout.BASIC
    )
    for code in one.iterfind("o:TextCode", NS):
        x = corner[0] + float(code.get("X", "0"))
        base = corner[1] + float(code.get("Y", "0"))
        signs = code.text or ""
        steps = [*_steps(code.get("DeltaX", "")), 0.0]
        assert len(steps) == len(signs), signs
        for sign, step in zip(signs, steps, strict=True):
            draw.text((x * scale, base * scale), sign, font=font, fill=_grey(one, "FillColor"), anchor="ls")
            x += step


def _path(draw: Any, one: ET.Element, corner: tuple[float, float], scale: float) -> None:
    lines: list[list[tuple[float, float]]] = []
    said = re.findall(r"([MLC])((?:\s+-?[\d.]+)*)", one.findtext("o:AbbreviatedData", "", NS))
    for sign, numbers in said:
        if sign == "C":
            lines[-1].append(lines[-1][0])
            continue
        x, y = _numbers(numbers)
        point = ((corner[0] + x) * scale, (corner[1] + y) * scale)
        if sign == "M":
            lines.append([point])
        else:
            lines[-1].append(point)
    if one.get("Fill") == "true":
        for line in (line for line in lines if len(line) > 2):
            draw.polygon(line, fill=_grey(one, "FillColor"))
    if one.get("Stroke") != "false":
        wide = max(1, round(float(one.get("LineWidth", "0.353")) * scale))
        for line in lines:
            draw.line(line, fill=_grey(one, "StrokeColor"), width=wide)
