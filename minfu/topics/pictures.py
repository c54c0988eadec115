"""Pictures of a topic as SVG: how many told of it week by week. The numbers stand beside them as text."""

from collections.abc import Sequence

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from minfu.kernel import svg
from minfu.kernel.svg import shade

__all__ = ["shade", "sparkline", "weeks"]


def sparkline(numbers: Sequence[int]) -> SafeString:
    """Draw a trend as small as a word, oldest week first."""
    width, height, edge = 96, 24, 3
    most, step = max([*numbers, 1]), (width - 2 * edge) / max(len(numbers) - 1, 1)
    points = [
        (round(edge + place * step, 1), round(height - edge - one / most * (height - 2 * edge), 1))
        for place, one in enumerate(numbers)
    ]
    label = _("近 %(weeks)s 周每周件数：%(numbers)s") % {
        "weeks": len(numbers),
        "numbers": "、".join(map(str, numbers)),
    }
    return svg.frame(width, height, label, svg.line(points, svg.BLUE, "picture-now"), name="spark")


def weeks(numbers: Sequence[int], label: str) -> SafeString:
    """Draw a bar for each week, oldest first, its number above it."""
    width, height, bottom = 26, 150, 24  # twelve weeks on a phone without scrolling
    most = max([*numbers, 1])
    parts = []
    for place, one in enumerate(numbers):
        tall = round(one / most * (height - bottom - 22))
        x, y = place * width + 4, height - bottom - tall
        parts.append(
            format_html(
                '<rect x="{}" y="{}" width="{}" height="{}" rx="3" fill="{}" class="picture-bar"/>',
                x, y, width - 8, max(tall, 1), svg.BLUE,
            )
        )  # fmt: skip
        parts.append(svg.text(x + (width - 8) / 2, y - 6, str(one), anchor="middle", fill=svg.INK))
    last = len(numbers) - 1
    parts.append(svg.text(4, height - 6, _("%(weeks)s 周前") % {"weeks": last}))
    parts.append(svg.text(last * width + width - 4, height - 6, _("本周"), anchor="end"))
    return svg.frame(len(numbers) * width, height, label, svg.join(parts), name="picture picture-whole")
