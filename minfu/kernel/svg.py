"""What pictures as SVG are made of: the frame, texts, lines, and the colours written on shapes.

Colours stand on the shapes, so that a picture also shows alone (PNG, paper); the style sheet overrides them on screens.
"""

from collections.abc import Iterable, Sequence
from typing import Any, Self

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

INK, QUIET, LINE, BLUE = "#18242f", "#4d5b68", "#dde2e5", "#14579e"
SHADES = ("#eceff1", "#cfe0f2", "#9fc2e6", "#5d97d0", "#14579e")
#: Ink on each shade: contrast of at least 4.5.
ON = (INK, INK, INK, INK, "#ffffff")
FONT = "Noto Sans CJK SC, Noto Sans SC, PingFang SC, Microsoft YaHei, sans-serif"


class Drawing(SafeString):
    """A picture, and its size in pixels."""

    width: int
    height: int

    @classmethod
    def sized(cls, drawn: SafeString, width: int, height: int) -> Self:
        """Return what was drawn, with its size."""
        made = cls(drawn)
        made.width, made.height = width, height
        return made


def frame(width: int, height: int, label: str, body: Any, *, name: str = "picture") -> Drawing:
    """Return a picture of a size in pixels that is called ``label``; ``name`` is its class."""
    drawn = format_html(
        '<svg xmlns="http://www.w3.org/2000/svg" class="{name}" viewBox="0 0 {w} {h}" width="{w}" height="{h}"'
        ' role="img" aria-label="{label}" font-family="{font}" font-size="13">{body}</svg>',
        name=name,
        w=width,
        h=height,
        label=label,
        font=FONT,
        body=body,
    )
    return Drawing.sized(drawn, width, height)


def join(parts: Iterable[SafeString]) -> SafeString:
    """Return several shapes as one."""
    return format_html_join("", "{}", ((part,) for part in parts))


def text(x: float, y: float, said: str, *, anchor: str = "start", fill: str = QUIET) -> SafeString:
    """Return a text whose base line begins, ends (``anchor`` "end") or has its middle at a point."""
    return format_html(
        '<text x="{}" y="{}" text-anchor="{}" fill="{}" class="picture-text">{}</text>',
        round(x, 1),
        round(y, 1),
        anchor,
        fill,
        said,
    )


def label(x: float, y: float, said: str) -> SafeString:
    """Return a text on a shape, its middle at a point, readable on every shade."""
    return format_html(
        '<text x="{}" y="{}" text-anchor="middle" fill="{}" stroke="#ffffff" stroke-width="5" paint-order="stroke"'
        ' stroke-linejoin="round" class="picture-label">{}</text>',
        round(x, 1),
        round(y, 1),
        INK,
        said,
    )


def line(
    points: Sequence[tuple[float, float]], colour: str, name: str, *, dashed: bool = False
) -> SafeString:
    """Return a line through points; nothing for none. ``name`` is its class."""
    if not points:
        return SafeString("")
    joined = " ".join(f"{x},{y}" for x, y in points)
    dashes = SafeString(' stroke-dasharray="5 4"') if dashed else ""
    return format_html(
        '<polyline points="{}" fill="none" stroke="{}" stroke-width="{}" stroke-linejoin="round" class="{}"{}/>',
        joined,
        colour,
        1.5 if dashed else 2.5,
        name,
        dashes,
    )


def shade(number: int, most: int) -> int:
    """Return the shade (0 to 4) of a number among numbers up to ``most``; 0 is nothing."""
    return 0 if not number else min(len(SHADES) - 1, 1 + (len(SHADES) - 1) * (number - 1) // max(most, 1))
