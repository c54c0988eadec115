"""Sets one document: reads what to set from standard input, writes the PDF (or OFD) to standard output.

A process of its own (``python -m minfu.papers.child``), which knows no Django: the memory that fonts and layout take is
given back when it ends, and it may take only so much of memory and processor.
"""

import base64
import json
import resource
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any, cast

#: Exit codes: no font for Chinese; the template or the data was refused by typst.
NO_FONT, FAILED = 3, 4
#: What it may take: seconds of processor, bytes of address space (fonts are mapped, not read).
CPU_SECONDS, MOST_BYTES = 60, 4 * 1024**3
#: PDF/A-2a with PDF/UA-1: every font embedded, text that can be searched and read out.
STANDARDS: Any = ["a-2a", "ua-1"]
#: Dots per inch of a picture: twice what it measures on a screen, which has 96.
PICTURE_PPI = 192
#: How many missing characters are named at the end.
MOST_NAMED = 20
#: What templates may import.
SHARED = tuple(Path(__file__).with_name("typst") / name for name in ("base.typ",))


def compiled(asked: dict[str, Any]) -> bytes | None:
    """Return the PDF of what is asked: ``template`` (source), ``data``, ``labels``, ``pictures`` (in base 64), ``at`` (seconds).

    ``folders`` hold further fonts; with ``picture`` it is a PNG of the one page; with ``ofd`` (what the file says of itself)
    the pages are OFD.
    None when no font here has Chinese. Text is data and never source.
    """
    import typst

    from minfu.papers import fonts, texts

    known = fonts.loaded(asked.get("folders", ()))
    chosen = fonts.choose(known.fonts())
    if chosen is None:
        return None
    data = texts.deep(asked["data"], texts.tidy)
    codes: list[str] = []
    if rare := texts.rare(data):
        missing = texts.Missing(rare - fonts.characters(chosen.files, wanted=rare))
        data = texts.deep(data, missing)
        codes = [f"U+{code:04X}" for code in missing.codes]
    house = {
        "serif": list(chosen.serif),
        "sans": list(chosen.sans),
        "official": {part: list(names) for part, names in chosen.official.items()},
        "bold": chosen.bold,
        "missing": " ".join(codes[:MOST_NAMED]) + (" …" if len(codes) > MOST_NAMED else ""),
        **asked["labels"],
    }
    files = {
        "main.typ": asked["template"].encode(),
        **{path.name: path.read_bytes() for path in SHARED},
        "data.json": json.dumps(data, ensure_ascii=False).encode(),
        "house.json": json.dumps(house, ensure_ascii=False).encode(),
        **{name: base64.b64decode(one) for name, one in asked["pictures"].items()},
    }
    if asked.get("picture"):
        picture = typst.compile(cast(Any, files), font_paths=known, format="png", ppi=PICTURE_PPI)
        assert isinstance(picture, bytes)  # noqa: S101 - one page, one picture
        return picture
    pdf = typst.compile(
        cast(Any, files), font_paths=known, pdf_standards=STANDARDS, timestamp=int(asked["at"])
    )
    assert isinstance(pdf, bytes)  # noqa: S101 - one document, one file
    return _ofd(pdf, asked["ofd"]) if asked.get("ofd") else pdf


def _ofd(pdf: bytes, told: dict[str, Any]) -> bytes:
    """Return the pages of a PDF as OFD."""
    from minfu.papers import ofd

    day = date.fromisoformat(told["day"]) if told["day"] else None
    return ofd.from_pdf(pdf, ofd.About(**{**told, "day": day}))


def main() -> int:
    """Set what is asked for; return the exit code."""
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MOST_BYTES, MOST_BYTES))
    asked = json.load(sys.stdin.buffer)
    if asked.get("fonts"):
        return _tell_fonts(asked.get("folders", ()))
    try:
        pdf = compiled(asked)
    except (RuntimeError, ValueError) as error:
        sys.stderr.write(str(error))
        return FAILED
    if pdf is None:
        return NO_FONT
    sys.stdout.buffer.write(pdf)
    return 0


def _tell_fonts(folders: Sequence[str]) -> int:
    from dataclasses import asdict

    from minfu.papers import fonts

    chosen = fonts.choose(fonts.loaded(folders).fonts())
    if chosen is None:
        return NO_FONT
    json.dump(asdict(chosen), sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
