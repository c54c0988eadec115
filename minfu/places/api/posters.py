"""Posters of grids: the address a QR code holds, and the code itself."""

from typing import Annotated

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from ninja import Query
from pydantic import BaseModel, StringConstraints

from minfu.kernel import pages
from minfu.kernel.api import Out, Page, Paging, Room
from minfu.papers import press
from minfu.places import access, posters
from minfu.places.api.grids import Code
from minfu.places.models import Grid
from minfu.places.rights import POSTER

VillageCode = Annotated[str, StringConstraints(pattern=r"^\d{12}$")]
PDF = "application/pdf"
room = Room("posters", _("网格海报"))


class PosterOut(Out):
    """What a grid's poster holds."""

    grid: str
    """The grid's code."""
    name: str
    village: str
    url: str
    """What the QR code says: the residents' form with the grid filled in."""
    svg: str
    """Where to get the QR code."""


class PaperIn(BaseModel):
    """On which paper."""

    paper: posters.Paper = "a4"


class PosterPage(Page):
    """A page of posters."""

    items: list[PosterOut]


@room.get("/posters", _("海报清单"), right=POSTER, answer=PosterPage)
def list_posters(request: HttpRequest, asked: Query[Paging]) -> PosterPage:
    """List the posters the caller may print: a grid worker's own, else those of the area."""
    found = access.poster_grids_for(access.actor_of(request)).defer("geometry")
    rows, after = pages.page(found, cursor=asked.cursor, size=asked.limit, key="code")
    return PosterPage(items=[_poster(row) for row in rows], next_cursor=after)


@room.get("/posters/{code}", _("一张海报"), right=POSTER, answer=PosterOut)
def poster(request: HttpRequest, code: Code) -> PosterOut:
    """Say what a grid's poster holds."""
    return _poster(access.get_poster_grid_for(access.actor_of(request), code))


@room.get("/posters/{code}/qr.svg", _("网格二维码"), right=POSTER, answer=None, media="image/svg+xml")
def svg(request: HttpRequest, code: Code) -> HttpResponse:
    """Return a grid's QR code as SVG."""
    found = access.get_poster_grid_for(access.actor_of(request), code)
    return HttpResponse(posters.svg(found), content_type="image/svg+xml")


def _poster(row: Grid) -> PosterOut:
    return PosterOut(
        grid=row.code,
        name=row.name,
        village=row.village_id,
        url=posters.report_url(row),
        svg=f"/api/v1/posters/{row.code}/qr.svg",
    )


@room.get("/posters/{code}/poster.pdf", _("网格海报 PDF"), right=POSTER, answer=None, media=PDF)
def pdf(request: HttpRequest, code: Code, asked: Query[PaperIn]) -> HttpResponse:
    """Return a grid's poster as PDF."""
    found = [access.get_poster_grid_for(access.actor_of(request), code)]
    return press.answer(posters.pdf(found, asked.paper), posters.file_name(found, asked.paper))


@room.get("/posters/village/{village}.pdf", _("全村海报 PDF"), right=POSTER, answer=None, media=PDF)
def village(request: HttpRequest, village: VillageCode, asked: Query[PaperIn]) -> HttpResponse:
    """Return the posters of all grids of a village the caller may print as one PDF, one a page."""
    found = access.get_poster_grids_for(access.actor_of(request), village)
    return press.answer(posters.pdf(found, asked.paper), posters.file_name(found, asked.paper))
