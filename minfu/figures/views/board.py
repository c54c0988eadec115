"""Dashboards: of an area and a period, on a screen, on the wall of a duty room, on paper, and each picture by itself."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from minfu.accounts.actor import actor_of
from minfu.figures import captions, pictures, rights
from minfu.figures.rules import published
from minfu.figures.rules.areas import Area
from minfu.figures.rules.dashboard import Dashboard
from minfu.figures.rules.periods import Period
from minfu.figures.views import common
from minfu.kernel import gate
from minfu.kernel.errors import Missing
from minfu.papers import press, qr

#: Seconds after which the screen on the wall is read again.
WALL_SECONDS = 20


@gate.needs(rights.VIEW)
@never_cache
@require_safe
def dashboard(request: HttpRequest) -> HttpResponse:
    """Show the dashboard of the area and period the address names."""
    area, period = common.asked(request)
    context = _context(area, period) | common.choices(actor_of(request), area, period)
    return render(request, "figures/dashboard.html", context)


@gate.needs(rights.VIEW)
@never_cache
@require_safe
def wall(request: HttpRequest) -> HttpResponse:
    """Show it without navigation, for a large screen; it reads itself anew every ``WALL_SECONDS``."""
    area, period = common.asked(request)
    context = _context(area, period) | {"seconds": WALL_SECONDS}
    partial = bool(request.headers.get("HX-Request"))
    return render(request, "figures/_wall.html" if partial else "figures/wall.html", context)


@gate.needs(rights.VIEW)
@never_cache
@require_safe
def paper(request: HttpRequest) -> HttpResponse:
    """Show it to print on A4: tables instead of pictures."""
    area, period = common.asked(request)
    # The address of the paper names area and period, so that the code leads to them whoever reads it.
    source = qr.source(request.path + common.query(area, period))
    return render(request, "figures/paper.html", _context(area, period) | {"source": source})


@gate.needs(rights.VIEW)
@never_cache
@require_safe
def picture(request: HttpRequest, name: str, ending: str) -> HttpResponse:
    """Return a picture of the dashboard with its caption, as SVG or PNG; ``Missing`` for a name there is not."""
    area, period = common.asked(request)
    if name not in pictures.TITLES or ending not in ("svg", "png"):
        raise Missing(_("没有这张图。"))
    one = captions.alone(name, Dashboard(area, period))
    if one is None:
        raise Missing(_("这里的村还没有画范围，没有地图。请看各地登记的诉求。"))
    if ending == "svg":
        response = HttpResponse(one.drawn, content_type="image/svg+xml")
    else:
        response = HttpResponse(press.png(one.drawn.encode()), content_type="image/png")
    response["Content-Disposition"] = (
        content_disposition_header(as_attachment=True, filename=f"{one.name}.{ending}") or ""
    )
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _context(area: Area, period: Period) -> dict[str, Any]:
    board = Dashboard(area, period)
    where = common.query(area, period)
    kept = published.kept([card.figure for card in board.cards])
    return {
        "board": board,
        "cards": [(card, kept.get(card.figure.indicator.name)) for card in board.cards],
        "area": area,
        "period": period,
        "where": where,
        "pictures": {name: pictures.draw(name, board) for name in pictures.TITLES if name != "tiles"},
        "titles": {name: title() for name, title in pictures.TITLES.items()},
        "parts": [
            (title, board.parts(split, common.names_of(split)))
            for split, title in (("kind", _("按类型")), ("category", _("按类别")), ("door", _("按渠道")))
        ],
        "home": reverse("figures:dashboard"),
    }
