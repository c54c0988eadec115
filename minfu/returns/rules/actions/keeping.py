"""What goes by itself: copies for each period that ended, a reminder, the end on the last day; and the minutes of a field."""

import logging
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from minfu.accounts.actor import Actor, system
from minfu.kernel import calendar, clock, dated, gate, record
from minfu.kernel.errors import Invalid, Refused
from minfu.kernel.models import Event
from minfu.kernel.record import Fact
from minfu.notices import outbox
from minfu.notices.outbox import To
from minfu.returns import events, rights, states, texts
from minfu.returns.models import Copy, Form, Kind, Rate
from minfu.returns.rules import burden, known, spans
from minfu.returns.rules.actions import _base

log = logging.getLogger(__name__)


def ask(row: Form) -> int:
    """Give every addressee a copy for each period that is due and was not asked yet; return how many. The form is locked."""
    units = list(row.addressees.values_list("unit_id", flat=True))
    have = set(row.copies.values_list("unit_id", "period"))
    fields = list(row.fields.order_by("place"))
    at = clock.now()
    due_on, version = spans.due_on(row, at)
    made = []
    for period in spans.due(row):
        for unit in units:
            if (unit, period) not in have:
                copy = Copy(
                    form=row,
                    unit_id=unit,
                    period=period,
                    asked_at=at,
                    due_on=due_on,
                    calendar_version=version,
                )
                made.append(copy)
    Copy.objects.bulk_create(made)
    rows = list(Copy.objects.filter(pk__in=[one.pk for one in made]).select_related("unit", "form__unit"))
    rates, cells = burden.rates(clock.day(at)), known.cells_of(rows, fields)
    notices, recorded = [], list[Event]()
    for copy in rows:
        burden.weigh(copy, cells[copy.pk], rates)
        words = {"title": row.title, "issuer": row.unit.name, "until": calendar.day_text(due_on)}
        notices.append(
            outbox.build(
                To(unit_id=copy.unit_id), texts.ASKED, words, subject=(events.COPY, copy.pk), reminder=True
            )
        )
        recorded += record.build((events.COPY, copy.pk), [Fact(events.ASKED)], system().stamp)
    record.save(recorded)
    Copy.objects.bulk_update(rows, ["cells_asked", "cells_self", "minutes"])
    outbox.send(notices)
    return len(made)


def remind(row: Form) -> int:
    """Tell the units that have not handed in, once, on the working day before the last; return how many. The form is locked.

    Who was asked that very day is not reminded: it was just told.
    """
    today, working = clock.today(), calendar.current()
    due = row.copies.filter(state__in=states.WAITING, reminded_on=None, due_on__gte=today)
    waiting = [
        copy
        for copy in due.select_for_update(of=("self",), no_key=True).select_related("unit").order_by("pk")
        if working.workdays_between(today, copy.due_on) <= 1 and clock.day(copy.asked_at) < today
    ]
    notices = []
    for copy in waiting:
        copy.reminded_on = today
        words = {"title": row.title, "issuer": row.unit.name, "until": calendar.day_text(copy.due_on)}
        notices.append(
            outbox.build(
                To(unit_id=copy.unit_id), texts.DUE, words, subject=(events.COPY, copy.pk), reminder=True
            )
        )
    Copy.objects.bulk_update(waiting, ["reminded_on"])
    record.append_many({(events.COPY, copy.pk): [Fact(events.REMINDED)] for copy in waiting}, system().stamp)
    outbox.send(notices)
    return len(waiting)


def close_copies(row: Form) -> None:
    """Close what was not handed in of a form that has ended."""
    for copy in (
        row.copies.select_for_update(of=("self",), no_key=True)
        .filter(state__in=states.WAITING)
        .order_by("pk")
    ):
        copy.state = states.COPY.check(copy.state, "close")
        copy.version += 1
        copy.save(update_fields=["state", "version"])
        record.append(
            (events.COPY, copy.pk), [Fact(events.CLOSED, {"version": copy.version})], system().stamp
        )


def keep_up() -> None:
    """End the forms whose last day has passed, ask for the periods that ended since; each form in a transaction of its own.

    One whose figures cannot be had (their room is not installed any more) keeps no other from its units.
    """
    for pk in Form.objects.filter(state=states.IN_FORCE).order_by("pk").values_list("pk", flat=True):
        try:
            _keep_up(pk)
        except Refused as refusal:
            log.error("form %s could not be kept up: %s", pk, refusal.message)


@transaction.atomic
def _keep_up(pk: int) -> None:
    row = Form.objects.select_for_update(of=("self",), no_key=True).get(pk=pk)
    if row.state != states.IN_FORCE:
        return
    if row.ends_on < clock.today():
        change = _base.Change(system(), row, states.FORM.check(row.state, "expire"), clock.now())
        row.ended_at = change.at
        change.done(events.EXPIRED, "ended_at")
        close_copies(row)
        return
    ask(row)
    remind(row)


@transaction.atomic
def set_rate(
    *, actor: Actor, kind: str, minutes: Decimal, source: str, valid_from: date | None = None
) -> Rate:
    """Say from a day on how many minutes a field of a kind takes, and who measured it where."""
    gate.check(actor, rights.CONFIGURE)
    if kind not in Kind.values:
        raise Invalid({"kind": [_("请选择列出的一种。")]})
    row = Rate(kind=kind, minutes=minutes, source=source.strip(), valid_from=valid_from or clock.today())
    dated.renew(row, ("kind",))
    told = {"kind": str(Kind(kind).label), "minutes": f"{minutes.normalize():f}"}
    record.alone(events.CONFIGURATION, Fact(events.RATE_SET, told), actor.stamp)
    return row
