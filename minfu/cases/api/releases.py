"""The public board for a desk's programs: release, withdraw, and what was."""

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Query

from minfu.accounts.actor import actor_of
from minfu.cases import rights
from minfu.cases.api.schemas import Id
from minfu.cases.models import Release
from minfu.cases.rules import actions, releases
from minfu.kernel import pages
from minfu.kernel.api import In, Line, Out, Page, Paging, Room

room = Room("releases", _("公开栏（工作人员）"))


class ReleaseOut(Out):
    """A demand on the public board, withdrawn from it, or kept from it by its resident."""

    id: int
    case: int
    number: str
    state: str
    kind: str
    category: str
    township: str
    village: str
    month: date | None
    what: str
    done: str
    released_at: datetime | None
    ended_at: datetime | None
    reason: str


class ReleasePage(Page):
    """A page of releases, the last first."""

    items: list[ReleaseOut]


class ReleaseIn(In):
    """What everyone shall read of it."""

    what: Line
    done: Line
    village: bool = True
    """False names only the township."""
    checked: bool = False
    """True: the words that may be names or addresses are none."""


class WithdrawIn(In):
    """Why it is withdrawn."""

    reason: Line


def _out(row: Release) -> dict[str, Any]:
    told = {name: getattr(row, name) for name in ReleaseOut.model_fields if hasattr(row, name)}
    outline = {"category": row.category_code, "township": row.township_code, "village": row.village_code}
    return {**told, **outline, "case": row.case_id, "number": row.case.number}


@room.get("/releases", _("列出公开过的事"), right=rights.PUBLISH, answer=ReleasePage)
def list_releases(request: HttpRequest, asked: Query[Paging]) -> Any:
    """List what was released, withdrawn or objected to in the caller's area, the last first."""
    rows, following = pages.page(
        releases.releases_for(actor_of(request)), cursor=asked.cursor, size=asked.limit, newest_first=True
    )
    return {"items": [_out(row) for row in rows], "next_cursor": following}


@room.post("/cases/{case_id}/release", _("公开办好的事"), right=rights.PUBLISH, answer=ReleaseOut, status=201)
def release(request: HttpRequest, case_id: Id, body: ReleaseIn) -> Any:
    """Put a solved demand on the public board. Words with personal data in them are refused (422)."""
    return _out(actions.release(actor=actor_of(request), case_id=case_id, **body.model_dump()))


@room.post("/releases/{release_id}/withdraw", _("从公开栏撤下"), right=rights.PUBLISH, answer=ReleaseOut)
def withdraw(request: HttpRequest, release_id: Id, body: WithdrawIn) -> Any:
    """Take a matter from the public board."""
    return _out(actions.withdraw_release(actor=actor_of(request), release_id=release_id, reason=body.reason))
