"""The burden as a picture: a bar for each month, what people fill in below, what fills itself in above. Its table stands by."""

from collections.abc import Sequence

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from minfu.returns.rules.burden import Line

WIDTH, HEIGHT, LEFT, BOTTOM, TOP = 560, 220, 48, 26, 14
#: Shades of the two parts; texts of the table say the same.
ASKED, ITSELF = "#14579e", "#9fc2e6"


def bars(months: Sequence[Line], label: str) -> SafeString:
    """Draw the cells of each month, the oldest at the left."""
    most = max((one.cells for one in months), default=0) or 1
    step = (WIDTH - LEFT - 8) / max(len(months), 1)
    tall = HEIGHT - BOTTOM - TOP
    drawn = format_html_join(
        "", "{}", ((_bar(place, one, step, tall / most),) for place, one in enumerate(months))
    )
    return format_html(
        '<svg xmlns="http://www.w3.org/2000/svg" class="picture" viewBox="0 0 {w} {h}" width="{w}" height="{h}" role="img"'
        ' aria-label="{label}" font-size="13"><text x="{x}" y="{y}" text-anchor="end" class="picture-text">{most}</text>'
        '<line x1="{left}" y1="{base}" x2="{w}" y2="{base}" stroke="#dde2e5" class="picture-rule"/>{drawn}</svg>',
        w=WIDTH,
        h=HEIGHT,
        label=label,
        x=LEFT - 6,
        y=TOP + 5,
        most=f"{most:,}",
        left=LEFT,
        base=HEIGHT - BOTTOM,
        drawn=drawn,
    )


def _bar(place: int, one: Line, step: float, scale: float) -> SafeString:
    x, wide, base = round(LEFT + place * step + step * 0.15, 1), round(step * 0.7, 1), HEIGHT - BOTTOM
    asked, itself = round(one.asked * scale, 1), round(one.by_itself * scale, 1)
    return format_html(
        '<rect x="{x}" y="{a}" width="{wide}" height="{asked}" fill="{dark}"/><rect x="{x}" y="{b}" width="{wide}"'
        ' height="{itself}" fill="{light}"/><text x="{m}" y="{y}" text-anchor="middle" class="picture-text">{month}</text>',
        x=x,
        a=base - asked,
        wide=wide,
        asked=asked,
        dark=ASKED,
        b=base - asked - itself,
        itself=itself,
        light=ITSELF,
        m=round(x + wide / 2, 1),
        y=HEIGHT - 8,
        month=one.month.month,
    )
