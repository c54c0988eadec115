"""What the API says of demands, and how it is made from them."""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Any, Literal

from django.utils.translation import get_language
from pydantic import AwareDatetime, Field, StringConstraints

from minfu.accounts.actor import Actor
from minfu.cases import states
from minfu.cases.models import Case, Kind, Mode, Urgency
from minfu.cases.rules import access, catalog
from minfu.kernel import clock
from minfu.kernel.api import In, Out
from minfu.kernel.steps import Step
from minfu.places import index

#: Where operations on demands live; used to write addresses without a look-up for each.
ROOT = "/api/v1/cases"
#: Characters of the description in lists.
SUMMARY = 60

#: Longer text is refused by the verbs with a sentence that says how long it is; this only bounds memory.
Text = Annotated[str, StringConstraints(max_length=200_000)]
Short = Annotated[str, StringConstraints(max_length=1000)]
Code = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z_.-]{0,40}$")]
DivisionCode = Annotated[str, StringConstraints(pattern=r"^(\d{12})?$")]
Id = Annotated[int, Field(ge=1, le=2**63 - 1)]


def choice(values: Iterable[str]) -> Any:
    """Return what makes of a text one that the verb itself checks against ``values``; the document lists them.

    Used as ``Annotated[str, choice(Kind.values)]``.
    """
    return Field(max_length=40, json_schema_extra={"enum": list(values)})


class Named(Out):
    """Something with an id: a unit."""

    id: int
    name: str


class Coded(Out):
    """Something with a code: a category, a division."""

    code: str
    name: str


class NextStep(Out):
    """A step the caller may take now. ``href`` is where to POST it; what it needs is in the document."""

    name: str
    label: str
    hint: str
    method: str
    href: str


class CaseOut(Out):
    """A demand as lists show it, and as every step answers."""

    id: int
    number: str
    href: str
    version: int
    """Grows with every step. Send it back as `If-Match` (or `version`), and a step on an older one is refused (409)."""
    receipt: str | None
    """The resident's code; only for who registered the demand, for twelve hours, to hand it over."""
    kind: Kind
    mode: Mode
    urgency: Urgency
    door: str
    state: str
    state_label: str
    is_open: bool
    summary: str
    category: Coded | None
    division: Coded
    grid_id: int | None
    holder: Named
    """The unit that has the next step to take."""
    desk: Named
    lead: Named | None
    registered_at: datetime
    updated_at: datetime
    due_at: datetime | None
    overdue: bool
    closed_at: datetime | None
    escalated_to: str
    reopened: int
    next_steps: list[NextStep]


class CasePage(Out):
    """A page of a list."""

    items: list[CaseOut]
    next_cursor: str
    """Give it as `cursor` to get the page after this; empty on the last."""


class PlaceIn(In):
    """Where it happened, as told; whatever is known."""

    village: DivisionCode = ""
    """12-digit code of the village; a township's counts as far as it goes."""
    grid: Id | None = None
    qr: Annotated[str, StringConstraints(max_length=40, pattern=r"^[0-9A-Za-z_-]*$")] = ""
    """Token of a grid's QR poster."""
    address: Annotated[str, StringConstraints(max_length=2000)] = ""
    longitude: Annotated[float | None, Field(ge=-180, le=180, allow_inf_nan=False)] = None
    """WGS 84, degrees; together with `latitude`."""
    latitude: Annotated[float | None, Field(ge=-90, le=90, allow_inf_nan=False)] = None


class PersonIn(In):
    """Who reports. Stored sealed, shown masked."""

    name: Annotated[str, StringConstraints(max_length=200)] = ""
    phone: Annotated[str, StringConstraints(max_length=40)] = ""
    id_number: Annotated[str, StringConstraints(max_length=40)] = ""


class Told(In):
    """What a demand is about."""

    description: Text
    kind: Kind = Kind.REQUEST
    urgency: Urgency = Urgency.NORMAL
    category: Code = ""
    """Code of the category; left out, the desk classifies."""
    place: PlaceIn = PlaceIn()
    answers: dict[str, Short] = {}
    """Answers to the category's own questions, by their keys."""


class CaseIn(Told):
    """A demand to register."""

    door: Literal["api", "phone", "counter", "proxy", "visit"] = "api"
    """By which door it came to you."""
    mode: Mode = Mode.NAMED
    person: PersonIn = PersonIn()
    complained_unit: Id | None = None
    """The unit it complains about: it will never see who complained."""
    diversion: Code = ""
    """Code of the channel the resident was sent to instead; the demand ends at once."""
    files: Annotated[list[str], Field(max_length=20)] = []
    """Ids of files uploaded before."""
    source: Code = ""
    """Name of the system it comes from; with `external_id`, a second one is refused (409)."""
    external_id: Annotated[str, StringConstraints(max_length=80, pattern=r"^[^\x00-\x1f]*$")] = ""
    occurred_at: AwareDatetime | None = None
    joins: Id | None = None
    """Id of an open demand of the same township, not restricted, that the reporter says is the same: merged into it."""


def case_out(actor: Actor, case: Case) -> CaseOut:
    """Return a demand as the caller may see it."""
    return CaseOut(**brief(actor, case))


def brief(actor: Actor, case: Case) -> dict[str, Any]:
    """Return the fields of ``CaseOut``. Without a query, unless its unit is gone from the catalogue."""
    found = catalog.current()
    category = found.category_by_id.get(case.category_id or 0) or case.category
    return {
        "id": case.pk,
        "number": case.number,
        "href": f"{ROOT}/{case.pk}",
        "version": case.version,
        "receipt": case.receipt if access.may_see_receipt(actor, case) else None,
        "kind": Kind(case.kind),
        "mode": Mode(case.mode),
        "urgency": Urgency(case.urgency),
        "door": case.door,
        "state": case.state,
        "state_label": case.state_label,
        "is_open": states.CASE[case.state].is_open,
        "summary": case.shown_description[:SUMMARY],
        "category": Coded(code=category.code, name=category.name) if category else None,
        "division": Coded(code=case.division_id, name=index.current().label(case.division_id)),
        "grid_id": case.grid_id,
        "holder": _unit(found, case, "holder"),
        "desk": _unit(found, case, "desk"),
        "lead": _unit(found, case, "lead") if case.lead_id else None,
        "registered_at": case.registered_at,
        "updated_at": case.updated_at,
        "due_at": case.due_at,
        "overdue": _overdue(case),
        "closed_at": case.closed_at,
        "escalated_to": case.escalated_to,
        "reopened": case.reopened,
        "next_steps": steps_out(access.next_steps(actor, case), f"{ROOT}/{case.pk}/steps"),
    }


def _overdue(case: Case) -> bool:
    open_ = states.CASE[case.state].is_open
    return open_ and case.due_at is not None and case.due_at < clock.now()


def _unit(found: catalog.Catalog, case: Case, part: str) -> Named:
    """Return a unit of the demand; one that is no longer active is read from the database."""
    pk = getattr(case, f"{part}_id")
    known = found.units.get(pk)
    return Named(id=pk, name=known.name if known else getattr(case, part).name)


def steps_out(steps: Iterable[Step], address: str) -> list[NextStep]:
    """Return steps as links under ``address``."""
    language = get_language() or ""
    return [_next(step, language, address) for step in steps]


def _next(step: Step, language: str, address: str) -> NextStep:
    key = (language, id(step))  # steps live as long as their tables: for ever
    if key not in _words:
        _words[key] = (str(step.label), str(step.hint))
    label, hint = _words[key]
    return NextStep(name=step.name, label=label, hint=hint, method="POST", href=f"{address}/{step.name}")


#: Labels and hints by language: a dozen of them are looked up for every demand.
_words: dict[tuple[str, int], tuple[str, str]] = {}
