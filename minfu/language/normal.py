"""Texts in normal form: one for comparing, one for keeping. Pure: no database."""

import html
import re
import unicodedata

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from minfu.kernel.errors import Invalid
from minfu.kernel.text import narrowed, simplified
from minfu.language.pasted import LINK, usual, without_pasted
from minfu.language.repair import CleanText, ungarbled

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
#: Markup: what stands on lines of its own, what stands inside a line, what may be left of either.
_BLOCK = re.compile(r"</?(?:br|p|div|li|ul|ol|tr|td|table|h[1-6])\b[^<>]*>")
_INLINE = re.compile(r"<(?:[/!]?[a-z]|!--|\?)[^<>]*>")
_MARKUP = re.compile("[<>&]")
#: Texts are unfolded and unescaped so often at most (an honest text needs three rounds).
_DEEPEST = 8
_BLANKS = re.compile(r"[^\S\n]+")
#: A space beside a Chinese character or Chinese punctuation separates nothing.
_HAN = "[\u3001-\u3011\u3400-\u9fff\U00020000-\U0003ffff]"
_IDLE_SPACES = re.compile(f" (?:(?<={_HAN} )|(?={_HAN}))")
_LINES = re.compile(r" ?\n[\n ]*")


def normalise(text: str) -> str:
    """Return ``text`` in the one form in which texts are matched.

    No markup and entities, half-width, Simplified, usual variants of characters, lower case, no links, greetings,
    thanks and advertisements pasted along; no spaces beside Chinese characters, else single ones; lines stay apart. A text that
    consists of such phrases only keeps them. Normalising twice changes nothing; time grows with the length of the text only.
    """
    return _trimmed(_plain(text))


def _plain(text: str) -> str:
    """Return the text folded and without markup, however often it was escaped."""
    for _round in range(_DEEPEST):
        level = _folded(text)
        if "<" not in level and "&" not in level:
            return level
        text = _INLINE.sub("", _BLOCK.sub("\n", html.unescape(level)))
        if text == level:
            return level
    # Nested deeper than any honest text: what could still be read as markup goes.
    return _folded(_MARKUP.sub(" ", text))


def _folded(text: str) -> str:
    """Return the text folded until folding changes nothing: Traditional phrases may uncover further ones (乾縣 → 乾县 → 干县)."""
    for _round in range(_DEEPEST):
        narrow = narrowed(text)
        level = usual(simplified(narrow))
        if level == narrow and unicodedata.is_normalized("NFKC", level):
            return level
        text = level
    return text


def _trimmed(text: str) -> str:
    """Return the folded text without what was pasted along and without spaces that mean nothing."""
    linked = LINK.sub(" ", text) if "://" in text or "www." in text else text
    lines = _spaced(_LINE_ENDS.sub("\n", linked))
    return _spaced(without_pasted(lines)) or lines


def _spaced(text: str) -> str:
    """Return the text with single spaces, none beside a Chinese character, and single line ends."""
    if " " in text or "\t" in text:
        text = _IDLE_SPACES.sub("", _BLANKS.sub(" ", text))
    return (_LINES.sub("\n", text) if "\n" in text else text).strip()


def storable(text: str) -> str:
    """Return a text as it came, but for the characters that cannot be stored or would turn the text around."""
    return _NEVER.sub("", text)


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
