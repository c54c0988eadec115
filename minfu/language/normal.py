"""Texts in normal form: one for comparing, one for keeping. Pure: no database."""

import html
import re
import unicodedata
from dataclasses import dataclass

from django.core.exceptions import SuspiciousOperation
from django.utils.html import strip_tags
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from minfu.kernel.errors import Invalid
from minfu.kernel.text import folded

_SPACES = re.compile(r"\s+")
#: What ends a line in some system: Windows, old Macintosh, Unicode's separators, form feed, vertical tab.
_LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
#: Never kept: controls but tab and line end, marks that turn the direction of writing (they can make a text read as another),
#: invisible spaces and hyphens, the byte-order mark, surrogates (no UTF-8 for them), non-characters. Kept: the joiner and
#: the variation selectors that emoji are made with, private-use characters (rare names).
_NEVER = re.compile(
    "[\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f"
    "\ufdd0-\ufdef\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff]"
)
#: More marks than this over one letter are an ornament that covers the lines above (no language stacks as many).
_STACKED = re.compile(
    "([\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u20d0-\u20f0]{4})[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u20d0-\u20f0]+"
)
_CJK = re.compile("[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")
_SHORTEST_GARBLED = 3


def normalise(text: str) -> str:
    """Return ``text`` as it is compared and searched: no markup, half-width, Simplified, lower case, single spaces."""
    return _SPACES.sub(" ", folded(html.unescape(_without_tags(text)))).strip()


def _without_tags(text: str) -> str:
    """Return ``text`` without HTML tags; a text made to exhaust the parser loses its angle brackets instead."""
    try:
        return strip_tags(text)
    except SuspiciousOperation:
        return text.replace("<", " ").replace(">", " ")


@dataclass(frozen=True)
class CleanText:
    """A text fit to be kept, and a sentence for each thing that was changed in it."""

    text: str
    changes: tuple[str, ...] = ()


def clean_input(text: str, *, most: int | None = None, field: str = "text") -> CleanText:
    """Return what a person typed, fit to be kept: readable, NFC, lines ending in a line feed, nothing invisible.

    Words, emoji, HTML and SQL stay as they were typed (screens escape them). ``most`` is the longest accepted text in
    characters; a longer one raises ``Invalid`` on ``field``, nothing is ever cut off.
    """
    changes = []
    repaired = ungarbled(text)
    if repaired != text:
        changes.append(_("修复了编码错误造成的乱码。"))
    lines = _LINE_ENDS.sub("\n", repaired)
    kept, removed = _NEVER.subn("", lines)
    if removed:
        sentence = ngettext("去掉了 %(n)d 个看不见的字符。", "去掉了 %(n)d 个看不见的字符。", removed)
        changes.append(sentence % {"n": removed})
    composed = unicodedata.normalize("NFC", kept)
    level, stacks = _STACKED.subn(r"\1", composed)
    if stacks:
        changes.append(_("去掉了堆叠的装饰符号。"))
    if most is not None and len(level) > most:
        refusal = _("最多写 %(most)d 字，现在是 %(n)d 字。请缩短，或把全文作为附件上传。")
        raise Invalid({field: [refusal % {"most": most, "n": len(level)}]})
    return CleanText(level, tuple(changes))


def ungarbled(text: str) -> str:
    """Return the text meant when UTF-8 was read as GBK on its way (鍐滄潙 → 农村); any other text unchanged.

    Only a text that turns wholly into valid UTF-8, and that into Chinese, is taken for garbled.
    """
    foreign = sum(one > "\x7f" for one in text)
    if foreign < _SHORTEST_GARBLED:
        return text
    try:
        meant = text.encode("gb18030").decode("utf-8")
    except UnicodeError:
        return text
    other = [one for one in meant if one > "\x7f"]
    chinese = sum(bool(_CJK.match(one)) for one in other)
    return meant if chinese > 1 and chinese >= len(other) * 0.8 else text
