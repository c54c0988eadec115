"""The one verb by which every demand enters, whatever the door."""

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from minfu.accounts.actor import Actor
from minfu.accounts.models import Role
from minfu.cases import events, rights, states
from minfu.cases.models import Case, CaseFile, Deadline, Door, Kind, Mode, Reading, Urgency
from minfu.cases.rules import catalog as catalogs
from minfu.cases.rules import choosing, counted, deadlines, messages, retention, routing
from minfu.cases.rules.actions._base import subject
from minfu.cases.rules.actions.papers import check_files
from minfu.cases.rules.catalog import Catalog
from minfu.cases.rules.intake import Checked, Intake, check
from minfu.kernel import calendar, clock, codes, gate, record, rows, together
from minfu.kernel.calendar import Calendar
from minfu.kernel.errors import Forbidden, Invalid
from minfu.kernel.record import Fact
from minfu.kernel.tongue import chosen, of_county
from minfu.language import personal
from minfu.notices import outbox
from minfu.places.locate import Location, locate
from minfu.registry import vault
from minfu.registry.models import Identity

_TRIES = 3
_RECEIPT_KEY = "case_receipt_once"
_PUBLIC_DOORS = (Door.WEB, Door.QR)


@dataclass
class _Draft:
    """A demand with everything that will be stored with it, nothing saved yet."""

    case: Case
    identity: Identity | None
    facts: list[Fact]
    clocks: list[Deadline]
    notices: list[Any]
    file_ids: Sequence[Any]
    reading: Reading | None


def register(*, actor: Actor, intake: Intake) -> Case:
    """Register a demand and return it, routed and with its clocks running.

    Raises ``Invalid`` with a sentence for every field that must be mended, ``Forbidden`` for an actor without the right.
    """
    return register_many(actor=actor, intakes=[intake])[0]


def register_many(*, actor: Actor, intakes: Sequence[Intake]) -> list[Case]:
    """Register demands in one transaction, all or nothing; the order is kept. The same rules as for one."""
    for intake in intakes:
        _may_register(actor, intake)
        check_files(actor, intake.file_ids)
    catalog, working = catalogs.current(), calendar.current()
    checked = [check(intake, catalog) for intake in intakes]
    for attempt in range(1, _TRIES + 1):
        drafts = [_draft(actor, one, catalog, working, clock.now()) for one in checked]
        try:
            with _transaction(drafts):
                return _store(actor, drafts)
        except IntegrityError as error:
            # Two receipts alike: about one in twenty thousand at five million demands.
            if attempt == _TRIES or _RECEIPT_KEY not in str(error):
                raise
    raise AssertionError("unreachable")


def _transaction(drafts: list[_Draft]) -> AbstractContextManager[None]:
    """Return what makes the storing all or nothing.

    A single demand is stored by one statement, which is a transaction of its own: it needs none around it, unless a handler
    has an effect on data of its own, or the worker is to be hurried.
    """
    handled = record.handled(fact.name for draft in drafts for fact in draft.facts)
    urgent = any(messages.is_pressing(draft.case) for draft in drafts)
    if connection.in_atomic_block or len(drafts) > 1 or handled or urgent:
        return transaction.atomic(savepoint=connection.in_atomic_block)
    return nullcontext()


def _may_register(actor: Actor, intake: Intake) -> None:
    if actor.is_system and intake.door == Door.IMPORT:
        return
    if actor.kind == "resident":
        if intake.door not in _PUBLIC_DOORS:
            raise Forbidden(_("居民只能通过网页或二维码反映。"))
        return
    gate.check(actor, rights.PARTNER if intake.door == Door.OPEN311 else rights.REPORT)
    if actor.role == Role.PARTNER and intake.door not in (Door.API, Door.OPEN311):
        raise Invalid({"door": [_("对接系统提交的诉求，渠道只能是接口。")]})


def _draft(actor: Actor, checked: Checked, catalog: Catalog, working: Calendar, at: datetime) -> _Draft:
    intake = checked.intake
    with of_county():  # how it was found is kept
        location = _location(checked, actor.area)
    choice = choosing.choose(checked, catalog)
    category, person = choice.category, checked.person
    restricted = (
        intake.mode == Mode.CONFIDENTIAL
        or intake.kind == Kind.WRONGDOING
        or bool(category and category.confidential)
    )
    if restricted and actor.role == Role.PARTNER:
        sentence = _("举报和要求保密的事，不能由别的系统转交；请居民自己从网页、电话或窗口反映。")
        raise Invalid({"kind": [sentence]})
    case = rows.new(
        Case,
        receipt=codes.new_receipt(),
        kind=intake.kind,
        mode=intake.mode,
        urgency=intake.urgency,
        door=intake.door,
        description=checked.description,
        personal=personal.find(checked.description),
        category=category,
        details=checked.details,
        address=checked.address,
        division_id=location.division_code,
        township_code=location.township_code,
        village_code=location.village_code,
        grid_id=location.grid_id,
        place_method=location.method,
        place_confidence=location.confidence,
        place_reason=str(location.reason)[:200],
        registered_by_id=actor.post_id,
        complained_unit_id=intake.complained_unit_id,
        restricted=restricted,
        source=intake.source,
        external_id=intake.external_id,
        language=chosen() if actor.kind == "resident" else "",
        occurred_at=intake.occurred_at,
        registered_at=at,
        updated_at=at,
    )
    if intake.spot.point:
        case.longitude, case.latitude = intake.spot.point
    identity = (
        vault.seal(vault.Contact(name=person.name, phone=person.phone, id_number=person.id_number))
        if person.known
        else None
    )
    draft = _Draft(case, identity, [], [], [], intake.file_ids, choice.reading)
    if intake.diversion_code:
        _divert(draft, intake.diversion_code, catalog, location.township_code)
    else:
        _route(draft, bool(location.sure and location.village_code), catalog, working)
        draft.facts[1:1] = choice.facts
        _alarm(draft, actor)
    return draft


def _location(checked: Checked, near: str) -> Location:
    """Where it happened, as told; the text itself is read where no code, point or choice tells the place.

    ``near``: the area of who registers it, which settles a name that several townships have.
    """
    spot = checked.intake.spot
    told = spot.qr_token or spot.point or spot.village_code
    return locate(
        qr_token=spot.qr_token,
        point=spot.point,
        address=checked.address,
        text="" if told else checked.description,
        village_code=spot.village_code,
        reporter_grid=spot.grid_id,
        near=near,
    )


def _divert(draft: _Draft, code: str, catalog: Catalog, township_code: str) -> None:
    """Belongs elsewhere: the resident was told where to go, and that is recorded."""
    case = draft.case
    desk = catalog.desk_for(township_code)
    if desk is None:
        raise routing.NoDesk
    case.state, case.holder_id, case.desk_id = states.DIVERTED, desk.id, desk.id
    case.diversion = catalog.diversions[code]
    case.closed_at = case.registered_at
    draft.facts = [Fact(events.REGISTERED, _told(case)), Fact(events.DIVERTED, {"to": code})]


def _route(draft: _Draft, placed: bool, catalog: Catalog, working: Calendar) -> None:  # noqa: FBT001 - read where it is called, twice in this module
    case = draft.case
    with of_county():  # its reason is kept
        route = routing.route(routing.matter_of(case, catalog, placed=placed), catalog)
    holder = route.lead or route.desk
    case.desk_id, case.holder_id = route.desk.id, holder.id
    case.lead_id = route.lead.id if route.lead else None
    case.state = states.ASSIGNED if route.lead else states.WAITING
    first = deadlines.Clock.ACCEPT if route.lead else deadlines.Clock.DISPATCH
    rows = [
        deadlines.begin(name, case, holder.id, at=case.registered_at, catalog=catalog, calendar=working)
        for name in (first, deadlines.Clock.CONTACT, deadlines.Clock.RESOLVE)
    ]
    draft.clocks = [row for row in rows if row is not None]
    # Without any limit configured a demand is due at once: it stands on top of every list instead of at no place.
    case.due_at = deadlines.main_due(draft.clocks) or case.registered_at
    routed = events.ASSIGNED if route.lead else events.WAITING
    data = {"unit": holder.id, "unit_name": holder.name, "rule": route.rule_id}
    draft.facts = [Fact(events.REGISTERED, _told(case)), Fact(routed, data, route.reason)]
    if case.kind == Kind.HAZARD and case.urgency == Urgency.URGENT and case.door != Door.IMPORT:
        draft.facts.append(Fact(events.DANGER))  # of an imported table nobody is woken
    draft.notices = [messages.to_unit(holder.id, routed, case, at=case.registered_at)]


def _alarm(draft: _Draft, actor: Actor) -> None:
    """Tell the desk of an urgent demand too when a unit below it got it; whoever registers it there knows already."""
    case = draft.case
    if messages.is_pressing(case) and case.desk_id not in (case.holder_id, actor.unit_id):
        draft.notices.append(messages.to_unit(case.desk_id, events.REGISTERED, case, at=case.registered_at))


def _told(case: Case) -> dict[str, Any]:
    """What the history keeps of the registration: nothing that says who reported."""
    return {
        "kind": case.kind,
        "category": case.category.code if case.category else None,
        "mode": case.mode,
        "urgency": case.urgency,
        "place": case.division_id,
        "method": case.place_method,
        "confidence": round(case.place_confidence, 3),
        **counted.at_start(case),
    }


def _store(actor: Actor, drafts: list[_Draft]) -> list[Case]:
    """Write demands with all that belongs to them, in one statement when they are few."""
    history, config = [], catalogs.current()
    for key, draft in zip(together.keys(Case, len(drafts)), drafts, strict=True):
        draft.case.pk, draft.case.reporter = key, draft.identity
        if draft.reading:
            draft.reading.case_id = key
        draft.case.identity_until = retention.until(draft.case, config)
        for row in draft.clocks:
            row.case_id = key
        messages.address(draft.notices, draft.case)
        history += record.build(subject(draft.case), draft.facts, actor.stamp, at=draft.case.registered_at)
    cases = [draft.case for draft in drafts]
    together.insert(
        [draft.identity for draft in drafts if draft.identity is not None],
        cases,
        [draft.reading for draft in drafts if draft.reading],
        [row for draft in drafts for row in draft.clocks],
        history,
        [notice for draft in drafts for notice in draft.notices],
        [
            CaseFile(case=draft.case, file_id=file_id, added_at=draft.case.registered_at)
            for draft in drafts
            for file_id in draft.file_ids
        ],
    )
    outbox.hurry(notice for draft in drafts for notice in draft.notices)
    record.publish(history)
    return cases
