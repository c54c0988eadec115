"""Text made fit for paper: nothing invisible, nothing wider than the page, no character printed as an empty box. Pure."""

import re
import unicodedata
from collections.abc import Callable
from typing import Any

#: Printed for a character that no font here has: printers' own sign for a missing type.
GETA = "〓"
#: Unbroken runs of Latin letters and digits that are longer get places where a line may end.
_RUN = re.compile(r"[^\s\u2000-\u206f\u2e80-\uffef]{24}(?=\S)")
_BREAK = "\u200b"
#: Invisible characters that fonts need not have: joiners, directions, variants of a sign.
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\U000e0000-\U000e0fff]"
)
_KEPT = frozenset("\n\t")


def tidy(text: str) -> str:
    """Return ``text`` without invisible and control characters, one kind of line end, long runs breakable."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = _INVISIBLE.sub("", unicodedata.normalize("NFC", text))
    text = "".join(sign for sign in text if sign in _KEPT or unicodedata.category(sign)[0] != "C")
    return _RUN.sub(lambda found: found[0] + _BREAK, text)


def deep(value: Any, change: Callable[[str], str]) -> Any:
    """Return JSON-like data with every text in it changed; keys stay."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, list | tuple):
        return [deep(one, change) for one in value]
    if isinstance(value, dict):
        return {key: deep(one, change) for key, one in value.items()}
    return value


def rare(data: Any) -> set[int]:
    """Return the code points in JSON-like data that not every Chinese font has: those outside GB 2312."""
    found: set[str] = set()

    def note(text: str) -> str:
        found.update(text)
        return text

    deep(data, note)
    return {ord(sign) for sign in found - {"\n", "\t", _BREAK} if not _is_common(sign)}


def _is_common(sign: str) -> bool:
    try:
        sign.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


class Missing:
    """Puts the sign for a missing type where no font has a character, and remembers which these were."""

    def __init__(self, codes: set[int]):
        """Take the code points that cannot be printed."""
        self._instead = dict.fromkeys(codes, GETA)
        self.codes = sorted(codes)

    def __call__(self, text: str) -> str:
        """Return the text as it can be printed."""
        return text.translate(self._instead)
