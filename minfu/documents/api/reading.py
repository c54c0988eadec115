"""List and show documents and templates; hand out a document as PDF, Word and OFD."""

from typing import Annotated

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from ninja import Query
from pydantic import Field

from minfu.accounts.actor import actor_of
from minfu.documents import rights, states
from minfu.documents.api.answers import DocumentLine, DocumentOut, Documents, line, shown_to
from minfu.documents.api.base import ROOT, room
from minfu.documents.rules import access, shipped
from minfu.documents.rules.detail import paper
from minfu.kernel import pages
from minfu.kernel.api import Id, Out, Paging
from minfu.papers import press
from minfu.papers.official import Official
from minfu.papers.official import ofd as as_ofd
from minfu.papers.official import pdf as as_pdf
from minfu.papers.official import word as as_word


class DocumentsQuery(Paging):
    """What the list is narrowed to."""

    state: Annotated[
        str, Field(json_schema_extra={"enum": [code for code, _label in states.DOCUMENT.choices]})
    ] = ""


class DocumentTemplate(Out):
    """A template: what kind of document it makes, of which kind of period (empty: of any)."""

    code: str
    name: str
    kind: str
    period: str


@room.get("/document-templates", _("公文模板"), right=rights.WRITE, answer=list[DocumentTemplate])
def templates(request: HttpRequest) -> list[DocumentTemplate]:
    """List the templates a document may begin from."""
    del request
    return [
        DocumentTemplate(code=one.code, name=one.name, kind=one.kind.value, period=one.period)
        for one in shipped.templates().values()
    ]


@room.get("/documents", _("公文列表"), right=rights.VIEW, answer=Documents)
def list_documents(request: HttpRequest, query: Query[DocumentsQuery]) -> Documents:
    """List what the caller may see, newest first."""
    rows = access.visible_to(actor_of(request)).select_related("unit")
    if query.state:
        rows = rows.filter(state=query.state)
    found, after = pages.page(rows, cursor=query.cursor, size=query.limit, newest_first=True)
    return Documents(items=[DocumentLine(**line(row)) for row in found], next_cursor=after)


@room.get(ROOT, _("一份公文"), right=rights.VIEW, answer=DocumentOut)
def show(request: HttpRequest, document_id: Id) -> DocumentOut:
    """Show one document with its text and its figures; of a draft with the figures of now."""
    return shown_to(request, document_id)


def _paper(request: HttpRequest, pk: int) -> tuple[Official, str]:
    actor = actor_of(request)
    row = access.get_for(actor, pk)
    return paper(actor, row), str(row)


@room.get(f"{ROOT}/document.pdf", _("公文 PDF"), right=rights.VIEW, answer=None, media="application/pdf")
def pdf(request: HttpRequest, document_id: Id) -> HttpResponse:
    """Hand out a document as it is printed; one that is not in force says so on every page."""
    made, name = _paper(request, document_id)
    return press.answer(as_pdf.pdf(made), f"{name}.pdf")


@room.get(f"{ROOT}/document.docx", _("公文 Word"), right=rights.VIEW, answer=None, media=as_word.MEDIA_TYPE)
def word(request: HttpRequest, document_id: Id) -> HttpResponse:
    """Hand out a document as a Word file."""
    made, name = _paper(request, document_id)
    return press.keep(as_word.docx(made), f"{name}.docx", as_word.MEDIA_TYPE)


@room.get(f"{ROOT}/document.ofd", _("公文 OFD"), right=rights.VIEW, answer=None, media=as_ofd.MEDIA_TYPE)
def ofd(request: HttpRequest, document_id: Id) -> HttpResponse:
    """Hand out a document as OFD (GB/T 33190), the format in which finished documents are exchanged."""
    made, name = _paper(request, document_id)
    return press.keep(as_ofd.ofd(made), f"{name}.ofd", as_ofd.MEDIA_TYPE)
