"""Grids: list, drawing on the map, import, overlaps and gaps, posters."""

import json
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from minfu.kernel import gate, record
from minfu.kernel.errors import Invalid, Refused
from minfu.papers import press
from minfu.places import access, actions, geojson, posters
from minfu.places.actions import GridInput
from minfu.places.forms import GridFilter, GridForm, GridImportForm, NewGridForm, RenewForm, show
from minfu.places.models import Grid, Place
from minfu.places.rights import MANAGE, POSTER
from minfu.places.views.paging import page

#: Posters that need no filter to find one.
FEW = 20


@gate.needs(MANAGE)
@require_GET
def grid_list(request: HttpRequest) -> HttpResponse:
    """List the county's grids."""
    form = GridFilter(request.GET or None, county=settings.MINFU_COUNTY)
    drawn = {"1": True, "0": False}.get(form.value("area"))
    rows = access.find_grids(form.value("q"), township=form.value("township"), drawn=drawn)
    context = page(rows, request, "code") | {"form": form, "active": bool(request.GET)}
    return render(request, "places/grids.html", context)


def _entered(form: GridForm) -> GridInput:
    """Return what a valid form holds."""
    data = form.cleaned_data
    return GridInput(**{name: data[name] for name in GridInput.__dataclass_fields__})


def _form_page(request: HttpRequest, form: GridForm, grid: Grid | None, status: int = 200) -> HttpResponse:
    """Show a grid's form with its map."""
    village = grid.village_id if grid else str(form["village"].value() or "").strip()
    context: dict[str, Any] = {
        "form": form,
        "grid": grid,
        "village_code": village,
        "map_fields": ("crs", "geometry"),
        "tile_url": settings.MINFU_TILE_URL,
        "tile_credit": settings.MINFU_TILE_CREDIT,
        "events": record.history(("grid", grid.pk))[::-1] if grid else [],
        "renew_form": RenewForm(auto_id="renew_%s"),
    }
    return render(request, "places/grid.html", context, status=status)


@gate.needs(MANAGE)
@require_http_methods(["GET", "POST"])
def new_grid(request: HttpRequest) -> HttpResponse:
    """Create a grid in a village of the county."""
    first = {"village": request.GET.get("village", ""), "type": "1", "crs": "wgs84"}
    form = NewGridForm(request.POST or None, initial=first)
    if form.is_valid():
        try:
            village = access.get_division(form.cleaned_data["village"].strip())
            made = actions.create_grid(
                stamp=access.actor_of(request).stamp,
                village_code=village.code,
                type_=form.cleaned_data["type"],
                entered=_entered(form),
            )
        except Invalid as refusal:
            show(form, refusal.fields)
        except Refused as refusal:
            form.add_error("village", str(refusal.message))
        else:
            messages.success(request, _("已新建网格，编码%(code)s。") % {"code": made.code})
            return redirect("places:grid", made.code)
    return _form_page(request, form, None, 422 if form.errors else 200)


@gate.needs(MANAGE)
@require_http_methods(["GET", "POST"])
def grid(request: HttpRequest, code: str) -> HttpResponse:
    """Show and change a grid of the county."""
    found = access.get_grid(code)
    first = {name: getattr(found, name) for name in ("name", "external_code", "valid_from", "valid_to")}
    first |= {"crs": "wgs84", "geometry": json.dumps(found.geometry) if found.geometry else ""}
    form = GridForm(request.POST or None, initial=first)
    if form.is_valid():
        try:
            actions.edit_grid(stamp=access.actor_of(request).stamp, code=code, entered=_entered(form))
        except Invalid as refusal:
            show(form, refusal.fields)
        else:
            messages.success(request, _("已保存。"))
            return redirect("places:grid", code)
    return _form_page(request, form, found, 422 if form.errors else 200)


@gate.needs(MANAGE)
@require_POST
def renew(request: HttpRequest, code: str) -> HttpResponse:
    """Replace a grid's poster code."""
    access.get_grid(code)
    reason = request.POST.get("reason", "")
    try:
        actions.renew_qr(stamp=access.actor_of(request).stamp, code=code, reason=reason)
    except Invalid as refusal:
        messages.error(request, str(refusal.message))
    else:
        messages.success(request, _("已更换二维码，请重新打印海报；旧海报扫不开了。"))
    return redirect("places:grid", code)


@gate.needs(MANAGE)
@require_GET
def grid_map(request: HttpRequest) -> JsonResponse:
    """Return the drawn grids and points around a village (``village``: 12 digits) for the map: those of its township."""
    village = request.GET.get("village", "")[:12]
    drawn = access.grids().filter(geometry__isnull=False, valid_to__isnull=True)
    around = drawn.filter(code__startswith=village[:9]).select_related("village")
    points = access.places().filter(village=village, lng__isnull=False)
    somewhere = drawn.order_by("code").values_list("west", "south", "east", "north").first()
    answer = {
        "grids": [
            {
                "code": one.code,
                "name": one.village.place_name + one.name,
                "own": one.village_id == village,
                "geometry": one.geometry,
            }
            for one in around
        ],
        "places": [{"name": one.name, "lng": one.lng, "lat": one.lat} for one in _some(points)],
        "box": somewhere,
    }
    return JsonResponse(answer)


def _some(points: Any) -> list[Place]:
    """Return at most so many places as a map can show."""
    return list(points[:200])


@gate.needs(MANAGE)
@require_http_methods(["GET", "POST"])
def import_grids(request: HttpRequest) -> HttpResponse:
    """Import grids from a GeoJSON file in a coordinate system that is said."""
    form = GridImportForm(request.POST or None, request.FILES or None)
    faults: list[str] = []
    if form.is_valid():
        try:
            report = geojson.import_grids(
                form.cleaned_data["file"].read(),
                crs=form.cleaned_data["crs"],
                stamp=access.actor_of(request).stamp,
            )
        except Invalid as refusal:
            faults = [sentence for said in refusal.fields.values() for sentence in said]
            form.add_error("file", str(refusal.message))
        else:
            messages.success(request, str(report))
            return redirect("places:findings" if report.findings else "places:grids")
    context = {"form": form, "faults": faults}
    return render(request, "places/import_grids.html", context, status=422 if form.errors else 200)


@gate.needs(MANAGE)
@require_GET
def findings(request: HttpRequest) -> HttpResponse:
    """Report overlaps and gaps between grids, and how many grids have no area, village by village."""
    found = geojson.check(settings.MINFU_COUNTY)
    context = {
        "villages": [(village, rows) for village, rows in found.villages if rows],
        "checked": len(found.villages),
        "drawn": found.drawn,
        "undrawn": found.undrawn,
    }
    return render(request, "places/findings.html", context)


@gate.needs(POSTER)
@require_GET
def poster_list(request: HttpRequest) -> HttpResponse:
    """List the grids whose posters one may print."""
    form = GridFilter(request.GET or None, county=settings.MINFU_COUNTY)
    del form.fields["area"]  # a poster needs no area
    word, township = form.value("q"), form.value("township")
    mine = access.poster_grids_for(access.actor_of(request)).defer("geometry")
    rows = access.narrowed(mine, word, township=township)
    wide = bool(word or township) or mine.count() > FEW
    more = {"form": form if wide else None, "active": bool(request.GET)}
    return render(request, "places/posters.html", page(rows, request, "code") | more)


@gate.needs(POSTER)
@require_GET
def poster(request: HttpRequest, code: str) -> HttpResponse:
    """Show a grid's poster, ready to print on A4."""
    found = access.get_poster_grid_for(access.actor_of(request), code)
    return render(request, "places/poster.html", {"grid": found, "url": posters.report_url(found)})


@gate.needs(POSTER)
@require_GET
def poster_svg(request: HttpRequest, code: str) -> HttpResponse:
    """Return a grid's QR code as SVG; with ``?save`` as a file to keep."""
    found = access.get_poster_grid_for(access.actor_of(request), code)
    answer = HttpResponse(posters.svg(found), content_type="image/svg+xml")
    if "save" in request.GET:
        answer["Content-Disposition"] = f'attachment; filename="grid-{found.code}.svg"'
    return answer


def _paper(request: HttpRequest) -> posters.Paper:
    """Return the paper asked for; A4 unless it is A3."""
    return "a3" if request.GET.get("paper") == "a3" else "a4"


@gate.needs(POSTER)
@require_GET
def poster_pdf(request: HttpRequest, code: str) -> HttpResponse:
    """Hand out a grid's poster as PDF, A4 or with ``?paper=a3`` A3."""
    found, paper = [access.get_poster_grid_for(access.actor_of(request), code)], _paper(request)
    return press.answer(posters.pdf(found, paper), posters.file_name(found, paper))


@gate.needs(POSTER)
@require_GET
def village_posters(request: HttpRequest, village: str) -> HttpResponse:
    """Hand out the posters of all grids of a village that one may print as one PDF, A4 or with ``?paper=a3`` A3."""
    found, paper = access.get_poster_grids_for(access.actor_of(request), village), _paper(request)
    return press.answer(posters.pdf(found, paper), posters.file_name(found, paper))
