"""Paper and attachments of a demand."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from minfu.accounts.actor import actor_of
from minfu.cases import rights
from minfu.cases.rules import access, printing
from minfu.cases.rules.detail import detail
from minfu.cases.views import matter
from minfu.files import door as files
from minfu.kernel import clock, gate
from minfu.kernel.errors import Missing
from minfu.papers import press


@gate.needs(rights.VIEW)
@require_safe
def print_case(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a demand as it is printed on A4; contact data stay masked."""
    actor = actor_of(request)
    shown = detail(actor, access.get_case_for(actor, pk))
    context = {**matter.context(actor, shown, ""), "printed_at": clock.now()}
    return render(request, "cases/print.html", {**context, "history": shown.history})


@gate.needs(rights.VIEW)
@require_safe
def dossier(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand out the case file as PDF: what the case page shows, on numbered pages; contact data stay masked."""
    actor = actor_of(request)
    shown = detail(actor, access.get_case_for(actor, pk))
    return press.answer(printing.dossier(actor, shown), printing.dossier_name(shown.case))


@gate.needs(rights.VIEW)
@require_safe
def dossier_file(request: HttpRequest, pk: int, ending: str) -> HttpResponse:
    """Hand out the case file as Word or OFD, to be kept; contact data stay masked."""
    actor = actor_of(request)
    shown = detail(actor, access.get_case_for(actor, pk))
    if ending not in printing.DOSSIERS:
        raise Missing(_("案卷只有 PDF、Word（docx）和 OFD。"))
    make, media_type = printing.DOSSIERS[ending]
    return press.keep(make(actor, shown), printing.dossier_name(shown.case, ending), media_type)


@gate.needs(rights.VIEW)
@require_safe
def file(request: HttpRequest, pk: int, file_id: UUID) -> HttpResponseBase:
    """Hand out an attachment to whoever may see the demand it belongs to."""
    found = access.get_file_for(actor_of(request), pk, file_id)
    return files.response(found, thumbnail="thumbnail" in request.GET)
