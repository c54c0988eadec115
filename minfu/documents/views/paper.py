"""A document as PDF, as Word and as OFD."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from minfu.accounts.actor import actor_of
from minfu.documents import rights
from minfu.documents.rules import access
from minfu.documents.rules.detail import paper
from minfu.kernel import gate
from minfu.papers import press
from minfu.papers.official import ofd as as_ofd
from minfu.papers.official import pdf as as_pdf
from minfu.papers.official import word as as_word


@gate.needs(rights.VIEW)
@require_safe
def pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a document as it is printed."""
    actor = actor_of(request)
    row = access.get_for(actor, pk)
    return press.answer(as_pdf.pdf(paper(actor, row)), f"{row}.pdf")


@gate.needs(rights.VIEW)
@require_safe
def word(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand out a document as a Word file."""
    actor = actor_of(request)
    row = access.get_for(actor, pk)
    return press.keep(as_word.docx(paper(actor, row)), f"{row}.docx", as_word.MEDIA_TYPE)


@gate.needs(rights.VIEW)
@require_safe
def ofd(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand out a document as OFD, the format in which finished documents are exchanged."""
    actor = actor_of(request)
    row = access.get_for(actor, pk)
    return press.keep(as_ofd.ofd(paper(actor, row)), f"{row}.ofd", as_ofd.MEDIA_TYPE)
