"""Open data for programs of anyone: no sign-in, no personal data; and its terms for the county."""

from datetime import date, datetime
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Query
from pydantic import BaseModel, Field, StringConstraints

from minfu.accounts.actor import actor_of
from minfu.kernel import dated
from minfu.kernel.api import OPEN, Day, In, Line, Out, Room
from minfu.opendata import rights
from minfu.opendata.limiting import limit
from minfu.opendata.models import Edition, Terms
from minfu.opendata.rules import editions, tables, terms

room = Room("open", _("开放数据（所有人）"))
_RIGHT = OPEN + "counts without persons and matters a desk has released"
#: Editions listed.
MOST = 366


class EditionOut(Out):
    """An edition, and the terms it is published under."""

    edition: date
    made_at: datetime
    digest: str
    least: int
    """Numbers below are hidden, and others by which they could be worked out."""
    licence: str
    licence_words: str
    licence_url: str


class OpenCount(Out):
    """How many in a month, a township and a category; `*` stands for all, `-` for unknown. What is not listed is 0."""

    measure: str
    month: str
    township: str
    township_name: str
    category: str
    category_name: str
    number: int | None
    """None: hidden."""


class OpenCounts(EditionOut):
    """Counts of an edition."""

    counts: list[OpenCount]


class OpenMatter(Out):
    """A solved matter in the words of the desk that released it."""

    id: int
    month: str
    township: str
    place: str
    kind: str
    category: str
    category_name: str
    what: str
    done: str
    unit: str


class OpenMatters(EditionOut):
    """Matters of an edition that still stand on the board."""

    matters: list[OpenMatter]


class OpenColumn(Out):
    """A column of a table."""

    table: str
    name: str
    title: str
    meaning: str
    type: str


class OpenTerms(Out):
    """Terms from a day on."""

    least: int
    licence: str
    words: str
    url: str
    valid_from: date
    valid_to: date | None
    source: str


class SetsOpenTerms(In):
    """New terms: below which number nothing is told, what everyone may do, since when, and on what that rests."""

    least: Annotated[int, Field(ge=3, le=50)]
    licence: Line
    words: Line
    url: Line = ""
    valid_from: Day
    source: Line


class EditionQuery(BaseModel):
    """Of which day; the newest if none is told."""

    edition: Day | None = None


class CountsQuery(EditionQuery):
    """Which counts."""

    measure: Annotated[str, Field(json_schema_extra={"enum": ["", *editions.MEASURES]})] = ""
    month: Annotated[str, StringConstraints(pattern=r"^(\d{4}-\d{2})?$")] = ""
    township: Annotated[str, StringConstraints(pattern=r"^(\d{12}|\*|-)?$")] = ""
    category: Annotated[str, StringConstraints(pattern=r"^(\d{2}|\*|-)?$")] = ""


def _edition(request: HttpRequest, asked: EditionQuery) -> Edition:
    limit(request)
    return editions.edition(asked.edition.isoformat() if asked.edition else "")


@room.get("/open/editions", _("开放数据各期"), right=_RIGHT, answer=list[EditionOut])
def list_editions(request: HttpRequest) -> Any:
    """List the editions, the newest first; each is frozen."""
    limit(request)
    rows = Edition.objects.order_by("-day").defer("counts", "matters")[:MOST]
    return [EditionOut(**tables.about(row)) for row in rows]


@room.get("/open/counts", _("开放数据：件数"), right=_RIGHT, answer=OpenCounts)
def counts(request: HttpRequest, asked: Query[CountsQuery]) -> Any:
    """Return counts by township, category and month, of months that are over."""
    row = _edition(request, asked)
    narrowed = asked.model_dump(exclude={"edition"})
    found = [OpenCount(**tables.count_row(row, cell)) for cell in editions.cells(row, **narrowed)]
    return OpenCounts(**tables.about(row), counts=found)


@room.get("/open/matters", _("开放数据：办好的事"), right=_RIGHT, answer=OpenMatters)
def matters(request: HttpRequest, asked: Query[EditionQuery]) -> Any:
    """Return the solved matters of an edition; what was withdrawn since is in none."""
    row = _edition(request, asked)
    return OpenMatters(
        **tables.about(row), matters=[OpenMatter(**one) for one in tables.rows(row, "matters")]
    )


@room.get("/open/dictionary", _("开放数据：数据字典"), right=_RIGHT, answer=list[OpenColumn])
def dictionary(request: HttpRequest) -> Any:
    """Say what each column of each table means."""
    limit(request)
    return [OpenColumn(**one) for one in tables.rows(Edition(), "dictionary")]


@room.get("/open/terms", _("开放数据的许可"), right=rights.CONFIGURE, answer=list[OpenTerms])
def list_terms(request: HttpRequest) -> list[OpenTerms]:
    """List the terms that hold today or will."""
    terms.permit(actor_of(request))
    return [_terms(row) for row in dated.standing(Terms).order_by("valid_from")]


@room.post("/open/terms", _("设定开放数据的许可"), right=rights.CONFIGURE, answer=OpenTerms, status=201)
def set_terms(request: HttpRequest, body: SetsOpenTerms) -> OpenTerms:
    """Start new terms on a day; editions published before keep theirs."""
    return _terms(terms.set_terms(actor=actor_of(request), row=Terms(**body.model_dump())))


def _terms(row: Terms) -> OpenTerms:
    return OpenTerms(**{name: getattr(row, name) for name in OpenTerms.model_fields})
