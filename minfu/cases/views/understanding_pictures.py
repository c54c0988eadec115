"""Pictures of how well demands are read, as SVG: sure beside right, month by month. Their numbers stand beside them as text."""

from collections.abc import Sequence

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from minfu.cases.rules.understanding import Bin, Month, Share
from minfu.kernel import svg

_WIDTH, _HEIGHT, _LEFT, _BOTTOM, _TOP = 360, 220, 48, 30, 12
#: The class of pictures drawn narrow enough to be seen whole on a phone.
_NAME = "picture picture-whole"
_WHOLE = 100


def sureness(bins: Sequence[Bin], label: str) -> SafeString:
    """Draw how sure the model was against how often it was right; on the dashed line both are the same."""
    told = [(one, one.share.percent) for one in bins if one.share.percent is not None]
    points = [_place(one.said, percent) for one, percent in told]
    parts = [
        _grid(),
        *(svg.text(_place(at, 0)[0], _HEIGHT - 8, f"{at}%", anchor="middle") for at in (0, 50, 100)),
        svg.line([_place(0, 0), _place(_WHOLE, _WHOLE)], svg.QUIET, "picture-before", dashed=True),
        svg.line(points, svg.BLUE, "picture-now"),
        *(_dot(*point) for point in points),
    ]
    return svg.frame(_WIDTH, _HEIGHT, label, svg.join(parts), name=_NAME)


def months(found: Sequence[Month], label: str) -> SafeString:
    """Draw for each month how often the first suggestion was right and, dashed, how much the software chose by itself."""
    step = _WHOLE / max(len(found) - 1, 1)
    names = [
        svg.text(
            _place(at * step, 0)[0], _HEIGHT - 8, _("%(month)s 月") % {"month": one.month}, anchor="middle"
        )
        for at, one in enumerate(found)
    ]
    first = [_place(at * step, share) for at, share in _told([one.first for one in found])]
    itself = [_place(at * step, share) for at, share in _told([one.by_itself for one in found])]
    parts = [
        _grid(),
        *names,
        svg.line(itself, svg.QUIET, "picture-before", dashed=True),
        svg.line(first, svg.BLUE, "picture-now"),
        *(_dot(*point) for point in first),
    ]
    return svg.frame(_WIDTH, _HEIGHT, label, svg.join(parts), name=_NAME)


def _told(shares: Sequence[Share]) -> list[tuple[int, float]]:
    """Return the shares that tell something, with their places."""
    return [(at, one.percent) for at, one in enumerate(shares) if one.percent is not None]


def _place(across: float, up: float) -> tuple[float, float]:
    """Return where percent across and percent up stand in a picture."""
    wide, high = _WIDTH - _LEFT - 28, _HEIGHT - _BOTTOM - _TOP
    return round(_LEFT + 8 + across / _WHOLE * wide, 1), round(_HEIGHT - _BOTTOM - up / _WHOLE * high, 1)


def _grid() -> SafeString:
    """Draw the lines at 0, 50 and 100 percent."""
    parts = []
    for percent in (0, 50, 100):
        y = _place(0, percent)[1]
        parts.append(
            format_html(
                '<line x1="{}" y1="{}" x2="{}" y2="{}" stroke="{}" class="picture-rule"/>',
                _LEFT, y, _WIDTH - 8, y, svg.LINE,
            )
        )  # fmt: skip
        parts.append(svg.text(_LEFT - 6, y + 4, f"{percent}%", anchor="end"))
    return svg.join(parts)


def _dot(x: float, y: float) -> SafeString:
    return format_html('<circle cx="{}" cy="{}" r="4" fill="{}" class="picture-dot"/>', x, y, svg.BLUE)
