"""What a document says, as it is kept: its blocks and its figures as JSON, and back."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from minfu.documents.rules.notes import Use
from minfu.documents.rules.template import Written
from minfu.kernel import canonical
from minfu.papers.official import Block, Heading, Paragraph, Run, Table


def kept(written: Written) -> dict[str, Any]:
    """Return blocks and figures as JSON-like data."""
    return {"blocks": [_kept(one) for one in written.blocks], "uses": [_use(one) for one in written.uses]}


def digest(content: Mapping[str, Any]) -> str:
    """Return the SHA-256 of what is kept, in canonical JSON."""
    return hashlib.sha256(canonical.dumps(content)).hexdigest()


def _use(one: Use) -> dict[str, Any]:
    return {"line": one.line, "printed": one.printed, "asked": one.asked, **one.bound.as_data()}


def _runs(runs: Iterable[Run]) -> list[list[str]]:
    return [[run.text, run.link] for run in runs]


def _kept(one: Block) -> dict[str, Any]:
    if isinstance(one, Heading):
        return {"is": "heading", "level": one.level, "text": _runs(one.text)}
    if isinstance(one, Paragraph):
        return {"is": "paragraph", "runs": _runs(one.runs)}
    if isinstance(one, Table):
        rows = [[_runs(cell) for cell in row] for row in one.rows]
        return {"is": "table", "titles": list(one.titles), "rows": rows, "widths": list(one.widths)}
    raise TypeError(one)


def _read(runs: Sequence[Sequence[str]]) -> tuple[Run, ...]:
    return tuple(Run(text, link) for text, link in runs)


def blocks(content: Mapping[str, Any]) -> tuple[Block, ...]:
    """Return the blocks of what is kept."""
    return tuple(_block(one) for one in content["blocks"])


def _block(one: Mapping[str, Any]) -> Block:
    if one["is"] == "heading":
        return Heading(one["level"], _read(one["text"]))
    if one["is"] == "paragraph":
        return Paragraph(_read(one["runs"]))
    rows = tuple(tuple(_read(cell) for cell in row) for row in one["rows"])
    return Table(tuple(one["titles"]), rows, tuple(one["widths"]))
