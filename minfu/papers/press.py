"""Sets documents as PDF: hands template and data to a process of its own and waits for it.

Web processes stay as small as they are, and a document that goes wrong takes nothing with it. Few run at a time.
"""

import base64
import json
import logging
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from minfu.kernel import clock
from minfu.kernel.errors import Refused
from minfu.papers import child
from minfu.papers.fonts import Fonts

#: The template of a file on one matter: facts, then sections; see ``typst/dossier.typ``.
DOSSIER = Path(__file__).with_name("typst") / "dossier.typ"
#: A picture by itself.
PICTURE = Path(__file__).with_name("typst") / "picture.typ"
logger = logging.getLogger(__name__)

#: Bytes of data beyond which a document is refused: some hundred thousand characters, hundreds of pages.
MOST_BYTES = 3_000_000
#: Documents one process sets at a time, and seconds one waits for its turn and for the document.
AT_ONCE, TURN_SECONDS, SECONDS = 2, 20, 60
_turns = threading.BoundedSemaphore(AT_ONCE)


class Busy(Refused):
    """Too many documents are being set; a moment later it works."""

    status = 503
    code = "busy"


class NoFont(Refused):
    """This machine has no font for Chinese; ``minfu doctor`` says what to install."""

    status = 503
    code = "no_font"


def pdf(
    template: Path, data: Mapping[str, Any], *, title: str, pictures: Mapping[str, bytes] | None = None
) -> bytes:
    """Return a document as PDF/A: ``template`` is a .typ file of ours, ``data`` what it prints, JSON-like.

    ``pictures`` are SVG by the name under which the template shows them. Text in ``data`` is never read as markup.
    A character that no font here has prints as 〓, and the end of the document names it. Raises ``Refused`` when it is too
    long, ``NoFont`` on a machine without Chinese, ``Busy`` when too many are being set.
    """
    return _set(template, {**data, "title": title}, pictures or {})


def ofd(
    template: Path,
    data: Mapping[str, Any],
    *,
    about: Mapping[str, Any],
    pictures: Mapping[str, bytes] | None = None,
) -> bytes:
    """Return the same document as OFD: the pages of its PDF. ``about`` has the fields of ``minfu.papers.ofd.About``.

    Raises as ``pdf`` does.
    """
    return _set(template, {**data, "title": about["title"]}, pictures or {}, about=about)


def png(svg: bytes) -> bytes:
    """Return an SVG as PNG, for those whose programs show no SVG. Raises as ``pdf`` does."""
    return _set(PICTURE, {}, {"picture.svg": svg}, picture=True)


def _set(
    template: Path,
    data: Mapping[str, Any],
    pictures: Mapping[str, bytes],
    *,
    picture: bool = False,
    about: Mapping[str, Any] | None = None,
) -> bytes:
    """Have a document set (as OFD where ``about`` says what the file is), or a picture drawn."""
    asked = {
        "template": template.read_text(encoding="utf-8"),
        "data": dict(data),
        "picture": picture,
        "ofd": dict(about) if about else None,
        "labels": _labels(),
        "pictures": {name: base64.b64encode(one).decode() for name, one in pictures.items()},
        "at": clock.now().timestamp(),
        "folders": _folders(),
    }
    handed = json.dumps(asked, ensure_ascii=False, default=str).encode("utf-8", "replace")
    if len(handed) > MOST_BYTES:
        raise Refused(_("内容太多，做不成一个 PDF。请分成几份，或用网页打印。"), code="too_long")
    code, made = _run(handed)
    if code == child.NO_FONT:
        raise NoFont(_("服务器上没有中文字体，暂时不能生成 PDF。请先用浏览器打印，并告诉管理员。"))
    if code:
        # What the child says may hold a piece of the data: only the exit code goes to the log.
        logger.error("pdf not made", extra={"template": template.name, "exit": code})
        sentence = (
            _("OFD 没有做成。请先用 PDF，并告诉管理员。")
            if about
            else _("PDF 没有做成。请先用浏览器打印，并告诉管理员。")
        )
        raise Refused(sentence, code="not_made")
    return made


def _labels() -> dict[str, str]:
    """Return what the house's own parts of a page say, in the reader's language."""
    return {
        "lang": "zh",
        "page": _("第 %(n)s 页，共 %(all)s 页") % {"n": "{n}", "all": "{all}"},
        "geta": _("〓 处的字，打印字体里没有：%(codes)s") % {"codes": "{codes}"},
        "demo": _("演示系统，数据均为虚构") if settings.MINFU_DEMO else "",
    }


def fonts() -> Fonts | None:
    """Return the fonts documents are set with here, None when there is none for Chinese."""
    code, told = _run(json.dumps({"fonts": True, "folders": _folders()}).encode())
    if code == child.NO_FONT:
        return None
    if code:
        raise Refused("the fonts could not be read", code="not_made")
    found = json.loads(told)
    files = tuple((str(path), int(number)) for path, number in found["files"])
    official = {part: tuple(names) for part, names in found["official"].items()}
    return Fonts(tuple(found["serif"]), tuple(found["sans"]), files, found["usual"], official, found["bold"])


def _folders() -> list[str]:
    """Return where an office keeps fonts of its own: the official ones it holds a licence for."""
    return [str(Path(settings.MINFU_HOME) / "fonts")]


def _run(handed: bytes) -> tuple[int, bytes]:
    """Run the child with this on its standard input; return its exit code and what it wrote."""
    if not _turns.acquire(timeout=TURN_SECONDS):
        raise Busy(_("现在要打印的太多，请过一会儿再试。"))
    try:
        done = subprocess.run(
            [sys.executable, "-m", child.__name__],
            input=handed,
            capture_output=True,
            cwd=settings.BASE_DIR,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return child.FAILED, b""
    finally:
        _turns.release()
    return done.returncode, done.stdout


def keep(made: bytes, name: str, media_type: str) -> HttpResponse:
    """Return the answer that hands out a file under ``name``, to be kept; kept in no cache."""
    response = answer(made, name)
    response["Content-Type"] = media_type
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or ""
    return response


def answer(made: bytes, name: str) -> HttpResponse:
    """Return the answer that shows a PDF in the browser and offers ``name`` for keeping; kept in no cache."""
    response = HttpResponse(made, content_type="application/pdf")
    response["Content-Disposition"] = content_disposition_header(as_attachment=False, filename=name) or ""
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "no-store"
    return response
