"""Begin a document, and its steps: one operation per verb, each saying exactly what it needs."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from minfu.accounts.actor import actor_of
from minfu.documents import rights, states
from minfu.documents.api.answers import DocumentOut, shown_to
from minfu.documents.api.base import ROOT, room
from minfu.documents.api.bodies import BeginsDocument, DocumentStep, TakesNumber, TellsWhy, WritesDocument
from minfu.documents.rules import actions
from minfu.figures import door as figures
from minfu.kernel.api import Id, Operation, version_asked


def _step(name: str) -> Callable[[Any], Any]:
    """Declare the operation of a step: its address, title and right follow from the table."""
    step = states.DOCUMENT.step(name)
    return room.declare(
        "POST", f"{ROOT}/steps/{name}", Operation(step.label, step.right, DocumentOut, versioned=True)
    )


def _taken(
    request: HttpRequest, pk: int, body: DocumentStep, verb: Callable[..., Any], **more: Any
) -> DocumentOut:
    """Take a step and show the document after it; of the step that begins another, that one."""
    row = verb(actor=actor_of(request), pk=pk, version=version_asked(request, body.version), **more)
    return shown_to(request, row.pk)


@room.post("/documents", _("起草公文"), right=rights.WRITE, answer=DocumentOut, status=201)
def begin(request: HttpRequest, body: BeginsDocument) -> DocumentOut:
    """Begin a draft of the caller's unit from a template."""
    actor = actor_of(request)
    area = body.area or figures.own_area(actor).key
    row = actions.begin(actor=actor, code=body.template, area=area, period=body.period)
    return shown_to(request, row.pk)


@_step("edit")
def edit(request: HttpRequest, document_id: Id, body: WritesDocument) -> DocumentOut:
    """Change a draft. What it says stands in `text`; `faults` of the answer tell what cannot stand."""
    about = actions.Head(**body.model_dump(exclude={"text", "version"}))
    return _taken(request, document_id, body, actions.edit, text=body.text, about=about)


@_step("submit")
def submit(request: HttpRequest, document_id: Id, body: DocumentStep) -> DocumentOut:
    """Write the text down with its figures of now and ask for approval."""
    return _taken(request, document_id, body, actions.submit)


@_step("approve")
def approve(request: HttpRequest, document_id: Id, body: DocumentStep) -> DocumentOut:
    """Approve it, as somebody who neither wrote nor submitted it; refused when a figure changed since."""
    return _taken(request, document_id, body, actions.approve)


@_step("refuse")
def refuse(request: HttpRequest, document_id: Id, body: TellsWhy) -> DocumentOut:
    """Give it back to be mended."""
    return _taken(request, document_id, body, actions.refuse, reason=body.reason)


@_step("recall")
def recall(request: HttpRequest, document_id: Id, body: DocumentStep) -> DocumentOut:
    """Take it back to the drafts."""
    return _taken(request, document_id, body, actions.recall)


@_step("issue")
def issue(request: HttpRequest, document_id: Id, body: TakesNumber) -> DocumentOut:
    """Give it the next number of a register and issue it today."""
    return _taken(request, document_id, body, actions.issue, register_id=body.register_id)


@_step("withdraw")
def withdraw(request: HttpRequest, document_id: Id, body: TellsWhy) -> DocumentOut:
    """Withdraw what was issued: it keeps its number and says on every page that it does not hold."""
    return _taken(request, document_id, body, actions.withdraw, reason=body.reason)


@_step("replace")
def replace(request: HttpRequest, document_id: Id, body: DocumentStep) -> DocumentOut:
    """Begin the draft of another in its place; the answer is that draft."""
    return _taken(request, document_id, body, actions.replace)


@_step("drop")
def drop(request: HttpRequest, document_id: Id, body: TellsWhy) -> DocumentOut:
    """Give up a draft."""
    return _taken(request, document_id, body, actions.drop, reason=body.reason)
