"""What became of messages outside: the log of deliveries, and the demo's catcher."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from minfu.accounts.actor import actor_of
from minfu.kernel import dated, gate, pages, widgets
from minfu.kernel.errors import Refused
from minfu.notices import rights, states
from minfu.notices.forms import KeepingForm, SentForm, show
from minfu.notices.models import Caught, Channel, Delivery, Keeping
from minfu.notices.rules import configure, faults, sentlog, thinning


@dataclass(frozen=True)
class Line:
    """A delivery as the log shows it: what and to whom, never where to."""

    delivery: Delivery
    title: str
    reader: str
    why: str


def _line(row: Delivery) -> Line:
    return Line(row, sentlog.title_of(row), sentlog.reader_of(row), faults.explain(row.fault))


@gate.needs(rights.CONFIGURE)
@require_safe
def log(request: HttpRequest) -> HttpResponse:
    """List deliveries, newest first."""
    actor = actor_of(request)
    form = SentForm(request.GET or None)
    channels = [(str(row.pk), row.name) for row in Channel.objects.all()]
    widgets.offer(form, "channel", [("", _("全部")), *channels])
    widgets.offer(form, "state", [("", _("全部")), *states.DELIVERY.choices])
    asked: dict[str, Any] = form.cleaned_data if form.is_valid() else {}
    found = sentlog.deliveries(actor, channel_id=asked.get("channel"), state=asked.get("state"))
    rows, after = pages.newest(found, request.GET.get("after", ""))
    context = {
        "form": form,
        "filtered": any(asked.values()),
        "lines": [_line(row) for row in rows],
        "next": after,
        "DELIVERY": states.DELIVERY,
    }
    return render(request, "notices/config/sent.html", context)


@gate.needs(rights.CONFIGURE)
@require_safe
def caught(request: HttpRequest) -> HttpResponse:
    """List what the demo's catcher would have sent."""
    configure.permit(actor_of(request))
    rows = Caught.objects.all()[: pages.SHOWN] if settings.MINFU_DEMO else ()
    return render(request, "notices/config/caught.html", {"rows": rows})


@gate.needs(rights.CONFIGURE)
@require_http_methods(["GET", "HEAD", "POST"])
def keeping(request: HttpRequest) -> HttpResponse:
    """Show how long the log is kept, and set another time from a day on."""
    actor = actor_of(request)
    configure.permit(actor)
    months = thinning.months()
    first = {"months": months, "valid_from": dated.today() + timedelta(days=1)}
    form = KeepingForm(request.POST or None, initial=first)
    if request.method == "POST" and form.is_valid():
        try:
            configure.set_keeping(form.cleaned_data["months"], terms=form.terms(), actor=actor)
        except Refused as refusal:
            show(form, refusal)
        else:
            messages.success(request, _("已保存。"))
            return redirect("notices:keeping")
    rows = dated.standing(Keeping).order_by("-valid_from")
    context = {"form": form, "months": months, "rows": rows}
    return render(request, "notices/config/keeping.html", context, status=422 if form.errors else 200)
