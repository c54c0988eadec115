"""What went wrong with a text on its way, undone where it can be. Pure: no database."""

import html
import re
from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

_CJK = re.compile("[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")
#: Three characters beyond ASCII: fewer are nothing that could be garbled Chinese.
_FOREIGN = re.compile(r"(?:[^\x00-\x7f][\x00-\x7f]*){3}")
#: A character that neither Windows-1252 nor Latin-1 has.
_NOT_WESTERN = re.compile("[^\x00-\xff€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]")
#: What a character that could not be read was turned into: its mark, and that mark's UTF-8 read as GBK (锟斤拷).
_LOST = re.compile("(?:\ufffd|锟斤拷|锟\ufffd)+")
#: A byte that no reader knew, told as a question mark: in UTF-8 it stands behind the beginning of a character. A run of marks
#: is tried at its beginning alone: a long one took minutes.
_LOST_ASKED = re.compile("(?<!\ufffd)\ufffd++[?]+")
#: The sign printers use for a character that is missing.
MISSING = "□"
_ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});")
_MARK = "\ufffd"
_DEEPEST = 4
#: Share of a repaired text's characters beyond ASCII that must be Chinese, and that may still be lost.
_CHINESE, _STILL_LOST = 0.8, 0.34


@dataclass(frozen=True)
class CleanText:
    """A text fit to be kept, and a sentence for each thing that was changed in it."""

    text: str
    changes: tuple[str, ...] = ()


def repaired(text: str) -> CleanText:
    """Return an imported text with what can be repaired repaired, and a sentence for each thing that was changed.

    Wrong encodings are read again (the whole text, else line by line), HTML entities become characters, and characters that
    were lost before the text came here become 缺字号 □. Whoever calls keeps the original.
    """
    changes = []
    meant = ungarbled(text)
    if meant == text:
        meant = "\n".join(map(ungarbled, text.split("\n")))
    if meant != text:
        changes.append(_("修复了编码错误造成的乱码。"))
    plain = _unescaped(meant)
    if plain != meant:
        changes.append(_("还原了网页转义字符（如“&nbsp;”）。"))
    marked, lost = _LOST.subn(MISSING, plain)
    if lost:
        sentence = ngettext(
            "有 %(n)d 处文字在传来之前已经丢失，用“□”标出，请向来源核对。",
            "有 %(n)d 处文字在传来之前已经丢失，用“□”标出，请向来源核对。",
            lost,
        )
        changes.append(sentence % {"n": lost})
    return CleanText(marked, tuple(changes))


def _unescaped(text: str) -> str:
    """Return the text with its complete entities resolved, escaped several times over included."""
    for _round in range(_DEEPEST):
        plain = _ENTITY.sub(lambda one: html.unescape(one.group()), text)
        if plain == text:
            break
        text = plain
    return text.replace("\xa0", " ")


def ungarbled(text: str) -> str:
    """Return the text meant when its bytes were read in another encoding; any other text unchanged.

    UTF-8 read as GBK (鍐滄潙 → 农村), UTF-8 or GBK read as a Western encoding (ÐÂ´å → 新村), the former twice over. Only a text
    that turns wholly into Chinese is taken for garbled; where UTF-8 was misread a few characters may have been lost, told by
    the mark for that or by question marks.
    """
    if not _FOREIGN.search(text):
        return text
    if _NOT_WESTERN.search(text.replace(_MARK, "")):  # nearly every text, at its first Chinese character
        return _from_gbk(text)
    return _from_western(text)


def _from_western(text: str) -> str:
    """Return the text meant if this is UTF-8, once or twice over, or GBK read as a Western encoding."""
    once = _from_utf8(_bytes(text, _western_bytes))
    if _is_chinese(once.replace(_MARK, ""), least=2) and _is_mostly_there(once):
        return once
    if _MARK not in once and _FOREIGN.search(once) and not _NOT_WESTERN.search(once):
        return _from_western(once)
    try:
        meant = _western_bytes(text).decode("gb18030")
    except UnicodeError:
        return text
    return meant if _MARK in once and _is_chinese(meant, least=_SURE_OF_GBK) else text


#: Any two bytes may be a character of GBK: fewer than this are no proof.
_SURE_OF_GBK = 4


def _from_gbk(text: str) -> str:
    """Return the text meant if this is UTF-8 read as GBK, with the mark for what was lost on the way."""
    try:
        meant = _from_utf8(_bytes(text, lambda part: part.encode("gb18030")))
    except UnicodeEncodeError:
        return text
    told_of_loss = _MARK in text or "?" in text
    if _MARK in meant and not (told_of_loss and _is_mostly_there(meant)):
        return text
    return meant if _is_chinese(meant.replace(_MARK, ""), least=2) else text


def _bytes(text: str, encode: Callable[[str], bytes]) -> bytes:
    """Return the bytes that were read wrongly, without what was lost of them."""
    return b"".join(encode(part) for part in text.split(_MARK))


def _from_utf8(raw: bytes) -> str:
    """Return what UTF-8 says, with one mark for each place where a character is not whole."""
    return _LOST_ASKED.sub(_MARK, raw.decode("utf-8", errors="replace"))


def _is_mostly_there(text: str) -> bool:
    return text.count(_MARK) <= max(1, len(text) * _STILL_LOST)


def _western_bytes(text: str) -> bytes:
    """Return the bytes that were read as Windows-1252 or Latin-1."""
    raw = bytearray()
    for one in text:
        try:
            raw += one.encode("cp1252")
        except UnicodeEncodeError:
            raw += one.encode("latin-1")
    return bytes(raw)


def _is_chinese(text: str, *, least: int) -> bool:
    """Tell whether at least so many of the characters beyond ASCII, and most of them, are Chinese."""
    other = [one for one in text if one > "\x7f"]
    chinese = sum(bool(_CJK.match(one)) for one in other)
    return chinese >= least and chinese >= len(other) * _CHINESE
