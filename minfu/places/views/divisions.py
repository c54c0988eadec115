"""Divisions: list, one with its history, renaming, ending; villages for pickers."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from minfu.kernel import gate, record
from minfu.kernel.errors import Invalid, Refused
from minfu.places import access, changes
from minfu.places.codes import place_name, village_kind
from minfu.places.forms import DivisionFilter, EndForm, RenameForm, show
from minfu.places.models import Division, DivisionImport
from minfu.places.rights import MANAGE
from minfu.places.views.paging import page


@gate.needs(MANAGE)
@require_GET
def division_list(request: HttpRequest) -> HttpResponse:
    """List the county's townships and villages, with the last imports."""
    form = DivisionFilter(request.GET or None, county=settings.MINFU_COUNTY)
    rows = access.find_divisions(form.value("q"), township=form.value("township"), state=form.value("state"))
    context = page(rows, request, "code")
    context |= {
        "form": form,
        "imports": DivisionImport.objects.order_by("-pk")[:3],
        "active": bool(request.GET),
    }
    return render(request, "places/divisions.html", context)


def _detail(request: HttpRequest, code: str, status: int = 200, **forms: Any) -> HttpResponse:
    """Show one division with its versions and history."""
    division = access.get_division(code)
    context = {
        "division": division,
        "versions": division.versions.select_related("source").order_by("-valid_to"),
        "predecessors": division.predecessors.order_by("code"),
        "children": division.children.order_by("code"),
        "grids": division.grids.order_by("code"),
        "events": record.history(("division", int(code)))[::-1],
        "rename_form": forms.get("rename_form") or RenameForm(auto_id="rename_%s"),
        "end_form": forms.get("end_form") or EndForm(auto_id="end_%s"),
    }
    return render(request, "places/division.html", context, status=status)


@gate.needs(MANAGE)
@require_GET
def division(request: HttpRequest, code: str) -> HttpResponse:
    """Show one division of the county."""
    return _detail(request, code)


@gate.needs(MANAGE)
@require_POST
def rename(request: HttpRequest, code: str) -> HttpResponse:
    """Rename a division from a day on."""
    access.get_division(code)
    form = RenameForm(request.POST, auto_id="rename_%s")
    if form.is_valid():
        try:
            changes.rename_division(stamp=access.actor_of(request).stamp, code=code, **form.cleaned_data)
        except Invalid as refusal:
            show(form, refusal.fields)
        except Refused as refusal:
            form.add_error(None, str(refusal.message))
        else:
            messages.success(request, _("已更名，旧名称保留在历史里，报事时写旧名称仍认得出。"))
            return redirect("places:division", code)
    return _detail(request, code, 422, rename_form=form)


@gate.needs(MANAGE)
@require_POST
def end(request: HttpRequest, code: str) -> HttpResponse:
    """End a division, or merge it into another."""
    access.get_division(code)
    form = EndForm(request.POST, auto_id="end_%s")
    if form.is_valid():
        entered = form.cleaned_data
        try:
            changes.end_division(
                stamp=access.actor_of(request).stamp,
                code=code,
                on=entered["on"],
                successor_code=entered["successor"].strip(),
                reason=entered["reason"],
            )
        except Invalid as refusal:
            show(form, refusal.fields)
        except Refused as refusal:
            form.add_error(None, str(refusal.message))
        else:
            messages.success(request, _("已登记失效。"))
            return redirect("places:division", code)
    return _detail(request, code, 422, end_form=form)


@gate.open_to_all("names of villages are public; forms of residents offer them")
@require_http_methods(["GET", "HEAD"])
def villages(request: HttpRequest) -> JsonResponse:
    """Return the villages in force of a township (``township``: 9 or 12 digits) as code, name and kind."""
    township = request.GET.get("township", "")[:9]
    rows: list[dict[str, str]] = []
    if len(township) == 9 and township.startswith(settings.MINFU_COUNTY):  # noqa: PLR2004 - digits of a township
        found = Division.objects.filter(code__startswith=township, level="village", valid_to__isnull=True)
        rows = [
            {"code": code, "name": place_name(name), "kind": village_kind(code)}
            for code, name in found.order_by("code").values_list("code", "name")
        ]
    return JsonResponse({"villages": rows}, headers={"Cache-Control": "public, max-age=300"})
