"""The burden as a picture: a bar for each month, what people fill in below, what fills itself in above. Its table stands by."""

from collections.abc import Sequence

from django.utils.html import format_html
from django.utils.safestring import SafeString

from minfu.kernel import svg
from minfu.returns.rules.burden import Line

#: Narrow enough to be seen whole on a phone.
WIDTH, HEIGHT, LEFT, BOTTOM, TOP = 380, 200, 44, 28, 14
#: Shades of the two parts; texts of the table say the same.
ASKED, ITSELF = svg.BLUE, svg.SHADES[2]


def bars(months: Sequence[Line], label: str) -> SafeString:
    """Draw the cells of each month, the oldest at the left."""
    most = max((one.cells for one in months), default=0) or 1
    step = (WIDTH - LEFT - 8) / max(len(months), 1)
    scale = (HEIGHT - BOTTOM - TOP) / most
    base = format_html(
        '<line x1="{}" y1="{}" x2="{}" y2="{}" stroke="{}" class="picture-rule"/>',
        LEFT,
        HEIGHT - BOTTOM,
        WIDTH,
        HEIGHT - BOTTOM,
        svg.LINE,
    )
    parts = [svg.text(LEFT - 6, TOP + 5, f"{most:,}", anchor="end"), base]
    parts += [_bar(place, one, step, scale) for place, one in enumerate(months)]
    return svg.frame(WIDTH, HEIGHT, label, svg.join(parts), name="picture picture-whole")


def _bar(place: int, one: Line, step: float, scale: float) -> SafeString:
    x, wide = LEFT + (place + 0.15) * step, step * 0.7
    asked, itself = one.asked * scale, one.by_itself * scale
    base = HEIGHT - BOTTOM
    month = svg.text(x + wide / 2, HEIGHT - 8, str(one.month.month), anchor="middle")
    return svg.join(
        [
            _part(x, base - asked, wide, asked, ASKED),
            _part(x, base - asked - itself, wide, itself, ITSELF),
            month,
        ]
    )


def _part(x: float, y: float, wide: float, tall: float, colour: str) -> SafeString:
    shape = '<rect x="{}" y="{}" width="{}" height="{}" fill="{}"/>'
    return format_html(shape, *(round(one, 1) for one in (x, y, wide, tall)), colour)
