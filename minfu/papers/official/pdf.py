"""An official document as PDF: its parts as data for ``typst/official.typ``."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from minfu.papers import press
from minfu.papers.official import layout, model
from minfu.papers.official.model import Block, Heading, Official, Paragraph, Picture, Runs, Table

TEMPLATE = Path(__file__).resolve().parent.parent / "typst" / "official.typ"
#: Characters of a last paragraph beyond which it may part from itself, so that it need not leave half a page empty.
LONG_LAST = 6 * layout.CHARACTERS


def pdf(document: Official) -> bytes:
    """Return the document as PDF/A. Raises ``Invalid`` for what the layout does not allow, and what ``press.pdf`` raises."""
    model.check(document)
    pictures = {one.name: one.svg for one in document.pictures}
    return press.pdf(TEMPLATE, data(document), title=document.title, pictures=pictures)


def data(document: Official) -> dict[str, Any]:
    """Return what the template prints, JSON-like."""
    said = _blocks(document.blocks)
    last = said[-1:] if said and said[-1]["is"] == "paragraph" else []
    right = layout.signature(document.units, document.day, sealed=document.sealed)
    issue = document.frame == "issue"
    return {
        "frame": document.frame,
        "upward": document.upward,
        "head": document.head,
        "number": document.number,
        "issuer": document.printed_by or "".join(document.units[:1]),
        "signer": document.signer,
        "secrecy": document.secrecy,
        "urgency": document.urgency,
        "copy_number": document.copy_number,
        "title_lines": document.title.split("\n"),
        "addressees": document.addressees,
        "blocks": said[: len(said) - len(last)],
        "last": last,
        "last_long": sum(layout.em(run["text"]) for one in last for run in one["runs"]) > LONG_LAST,
        "attachments": [{"title": one.title, "blocks": _blocks(one.blocks)} for one in document.attachments],
        # A briefing names unit and day in its head.
        "signed": bool(document.units or document.day) and not issue,
        "units": list(document.units),
        "day_text": layout.day_text(document.day) if document.day else "",
        "right": {"units": list(right.units), "day": right.day},
        "sealed": document.sealed,
        "note": document.note,
        "copies": document.copies.rstrip("。"),
        "printed_by": document.printed_by,
        "printed_text": f"{layout.day_text(document.printed_on)}印发" if document.printed_on else "",
        "mark": document.mark,
        "measures": _measures(document),
    }


def _measures(document: Official) -> dict[str, Any]:
    return {
        "pitch": layout.PITCH,
        "cell": layout.CELL,
        "size2": layout.SIZE_2,
        "size3": layout.SIZE_3,
        "size4": layout.SIZE_4,
        "top": layout.TOP,
        "left": layout.LEFT,
        "right": layout.RIGHT,
        "bottom": layout.BOTTOM,
        "width": layout.WIDTH,
        "head_size": layout.head_size(document.head),
        "head_down": layout.HEAD_DOWN,
        "number_line": layout.number_line(document.head),
        "rule_down": layout.RULE_DOWN,
        "rule_thick": 0.7,
        "letter_down": layout.LETTER_DOWN,
        "letter_line": layout.LETTER_LINE,
        "red": layout.RED,
    }


def _runs(runs: Runs) -> list[dict[str, str]]:
    return [{"text": run.text, "link": run.link} for run in runs]


def _blocks(blocks: Sequence[Block]) -> list[dict[str, Any]]:
    """Return blocks as data; headings with the level they have for a reader of tags, where none may be left out."""
    found, above = [], 1
    for label, one in model.labelled(blocks):
        said = _block(label, one)
        if isinstance(one, Heading) and not one.rest:
            above = said["tag"] = min(one.level + 1, above + 1)
        found.append(said)
    return found


def _block(label: str, one: Block) -> dict[str, Any]:
    if isinstance(one, Heading):
        parts = {"text": _runs(one.text), "rest": _runs(one.rest)}
        return {"is": "heading", "level": one.level, "label": label, **parts}
    if isinstance(one, Paragraph):
        return {"is": "paragraph", "runs": _runs(one.runs)}
    if isinstance(one, Picture):
        return {"is": "picture", "name": one.name, "wide": one.wide, "says": one.says, "caption": one.caption}
    return _table(one)


def _table(one: Table) -> dict[str, Any]:
    widths = one.widths or (1.0,) * len(one.titles)
    rows = [[{"runs": _runs(cell)} for cell in row] for row in one.rows]
    return {
        "is": "table",
        "titles": list(one.titles),
        "rows": rows,
        "widths": list(widths),
        "caption": one.caption,
    }
