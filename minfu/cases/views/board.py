"""The leader's page: the area today at a glance, its map, and the same on paper."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from minfu.accounts.actor import actor_of
from minfu.cases import rights
from minfu.cases.models import Case
from minfu.cases.rules.glance import Glance
from minfu.cases.views import board_rows, common
from minfu.kernel import gate
from minfu.papers import qr
from minfu.places import index
from minfu.places.codes import place_name

#: What of a demand is shown among those overdue longest.
_LATE_SHOWS = (
    "registered_at", "description", "personal", "due_at", "township_code", "village_code", "lead_id", "holder_id",
)  # fmt: skip
#: Units shown before the rest is folded away.
UNITS_SHOWN = 12


def _glance(request: HttpRequest) -> Glance:
    return Glance(actor_of(request))


@gate.needs(rights.LEAD)
@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """Show the area of the post today."""
    shown, list_url = _glance(request), reverse("cases:inbox")
    units = shown.units
    context = {
        "list_url": list_url,
        "units": units[:UNITS_SHOWN],
        "unit_rows": board_rows.draw(units[:UNITS_SHOWN], list_url),
        "more_units": units[UNITS_SHOWN:],
        "more_unit_rows": board_rows.draw(units[UNITS_SHOWN:], list_url),
        "place_rows": board_rows.draw(shown.places, list_url),
        "most_open": max((line.open for line in shown.levels), default=0),
        "most_settled": max((line.open for line in shown.settled), default=0),
        "capped": any(figure.capped for figure in shown.figures),
        "tile_url": settings.MINFU_TILE_URL,
        "tile_credit": settings.MINFU_TILE_CREDIT,
        "drawn": shown.has_map(),
    }
    return render(request, "cases/board/board.html", _context(shown) | context)


@gate.needs(rights.LEAD)
@require_safe
def paper(request: HttpRequest) -> HttpResponse:
    """Show the same, to print on A4."""
    shown, list_url = _glance(request), reverse("cases:inbox")
    context = {
        "list_url": list_url,
        "unit_rows": board_rows.draw(shown.units, list_url),
        "place_rows": board_rows.draw(shown.places, list_url),
        "level_rows": board_rows.draw(shown.levels, list_url),
        "source": qr.source(request.get_full_path()),
    }
    return render(request, "cases/board/paper.html", _context(shown) | context)


def _context(shown: Glance) -> dict[str, Any]:
    known = index.current()
    return {"glance": shown, "overdue": [_late(case, known) for case in shown.overdue(_LATE_SHOWS)]}


def _late(case: Case, known: index.Index) -> tuple[Case, list[str], str]:
    """Return an overdue demand, where it lies, and which unit has it in hand."""
    codes = [code for code in (case.township_code, case.village_code) if code in known.divisions]
    where = [place_name(known.divisions[code].name) for code in codes]
    return case, where, common.unit_name(case, "lead" if case.lead_id else "holder")


@gate.needs(rights.LEAD)
@require_safe
def board_map(request: HttpRequest) -> JsonResponse:
    """Return the drawn grids of the area, each with what is in hand in its village."""
    shown = _glance(request)
    found = [
        {
            "name": name,
            "geometry": shape,
            "shade": line.shade if line else 0,
            "text": _("%(name)s：在办 %(open)s 件，超期 %(late)s 件")
            % {"name": line.label, "open": line.open, "late": line.overdue}
            if line
            else name,
            "url": reverse("cases:inbox") + line.query if line else "",
            "place": f"{line.label} {line.open}" if line else "",
        }
        for name, shape, line in shown.drawn()
    ]
    return JsonResponse({"grids": found}, headers={"Cache-Control": "private, max-age=60"})
