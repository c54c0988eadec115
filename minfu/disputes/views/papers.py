"""Who the parties are, for a stated purpose; papers to sign and to hand out."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from minfu.accounts.actor import actor_of
from minfu.disputes import rights
from minfu.disputes.models import Mediation
from minfu.disputes.rules import access, actions, papers, terms
from minfu.disputes.rules.detail import Detail, detail
from minfu.disputes.views import common
from minfu.kernel import dated, gate
from minfu.kernel.errors import Forbidden, Missing, Refused
from minfu.kernel.step_pages import show
from minfu.papers import press
from minfu.papers.official import Official
from minfu.papers.official import ofd as as_ofd
from minfu.papers.official import pdf as as_pdf
from minfu.papers.official import word as as_word
from minfu.registry import rights as registry_rights
from minfu.registry.forms import RevealForm
from minfu.registry.vault import Contact, Purpose

PAPERS = {
    "agreement": gettext_lazy("人民调解协议书"),
    "oral": gettext_lazy("人民调解口头协议登记表"),
    "minutes": gettext_lazy("人民调解笔录"),
    "ending": gettext_lazy("终止调解告知书"),
}


def _asking(
    request: HttpRequest, row: Mediation, label: Any, act: Callable[[Purpose], HttpResponse]
) -> HttpResponse:
    """Ask why one looks, then act."""
    form = RevealForm(request.POST if request.method == "POST" else None, initial={"purpose": "mediate"})
    status = 200
    if form.is_bound:
        status = 422
        if form.is_valid():
            try:
                return act(Purpose(form.cleaned_data["purpose"], form.cleaned_data["explanation"]))
            except (Missing, Forbidden):
                raise
            except Refused as refusal:
                show(form, refusal)
    context = {"form": form, "page": common.page_of(row), "label": label}
    return render(request, "disputes/why.html", context, status=status)


@gate.needs(registry_rights.REVEAL)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def reveal(request: HttpRequest, pk: int, party_id: int) -> HttpResponse:
    """Ask why, then show who a party is, once; the page is never kept."""
    actor = actor_of(request)
    row = access.get_for(actor, pk)
    access.get_party_for(row, party_id)

    def act(purpose: Purpose) -> HttpResponse:
        contact = actions.reveal(actor=actor, pk=pk, party_id=party_id, purpose=purpose)
        return render(request, "disputes/revealed.html", {"page": common.page_of(row), "contact": contact})

    return _asking(request, row, _("查看当事人身份"), act)


@gate.needs(rights.VIEW)
@require_http_methods(["GET", "HEAD"])
def paper(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Show a paper with the parties' particulars left blank, to be filled in by hand."""
    actor = actor_of(request)
    row = access.get_for(actor, pk)
    return _paper(request, name, detail(actor, row), {})


#: Files of the agreement by their ending: what makes them, and their media type.
FILES: dict[str, tuple[Callable[[Official], bytes], str]] = {
    "docx": (as_word.docx, as_word.MEDIA_TYPE),
    "pdf": (as_pdf.pdf, "application/pdf"),
    "ofd": (as_ofd.ofd, as_ofd.MEDIA_TYPE),
}


@gate.needs(rights.VIEW)
@require_safe
def agreement_file(request: HttpRequest, pk: int, ending: str) -> HttpResponse:
    """Hand out the written agreement as Word, PDF or OFD, the parties' particulars left blank."""
    shown = detail(actor_of(request), access.get_for(actor_of(request), pk))
    made = _there_is("agreement", shown, request)["agreement"]
    if ending not in FILES:
        raise Missing(_("还没有可打印的内容。"))
    write, media_type = FILES[ending]
    return press.keep(
        write(papers.agreement(shown, made)), f"{PAPERS['agreement']}-{shown.row.number}.{ending}", media_type
    )


@gate.needs(registry_rights.REVEAL)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def named_paper(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Ask why, then show a paper with the parties' particulars; recorded for each of them, never kept."""
    actor = actor_of(request)
    row = access.get_for(actor, pk)
    shown = detail(actor, row)
    _there_is(name, shown, request)

    def act(purpose: Purpose) -> HttpResponse:
        people = actions.reveal_all(actor=actor, pk=pk, purpose=purpose, paper=name)
        return _paper(request, name, shown, people)

    return _asking(request, row, _("带当事人身份打印"), act)


def _there_is(name: str, shown: Detail, request: HttpRequest) -> dict[str, Any]:
    """Return what a paper is made from; ``Missing`` while there is nothing to print."""
    if name == "minutes":
        wanted = request.GET.get("session", "")
        found = next((one for one in shown.sessions if str(one.session.pk) == wanted), None)
        if found is not None and found.session.state == "held":
            return {"line": found}
    agreement = shown.agreement
    form = {"agreement": "written", "oral": "oral"}.get(name)
    if form and agreement is not None and agreement.form == form:
        return {"agreement": agreement}
    if name == "ending" and shown.ending is not None:
        return {"ending": shown.ending}
    raise Missing(_("还没有可打印的内容。"))


def _paper(request: HttpRequest, name: str, shown: Detail, people: dict[int, Contact]) -> HttpResponse:
    made = _there_is(name, shown, request)
    query = f"?{request.GET.urlencode()}" if request.GET else ""
    context = {
        **made,
        "shown": shown,
        "row": shown.row,
        "title": PAPERS[name],
        "parties": [(line, people.get(line.party.pk)) for line in shown.parties],
        "seats": [one.seat for one in shown.seats if one.seat.state == "seated"],
        "named": bool(people),
        "named_url": reverse("disputes:named_paper", args=[shown.row.pk, name]) + query,
        "confirm_days": terms.days(terms.Key.CONFIRM, dated.today()),
    }
    return render(request, f"disputes/paper_{name}.html", context)
