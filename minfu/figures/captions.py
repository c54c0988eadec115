"""What a picture of a dashboard says of itself once it left the page: of what, of where, of when, and what its colours mean."""

from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _

from minfu.figures import pictures
from minfu.figures.rules import registry
from minfu.figures.rules.dashboard import Dashboard, shades
from minfu.figures.rules.periods import Period
from minfu.kernel import clock, svg
from minfu.kernel.captions import Caption, Key, with_caption
from minfu.kernel.svg import Drawing
from minfu.kernel.templatetags.minfu import moment

#: Pictures of places; what is to be kept secret is in none of their numbers.
_OF_PLACES = ("tiles", "map")


@dataclass(frozen=True)
class Alone:
    """A picture that goes out by itself, and the name it is kept under."""

    drawn: Drawing
    name: str


def alone(name: str, board: Dashboard) -> Alone | None:
    """Return a picture with what it says of itself; None for a map where too few places are drawn, KeyError for another name."""
    drawn = pictures.draw(name, board)
    if drawn is None:
        return None
    keys = _KEYS.get(name)
    caption = Caption(
        title=pictures.TITLES[name](),
        about=_about(name, board),
        keys=keys(board) if keys else (),
        notes=_notes(name, board),
    )
    kept = f"{board.area.name}{_when(name, board)}{caption.title}"
    return Alone(with_caption(drawn, caption), kept)


def _about(name: str, board: Dashboard) -> str:
    parts = [board.area.name, _when(name, board)]
    if name != "way":  # each of its bars counts something else
        parts.append(_("单位：%(unit)s") % {"unit": registry.indicator("registered").unit})
    return " · ".join(parts)


def _when(name: str, board: Dashboard) -> str:
    """Return of when the numbers are: not all pictures of a dashboard are of its period."""
    if name == "ages":
        return clock.today().isoformat()
    return _span(board.half_year if name == "calendar" else board.period)


def _span(period: Period) -> str:
    """Return what a period is called, never without its year."""
    return f"{period.start} — {period.end}" if period.kind == "days" else period.label


def _notes(name: str, board: Dashboard) -> list[str]:
    """Return what stands below a picture: the moment it was read, and what is not in it."""
    standing = board.standing
    at = clock.now() if name == "ages" else standing.at
    notes = [_("截至 %(at)s。") % {"at": moment(at)}]
    if name == "ages":
        notes.append(_("这是此刻的情况，不分时段。"))
    elif not standing.whole:
        notes.append(_("还有刚发生的没有统计在内。"))
    if name == "way":
        notes.append(_("这段时间里各步各发生了多少；不是同一批诉求。"))
    if name == "map" and board.undrawn:
        notes.append(_("有 %(n)s 个地方还没有画范围，图上没有。") % {"n": len(board.undrawn)})
    if board.area.level in ("township", "village") or name in _OF_PLACES:
        notes.append(_("举报和要求保密的事只计入全县和承办单位，不计入乡镇和村。"))
    if settings.MINFU_DEMO:
        notes.append(_("演示系统，数据均为虚构"))
    return notes


def _lines(board: Dashboard) -> list[Key]:
    """Return what the two lines of a trend are; one alone needs no key."""
    if not board.has_former:
        return []
    return [
        Key(svg.BLUE, _("本期：%(period)s") % {"period": _span(board.period)}, "line"),
        Key(svg.QUIET, _("上期：%(period)s") % {"period": _span(board.period.former())}, "dashes"),
    ]


def _shades(most: int) -> list[Key]:
    unit = registry.indicator("registered").unit
    return [
        Key(svg.SHADES[shade], f"{least:,} {unit}" if least == top else f"{least:,}—{top:,} {unit}")
        for shade, least, top in shades(most)
    ]


def _of_tiles(board: Dashboard) -> list[Key]:
    return _shades(max((int(tile.first.top) for tile in board.tiles), default=0))


def _of_days(board: Dashboard) -> list[Key]:
    return _shades(max((day.number for week in board.calendar for day in week if day), default=0))


_KEYS: dict[str, Callable[[Dashboard], list[Key]]] = {
    "trend": _lines,
    "calendar": _of_days,
    "tiles": _of_tiles,
    "map": _of_tiles,
}
