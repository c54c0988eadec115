"""The public board for programs of anyone: no sign-in, no personal data."""

from datetime import date, datetime
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Query
from pydantic import StringConstraints

from minfu.cases.api.schemas import Id
from minfu.cases.models import Release
from minfu.cases.rules import releases
from minfu.kernel import pages
from minfu.kernel.api import OPEN, Out, Page, Paging, Room

room = Room("public", _("公开栏（所有人）"))
_RIGHT = OPEN + "solved matters a desk has released, without personal data"


class SolvedOut(Out):
    """A solved matter in the words of the desk that released it. It has no number of the demand behind it."""

    id: int
    kind: str
    category: str
    category_name: str
    township: str
    village: str
    """Empty where naming it could tell whose matter it was."""
    place: str
    month: date
    """First day of the month in which it was solved."""
    what: str
    done: str
    released_by: str
    released_at: datetime


class SolvedPage(Page):
    """A page of the board, the last released first."""

    items: list[SolvedOut]
    withdrawn: int
    """How many were released once and withdrawn: their addresses answer 410."""


class SolvedAsked(Paging):
    """In which township (12 digits), of which category (the first digits of its code suffice)."""

    township: Annotated[str, StringConstraints(pattern=r"^(\d{12})?$")] = ""
    category: Annotated[str, StringConstraints(pattern=r"^(\d{2}|\d{4}|\d{6})?$")] = ""


def _out(row: Release) -> dict[str, Any]:
    told = {name: getattr(row, name) for name in SolvedOut.model_fields if hasattr(row, name)}
    return {
        **told,
        "category": row.category_code,
        "township": row.township_code,
        "village": row.village_code,
        "place": releases.place_of(row.township_code, row.village_code),
        "released_by": row.unit.name if row.unit else "",
    }


@room.get("/public/solved", _("列出公开栏上办好的事"), right=_RIGHT, answer=SolvedPage)
def list_solved(request: HttpRequest, asked: Query[SolvedAsked]) -> Any:  # noqa: ARG001 - the same for everyone
    """List what stands on the public board, the last released first."""
    rows, following = pages.page(
        releases.public(township=asked.township, category=asked.category).select_related("unit"),
        cursor=asked.cursor,
        size=asked.limit,
        newest_first=True,
    )
    return {
        "items": [_out(row) for row in rows],
        "next_cursor": following,
        "withdrawn": releases.withdrawn_count(),
    }


@room.get("/public/solved/{matter_id}", _("公开栏上的一件事"), right=_RIGHT, answer=SolvedOut)
def one(request: HttpRequest, matter_id: Id) -> Any:  # noqa: ARG001 - the same for everyone
    """Return one matter of the public board; 410 once it was withdrawn."""
    return _out(releases.get_public(matter_id))
