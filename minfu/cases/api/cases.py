"""Register, list, find and show demands."""

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Annotated, Any
from uuid import UUID

from django.db.models import prefetch_related_objects
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from ninja import Query
from pydantic import BaseModel, Field, StringConstraints

from minfu.accounts.actor import actor_of
from minfu.cases import rights, states
from minfu.cases.api.schemas import CaseIn, CaseOut, CasePage, Code, DivisionCode, PlaceIn, Told, case_out
from minfu.cases.models import Case, Door, Kind, Urgency
from minfu.cases.rules import access, actions, counts, lists
from minfu.cases.rules import search as searching
from minfu.cases.rules.intake import Intake, Person, Spot
from minfu.cases.rules.search_gather import Narrowing
from minfu.kernel.api import In, Out, Room
from minfu.kernel.errors import Invalid
from minfu.language import sought

room = Room("cases", gettext_lazy("诉求"))
#: Characters of what was told beside a demand that was found.
EXCERPT = 120


class Narrowed(BaseModel):
    """A list, and what it is narrowed to."""

    scope: Annotated[str, Field(json_schema_extra={"enum": list(lists.SCOPES)})] = ""
    state: Annotated[
        str, Field(json_schema_extra={"enum": [code for code, _label in states.CASE.choices]})
    ] = ""
    kind: Annotated[str, Field(json_schema_extra={"enum": Kind.values})] = ""
    urgency: Annotated[str, Field(json_schema_extra={"enum": Urgency.values})] = ""
    door: Annotated[str, Field(json_schema_extra={"enum": Door.values})] = ""
    category: Code = ""
    township: DivisionCode = ""
    village: DivisionCode = ""
    unit: Annotated[str, StringConstraints(pattern=r"^\d{0,18}$")] = ""
    """Id of the unit that has the next step to take."""
    settled: Annotated[str, Field(json_schema_extra={"enum": list(actions.SETTLED_LEVELS)})] = ""
    """The level it was settled at."""
    level: Annotated[str, Field(json_schema_extra={"enum": list(lists.HOLDING_LEVELS)})] = ""
    """The level of the unit that has the next step to take."""
    overdue: bool = False
    text: Annotated[str, StringConstraints(max_length=60)] = ""
    """A number; in a body also a receipt or, for a desk, a whole telephone number."""


class ListQuery(Narrowed):
    """What a list is asked for."""

    cursor: Annotated[str, StringConstraints(max_length=200, pattern=r"^[0-9A-Za-z_=-]*$")] = ""
    limit: Annotated[int, Field(ge=1, le=lists.LONGEST_PAGE)] = lists.PAGE


class Counts(Out):
    """How many demands there are by state."""

    unit: dict[str, int]
    """What waits for the caller's unit."""
    area: dict[str, int]
    """What lies in the caller's area."""
    waiting: int
    """What waits for something the caller's unit has to do."""
    lists: dict[str, str]
    """The short lists (scopes) that are not empty, counted up to "99+"."""


@room.post("/cases", gettext_lazy("登记诉求"), right=rights.REPORT, answer=CaseOut, status=201)
def register(request: HttpRequest, body: CaseIn) -> CaseOut:
    """Register a demand. It is placed, routed to the lowest unit able to settle it, and its clocks start."""
    actor = actor_of(request)
    if body.joins is not None:
        joined = actions.register_joining(actor=actor, intake=intake(body), joins=body.joins)
        return case_out(actor, joined)
    return case_out(actor, actions.register(actor=actor, intake=intake(body)))


def intake(body: CaseIn) -> Intake:
    """Return what was told, as every door gives it to the verb."""
    return Intake(
        **told(body),
        door=body.door,
        mode=body.mode,
        person=Person(body.person.name, body.person.phone, body.person.id_number),
        complained_unit_id=body.complained_unit,
        diversion_code=body.diversion,
        file_ids=[_file_id(one) for one in body.files],
        source=body.source,
        external_id=body.external_id,
        occurred_at=body.occurred_at,
    )


def told(body: Told) -> dict[str, Any]:
    """Return the part of an intake that says what a demand is about."""
    return {
        "description": body.description,
        "kind": body.kind.value,
        "urgency": body.urgency.value,
        "category_code": body.category,
        "spot": _spot(body.place),
        "answers": body.answers,
    }


def _spot(place: PlaceIn) -> Spot:
    """Return where it happened; half a point is none."""
    if (place.longitude is None) != (place.latitude is None):
        raise Invalid({"place.longitude": [_("经度和纬度要一起填写。")]})
    point = None
    if place.longitude is not None and place.latitude is not None:
        point = (place.longitude, place.latitude)
    return Spot(
        qr_token=place.qr,
        point=point,
        address=place.address,
        village_code=place.village,
        grid_id=place.grid,
    )


def _file_id(text: str) -> UUID:
    """Return the id of a file."""
    try:
        return UUID(text)
    except ValueError:
        raise Invalid({"files": [_("附件编号不正确，请先上传附件，再填写返回的编号。")]}) from None


class SearchIn(ListQuery, In):
    """What is searched for: as for the list, in a body that stands in no log."""


@room.get("/cases", gettext_lazy("诉求列表"), right=rights.VIEW, answer=CasePage)
def list_cases(request: HttpRequest, query: Query[ListQuery]) -> CasePage:
    """List the demands of a scope that the caller may see: open ones by due moment, the others newest first.

    A telephone number or a receipt is searched for by `POST /cases/search`: addresses are written to logs.
    """
    if lists.is_secret(query.text):
        raise Invalid(
            {"text": [_("电话号码、身份证号和查询码不要写在网址里，请用 POST /cases/search 查找。")]}
        )
    return _listed(request, query)


@room.post("/cases/search", gettext_lazy("查找诉求"), right=rights.VIEW, answer=CasePage, keeps=False)
def search(request: HttpRequest, body: SearchIn) -> CasePage:
    """List as `GET /cases` does; `text` may be a whole telephone number (for a desk) or a receipt."""
    return _listed(request, body)


def _listed(request: HttpRequest, query: ListQuery) -> CasePage:
    actor = actor_of(request)
    scope = query.scope or lists.default_scope(actor)
    rows = lists.select(actor, scope, lists.Filters.parse(query.model_dump()))
    page = lists.page(rows, cursor=_unpacked(query.cursor), size=query.limit)
    prefetch_related_objects(page.cases, "helps", "merged_into__helps")
    return CasePage(items=[case_out(actor, case) for case in page.cases], next_cursor=_packed(page.next))


def _packed(cursor: str) -> str:
    """Return a cursor in characters that need no escaping in an address."""
    return urlsafe_b64encode(cursor.encode()).decode()


def _unpacked(cursor: str) -> str:
    """Return a cursor as lists know it; what was never a cursor stays none."""
    try:
        return urlsafe_b64decode(cursor).decode()
    except (binascii.Error, UnicodeDecodeError):
        return "?"


class FindIn(In):
    """What is searched for by words, and what it is narrowed to."""

    text: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    """Words of two characters and more, parted by spaces; pinyin (`nongye`) or initials (`ny`). The first 60 characters count."""
    state: Annotated[
        str, Field(json_schema_extra={"enum": [code for code, _label in states.CASE.choices]})
    ] = ""
    kind: Annotated[str, Field(json_schema_extra={"enum": Kind.values})] = ""
    category: Code = ""
    township: DivisionCode = ""
    village: DivisionCode = ""
    days: Annotated[int, Field(ge=0, le=3660)] = 0
    """Only what was registered in so many days until now; 0: of all times."""
    limit: Annotated[int, Field(ge=1, le=searching.MOST)] = lists.PAGE


class FoundOut(Out):
    """A demand that was found."""

    case: CaseOut
    excerpt: str
    """Part of what was told, with stars in place of personal data."""
    words: list[str]
    """The words that were found in it, in normal form."""


class FoundPage(Out):
    """What was found, best first."""

    items: list[FoundOut]
    near: bool
    """Nothing has the words exactly: what is told is nearly so."""
    more: bool
    """There may be more: only the newest were looked at."""


@room.post("/cases/find", gettext_lazy("按文字查找诉求"), right=rights.VIEW, answer=FoundPage, keeps=False)
def find(request: HttpRequest, body: FindIn) -> FoundPage:
    """Search the demands that the caller may see by their words: what they tell, category and place. At most 200, best first."""
    actor = actor_of(request)
    told = body.model_dump(include={"state", "kind", "category", "township", "village"})
    found = searching.search(actor, body.text, Narrowing(lists.Filters.parse(told), body.days))
    hits = found.hits[: body.limit]
    whole = Case.objects.select_related(*lists.RELATED).in_bulk([hit.case.pk for hit in hits])
    cases = [whole[hit.case.pk] for hit in hits]
    prefetch_related_objects(cases, "helps", "merged_into__helps")
    items = [
        FoundOut(
            case=case_out(actor, case),
            excerpt=sought.excerpt(case.shown_description, hit.fit.marked, EXCERPT),
            words=sorted(hit.fit.marked),
        )
        for hit, case in zip(hits, cases, strict=True)
    ]
    return FoundPage(items=items, near=found.near, more=found.more)


@room.get("/cases/by-number/{number}", gettext_lazy("按编号查诉求"), right=rights.VIEW, answer=CaseOut)
def by_number(request: HttpRequest, number: Annotated[str, StringConstraints(max_length=40)]) -> CaseOut:
    """Find a demand by the number people use, e.g. `20261122-0000123`."""
    actor = actor_of(request)
    return case_out(actor, access.get_case_by_number(actor, number))


@room.get("/cases/counts", gettext_lazy("各状态数量"), right=rights.VIEW, answer=Counts)
def count(request: HttpRequest) -> Counts:
    """Say how many demands the caller's unit holds and how many lie in its area, by state."""
    actor = actor_of(request)
    return Counts(
        unit=counts.of_unit(actor.unit_id),
        area=counts.of_area(actor),
        waiting=counts.held(actor.unit_id),
        lists=lists.sizes(actor, lists.SCOPES),
    )
