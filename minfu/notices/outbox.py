"""Writing notices: a row in the transaction that causes it. Reading them: the inbox and the phone list."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import models, transaction
from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Concat
from django.utils.translation import gettext as _

from minfu.accounts.actor import Actor
from minfu.accounts.models import Level
from minfu.kernel import calendar, clock, composed, gate, record, rows
from minfu.kernel.errors import Missing
from minfu.notices import events, rights, states, tasks, texts
from minfu.notices.models import Notice, Urgency, Why
from minfu.notices.rules import alarms, secrets, ways
from minfu.notices.rules.secrets import spoken, written

__all__ = [
    "To",
    "build",
    "drop",
    "failed_for",
    "hurry",
    "inbox",
    "mark_read",
    "mark_told",
    "queue",
    "reaches_residents",
    "send",
    "spoken",
    "to_phone",
    "written",
]

#: Badges count no further: "99+" says enough, and the count stays cheap.
MOST_COUNTED = 100


@dataclass(frozen=True)
class To:
    """Who reads a notice: exactly one of unit, user, identity. ``desk_id``: who phones a resident no channel reaches."""

    unit_id: int | None = None
    user_id: int | None = None
    identity_id: UUID | None = None
    desk_id: int | None = None


def build(
    to: To,
    template: str,
    context: Mapping[str, Any],
    *,
    subject: tuple[str, int],
    event: str = "",
    at: datetime | None = None,
    reminder: bool = False,
) -> Notice:
    """Return an unsaved notice for ``send``: to staff, or to a resident.

    ``template`` is a key registered with ``texts``; ``context`` fills exactly its placeholders and holds no personal data.
    ``event`` is the recorded event behind it (default: the template's key). ``at`` is when it is due (default: now); a
    ``reminder`` waits for the morning instead of coming at night. Secrets of the text are sealed; where a desk has to phone,
    only those it reads out are kept. LookupError for an unknown template, ValueError for a context that does not fit.
    """
    texts.check(template, context)
    text, now, out = texts.get(template), clock.now(), ways.current()
    due = at or now
    reachable = to.identity_id is None or out.residents
    kept = text.secrets if reachable else text.told
    sealed = secrets.seal(to.identity_id, {name: context[name] for name in sorted(kept)})
    return rows.new(
        Notice,
        unit_id=to.unit_id,
        user_id=to.user_id,
        identity_id=to.identity_id,
        desk_id=to.desk_id,
        event=event or template,
        template=template,
        context={name: value for name, value in context.items() if name not in text.secrets},
        secret=sealed,
        secret_until=now + text.kept if sealed else None,
        urgency=text.urgency,
        planned=not _goes_out(to, text.urgency, out),
        state=states.PENDING if reachable else states.NO_CHANNEL,
        why=Why.NONE if reachable else Why.NO_WAY,
        subject_type=subject[0],
        subject_id=subject[1],
        created_at=now,
        not_before=calendar.current().next_daytime(due) if reminder else due,
    )


def reaches_residents() -> bool:
    """Tell whether messages to residents leave the house; else a desk rings them."""
    return ways.current().residents


def _goes_out(to: To, urgency: Urgency, out: ways.Ways) -> bool:
    """Tell whether ways to the outside are to be looked for; an alarm's failure to find one must not stay unseen."""
    if to.identity_id is not None:
        return out.residents
    return out.staff or urgency == Urgency.ALARM


def send(notices: Sequence[Notice]) -> None:
    """Insert notices in one statement; what is urgent is on its way as soon as the transaction commits."""
    if notices:
        Notice.objects.bulk_create(notices)
        hurry(notices)


def hurry(notices: Iterable[Notice]) -> None:
    """Let the worker look at once when one of these notices, just written, is urgent and goes out."""
    if any(one.urgency != Urgency.NORMAL and not one.planned for one in notices):
        tasks.dispatch_now()


def queue(to: To, template: str, context: Mapping[str, Any], **more: Any) -> Notice:
    """Build one notice and insert it: one statement, and one more for an urgent one. See ``build``."""
    notice = build(to, template, context, **more)
    notice.save(force_insert=True)
    hurry([notice])
    return notice


def drop(subject: tuple[str, int], templates: Iterable[str]) -> int:
    """Drop what was to be told residents about a subject by these texts and has not reached them; return how many.

    For questions that were answered meanwhile: nobody is telephoned about what is settled. One statement.
    """
    waiting = Notice.objects.filter(
        subject_type=subject[0],
        subject_id=subject[1],
        template__in=list(templates),
        identity__isnull=False,
        state__in=states.UNDELIVERED,
    )
    return waiting.update(state=states.MOOT, done_at=clock.now(), secret=None, secret_until=None)


# --- reading -------------------------------------------------------------------------------------------------------


def inbox(actor: Actor) -> QuerySet[Notice]:
    """Return the in-app notices due for the person and, unless they only run the software, for their unit; newest first."""
    mine = Q(unit_id=actor.unit_id) if actor.unit_id and actor.may(rights.READ_UNIT) else Q()
    return Notice.objects.filter(
        mine | Q(user_id=actor.user_id), identity=None, not_before__lte=clock.now()
    ).order_by("-pk")


def unread_count(actor: Actor) -> int:
    """Return how many notices are unread, counted up to ``MOST_COUNTED``. One short query."""
    return composed.count(_unread, actor)


def unread_waits(actor: Actor) -> list[composed.Question]:
    """Ask which notices are unread, up to ``MOST_COUNTED``."""
    return [composed.Question(_unread, actor)]


def _unread(actor: Actor) -> QuerySet[Notice, Any]:
    return inbox(actor).filter(state=states.PENDING).order_by().values("pk")[:MOST_COUNTED]


def _of_desk(actor: Actor) -> Q:
    """Return the condition for residents' notices that the actor's desk answers for."""
    mine = Q(desk__division__code__startswith=actor.area)
    return mine | Q(desk=None) if actor.level == Level.COUNTY else mine


def to_phone(actor: Actor) -> QuerySet[Notice]:
    """Return the notices the actor's desk has to tell residents by phone, longest waiting first.

    Area binds: desks inside the actor's area; what no desk was named for waits at the county's dispatch.
    """
    return (
        Notice.objects.filter(_of_desk(actor), state=states.NO_CHANNEL, not_before__lte=clock.now())
        .select_related("identity", "desk")
        .order_by("pk")
    )


def failed_for(actor: Actor) -> QuerySet[Notice]:
    """Return the messages to residents that no channel brought for certain and the actor's desk answers for, with a ``number``.

    None for whoever phones nobody. Whether somebody phoned since makes no difference.
    """
    if not actor.may(rights.PHONE):
        return Notice.objects.none()
    lost = Notice.objects.filter(_of_desk(actor), identity__isnull=False, why__in=(Why.FAILED, Why.UNKNOWN))
    return lost.select_related("desk").annotate(
        number=Concat(Value("T"), "pk", output_field=models.CharField())
    )


def get_failed_for(actor: Actor, notice_id: int) -> Notice:
    """Return one of them; ``Missing`` whether it is absent or another desk's."""
    gate.check(actor, rights.PHONE)
    notice = failed_for(actor).filter(pk=notice_id).first()
    if notice is None:
        raise Missing(_("没有这条通知。"))
    return notice


def count_to_phone(actor: Actor) -> int:
    """Return how many calls the actor's desk has to make, counted up to ``MOST_COUNTED``: residents, and alarms that
    reached nobody. One query.
    """
    return composed.count(_calls, actor)


def calls_wait(actor: Actor) -> list[composed.Question]:
    """Ask which calls the actor's desk has to make, as ``count_to_phone`` counts them."""
    return [composed.Question(_calls, actor)]


def _calls(actor: Actor) -> QuerySet[Any, Any]:
    residents = to_phone(actor).select_related(None).order_by().values_list("pk")
    return residents.union(alarms.waiting(actor), all=True)[:MOST_COUNTED]


@transaction.atomic
def mark_read(notice_ids: list[int], *, actor: Actor) -> int:
    """Mark notices of the actor's inbox as read and return how many were unread; others are left alone.

    Who read what is not recorded as history: it would be a record of staff, not of the matter.
    """
    gate.check(actor, rights.READ)
    return (
        inbox(actor)
        .order_by()
        .filter(pk__in=notice_ids, state=states.PENDING)
        .update(state=states.READ, done_at=clock.now(), done_by_label=actor.label)
    )


def get_notice_for(actor: Actor, notice_id: int) -> Notice:
    """Return a notice of the actor's inbox; ``Missing`` whether it is absent or another's."""
    gate.check(actor, rights.READ)
    notice = inbox(actor).filter(pk=notice_id).first()
    if notice is None:
        raise Missing(_("没有这条通知。"))
    return notice


@transaction.atomic
def mark_told(notice_id: int, *, actor: Actor) -> Notice:
    """Note that a desk told the resident by phone.

    Raises ``Missing`` when the notice is not on the actor's list, ``StepRefused`` when a colleague has done it already.
    """
    gate.check(actor, rights.PHONE)
    waiting = Notice.objects.select_for_update(of=("self",)).filter(_of_desk(actor), pk=notice_id)
    notice = waiting.filter(identity__isnull=False).first()
    if notice is None:
        raise Missing(_("没有这条通知。"))
    notice.state = states.NOTICE.check(notice.state, "tell")
    notice.done_at = clock.now()
    notice.done_by_label = actor.label
    notice.secret = notice.secret_until = None
    notice.save(update_fields=["state", "done_at", "done_by_label", "secret", "secret_until"])
    data = {"subject": [notice.subject_type, notice.subject_id], "template": notice.template}
    record.append(("notice", notice.pk), [record.Fact(events.TOLD, data)], actor.stamp)
    return notice
