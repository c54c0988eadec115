"""Real files for the tests, made on the spot."""

import io
import zipfile
from collections.abc import Iterator, Sequence
from typing import Any

import openpyxl
import pillow_heif
from PIL import ExifTags, Image

pillow_heif.register_heif_opener()


class Upload:
    """An upload as a form hands it over."""

    def __init__(self, name: str, data: bytes) -> None:
        """Keep name and content."""
        self.name: str | None = name
        self.data = data

    def chunks(self) -> Iterator[bytes]:
        """Yield the content in pieces of 64 KB."""
        for start in range(0, len(self.data), 65536):
            yield self.data[start : start + 65536]


def picture(form: str = "JPEG", size: tuple[int, int] = (60, 40), mode: str = "RGB", **options: Any) -> bytes:
    """Return a picture: left half red, right half blue."""
    image = Image.new(mode, size, "blue")
    image.paste("red", (0, 0, size[0] // 2, size[1]))
    out = io.BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


def exif_with_place(orientation: int = 6) -> Image.Exif:
    """Return EXIF as a telephone writes it: where, with what, which way up."""
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    exif[ExifTags.Base.Make] = "SecretPhone"
    exif[ExifTags.IFD.GPSInfo] = {1: "N", 2: (26.0, 34.0, 39.0), 3: "E", 4: (118.0, 44.0, 47.0)}
    return exif


def docx(parts: dict[str, bytes] | None = None) -> bytes:
    """Return a container that is a Word document by its parts, plus ``parts``."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in {
            "[Content_Types].xml": b"<x/>",
            "word/document.xml": b"<x/>",
            **(parts or {}),
        }.items():
            file.writestr(name, content)
    return out.getvalue()


def xlsx(rows: Sequence[Sequence[Any]], merge: Sequence[str] = ()) -> bytes:
    """Return a workbook with one sheet."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(list(row))
    for cells in merge:
        sheet.merge_cells(cells)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
