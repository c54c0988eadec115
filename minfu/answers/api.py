"""Answers for programs: items, what was told, telling and correcting."""

from datetime import date, datetime
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Query
from pydantic import StringConstraints

from minfu.accounts.actor import actor_of
from minfu.answers import rights
from minfu.answers.models import Answer, Item, Kind, Span, Whose
from minfu.answers.rules import access, actions, known, matching
from minfu.answers.rules.declared import Declaration
from minfu.kernel import pages
from minfu.kernel.api import Day, Id, In, Line, OneOf, Out, Page, Paging, Room, Word

room = Room("answers", _("填报数据"))
Key = Annotated[str, StringConstraints(max_length=40, pattern=r"^[a-z0-9_]*$")]
#: A key of figures' areas, a period or a day.
Place = Annotated[str, StringConstraints(max_length=12, pattern=r"^[0-9a-z]*$")]
When = Annotated[str, StringConstraints(max_length=24, pattern=r"^[0-9A-Z~-]*$")]


class DataItem(Out):
    """A declared item (数据项): asked once, reused everywhere."""

    key: str
    name: str
    measure: str
    meaning: str
    kind: str
    decimals: int
    whose: str
    span: str
    owner: str
    state: str
    valid_from: date
    valid_to: date | None


class ToldAnswer(Out):
    """An answer: what was told, of which place or unit, of what time, by which unit, when."""

    id: int
    item: str
    name: str
    measure: str
    area: str
    """As figures name it: `c` the county, twelve digits a place, `u12` a unit."""
    period: str
    """A period's key; of a standing item the day."""
    value: str
    told_by: str
    told_at: datetime
    source: str
    replaced_at: datetime | None
    """When a later answer took its place; it stays visible."""


class ToldAnswers(Page):
    """A page of answers, newest first."""

    items: list[ToldAnswer]


class AnswersQuery(Paging):
    """What the list is narrowed to."""

    item: Key = ""
    area: Place = ""
    replaced: bool = False
    """With it, answers that were replaced are listed too."""


class DeclaresItem(In):
    """A new item. One about a person is refused."""

    name: Word
    meaning: Line
    origin: Line
    kind: Annotated[str, OneOf(Kind)] = "number"
    measure: Word = ""
    decimals: int = 0
    whose: Annotated[str, OneOf(Whose)] = "area"
    span: Annotated[str, OneOf(Span)] = "standing"
    owner: int | None = None
    """The unit that tells it for every place; left out, each tells its own."""
    about_person: bool = False


class TellsAnswer(In):
    """An answer."""

    item: Key
    area: Place
    period: When = ""
    """Of a standing item the day; left out, today."""
    value: Line
    source: Line


class CorrectsAnswer(In):
    """Another value for the same time, and why."""

    value: Line
    reason: Line


class SetsSynonym(In):
    """Other words for an indicator (`figure:registered`) or an item (`item:KEY`)."""

    words: Word
    means: Annotated[str, StringConstraints(max_length=60, pattern=r"^(figure|item):[a-z0-9_]+$")]
    source: Line
    valid_from: Day | None = None


@room.get("/answers/items", _("数据项"), right=rights.VIEW, answer=list[DataItem])
def list_items(request: HttpRequest, q: Word = "") -> list[DataItem]:
    """List the items whose name holds `q`, ended ones too."""
    del request
    rows = matching.items_of_name(q) if q else Item.objects.all()
    return [_item(row) for row in rows.select_related("owner").order_by("name")[: pages.LONGEST]]


@room.post("/answers/items", _("设立数据项"), right=rights.CONFIGURE, answer=DataItem, status=201)
def declare(request: HttpRequest, body: DeclaresItem) -> DataItem:
    """Declare an item; a name that is known already, and what is about a person, is refused."""
    told = body.model_dump(exclude={"owner"}) | {"owner_id": body.owner}
    return _item(actions.declare(actor=actor_of(request), asked=Declaration(**told)))


@room.post("/answers/items/{key}/end", _("停用数据项"), right=rights.CONFIGURE, answer=DataItem)
def end(request: HttpRequest, key: Key) -> DataItem:
    """End an item: nothing more is told for it."""
    return _item(actions.end(actor=actor_of(request), key=key))


@room.post("/answers/synonyms", _("设立同义说法"), right=rights.CONFIGURE, answer=None, status=204)
def set_synonym(request: HttpRequest, body: SetsSynonym) -> None:
    """Say that other words mean something known."""
    actions.set_synonym(actor=actor_of(request), **body.model_dump())


@room.get("/answers", _("填报过的数"), right=rights.VIEW, answer=ToldAnswers)
def list_answers(request: HttpRequest, query: Query[AnswersQuery]) -> ToldAnswers:
    """List what the caller may see, newest first."""
    rows = access.visible_to(actor_of(request)).select_related("item", "unit")
    if query.item:
        rows = rows.filter(item__key=query.item)
    if query.area:
        rows = rows.filter(area=query.area)
    if not query.replaced:
        rows = rows.filter(replaced_at__isnull=True)
    found, after = pages.page(rows, cursor=query.cursor, size=query.limit, newest_first=True)
    return ToldAnswers(items=[_answer(row) for row in found], next_cursor=after)


@room.post("/answers", _("填报一个数"), right=rights.TELL, answer=ToldAnswer, status=201)
def tell(request: HttpRequest, body: TellsAnswer) -> ToldAnswer:
    """Tell an answer; what stood there is replaced visibly, the same value again changes nothing."""
    return _fresh(request, actions.tell(actor=actor_of(request), **body.model_dump()))


@room.get("/answers/{answer_id}", _("一条填报"), right=rights.VIEW, answer=ToldAnswer)
def show(request: HttpRequest, answer_id: Id) -> ToldAnswer:
    """Show an answer."""
    return _answer(access.get_for(actor_of(request), answer_id))


@room.post("/answers/{answer_id}/correct", _("更正"), right=rights.TELL, answer=ToldAnswer)
def correct(request: HttpRequest, answer_id: Id, body: CorrectsAnswer) -> ToldAnswer:
    """Correct an answer; the old value stays."""
    return _fresh(request, actions.correct(actor=actor_of(request), pk=answer_id, **body.model_dump()))


def _fresh(request: HttpRequest, row: Answer) -> ToldAnswer:
    return _answer(access.get_for(actor_of(request), row.pk))


def _item(row: Item) -> DataItem:
    told: dict[str, Any] = {
        name: getattr(row, name)
        for name in (
            "key", "name", "measure", "meaning", "kind", "decimals", "whose", "span", "state", "valid_from", "valid_to",
        )
    }  # fmt: skip
    return DataItem(**told, owner=row.owner.name if row.owner else "")


def _answer(row: Answer) -> ToldAnswer:
    one = known.of(row)
    return ToldAnswer(
        id=one.id,
        item=one.item_key,
        name=one.name,
        measure=one.measure,
        area=one.area,
        period=one.period,
        value=one.text.replace(",", "") if row.number is not None else one.text,
        told_by=one.told_by,
        told_at=one.told_at,
        source=one.source,
        replaced_at=row.replaced_at,
    )
