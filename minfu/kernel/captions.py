"""A picture that goes out by itself says what it is: title, what it is of, what its colours mean, and when it was read.

The picture stays as it is; the words stand above and below it on white, in lines that end before its edge does.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.html import format_html
from django.utils.safestring import SafeString

from minfu.kernel import svg
from minfu.kernel.svg import Drawing

#: White around everything, the least width lines have, and between words and picture; in pixels.
_EDGE, _LEAST, _GAP = 16, 360, 12
#: Sizes of letters, and how far apart their lines are.
_TITLE, _WORDS, _SMALL = (17, 25), (13, 20), (12, 18)
#: The mark of a key, and what stands between it and its meaning, and between two keys.
_MARK, _NEAR, _APART = 22, 6, 18
#: How wide letters are in parts of their size, those of other scripts at their widest.
_FULL, _CAPITAL, _OTHER = 1.0, 0.82, 0.62
#: A word of Latin letters, or a character, each with the marks that may not begin a line.
_PIECES = re.compile(r"(?:[!-~]+|.)[，。、；：！？）》”·]*")


@dataclass(frozen=True)
class Key:
    """What a colour means, or a line of that colour: ``kind`` is "shade", "line" or "dashes"."""

    colour: str
    meaning: str
    kind: str = "shade"


@dataclass(frozen=True)
class Caption:
    """What a picture says of itself: above it title and ``about``, below it the keys and the notes."""

    title: str
    about: str
    keys: Sequence[Key] = ()
    notes: Sequence[str] = ()


def with_caption(drawn: Drawing, caption: Caption) -> Drawing:
    """Return a picture on white with its caption; it is as wide as the picture, or wide enough to be read."""
    room = max(drawn.width, _LEAST)
    top = _EDGE
    parts = []
    for said, size, weight, ink in (
        (caption.title, _TITLE, "bold", svg.INK),
        (caption.about, _WORDS, "normal", svg.INK),
    ):
        words, tall = _lines(said, room, _EDGE, top, size, ink)
        parts.append(format_html('<g font-weight="{}">{}</g>', weight, words))
        top += tall
    top += _GAP
    left = _EDGE + (room - drawn.width) // 2
    parts.append(format_html('<g transform="translate({} {})">{}</g>', left, top, drawn))
    top += drawn.height + _GAP
    keys, tall = _keys(caption.keys, room, top)
    parts.append(keys)
    top += tall
    for note in caption.notes:
        words, tall = _lines(note, room, _EDGE, top, _SMALL, svg.QUIET)
        parts.append(words)
        top += tall
    width, height = room + 2 * _EDGE, top + _EDGE
    white = format_html('<rect width="{}" height="{}" fill="#ffffff"/>', width, height)
    label = f"{caption.title}，{caption.about}"
    return svg.frame(width, height, label, svg.join([white, *parts]))


def _lines(
    said: str, room: float, x: float, y: float, size: tuple[int, int], ink: str
) -> tuple[SafeString, int]:
    """Return a text in as many lines as it needs below a height, and how tall they are together."""
    letter, step = size
    lines = wrapped(said, room / letter)
    texts = [svg.text(x, y + letter + number * step, line, fill=ink) for number, line in enumerate(lines)]
    return format_html('<g font-size="{}">{}</g>', letter, svg.join(texts)), step * len(lines)


def _keys(keys: Sequence[Key], room: int, y: int) -> tuple[SafeString, int]:
    """Return the keys one after another, in as many rows as they need, and how tall they are together."""
    parts: list[SafeString] = []
    letter, step = _SMALL
    begins, x, top, tall = _MARK + _NEAR, 0.0, y, step if keys else 0
    for key in keys:
        lines = wrapped(key.meaning, (room - begins) / letter)
        wide = begins + letter * max(map(width_of, lines))
        if x and x + wide > room:
            x, top, tall = 0.0, top + tall, step
        words, rows = _lines(key.meaning, room - begins, _EDGE + x + begins, top, _SMALL, svg.INK)
        parts += [_mark(key, _EDGE + x, top + 2), words]
        x, tall = x + wide + _APART, max(tall, rows)
    return svg.join(parts), top + tall - y + (_GAP // 2 if keys else 0)


def _mark(key: Key, x: float, y: float) -> SafeString:
    if key.kind == "shade":
        return format_html(
            '<rect x="{}" y="{}" width="{}" height="12" rx="2" fill="{}" stroke="{}"/>',
            round(x, 1), y, _MARK, key.colour, svg.LINE,
        )  # fmt: skip
    ends = [(round(x, 1), y + 6), (round(x + _MARK, 1), y + 6)]
    return svg.line(ends, key.colour, "picture-key", dashed=key.kind == "dashes")


def wrapped(said: str, most: float) -> list[str]:
    """Return a text in lines that are at most so many full letters wide; a word is parted only where it fills a line."""
    lines, line = [], ""
    for piece in _PIECES.findall(said):
        for part in [piece] if width_of(piece) <= most else piece:
            if line and width_of((line + part).rstrip()) > most:
                lines.append(line.rstrip())
                line = part.lstrip()
            else:
                line += part
    return [*lines, line.rstrip()]


def width_of(said: str) -> float:
    """Return how wide a text is at most, in full letters."""
    return sum(_letter(sign) for sign in said)


def _letter(sign: str) -> float:
    if unicodedata.combining(sign):
        return 0.0
    if unicodedata.east_asian_width(sign) in "WFA":
        return _FULL
    return _CAPITAL if sign.isupper() or sign in "mw%@—" else _OTHER
