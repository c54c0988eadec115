"""The working calendar: a year at a glance, and how a yearly notice is taken in."""

import base64
import calendar as months_of
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from minfu.cases import rights
from minfu.cases.forms.config import UploadForm
from minfu.cases.rules.actions import configure
from minfu.cases.views.config import permitted
from minfu.cases.views.config_tree import uploaded
from minfu.kernel import calendar, gate
from minfu.kernel.calendar import Calendar
from minfu.kernel.errors import Refused
from minfu.kernel.models import CalendarVersion
from minfu.kernel.step_pages import show

#: Years around this one that can be looked at.
BEFORE, AFTER = 3, 3


@gate.needs(rights.CONFIGURE)
@require_safe
def year(request: HttpRequest, number: int | None = None) -> HttpResponse:
    """Show the working days of a year, those off and made up by name, official or estimated."""
    permitted(request)
    this = configure.today().year
    shown = number if number and abs(number - this) <= max(BEFORE, AFTER) else this
    working, seen = calendar.current(), calendar.year(shown)
    days = [_month(working, date(shown, month, 1)) for month in range(1, 13)]
    context = {
        "year": shown,
        "years": range(this - BEFORE, this + AFTER + 1),
        "months": days,
        "estimated": seen.estimated,
        "named": [{**vars(one), "day": calendar.day_text(one.day)} for one in seen.named],
        "workdays": seen.workdays,
        "versions": CalendarVersion.objects.order_by("-number")[:5],
    }
    return render(request, "cases/config/calendar.html", context)


def _month(working: Calendar, first: date) -> dict[str, Any]:
    """Return a month as weeks of cells; None for the days of its neighbours."""
    weeks = months_of.Calendar(firstweekday=0).monthdatescalendar(first.year, first.month)
    return {
        "first": first,
        "weeks": [
            [_cell(working, day) if day.month == first.month else None for day in week] for week in weeks
        ],
    }


def _cell(working: Calendar, day: date) -> dict[str, Any]:
    worked, plain = working.is_workday(day), day.weekday() < 5  # noqa: PLR2004 - Monday to Friday
    kind = (
        "makeup"
        if worked and not plain
        else "holiday"
        if not worked and plain
        else "off"
        if not worked
        else "work"
    )
    return {"day": day.day, "kind": kind, "name": working.name(day)}


@gate.needs(rights.CONFIGURE)
@require_http_methods(["GET", "HEAD", "POST"])
def notice(request: HttpRequest) -> HttpResponse:
    """Take in a State Council notice: first the days that would change are shown, then it is taken over."""
    actor = permitted(request)
    form = UploadForm(request.POST or None, request.FILES or None)
    changes = None
    if request.method == "POST" and form.is_valid():
        source = form.cleaned_data["source"]
        try:
            data = uploaded(form)
            if "confirm" in request.POST:
                done = configure.import_notice(actor=actor, data=data, source=source)
                messages.success(request, _said(done))
                return redirect("cases:config_calendar")
            changes = configure.preview_notice(actor=actor, data=data, source=source)
            form = UploadForm({"source": source, "held": base64.b64encode(data).decode()})
        except Refused as refusal:
            show(form, refusal)
    context = {"form": form, "changes": changes}
    return render(request, "cases/config/notice.html", context, status=422 if form.errors else 200)


def _said(done: calendar.Imported) -> str:
    if not done.new:
        return _("这份通知以前已经导入，没有变化。")
    return _("已导入，是第 %(version)d 版，改变 %(days)d 天。没有办结的诉求正在重新计算时限。") % {
        "version": done.version,
        "days": len(done.changes),
    }
