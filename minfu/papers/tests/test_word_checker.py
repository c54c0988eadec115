"""Word files before the checker of ``gongwen-skill``, an independent judge of official documents.

Two things are told it first. Its margins and pitch are those of one provincial office (28 and 27 mm, 33 points); it is asked
to hold the file against GB/T 9704 instead, by its own option for that. And it reads alignment and indents where a line states
them, not in the line's style; a copy for it states them in both.
"""

import io
import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.shared import Mm

from minfu.papers.official import Kind, Official, Paragraph, plain
from minfu.papers.official import word as as_word
from minfu.papers.tests.test_official import NOTICE, REQUEST

PITCH = {"line_spacing": "28.95pt"}
STANDARD = {
    "page_setup": {"margins": {"top": "37mm", "bottom": "35mm", "left": "28mm", "right": "26mm"}},
    **dict.fromkeys(("doc_title", "heading_1", "heading_2", "heading_3", "heading_4", "body"), PITCH),
}
ASKING = replace(REQUEST, blocks=(*REQUEST.blocks[:-1], Paragraph(plain("妥否，请批示。"))))
#: Styles of lines that the checker knows no rules for and takes for a title, a heading or body text: by their place and font.
OTHERS = {"发文机关标志", "发文字号", "公文附件", "公文表注", "公文主送"}
#: Lines of body text it takes for headings: one whose heading goes on as a sentence, one of the list of attachments.
MISTAKEN = {"（一）按时办结。到期的都办结了。", "　　　2.名单"}


def checked(word: Any, kind: str, home: Path) -> list[tuple[str, str, str]]:
    """Return the checker's weighty findings on layout (its P0 and P1): rule, style of the line, text of the line."""
    lines = word.paragraphs
    for line in lines:
        shape, usual = line.paragraph_format, line.style.paragraph_format
        line.alignment = usual.alignment if line.alignment is None else line.alignment
        if shape.first_line_indent is None:
            shape.first_line_indent = usual.first_line_indent
    word.save(str(home / "document.docx"))
    asked = ("check", "document.docx", "-t", kind, "--json", "--config-overrides", json.dumps(STANDARD))
    done = subprocess.run(
        [sys.executable, "-m", "gongwen", *asked],
        cwd=home, env=os.environ | {"HOME": str(home)}, capture_output=True, check=False,
    )  # fmt: skip
    found = []
    for one in json.loads(done.stdout):
        place = one["location"].partition(":")
        line = lines[int(place[2])] if place[0] == "paragraph" else None
        # What it adds up at the end names no line and is in the list already.
        weighty = one["severity"] in {"P0", "P1"} and one["check_type"] == "format"
        if weighty and "（汇总）" not in one["name"]:
            found.append((one["rule_id"], line.style.name if line else place[0], line.text if line else ""))
    return found


def opened(document: Official) -> Any:
    return docx.Document(io.BytesIO(as_word.docx(document)))


@pytest.mark.parametrize(
    ("document", "kind"),
    [(NOTICE, "notice"), (ASKING, "request"), (replace(REQUEST, kind=Kind.REPORT), "report")],
    ids=["notice", "request", "report"],
)
def test_page_title_headings_and_text_pass(document: Official, kind: str, tmp_path: Path) -> None:
    found = checked(opened(document), kind, tmp_path)
    assert [one for one in found if one[1] not in OTHERS and one[2] not in MISTAKEN] == []


def test_it_would_say_so_if_they_did_not(tmp_path: Path) -> None:
    word = opened(NOTICE)
    word.sections[0].top_margin = Mm(30)
    word.styles["公文正文"].paragraph_format.first_line_indent = Mm(0)
    word.styles["Title"].font.size = Mm(5)
    rules = {rule for rule, style, _text in checked(word, "notice", tmp_path) if style not in OTHERS}
    assert {"CHK-C001", "CHK-C008", "CHK-C012"} <= rules
