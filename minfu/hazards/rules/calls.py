"""Who is told in which round of an alarm. Reads the configuration of a day; decides nothing else."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q, QuerySet

from minfu.accounts.models import Level, Post, Role, Unit
from minfu.hazards.models import AlarmStep, Hazard
from minfu.kernel import dated
from minfu.notices.outbox import To

TOWNSHIP = 9  # digits
#: When the county has written no list at all: the unit in charge and the desks, at once, again and again.
FALLBACK_WAIT = timedelta(minutes=10)

Whom = AlarmStep.Whom


@dataclass(frozen=True)
class Round:
    """A round: whom to tell, and how long until the next one."""

    stage: int
    readers: tuple[To, ...]
    wait: timedelta


def rounds(hazard: Hazard, day: date) -> list[Round]:
    """Return the rounds of a hazard on ``day``, in order; those that reach nobody are left out. Never empty."""
    steps = [row for row in dated.on(AlarmStep, day).order_by("stage", "pk") if _fits(row, hazard)]
    found = []
    for stage in sorted({row.stage for row in steps}):
        mine = [row for row in steps if row.stage == stage]
        readers = _once(reader for row in mine for reader in _readers(row, hazard, day))
        if readers:
            wait = timedelta(minutes=min(row.wait_minutes for row in mine))
            found.append(Round(stage, readers, wait))
    return found or [Round(1, _fallback(hazard), FALLBACK_WAIT)]


def after(all_rounds: list[Round], stage: int) -> Round:
    """Return the round after ``stage``; the last one again when there is none: an alarm goes on until a person answers."""
    return next((one for one in all_rounds if one.stage > stage), all_rounds[-1])


def _fits(row: AlarmStep, hazard: Hazard) -> bool:
    return hazard.category_code.startswith(row.category) and hazard.division_id.startswith(row.area)


def _once(readers: Iterable[To]) -> tuple[To, ...]:
    return tuple(dict.fromkeys(readers))


def _fallback(hazard: Hazard) -> tuple[To, ...]:
    units = [
        To(unit_id=hazard.unit_id),
        To(unit_id=hazard.desk_id),
        *_units(Q(kind=Unit.Kind.DESK, level=Level.COUNTY)),
    ]
    return _once(units)


def _readers(row: AlarmStep, hazard: Hazard, day: date) -> list[To]:
    """Return whom a line names for a hazard; nobody when there is no such unit or nobody in office."""
    if row.whom == Whom.LEADERS:
        return _people(Post.objects.filter(role=Role.TOWNSHIP_LEADER, area_id=hazard.township_code), day)
    if row.whom == Whom.POST:
        return _people(Post.objects.filter(pk=row.post_id or 0), day)
    places: dict[str, Q] = {
        Whom.LEAD: Q(pk=hazard.unit_id),
        Whom.VILLAGE: Q(kind=Unit.Kind.VILLAGE, division_id=hazard.village_code),
        Whom.TOWNSHIP: Q(kind=Unit.Kind.DESK, division_id=hazard.township_code),
        Whom.COUNTY: Q(kind=Unit.Kind.DESK, level=Level.COUNTY),
        Whom.DUTY: Q(duty=row.duty, level=Level.COUNTY),
        Whom.UNIT: Q(pk=row.unit_id or 0),
    }
    return _units(places[row.whom])


def _units(which: Q) -> list[To]:
    rows = Unit.objects.filter(which, is_active=True).order_by("pk")
    return [To(unit_id=pk) for pk in rows.values_list("pk", flat=True)]


def _people(posts: QuerySet[Post], day: date) -> list[To]:
    """Return who holds the posts on ``day``."""
    rows = posts.filter(period__contains=day, user__is_active=True)
    return [To(user_id=pk) for pk in rows.order_by("user_id").values_list("user_id", flat=True)]
