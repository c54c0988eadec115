"""Days that matter: until when a court may be asked, when to look again. Counting is pure; lengths are configuration."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils.translation import gettext as _

from minfu.disputes.models import Term, Way
from minfu.kernel import dated
from minfu.kernel.calendar import CHINA, Calendar
from minfu.kernel.errors import Refused

Key = Term.Key


def days(key: str, day: date) -> int:
    """Return how many natural days a term has on ``day``; ``Refused`` while the county has set none."""
    row = dated.on(Term, day).filter(key=key).first()
    if row is None:
        raise Refused(
            _("还没有设定“%(term)s”。请管理员在“调解配置”里设定。") % {"term": Key(key).label}, code="no_term"
        )
    return row.days


def ways(day: date) -> list[Way]:
    """Return the other ways open on ``day``, in the order of their codes."""
    return list(dated.on(Way, day).order_by("code"))


@dataclass(frozen=True)
class Confirmation:
    """Until when both sides may jointly ask the court: the day they are told, and the day up to which it is accepted."""

    until: date
    last: date


def confirmation(effective: date, length: int, calendar: Calendar) -> Confirmation:
    """Return the days of a term of ``length`` natural days from the day the agreement takes effect (人民调解法 第33条).

    People are told the last of the days itself; an application is accepted up to the first working day from it on, because
    a term that ends on a day off ends on the next working day.
    """
    until = effective + timedelta(days=length)
    return Confirmation(until, calendar.next_workday(until))


def visit_day(base: date, length: int, calendar: Calendar) -> date:
    """Return the working day on which somebody asks how the agreement is kept: ``length`` natural days after ``base``."""
    return calendar.next_workday(base + timedelta(days=length))


def reminder(day: date, before: int, not_before: date, calendar: Calendar) -> datetime:
    """Return when to remind of ``day``: at the office's opening, ``before`` natural days earlier, on a working day.

    A day off moves it forward in time (earlier), so that the reminder never comes later than asked; never before
    ``not_before``.
    """
    wanted = day - timedelta(days=before)
    while not calendar.is_workday(wanted):
        wanted -= timedelta(days=1)
    return datetime.combine(max(wanted, not_before), calendar.office.spans[0][0], tzinfo=CHINA)


def kept_until(ended: date) -> date:
    """Return from which day the parties of a mediation that ended on ``ended`` are no longer kept (个人信息保护法 第19条)."""
    return ended + timedelta(days=days(Key.KEEP, ended))


def end_of(day: date) -> datetime:
    """Return the first moment after a day."""
    return datetime.combine(day + timedelta(days=1), time(), tzinfo=CHINA)
