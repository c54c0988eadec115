"""Alarms to staff that reached nobody outside: a desk phones, until someone was told or the alarm was read."""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from minfu.accounts.actor import Actor
from minfu.accounts.models import Level
from minfu.kernel import clock, gate, record
from minfu.kernel.errors import Missing
from minfu.notices import events, rights, states
from minfu.notices.models import Delivery, Notice, Urgency

_LOST = (states.FAILED, states.UNKNOWN)
#: As long as a delivery is in one of these, somebody was or may yet be reached.
_HOPE = (states.WAITING, states.SENDING, states.SENT)


@dataclass(frozen=True)
class Alarm:
    """An alarm to be told by phone: whom, and why no channel reached them."""

    notice: Notice
    delivery: Delivery

    @property
    def reader(self) -> str:
        """Return who is to be told: a person, or a unit."""
        return str(self.notice.user or self.notice.unit)

    @property
    def phone(self) -> str:
        """Return the duty number of the unit they were to be reached in."""
        return self.delivery.unit.phone if self.delivery.unit else ""


def _of(actor: Actor) -> QuerySet[Delivery]:
    """Return the lost deliveries of unread alarms that the actor's desk answers for: of units in its area."""
    mine = Q(unit__division__code__startswith=actor.area)
    if actor.level == Level.COUNTY:
        mine |= Q(unit=None)
    hope = Delivery.objects.filter(notice=OuterRef("notice"), state__in=_HOPE)
    return Delivery.objects.filter(
        ~Exists(hope),
        mine,
        state__in=_LOST,
        urgency=Urgency.ALARM,
        notice__identity=None,
        notice__state=states.PENDING,
    )


def to_phone(actor: Actor) -> list[Alarm]:
    """Return the alarms the actor's desk has to tell by phone, longest waiting first; each once, however many were to get it."""
    rows = (
        _of(actor)
        .select_related("notice", "notice__user", "notice__unit", "unit")
        .order_by("notice_id", "pk")
    )
    found: dict[int, Alarm] = {}
    for row in rows:
        found.setdefault(row.notice_id, Alarm(row.notice, row))
    return list(found.values())


def waiting(actor: Actor) -> QuerySet[Delivery, tuple[int]]:
    """Return the numbers of the alarms that wait for a call, to be counted."""
    return _of(actor).order_by().values_list("notice_id").distinct()


@transaction.atomic
def mark_told(notice_id: int, *, actor: Actor) -> None:
    """Note that a desk told the reader of an alarm by phone. ``Missing`` when it is not on the actor's list (any more)."""
    gate.check(actor, rights.PHONE)
    rows = list(
        Delivery.objects.select_for_update(of=("self",), no_key=True)
        .filter(
            pk__in=list(_of(actor).filter(notice_id=notice_id).values_list("pk", flat=True)), state__in=_LOST
        )
        .order_by("pk")
    )
    if not rows:
        raise Missing(_("没有这条通知，或者已经有人告知。"))
    for row in rows:
        row.state = states.DELIVERY.check(row.state, "tell")
        row.done_at, row.done_by_label = clock.now(), actor.label
    Delivery.objects.bulk_update(rows, ["state", "done_at", "done_by_label"])
    notice = rows[0].notice
    data = {"subject": [notice.subject_type, notice.subject_id], "template": notice.template}
    record.begin(("notice", notice.pk), [record.Fact(events.ALARM_TOLD, data)], actor.stamp)
