"""Measures of an official document. Pure. Source: GB/T 9704-2012, as public sources restate it.

Page and 版心 are [V]; pitch and width of a character are counted from them [C]: 225 mm / 22 lines, 156 mm / 28 characters.
"""

import unicodedata
from dataclasses import dataclass
from datetime import date

MM = 72 / 25.4  # points
#: The page, its margins and the part that is written on (版心), in mm.
PAGE = (210.0, 297.0)
TOP, LEFT, RIGHT, BOTTOM = 37.0, 28.0, 26.0, 35.0
WIDTH, HEIGHT = 156.0, 225.0
LINES, CHARACTERS = 22, 28
#: Sizes (号) in points.
SIZE_2, SIZE_3, SIZE_4 = 22.0, 16.0, 14.0
#: From line to line, and from character to character, in points: a trifle less than fits, so that rounding never costs a line.
PITCH, CELL = 28.98, 15.79
#: Word counts lines in twentieths of a point.
WORD_PITCH = 28.95
#: Names of fonts as offices know them; Word files carry these whatever this machine has.
FANG, KAI, HEI, SONG, TITLE = "仿宋_GB2312", "楷体_GB2312", "黑体", "宋体", "方正小标宋简体"
#: The head's upper edge below the upper edge of 版心 (35 mm); a letter's below that of the page (30 mm); its line, in mm.
HEAD_DOWN, LETTER_DOWN, LETTER_LINE = 35.0, 30.0, 170.0
#: The head is set as large as its line allows, between these sizes in points; the largest is a little below 22 mm.
HEAD_MOST, HEAD_LEAST = 56.0, 26.0
#: Without a seal the date begins so many characters to the right of the unit.
DAY_IN = 2.0
#: The red line below the number, in mm.
RULE_DOWN = 4.0
#: The first number line may not begin before the head is over: two empty lines lie between (in lines).
EMPTY_BELOW_HEAD = 2
RED = "E60012"


def em(text: str) -> float:
    """Return how wide a text is, in characters: a Chinese one is 1, a Latin letter or digit half."""
    return sum(1.0 if unicodedata.east_asian_width(sign) in "WFA" else 0.5 for sign in text)


def head_size(head: str) -> float:
    """Return the size of the head in points: it stays on one line."""
    return max(HEAD_LEAST, min(HEAD_MOST, WIDTH * MM / max(1.0, em(head)) * 0.98))


def number_line(head: str) -> int:
    """Return on which line of the first page (from 0) the number stands: two empty ones below the head."""
    bottom = (HEAD_DOWN * MM + head_size(head)) / PITCH
    return int(-(-bottom // 1)) + EMPTY_BELOW_HEAD


@dataclass(frozen=True)
class Right:
    """How far the lines of a signature stay from the right, in characters."""

    units: tuple[float, ...]
    day: float


def signature(units: tuple[str, ...], day: date | None, *, sealed: bool) -> Right:
    """Return where units and date of a signature stand.

    Sealed: the date leaves 4 characters, the unit is centred over it. Not sealed: the unit leaves 2, the date begins 2 to the
    right of the unit's beginning.
    """
    long = em(day_text(day)) if day else 0.0
    widest = max((em(one) for one in units), default=0.0)
    if sealed:
        day_right = max(4.0, (widest - long) / 2)
        return Right(tuple(max(0.0, day_right - (em(one) - long) / 2) for one in units), day_right)
    if not long or widest - long >= DAY_IN:
        return Right(tuple(2.0 + (widest - em(one)) / 2 for one in units), max(0.0, widest - long))
    return Right(tuple(4.0 + long - em(one) for one in units), 2.0)


def day_text(day: date) -> str:
    """Return a date as documents write it: Arabic figures, no leading noughts."""
    return f"{day.year}年{day.month}月{day.day}日"


_DIGITS = "零一二三四五六七八九"


def chinese(number: int) -> str:
    """Return a number from 1 to 99 in Chinese figures."""
    tens, ones = divmod(number, 10)
    if not tens:
        return _DIGITS[ones]
    return ("" if tens == 1 else _DIGITS[tens]) + "十" + (_DIGITS[ones] if ones else "")


def level_label(level: int, number: int) -> str:
    """Return what stands before a heading of level 1 to 4: 一、 (一) 1. (1), brackets full-width."""
    return {1: f"{chinese(number)}、", 2: f"（{chinese(number)}）", 3: f"{number}.", 4: f"（{number}）"}[
        level
    ]
