"""Divisions between two registers: searched, renamed, ended, with their past."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Query
from pydantic import StringConstraints

from minfu.kernel import pages, record
from minfu.kernel.api import Day, In, Line, Out, Page, Paging, Room, Word
from minfu.kernel.models import Event
from minfu.places import access, changes
from minfu.places.api.where import Digits, DivisionOut, division_out
from minfu.places.models import Division, DivisionImport
from minfu.places.rights import MANAGE

room = Room("divisions", _("区划维护"))

Code = Annotated[str, StringConstraints(pattern=r"^\d{12}$")]


class Wanted(Paging):
    """Which townships and villages."""

    q: Word = ""
    """Part of a name of now or before, or the first digits of a code."""
    township: Digits = ""
    state: Literal["present", "ended", "all"] = "present"


class DivisionPage(Page):
    """A page of divisions."""

    items: list[DivisionOut]


class PastName(Out):
    """What a division was called before."""

    name: str
    valid_from: date | None
    valid_to: date
    cause: str
    """In words."""


class Changed(Out):
    """A line of a history."""

    at: datetime
    event: str
    what: str
    who: str
    reason: str
    data: dict[str, Any]


class DivisionHistory(Out):
    """A division with its past."""

    division: DivisionOut
    versions: list[PastName]
    predecessors: list[str]
    """Codes of those that were merged into it."""
    history: list[Changed]


class RegisterImport(Out):
    """An import of a register of divisions."""

    file_name: str
    as_of: date
    complete: bool
    at: datetime


class RenameIn(In):
    """A new name, from which day, by which document."""

    name: Line
    on: Day
    reason: Line


class DivisionEnd(In):
    """The day a division ends, where it goes, by which document."""

    on: Day
    reason: Line
    successor: Digits = ""
    """Left out: demands that name it are placed by hand."""


@room.get("/divisions/search", _("查找乡镇和村"), right=MANAGE, answer=DivisionPage)
def search(request: HttpRequest, asked: Query[Wanted]) -> DivisionPage:  # noqa: ARG001 - every operation is called with it
    """List the county's townships and villages."""
    found = access.find_divisions(asked.q, township=asked.township, state=asked.state)
    rows, after = pages.page(found, cursor=asked.cursor, size=asked.limit, key="code")
    return DivisionPage(items=[division_out(row) for row in rows], next_cursor=after)


@room.get("/divisions/imports", _("名录导入记录"), right=MANAGE, answer=list[RegisterImport])
def imports(request: HttpRequest) -> list[RegisterImport]:  # noqa: ARG001 - ninja hands the request to every operation
    """List the last imports of a register; registers are imported by the command `minfu places import`."""
    rows = DivisionImport.objects.order_by("-pk")[:20]
    return [
        RegisterImport(file_name=row.file_name, as_of=row.as_of, complete=row.complete, at=row.at)
        for row in rows
    ]


@room.get("/divisions/{code}/history", _("一个区划的沿革"), right=MANAGE, answer=DivisionHistory)
def history(request: HttpRequest, code: Code) -> DivisionHistory:  # noqa: ARG001 - ninja hands the request to every operation
    """Show what a division was called, what was merged into it, and what was done to it."""
    division = access.get_division(code)
    return DivisionHistory(
        division=division_out(division),
        versions=[
            PastName(
                name=row.name,
                valid_from=row.valid_from,
                valid_to=row.valid_to,
                cause=str(row.get_cause_display()),
            )
            for row in division.versions.order_by("-valid_to")
        ],
        predecessors=list(division.predecessors.order_by("code").values_list("code", flat=True)),
        history=changed(record.history(("division", int(code)))),
    )


@room.post("/divisions/{code}/rename", _("区划更名"), right=MANAGE, answer=DivisionOut)
def rename(request: HttpRequest, code: Code, body: RenameIn) -> DivisionOut:
    """RenameIn a division from a day on; its old name is still understood."""
    access.get_division(code)
    return _after(changes.rename_division(stamp=access.actor_of(request).stamp, code=code, **dict(body)))


@room.post("/divisions/{code}/end", _("区划失效或并入"), right=MANAGE, answer=DivisionOut)
def end(request: HttpRequest, code: Code, body: DivisionEnd) -> DivisionOut:
    """DivisionEnd a division, or merge it into another."""
    access.get_division(code)
    ended = changes.end_division(
        stamp=access.actor_of(request).stamp,
        code=code,
        on=body.on,
        successor_code=body.successor,
        reason=body.reason,
    )
    return _after(ended)


def _after(row: Division) -> DivisionOut:
    return division_out(access.get_division(row.code))


def changed(events: Sequence[Event]) -> list[Changed]:
    """Return a history, oldest first."""
    return [
        Changed(
            at=row.at,
            event=row.name,
            what=record.told(row.name, row.data),
            who=row.actor_label,
            reason=row.reason,
            data=row.data,
        )
        for row in events
    ]
