"""The gazetteer: natural villages, village groups, landmarks and their other names."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from minfu.kernel import gate, record
from minfu.kernel.errors import Invalid, Refused
from minfu.places import access, actions
from minfu.places.actions import PlaceInput
from minfu.places.forms import AliasForm, PlaceFilter, PlaceForm, show
from minfu.places.models import Place
from minfu.places.rights import MANAGE
from minfu.places.views.paging import page


@gate.needs(MANAGE)
@require_GET
def place_list(request: HttpRequest) -> HttpResponse:
    """List the county's gazetteer."""
    form = PlaceFilter(request.GET or None, county=settings.MINFU_COUNTY)
    rows = access.find_places(form.value("q"), township=form.value("township"), kind=form.value("kind"))
    context = page(rows, request, "id") | {"form": form, "active": bool(request.GET)}
    return render(request, "places/gazetteer.html", context)


def _save(request: HttpRequest, form: PlaceForm, place: Place | None) -> Place | None:
    """Save what a form holds; None when it was refused, with the sentences on the form."""
    entered = form.cleaned_data
    try:
        village = access.get_division(entered["village"].strip())
        return actions.save_place(
            stamp=access.actor_of(request).stamp,
            village_code=village.code,
            entered=PlaceInput(
                kind=entered["kind"],
                name=entered["name"],
                grid_code=entered["grid"].strip(),
                lng=entered["lng"],
                lat=entered["lat"],
            ),
            place_id=place.pk if place else None,
        )
    except Invalid as refusal:
        show(form, refusal.fields)
    except Refused as refusal:
        form.add_error("village", str(refusal.message))
    return None


@gate.needs(MANAGE)
@require_http_methods(["GET", "POST"])
def new_place(request: HttpRequest) -> HttpResponse:
    """Add a place to the gazetteer."""
    form = PlaceForm(request.POST or None, initial={"village": request.GET.get("village", "")})
    if form.is_valid() and (made := _save(request, form, None)):
        messages.success(request, _("已登记地名，报事时写这个地名就能定位。"))
        return redirect("places:place", made.pk)
    context = {"form": form, "place": None}
    return render(request, "places/place.html", context, status=422 if form.errors else 200)


@gate.needs(MANAGE)
@require_http_methods(["GET", "POST"])
def place(request: HttpRequest, pk: int) -> HttpResponse:
    """Show and change a place, its other names and its history."""
    found = access.get_place(pk)
    first = {name: getattr(found, name) for name in ("kind", "name", "lng", "lat")}
    first |= {"village": found.village_id, "grid": found.grid.code if found.grid else ""}
    form = PlaceForm(request.POST or None, initial=first)
    if form.is_valid() and _save(request, form, found):
        messages.success(request, _("已保存。"))
        return redirect("places:place", pk)
    context = {
        "form": form,
        "place": found,
        "aliases": found.aliases.all(),
        "alias_form": AliasForm(auto_id="alias_%s"),
        "events": record.history(("place", pk))[::-1],
    }
    return render(request, "places/place.html", context, status=422 if form.errors else 200)


@gate.needs(MANAGE)
@require_POST
def add_alias(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a place another name."""
    access.get_place(pk)
    name = request.POST.get("name", "")
    try:
        actions.add_alias(stamp=access.actor_of(request).stamp, place_id=pk, name=name)
    except Refused as refusal:
        messages.error(request, str(refusal.message))
    else:
        messages.success(request, _("已增加别名。"))
    return redirect("places:place", pk)


@gate.needs(MANAGE)
@require_POST
def remove_alias(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a name from a place."""
    access.get_place(pk)
    name = request.POST.get("name", "")
    try:
        actions.remove_alias(stamp=access.actor_of(request).stamp, place_id=pk, name=name)
    except Refused as refusal:
        messages.error(request, str(refusal.message))
    else:
        messages.success(request, _("已删除别名。"))
    return redirect("places:place", pk)
