"""Exports of any list: started, followed until they are done, fetched."""

from datetime import datetime
from typing import Annotated, Literal

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from pydantic import Field, StringConstraints

from minfu.accounts.actor import actor_of
from minfu.kernel import listings
from minfu.kernel.api import SIGNED_IN, Id, In, Line, Out, Room
from minfu.registry.rules.purposes import PURPOSES
from minfu.registry.vault import Purpose
from minfu.tables import runs, states, views
from minfu.tables.models import ExportRun
from minfu.tables.runs import Wish

room = Room("exports", _("导出列表"))
#: Runs one answer lists.
RECENT = 20


class Why(In):
    """What contact data is taken out for."""

    purpose: Annotated[str, Field(max_length=20, json_schema_extra={"enum": [one.code for one in PURPOSES]})]
    explanation: Annotated[str, StringConstraints(max_length=1000)]


class ExportIn(In):
    """Which list, narrowed how, in which format."""

    list: Annotated[str, StringConstraints(max_length=40)] = "cases.inbox"
    """One of `GET /exports/lists`."""
    query: dict[str, Line] = Field(default_factory=dict, max_length=30)
    """What narrows the list, by the words the address of its screen has; others are refused."""
    format: Literal["xlsx", "csv"] = "xlsx"
    contact: Why | None = None
    """With it, contact data rides along where the list has any and the caller may open it: Excel only, watermarked, each look
    recorded."""


class ListOut(Out):
    """A list the caller may export."""

    name: str
    title: str
    columns: list[str]
    keys: list[str]
    """What may stand in `query`."""
    contact: bool
    """Whether the caller may ask for contact data."""
    screen: str


class ExportRunOut(Out):
    """An export: how far it is. Ask again until ``is_open`` is false. Its file is kept for three days."""

    id: int
    href: str
    list: str
    label: str
    state: str
    state_label: str
    is_open: bool
    file_name: str
    file_href: str
    personal: bool
    rows_total: int
    rows_done: int
    percent: int
    created_at: datetime
    ended_at: datetime | None
    problem: str
    """Why it failed."""


@room.get("/exports/lists", _("可以导出的列表"), right=SIGNED_IN, answer=list[ListOut])
def lists(request: HttpRequest) -> list[ListOut]:
    """Say which lists the caller may export, and what narrows each."""
    actor = actor_of(request)
    found = [listings.get(name) for name in listings.names()]
    return [
        ListOut(
            name=one.name,
            title=str(one.title),
            columns=[str(column.title) for column in one.columns],
            keys=list(one.keys),
            contact=runs.may_open(actor, one),
            screen=str(one.screen),
        )
        for one in found
        if actor.may(one.right)
    ]


@room.post("/exports", _("导出一个列表"), right=SIGNED_IN, answer=ExportRunOut, status=202)
def start(request: HttpRequest, body: ExportIn) -> ExportRunOut:
    """Export a list in its order and filter, as its screen would show it.

    A short one is done when the answer comes; a long one is a job: follow it under its `href`. Every export is recorded.
    """
    actor = actor_of(request)
    listing = listings.get(body.list)
    why = Purpose(body.contact.purpose, body.contact.explanation) if body.contact else None
    run = runs.start(actor=actor, wish=Wish(listing, listing.narrowed(body.query), body.format, why))
    return _run(runs.get_run_for(actor, run.pk))


@room.get("/exports", _("最近的导出"), right=SIGNED_IN, answer=list[ExportRunOut])
def newest(request: HttpRequest) -> list[ExportRunOut]:
    """List the caller's newest exports."""
    return [_run(run) for run in runs.runs_for(actor_of(request))[:RECENT]]


@room.get("/exports/{run_id}", _("一次导出"), right=SIGNED_IN, answer=ExportRunOut)
def show(request: HttpRequest, run_id: Id) -> ExportRunOut:
    """Say how far an export is."""
    return _run(runs.get_run_for(actor_of(request), run_id))


@room.get(
    "/exports/{run_id}/file", _("导出的文件"), right=SIGNED_IN, answer=None, media="application/octet-stream"
)
def file(request: HttpRequest, run_id: Id) -> HttpResponse:
    """Get the file of an export that is done."""
    return views.file_answer(runs.get_run_for(actor_of(request), run_id))


def _run(run: ExportRun) -> ExportRunOut:
    state, href = states.RUN[run.state], f"/api/v1/exports/{run.pk}"
    return ExportRunOut(
        id=run.pk,
        href=href,
        list=run.listing,
        label=run.label,
        state=run.state,
        state_label=str(state.label),
        is_open=state.is_open,
        file_name=run.file_name,
        file_href=f"{href}/file" if run.state == "done" else "",
        personal=run.personal,
        rows_total=run.rows_total,
        rows_done=run.rows_done,
        percent=100 if run.state == "done" else run.percent,
        created_at=run.created_at,
        ended_at=run.ended_at,
        problem=run.problem,
    )
