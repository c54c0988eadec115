"""The inbox of unit and person, and the list of residents to phone."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from minfu.accounts.actor import actor_of
from minfu.kernel import gate, pages
from minfu.notices import outbox, states, texts
from minfu.notices.models import Notice
from minfu.notices.rules import alarms, faults, sentlog
from minfu.registry import vault


@dataclass(frozen=True)
class Line:
    """A notice as a list shows it."""

    notice: Notice
    words: texts.Words
    url: str
    contact: vault.MaskedContact | None = None

    @property
    def is_unread(self) -> bool:
        """Tell whether nobody has read it yet."""
        return self.notice.state == states.PENDING


def _line(notice: Notice) -> Line:
    """Return a notice in words, with its subject's page and, for a resident, their masked contact."""
    return Line(
        notice=notice,
        words=outbox.spoken(notice) if notice.identity_id else texts.words(notice.template, notice.context),
        url=texts.address_of(notice.subject_type, notice.subject_id),
        contact=vault.masked(notice.identity) if notice.identity else None,
    )


@require_GET
@gate.needs("notices.read")
def inbox(request: HttpRequest) -> HttpResponse:
    """Show the notices for the acting unit and for the person: unread ones, or all (``all=1``), newest first."""
    found = outbox.inbox(actor_of(request))
    everything = request.GET.get("all") == "1"
    if not everything:
        found = found.filter(state=states.PENDING)
    rows, after = pages.newest(found, request.GET.get("after", ""))
    context = {
        "lines": [_line(notice) for notice in rows],
        "everything": everything,
        "next": after,
    }
    return render(request, "notices/inbox.html", context)


@require_GET
@gate.needs("notices.read")
def open_notice(request: HttpRequest, notice_id: int) -> HttpResponse:
    """Go to what a notice is about; it counts as read."""
    actor = actor_of(request)
    notice = outbox.get_notice_for(actor, notice_id)
    outbox.mark_read([notice.pk], actor=actor)
    return redirect(texts.address_of(notice.subject_type, notice.subject_id) or "notices:inbox")


@require_POST
@gate.needs("notices.read")
def read(request: HttpRequest) -> HttpResponse:
    """Mark the named notices (``notice``, repeated) as read: those in sight, not those that came in meanwhile."""
    numbers = [pages.number_of(text) for text in request.POST.getlist("notice")]
    outbox.mark_read([number for number in numbers if number is not None], actor=actor_of(request))
    return redirect("notices:inbox")


@require_GET
@gate.needs("notices.phone")
def phone(request: HttpRequest) -> HttpResponse:
    """List the residents to tell by phone: codes asked for a moment ago, then longest waiting; above them lost alarms."""
    actor = actor_of(request)
    found = outbox.to_phone(actor).order_by("-urgency", "pk")
    lines = [_line(notice) for notice in found[: pages.SHOWN]]
    lost = [(one, _line(one.notice)) for one in alarms.to_phone(actor)[: pages.SHOWN]]
    return render(request, "notices/phone.html", {"lines": lines, "alarms": lost})


@require_GET
@gate.needs("notices.phone")
def failed(request: HttpRequest, notice_id: int) -> HttpResponse:
    """Show a message that did not arrive for certain: every try, why it failed, and whether somebody phoned since."""
    notice = outbox.get_failed_for(actor_of(request), notice_id)
    rows = notice.deliveries.select_related("notice", "channel").order_by("pk")
    context = {
        "notice": notice,
        "title": sentlog.title(notice),
        "url": texts.address_of(notice.subject_type, notice.subject_id),
        "tries": [(row, faults.explain(row.fault)) for row in rows],
        "NOTICE": states.NOTICE,
        "DELIVERY": states.DELIVERY,
    }
    return render(request, "notices/failed.html", context)


@require_POST
@gate.needs("notices.phone")
def told(request: HttpRequest, notice_id: int) -> HttpResponse:
    """Note that the resident was told by phone."""
    outbox.mark_told(notice_id, actor=actor_of(request))
    messages.success(request, _("已登记为电话告知。"))
    return redirect("notices:phone")


@require_POST
@gate.needs("notices.phone")
def alarm_told(request: HttpRequest, notice_id: int) -> HttpResponse:
    """Note that whoever an alarm was for was told by phone."""
    alarms.mark_told(notice_id, actor=actor_of(request))
    messages.success(request, _("已登记为电话告知。"))
    return redirect("notices:phone")
