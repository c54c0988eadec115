"""Texts as pairs of neighbouring characters, each pair a number that an index can hold. Pure: no database.

A pair is its two characters, so nothing needs to be remembered to read it back; beside pairs the same set holds **marks**, what
else a text is looked up by (where it is, what sort it is), as hashes in a range that no pair of letters falls into.
"""

import re
import zlib
from collections.abc import Iterable
from itertools import pairwise

from minfu.language.normal import normalise

#: Characters of a text that are read.
MOST_READ = 3000
#: What is left of a number of somebody where stars stand in it.
_STARRED = re.compile(r"[0-9A-Za-z-]*\*+[0-9A-Za-z-]*")
_PIECE = re.compile(r"[^\W_]+")
#: Marks are below: no letter has a code so small, so no pair begins there.
MARKS = 0x20 << 16
_HALF, _WHOLE = 1 << 31, 1 << 32


def pieces(text: str) -> list[str]:
    """Return the runs of letters, digits and characters of a text in normal form; what stars hide is in none."""
    return _PIECE.findall(normalise(_STARRED.sub(" ", text[: 2 * MOST_READ]))[:MOST_READ])


def pairs(found: Iterable[str]) -> set[int]:
    """Return the pairs of neighbours in pieces, as 32-bit numbers with a sign."""
    return {pair(one, other) for piece in found for one, other in pairwise(piece)}


def in_order(piece: str) -> list[int]:
    """Return the pairs of one piece, as they follow each other."""
    return [pair(one, other) for one, other in pairwise(piece)]


def pair(one: str, other: str) -> int:
    """Return the number of a pair. Rare characters beyond the first plane share numbers: a look at the text tells them apart."""
    number = (ord(one) & 0xFFFF or 0x20) << 16 | ord(other) & 0xFFFF
    return number - _WHOLE if number >= _HALF else number


def written(number: int) -> str:
    """Return the two characters of a pair, "" for a mark."""
    number %= _WHOLE
    return "" if number < MARKS else chr(number >> 16) + chr(number & 0xFFFF)


def mark(kind: str, value: object) -> int:
    """Return the mark of something a text is looked up by. Two may share one: the look-up is checked by the table."""
    return zlib.crc32(f"{kind}:{value}".encode()) % MARKS
