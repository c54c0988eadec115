"""An area at a glance: the figures of the leader's page. Figures of matters and units, never of persons."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from minfu.accounts.actor import actor_of
from minfu.cases import rights
from minfu.cases.api.schemas import CaseOut, case_out
from minfu.cases.rules import glance
from minfu.cases.rules.glance import Glance
from minfu.kernel.api import Out, Room

room = Room("board", _("辖区态势"))


class FigureOut(Out):
    """A figure, and that of the span before."""

    key: str
    label: str
    number: int
    capped: bool
    """There are more than were counted."""
    before: int | None
    than: str
    """What ``before`` is of, in words."""
    note: str
    query: str
    """The list behind it: parameters of `GET /cases`."""


class LineOut(Out):
    """A unit, a level or a place: what is in hand there, and what of it is overdue."""

    label: str
    code: str
    level: str
    open: int
    overdue: int
    states: dict[str, int]
    query: str


class SettledOut(Out):
    """How many demands that residents confirmed as solved were settled at a level, in the last four weeks."""

    level: str
    label: str
    number: int


class BoardOut(Out):
    """The area of the caller's post at this moment."""

    at: datetime
    name: str
    area: str
    figures: list[FigureOut]
    overdue: list[CaseOut]
    """Those overdue longest."""
    by_state: dict[str, int]
    units: list[LineOut]
    levels: list[LineOut]
    places: list[LineOut]
    settled: list[SettledOut]


class GridShade(Out):
    """A drawn grid, and what is in hand in its village."""

    name: str
    geometry: dict[str, Any]
    open: int
    overdue: int


@room.get("/board", _("辖区态势"), right=rights.LEAD, answer=BoardOut)
def board(request: HttpRequest) -> BoardOut:
    """Show the area of the caller's post: figures, what is overdue longest, by unit, level and place."""
    actor = actor_of(request)
    shown = Glance(actor)
    return BoardOut(
        at=shown.at,
        name=shown.name,
        area=shown.area,
        figures=[_figure(one) for one in shown.figures],
        overdue=[case_out(actor, case) for case in shown.overdue()],
        by_state=shown.by_state,
        units=[_line(one) for one in shown.units],
        levels=[_line(one) for one in shown.levels],
        places=[_line(one) for one in shown.places],
        settled=[SettledOut(level=one.level, label=one.label, number=one.open) for one in shown.settled],
    )


@room.get("/board/map", _("辖区地图"), right=rights.LEAD, answer=list[GridShade])
def board_map(request: HttpRequest) -> list[GridShade]:
    """Show the drawn grids of the area, each with what is in hand in its village."""
    return [
        GridShade(
            name=name,
            geometry=shape,
            open=line.open if line else 0,
            overdue=line.overdue if line else 0,
        )
        for name, shape, line in Glance(actor_of(request)).drawn()
    ]


def _figure(one: glance.Figure) -> FigureOut:
    return FigureOut(
        key=one.key,
        label=one.label,
        number=one.number,
        capped=one.capped,
        before=one.before,
        than=one.than,
        note=one.note,
        query=one.query.removeprefix("?"),
    )


def _line(one: glance.Line) -> LineOut:
    return LineOut(
        label=one.label,
        code=one.code,
        level=one.level,
        open=one.open,
        overdue=one.overdue,
        states=one.states,
        query=one.query.removeprefix("?"),
    )
