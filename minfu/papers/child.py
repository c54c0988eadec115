"""Sets one document: reads what to set from standard input, writes the PDF to standard output.

A process of its own (``python -m minfu.papers.child``), which knows no Django: the memory that fonts and layout take is
given back when it ends, and it may take only so much of memory and processor.
"""

import base64
import json
import resource
import sys
from pathlib import Path
from typing import Any, cast

#: Exit codes: no font for Chinese; the template or the data was refused by typst.
NO_FONT, FAILED = 3, 4
#: What it may take: seconds of processor, bytes of address space (fonts are mapped, not read).
CPU_SECONDS, MOST_BYTES = 60, 4 * 1024**3
#: PDF/A-2a with PDF/UA-1: every font embedded, text that can be searched and read out.
STANDARDS: Any = ["a-2a", "ua-1"]
#: How many missing characters are named at the end.
MOST_NAMED = 20
BASE = Path(__file__).with_name("typst") / "base.typ"


def compiled(asked: dict[str, Any]) -> bytes | None:
    """Return the PDF of what is asked: ``template`` (source), ``data``, ``labels``, ``pictures`` (in base 64), ``at`` (seconds).

    None when no font here has Chinese. Text is data and never source: nothing in it is read as typst.
    """
    import typst

    from minfu.papers import fonts, texts

    chosen = fonts.choose()
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
        "missing": " ".join(codes[:MOST_NAMED]) + (" …" if len(codes) > MOST_NAMED else ""),
        **asked["labels"],
    }
    files = {
        "main.typ": asked["template"].encode(),
        "base.typ": BASE.read_bytes(),
        "data.json": json.dumps(data, ensure_ascii=False).encode(),
        "house.json": json.dumps(house, ensure_ascii=False).encode(),
        **{name: base64.b64decode(one) for name, one in asked["pictures"].items()},
    }
    pdf = typst.compile(cast(Any, files), pdf_standards=STANDARDS, timestamp=int(asked["at"]))
    assert isinstance(pdf, bytes)  # noqa: S101 - one document, one file
    return pdf


def main() -> int:
    """Set what is asked for; return the exit code."""
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MOST_BYTES, MOST_BYTES))
    asked = json.load(sys.stdin.buffer)
    if asked.get("fonts"):
        return _tell_fonts()
    try:
        pdf = compiled(asked)
    except RuntimeError as error:
        sys.stderr.write(str(error))
        return FAILED
    if pdf is None:
        return NO_FONT
    sys.stdout.buffer.write(pdf)
    return 0


def _tell_fonts() -> int:
    from dataclasses import asdict

    from minfu.papers import fonts

    chosen = fonts.choose()
    if chosen is None:
        return NO_FONT
    json.dump(asdict(chosen), sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
