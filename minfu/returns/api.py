"""Forms for programs: what is asked, of whom, what it costs; a copy to read and to hand in."""

from datetime import date, datetime
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Query
from pydantic import Field as Bound
from pydantic import StringConstraints

from minfu.accounts.actor import actor_of
from minfu.kernel import pages
from minfu.kernel.api import Id, In, Line, Out, Page, Paging, Room
from minfu.returns import rights, states
from minfu.returns.models import Copy, Form
from minfu.returns.rules import access, actions, burden, known

room = Room("returns", _("报表"))
CellName = Annotated[str, StringConstraints(max_length=22, pattern=r"^f[0-9]{1,19}$")]


class AskedForm(Out):
    """A form (报表) that was let in: why, on what ground, how often, until when."""

    id: int
    title: str
    unit: str
    purpose: str
    ground: str
    frequency: str
    state: str
    ends_on: date
    due_workdays: int
    fields: list[str]
    struck: int
    """How many of them the software fills in."""


class AskedForms(Page):
    """A page of forms, newest first."""

    items: list[AskedForm]


class CopyCell(Out):
    """A field of a copy."""

    name: str
    """The name under which it is handed in."""
    title: str
    kind: str
    measure: str
    text: str
    """What is known, or was handed in; empty where it is still asked."""
    asked: bool
    href: str


class CopyLine(Out):
    """A copy of a form as lists show it."""

    id: int
    form: int
    title: str
    unit: str
    period: str
    due_on: date
    state: str
    late: bool
    handed_in_at: datetime | None
    version: int


class CopyOut(CopyLine):
    """A copy with its fields."""

    cells: list[CopyCell]
    next_steps: list[str]


class CopyLines(Page):
    """A page of copies, newest first."""

    items: list[CopyLine]


class CopiesQuery(Paging):
    """What the list is narrowed to."""

    form: Annotated[int | None, Bound(ge=1, le=2**63 - 1)] = None
    waiting: bool = False
    """With it, only copies that are not handed in."""


class HandsIn(In):
    """Values by the cell's name, of the fields that are asked."""

    values: Annotated[dict[CellName, Line], Bound(max_length=60)]
    version: Annotated[int | None, Bound(ge=1, le=2**31 - 1)] = None


class GivesCopyBack(In):
    """What is to be looked at again."""

    reason: Line
    version: Annotated[int | None, Bound(ge=1, le=2**31 - 1)] = None


class BurdenLine(Out):
    """What one unit asked for in one month. Minutes are reckoned by kinds of fields; nobody is timed."""

    month: date
    unit: str
    forms: int
    copies: int
    cells: int
    by_itself: int
    minutes: float


@room.get("/returns", _("报表"), right=rights.VIEW, answer=AskedForms)
def list_forms(request: HttpRequest, query: Query[Paging]) -> AskedForms:
    """List the forms the caller may see, newest first."""
    rows = access.forms_for(actor_of(request)).select_related("unit").prefetch_related("fields")
    found, after = pages.page(rows, cursor=query.cursor, size=query.limit, newest_first=True)
    return AskedForms(items=[_form(row) for row in found], next_cursor=after)


@room.get("/returns/burden", _("填报负担"), right=rights.VIEW, answer=list[BurdenLine])
def meter(request: HttpRequest) -> list[BurdenLine]:
    """Say what forms cost in the last months, by unit that asks."""
    del request
    return [
        BurdenLine(
            month=one.month, unit=one.unit, forms=one.forms, copies=one.copies, cells=one.cells, by_itself=one.by_itself,
            minutes=float(one.minutes),
        )
        for one in burden.lines()
    ]  # fmt: skip


@room.get("/returns/copies", _("要填和交过的表"), right=rights.VIEW, answer=CopyLines)
def list_copies(request: HttpRequest, query: Query[CopiesQuery]) -> CopyLines:
    """List the copies the caller may see, newest first."""
    rows = access.copies_for(actor_of(request)).select_related("form", "unit")
    if query.form is not None:
        rows = rows.filter(form_id=query.form)
    if query.waiting:
        rows = rows.filter(state__in=states.WAITING)
    found, after = pages.page(rows, cursor=query.cursor, size=query.limit, newest_first=True)
    return CopyLines(items=[CopyLine(**_line(row)) for row in found], next_cursor=after)


@room.get("/returns/copies/{copy_id}", _("一份表"), right=rights.VIEW, answer=CopyOut)
def show_copy(request: HttpRequest, copy_id: Id) -> CopyOut:
    """Show a copy: what is known with its links, what is asked."""
    return _copy(request, copy_id)


@room.post("/returns/copies/{copy_id}/hand-in", _("交表"), right=rights.HAND_IN, answer=CopyOut)
def hand_in(request: HttpRequest, copy_id: Id, body: HandsIn) -> CopyOut:
    """Hand a copy in; what was asked becomes answers that are reused."""
    actions.hand_in(actor=actor_of(request), pk=copy_id, values=body.values, version=body.version)
    return _copy(request, copy_id)


@room.post("/returns/copies/{copy_id}/back", _("退回重填"), right=rights.ISSUE, answer=CopyOut)
def give_back(request: HttpRequest, copy_id: Id, body: GivesCopyBack) -> CopyOut:
    """Give a copy back."""
    actions.give_back(actor=actor_of(request), pk=copy_id, reason=body.reason, version=body.version)
    return _copy(request, copy_id)


def _form(row: Form) -> AskedForm:
    fields = sorted(row.fields.all(), key=lambda one: one.place)
    return AskedForm(
        id=row.pk,
        title=row.title,
        unit=row.unit.name,
        purpose=row.purpose,
        ground=row.ground,
        frequency=row.frequency,
        state=row.state,
        ends_on=row.ends_on,
        due_workdays=row.due_workdays,
        fields=[one.name for one in fields],
        struck=sum(one.is_struck for one in fields),
    )


def _line(row: Copy) -> dict[str, Any]:
    return {
        "id": row.pk,
        "form": row.form_id,
        "title": row.form.title,
        "unit": row.unit.name,
        "period": row.period,
        "due_on": row.due_on,
        "state": row.state,
        "late": row.is_late,
        "handed_in_at": row.handed_in_at,
        "version": row.version,
    }


def _copy(request: HttpRequest, pk: int) -> CopyOut:
    actor = actor_of(request)
    row = access.get_copy_for(actor, pk)
    fields = list(row.form.fields.order_by("place"))
    if row.state in states.WAITING:
        cells = [
            CopyCell(
                name=one.name, title=one.field.name, kind=one.field.kind, measure=one.field.measure, text=one.text,
                asked=one.asked, href=one.href,
            )
            for one in known.cells(row, fields)
        ]  # fmt: skip
    else:
        kept = row.content or {}
        cells = [
            CopyCell(
                name=f"f{one.pk}", title=one.name, kind=one.kind, measure=one.measure,
                text=kept.get(str(one.pk), {}).get("text", ""), asked=not kept.get(str(one.pk), {}).get("self", False),
                href=kept.get(str(one.pk), {}).get("href", ""),
            )
            for one in fields
        ]  # fmt: skip
    steps = [one.name for one in access.next_steps(actor, row)]
    return CopyOut.model_validate({**_line(row), "cells": cells, "next_steps": steps})
