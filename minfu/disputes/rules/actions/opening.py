"""How a mediation comes and goes with its demand. Called through the door by wiring, in the demand's own transaction."""

from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from minfu.accounts.actor import Actor, system
from minfu.disputes import events, states
from minfu.disputes.models import Mediation, Party
from minfu.disputes.rules import counted, terms
from minfu.disputes.rules.actions._base import USUAL, Change
from minfu.disputes.rules.actions.agreeing import lapse_requests
from minfu.kernel import clock, record
from minfu.kernel.errors import Refused
from minfu.kernel.record import Fact, Stamp
from minfu.kernel.tongue import kept


@dataclass(frozen=True)
class Opening:
    """What a mediation needs to know of the demand it hangs on. ``reporter`` only when they let themselves be named."""

    case_id: int
    number: str
    category: str
    facts: str
    division: str
    grid_id: int | None
    unit_id: int
    desk_id: int
    reporter: UUID | None = None
    #: The demand is confidential.
    restricted: bool = False


def open_for(opening: Opening, stamp: Stamp) -> Mediation:
    """Open the file of a demand's mediation, or hand the one that is open to the unit now in charge."""
    known = current(opening.case_id)
    if known is not None:
        return _handed_over(known, opening, stamp)
    now = clock.now()
    row = Mediation.objects.create(
        case_id=opening.case_id,
        number=opening.number,
        category=opening.category,
        facts=opening.facts,
        division_id=opening.division,
        grid_id=opening.grid_id,
        unit_id=opening.unit_id,
        desk_id=opening.desk_id,
        restricted=opening.restricted,
        opened_at=now,
        updated_at=now,
    )
    if opening.reporter is not None:
        Party.objects.create(mediation=row, side=Party.Side.A, identity_id=opening.reporter)
    data = {"case": opening.case_id, "unit": opening.unit_id, "version": row.version}
    record.begin((events.SUBJECT, row.pk), counted.stamped([Fact(events.OPENED, data)], row), stamp)
    return row


def current(case_id: int) -> Mediation | None:
    """Return the mediation a demand waits for, locked; None when there is none."""
    rows = Mediation.objects.select_for_update(of=("self",), no_key=True)
    return rows.filter(case_id=case_id, state__in=states.BEFORE_AGREEMENT).first()


def _handed_over(row: Mediation, opening: Opening, stamp: Stamp) -> Mediation:
    """Let another unit go on with it: the demand was reassigned. Mediators stay, unless of the desk that now verifies."""
    if row.unit_id == opening.unit_id:
        return row
    row.unit_id, row.desk_id = opening.unit_id, opening.desk_id
    row.version += 1
    row.updated_at = clock.now()
    row.save(update_fields=["unit", "desk", "version", "updated_at"])
    for seat in row.seats.filter(state__in=("named", "seated"), unit_id=opening.desk_id):
        seat.state, seat.ended_at = states.SEAT.check(seat.state, "replace"), row.updated_at
        seat.save(update_fields=["state", "ended_at"])
    row.refresh_from_db()
    data = {"unit": row.unit_id, "unit_name": row.unit.name, "version": row.version}
    record.append((events.SUBJECT, row.pk), [Fact(events.HANDED_OVER, data)], stamp)
    return row


def untouched(row: Mediation) -> bool:
    """Tell whether nothing was done in it yet: nobody asked, nobody chosen."""
    asked = row.parties.filter(consents__isnull=False).exists()
    return row.state == states.ASKING and not asked and not row.seats.exists()


def lapse(case_id: int, stamp: Stamp) -> None:
    """Let the file of a demand that is reported done lapse, if nothing was done in it.

    ``Refused`` when mediation is under way: it is ended by itself, and that reports the demand.
    """
    row = current(case_id)
    if row is None:
        return
    if not untouched(row):
        raise Refused(
            _("这件纠纷正在调解(%(state)s)。请在“矛盾调解”里登记结果，诉求会随之报告办结。")
            % {"state": states.MEDIATION[row.state].label},
            code="mediation_open",
        )
    _drop(row, kept(gettext_lazy("没有进入调解，由承办单位直接办结。")), stamp)


def drop(case_id: int, why: str, stamp: Stamp) -> None:
    """End the mediation of a demand that has ended otherwise."""
    row = current(case_id)
    if row is not None:
        _drop(row, why, stamp)


def _drop(row: Mediation, why: str, stamp: Stamp) -> None:
    actor: Actor = system()
    target = states.MEDIATION.check(row.state, "drop")
    change = Change(actor=actor, row=row, target=target, at=clock.now())
    row.agreements.filter(stands=True).update(stands=False)
    lapse_requests(change)
    row.state, row.version = target, row.version + 1
    row.ended_at = row.updated_at = change.at
    row.identity_until = terms.kept_until(change.today)
    row.save(update_fields=USUAL)
    data = {"case": row.case_id, "version": row.version}
    record.append((events.SUBJECT, row.pk), [Fact(events.DROPPED, data, why)], stamp)
