"""How a hazard comes and goes with its demand. Called through the door by wiring, in the demand's own transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from minfu.hazards import events, states
from minfu.hazards.models import Evidence, Hazard
from minfu.hazards.rules import counted
from minfu.hazards.rules.actions import alarms, work
from minfu.hazards.rules.actions._base import MOST_FILES, Change, keep
from minfu.kernel import clock, record
from minfu.kernel.errors import Forbidden
from minfu.kernel.record import Fact, Stamp
from minfu.kernel.tongue import kept


@dataclass(frozen=True)
class Opening:
    """What a hazard needs to know of the demand it hangs on; ``files`` are photos that came with it."""

    case_id: int
    number: str
    category: str
    category_code: str
    what: str
    restricted: bool
    division: str
    township_code: str
    village_code: str
    grid_id: int | None
    unit_id: int
    desk_id: int
    files: Sequence[UUID] = ()


def open_for(opening: Opening, stamp: Stamp) -> Hazard:
    """Open the file of a demand's hazard, or hand the one that is open to the unit now in charge."""
    known = current(opening.case_id)
    if known is not None:
        return _handed_over(known, opening, stamp)
    now = clock.now()
    row = Hazard.objects.create(
        case_id=opening.case_id,
        number=opening.number,
        category=opening.category,
        category_code=opening.category_code,
        what=opening.what,
        restricted=opening.restricted,
        division_id=opening.division,
        township_code=opening.township_code,
        village_code=opening.village_code,
        grid_id=opening.grid_id,
        unit_id=opening.unit_id,
        desk_id=opening.desk_id,
        opened_at=now,
        updated_at=now,
    )
    data = {"case": opening.case_id, "unit": opening.unit_id, "version": row.version}
    record.begin((events.SUBJECT, row.pk), counted.stamped([Fact(events.OPENED, data)], row), stamp)
    keep(row, opening.files[:MOST_FILES], Evidence.When.BEFORE, now)
    return row


def current(case_id: int) -> Hazard | None:
    """Return the open hazard of a demand, locked; None when there is none."""
    rows = Hazard.objects.select_for_update(of=("self",), no_key=True)
    return rows.filter(case_id=case_id, state__in=states.HAZARD.open_codes).first()


def _handed_over(row: Hazard, opening: Opening, stamp: Stamp) -> Hazard:
    """Let the unit now in charge go on with it; what is known better of place and category comes along."""
    same = row.unit_id == opening.unit_id
    row.unit_id, row.desk_id = opening.unit_id, opening.desk_id
    row.category, row.category_code = opening.category, opening.category_code
    row.division_id, row.grid_id = opening.division, opening.grid_id
    row.township_code, row.village_code = opening.township_code, opening.village_code
    row.restricted = opening.restricted
    row.updated_at = clock.now()
    row.version += 0 if same else 1
    row.save()
    row.refresh_from_db()
    if not same:
        data = {"unit": row.unit_id, "unit_name": row.unit.name, "version": row.version}
        record.append((events.SUBJECT, row.pk), [Fact(events.HANDED_OVER, data)], stamp)
    return row


def _change(row: Hazard, step: str, stamp: Stamp, target: str = "") -> Change:
    """Return the change of a step the demand has taken already: right and part were checked there."""
    return Change(stamp=stamp, row=row, target=states.HAZARD.check(row.state, step, target), at=clock.now())


def sound(case_id: int, why: str, stamp: Stamp) -> None:
    """Raise the alarm of a demand that tells of immediate danger, unless one is open."""
    row = current(case_id)
    if row is None:
        return
    change = _change(row, "raise_alarm", stamp)
    if _sound(change, why, stamp):
        change.done()


def _sound(change: Change, why: str, stamp: Stamp) -> bool:
    alarm = alarms.sound(change, None, why)
    if alarm is not None and stamp.user_id is not None:
        alarm.raised_by_user_id = stamp.user_id
        alarm.save(update_fields=["raised_by_user_id"])
    return alarm is not None


def taken_in_hand(case_id: int, stamp: Stamp) -> None:
    """Let a person who accepts the demand be the one who acknowledges its alarm, unless they raised it."""
    row = current(case_id)
    alarm = row.alarms.filter(state="sounding").first() if row is not None else None
    if row is None or alarm is None or stamp.user_id is None or stamp.user_id == alarm.raised_by_user_id:
        return
    change = Change(stamp=stamp, row=row, target=row.state, at=clock.now())
    alarms.answered(change, alarm, kept(gettext_lazy("已签收，着手处理。")))
    change.done()


def reported(case_id: int, what: str, photos: Sequence[UUID], stamp: Stamp) -> None:
    """The demand was reported done: that is the rectification, unless the hazard said so first."""
    row = current(case_id)
    if row is None or row.state == states.INSPECTING:
        return
    change = _change(row, "report", stamp)
    known = set(row.evidence.values_list("file_id", flat=True))
    keep(row, [one for one in photos if one not in known], Evidence.When.AFTER, change.at)
    work.rectified(change, what)
    change.done()


def inspected(case_id: int, *, gone: bool, finding: str, stamp: Stamp) -> None:
    """The demand's result was verified or sent back: that is the check, unless the hazard said so first."""
    row = current(case_id)
    if row is None or row.state != states.INSPECTING:
        return
    target = states.GONE if gone else states.RECTIFYING
    change = _change(row, "inspect", stamp, target)
    work.inspected(change, finding)
    change.done("rounds", "grade", "counted_from", "due_at", "calendar_version")


def refuse_own_check(row_unit_ids: Sequence[int], stamp: Stamp) -> None:
    """Raise ``Forbidden`` for a check by a unit that did some of the work: who fixed it does not verify it."""
    if stamp.unit_id is not None and stamp.unit_id in row_unit_ids:
        raise Forbidden(_("参与整改的单位不能复查，须由别的单位的人复查。"))


def drop(case_id: int, why: str, stamp: Stamp) -> None:
    """End the hazard of a demand that has ended otherwise."""
    row = current(case_id)
    if row is None:
        return
    change = _change(row, "drop", stamp)
    alarms.lapse(change)
    change.fact(events.DROPPED, why)
    change.done()
