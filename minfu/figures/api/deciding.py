"""What people decide about figures: what is left out of the rates, weights, published figures."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Query
from pydantic import Field, StringConstraints

from minfu.accounts.actor import Actor, actor_of
from minfu.figures import rights, states
from minfu.figures.api.base import AreaKey, Name, PeriodKey, PublishedOut, published_data, room
from minfu.figures.models import Exclusion, Weight
from minfu.figures.rules import areas, exclusions, periods, published, weights
from minfu.kernel import pages
from minfu.kernel.api import Day, Id, In, Line, OneOf, Out, Page, Paging

Text = Annotated[str, StringConstraints(max_length=100_000, pattern=r"^[^\x00]*$")]


class ExclusionOut(Out):
    """A request to leave a demand out of the rates."""

    id: int
    case_id: int
    number: str
    """Of the demand."""
    reason: str
    why: str
    state: str
    state_label: str
    unit: int
    asked_at: datetime
    decision: str
    decided_at: datetime | None
    next_steps: list[str]
    """What the caller may do now: grant, refuse, end; never on a request of their own."""


class Exclusions(Page):
    """A page of requests, newest first."""

    items: list[ExclusionOut]


class ExclusionsQuery(Paging):
    """In which state."""

    state: Annotated[
        str, Field(json_schema_extra={"enum": [code for code, _label in states.EXCLUSION.choices]})
    ] = ""


class AsksExclusion(In):
    """Which demand should be left out, and why."""

    case: Id
    reason: Annotated[str, OneOf(Exclusion.Reason)]
    why: Text


class DecidesExclusion(In):
    """What was found, in words."""

    decision: Text


class WeightOut(Out):
    """A version of a weight."""

    key: str
    title: str
    value: float
    valid_from: date
    valid_to: date | None
    source: str


class SetsWeight(In):
    """How much it counts from a day on, and on what that rests."""

    weight: Annotated[float, Field(ge=0, le=1)]
    valid_from: Day
    source: Line


class PublishesFigure(In):
    """Of which area and period, and where it is used."""

    area: AreaKey = ""
    period: PeriodKey
    used_in: Line = ""


class PublishedPage(Page):
    """A page of published figures, newest first."""

    items: list[PublishedOut]


class CorrectionOut(PublishedOut):
    """A published figure beside what the same query says now."""

    changed: bool
    words: str
    now: str
    rows_now: int
    digest_now: str


# --- left out of the rates -----------------------------------------------------------------------------------------


@room.get("/exclusions", _("考核剔除列表"), right=rights.EXCLUSIONS, answer=Exclusions)
def list_exclusions(request: HttpRequest, query: Query[ExclusionsQuery]) -> Exclusions:
    """List what was asked to be left out of the rates, newest first."""
    actor = actor_of(request)
    rows = exclusions.exclusions_for(actor)
    if query.state:
        rows = rows.filter(state=query.state)
    found, following = pages.page(rows, cursor=query.cursor, size=query.limit, newest_first=True)
    return Exclusions(items=_exclusions(actor, found), next_cursor=following)


@room.get("/exclusions/{exclusion_id}", _("一项考核剔除"), right=rights.EXCLUSIONS, answer=ExclusionOut)
def show_exclusion(request: HttpRequest, exclusion_id: Id) -> ExclusionOut:
    """Show one request."""
    actor = actor_of(request)
    return _exclusions(actor, [exclusions.get_for(actor, exclusion_id)])[0]


@room.post("/exclusions", _("申请考核剔除"), right=rights.EXCLUDE, answer=ExclusionOut, status=201)
def ask_exclusion(request: HttpRequest, body: AsksExclusion) -> ExclusionOut:
    """Ask that a demand be left out of the rates; another person decides."""
    actor = actor_of(request)
    row = exclusions.ask(actor=actor, case_id=body.case, reason=body.reason, why=body.why)
    return _exclusions(actor, [row])[0]


@room.post("/exclusions/{exclusion_id}/grant", _("同意剔除"), right=rights.DECIDE, answer=ExclusionOut)
def grant_exclusion(request: HttpRequest, exclusion_id: Id, body: DecidesExclusion) -> ExclusionOut:
    """Grant a request of another person."""
    actor = actor_of(request)
    row = exclusions.decide(actor=actor, exclusion_id=exclusion_id, grant=True, decision=body.decision)
    return _exclusions(actor, [row])[0]


@room.post("/exclusions/{exclusion_id}/refuse", _("不同意剔除"), right=rights.DECIDE, answer=ExclusionOut)
def refuse_exclusion(request: HttpRequest, exclusion_id: Id, body: DecidesExclusion) -> ExclusionOut:
    """Refuse a request of another person."""
    actor = actor_of(request)
    row = exclusions.decide(actor=actor, exclusion_id=exclusion_id, grant=False, decision=body.decision)
    return _exclusions(actor, [row])[0]


@room.post("/exclusions/{exclusion_id}/end", _("撤销剔除"), right=rights.DECIDE, answer=ExclusionOut)
def end_exclusion(request: HttpRequest, exclusion_id: Id, body: DecidesExclusion) -> ExclusionOut:
    """Let a demand that was left out count again."""
    actor = actor_of(request)
    row = exclusions.end(actor=actor, exclusion_id=exclusion_id, decision=body.decision)
    return _exclusions(actor, [row])[0]


def _exclusions(actor: Actor, rows: list[Exclusion]) -> list[ExclusionOut]:
    numbers = exclusions.case_numbers(actor, rows)
    return [
        ExclusionOut(
            id=row.pk,
            case_id=row.case_id,
            number=numbers.get(row.case_id, ""),
            reason=row.reason,
            why=row.why,
            state=row.state,
            state_label=str(states.EXCLUSION[row.state].label),
            unit=row.unit_id,
            asked_at=row.asked_at,
            decision=row.decision,
            decided_at=row.decided_at,
            next_steps=[step.name for step in exclusions.next_steps(actor, row)],
        )
        for row in rows
    ]


# --- weights ----------------------------------------------------------------------------------------------------------


@room.get("/figure-weights", _("指标的权重"), right=rights.VIEW, answer=list[WeightOut])
def list_weights(request: HttpRequest) -> list[WeightOut]:  # noqa: ARG001 - the same for every reader
    """List every version of every weight, the newest of each first."""
    return [_weight(row) for row in weights.versions()]


@room.post("/figure-weights/{key}", _("设定指标的权重"), right=rights.WEIGH, answer=WeightOut)
def set_weight(request: HttpRequest, key: Name, body: SetsWeight) -> WeightOut:
    """Start a new version of a weight on a day, today at the earliest; the one before it ends on the same day."""
    row = weights.set_weight(
        actor=actor_of(request),
        key=key,
        value=Decimal(str(body.weight)),
        valid_from=body.valid_from,
        source=body.source,
    )
    return _weight(row)


def _weight(row: Weight) -> WeightOut:
    return WeightOut(
        key=row.key,
        title=str(weights.TITLES.get(row.key, row.key)),
        value=float(row.value),
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        source=row.source,
    )


# --- published figures ------------------------------------------------------------------------------------------------


@room.get("/published-figures", _("指标定稿列表"), right=rights.VIEW, answer=PublishedPage)
def list_published(request: HttpRequest, query: Query[Paging]) -> PublishedPage:
    """List the published figures the caller may see, newest first."""
    rows = published.published_for(actor_of(request))
    found, following = pages.page(rows, cursor=query.cursor, size=query.limit, newest_first=True)
    return PublishedPage(items=[PublishedOut(**published_data(row)) for row in found], next_cursor=following)


@room.get("/published-figures/{published_id}", _("一份指标定稿"), right=rights.VIEW, answer=CorrectionOut)
def show_published(request: HttpRequest, published_id: Id) -> CorrectionOut:
    """Show a published figure beside what the same query says now: a change is a correction, never silent."""
    row = published.get_published_for(actor_of(request), published_id)
    found = published.correction(row)
    return CorrectionOut(
        **published_data(row),
        changed=found.changed,
        words=found.words,
        now=found.now.shown,
        rows_now=found.rows,
        digest_now=found.digest,
    )


@room.post("/figures/{name}/publish", _("指标定稿"), right=rights.PUBLISH, answer=PublishedOut, status=201)
def publish(request: HttpRequest, name: Name, body: PublishesFigure) -> PublishedOut:
    """Freeze a figure of a period that is over, with its query and a digest of its records."""
    actor = actor_of(request)
    area = areas.area_for(actor, body.area or areas.own(actor).key)
    row = published.publish(
        actor=actor, name=name, area=area, period=periods.parse(body.period), used_in=body.used_in
    )
    return PublishedOut(**published_data(row))
