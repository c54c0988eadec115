"""The door: what others may ask of documents."""

from django.db.models import QuerySet

from minfu.accounts.actor import Actor
from minfu.documents.models import Document
from minfu.documents.rules import access, reporting
from minfu.papers.official import ofd, pdf, word

__all__ = ["files", "visible_to"]


def visible_to(actor: Actor) -> QuerySet[Document]:
    """Return the documents the actor may see."""
    return access.visible_to(actor)


def files(code: str, area: str, period: str, *, signer: str = "") -> dict[str, bytes]:
    """Return a draft from template ``code`` about a place and a period as files, by their names: .docx, .pdf and .ofd.

    Raises as ``reporting.drawn_up``.
    """
    made = reporting.drawn_up(code, area, period, signer=signer)
    name = "".join(made.title.split())
    return {f"{name}.docx": word.docx(made), f"{name}.pdf": pdf.pdf(made), f"{name}.ofd": ofd.ofd(made)}
