"""What the API says of documents, and how it is made from them."""

from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from minfu.accounts.actor import actor_of
from minfu.documents import states
from minfu.documents.models import Document, Register
from minfu.documents.rules import access, numbering
from minfu.documents.rules.detail import Detail, detail
from minfu.kernel.api import Out, Page


class DocumentLine(Out):
    """A document as lists show it."""

    id: int
    number: str
    """Empty until it was issued."""
    kind: str
    title: str
    unit: str
    state: str
    state_label: str
    day: date | None
    begun_at: datetime
    replaces: int | None
    """The document it takes the place of."""
    version: int


class Documents(Page):
    """A page of documents, newest first."""

    items: list[DocumentLine]


class RegisterOut(Out):
    """A register of numbers."""

    id: int
    unit: int
    form: str
    word: str
    label: str
    is_open: bool


class BoundFigure(Out):
    """A figure of a document, and where its records are."""

    name: str
    """The indicator; `fixed` for a number somebody vouches for."""
    title: str
    printed: str
    area: str
    period: str
    told: str
    """How it is counted; of a number written by hand its ground."""
    asked: bool
    """Whether it is not printed, but only decided which words stand there."""
    read_at: str
    href: str
    """The address of its records, for a browser."""


class DocumentOut(DocumentLine):
    """A document with its text, its figures and what may be done with it."""

    template: str
    area: str
    period: str
    head: str
    addressees: str
    copies: str
    signer: str
    signed_by: str
    secrecy: str
    urgency: str
    note: str
    sealed: bool
    text: str
    """As it is written, with `{{ figure … }}`; what it says once issued is in the files."""
    faults: list[str]
    """What of a draft cannot stand, line by line; it is submitted only when this is empty."""
    figures: list[BoundFigure]
    registers: list[RegisterOut]
    """Where it may take its number from."""
    next_steps: list[str]
    """Names of the steps the caller may take now: POST to `/documents/{id}/steps/{name}`."""


_PLAIN = (
    "template", "area", "period", "head", "addressees", "copies", "signer", "signed_by", "secrecy", "urgency", "note",
    "sealed", "text",
)  # fmt: skip


def line(row: Document) -> dict[str, Any]:
    """Return a document as lists show it."""
    return {
        "id": row.pk,
        "number": row.number,
        "kind": row.kind,
        "title": row.title,
        "unit": row.unit.name,
        "state": row.state,
        "state_label": str(states.DOCUMENT[row.state].label),
        "day": row.day,
        "begun_at": row.begun_at,
        "replaces": row.replaces_id,
        "version": row.version,
    }


def register(row: Register) -> RegisterOut:
    """Return a register."""
    return RegisterOut(
        id=row.pk, unit=row.unit_id, form=row.form, word=row.word, label=str(row), is_open=row.is_open
    )


def out(shown: Detail) -> DocumentOut:
    """Return a document with all that hangs on it."""
    row = shown.row
    return DocumentOut(
        **line(row),
        **{name: getattr(row, name) for name in _PLAIN},
        faults=list(shown.faults),
        figures=[
            BoundFigure(
                name=one["name"],
                title=one["title"],
                printed=one["printed"],
                area=one["area"],
                period=one["period"],
                told=one["by_hand"] or one["told"],
                asked=one["asked"],
                read_at=one["read_at"],
                href=one["href"].removeprefix(settings.MINFU_PUBLIC_URL),
            )
            for one in shown.uses
        ],
        registers=[register(one) for one in numbering.registers_for(row)]
        if row.state == states.APPROVED
        else [],
        next_steps=[step.name for step in shown.next_steps],
    )


def shown_to(request: HttpRequest, pk: int) -> DocumentOut:
    """Return a document as the caller may see it now; ``Missing`` if not at all."""
    actor = actor_of(request)
    return out(detail(actor, access.get_for(actor, pk)))
