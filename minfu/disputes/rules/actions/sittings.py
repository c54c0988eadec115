"""Mediation itself: it begins, sittings are arranged and held."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from minfu.accounts.actor import Actor
from minfu.disputes import events, states
from minfu.disputes.models import Mediation, Session
from minfu.disputes.rules import access
from minfu.disputes.rules.actions._base import MAX_PAPER, Change, take
from minfu.disputes.texts import PARTY_CANCELLED, PARTY_SESSION
from minfu.kernel import calendar, validity
from minfu.kernel.errors import Invalid, Refused
from minfu.kernel.tongue import of_county
from minfu.language.asked import text

#: How far ahead a sitting may be arranged.
FARTHEST = timedelta(days=90)


@dataclass(frozen=True)
class Sitting:
    """What is written down of a sitting: when and where, the ids of parties and seats that came, who else, what was said."""

    starts_at: datetime
    place: str
    minutes: str
    parties: Sequence[int] = ()
    seats: Sequence[int] = ()
    others: str = ""


@transaction.atomic
def begin(*, actor: Actor, pk: int, version: int | None = None) -> Mediation:
    """Begin: both sides agree, and at least one mediator has declared that nothing makes them stand aside."""
    change = take(actor, pk, "begin", version=version)
    if said := access.ready(change.row):
        raise Refused(said, code="not_ready")
    change.fact(events.BEGUN)
    return change.done()


def undisputed(change: Change) -> None:
    """Raise ``Refused`` while a side waits for another mediator, or nobody sits any more."""
    if change.row.replacements.filter(state="asked").exists():
        raise Refused(_("有当事人要求更换调解员，请先决定是否更换。"), code="replacement_open")
    if not change.row.seats.filter(state="seated").exists():
        raise Refused(_("现在没有调解员，请先选定。"), code="no_mediator")


@transaction.atomic
def plan(*, actor: Actor, pk: int, starts_at: datetime, place: str, version: int | None = None) -> Session:
    """Arrange a sitting; the parties are told when and where."""
    change = take(actor, pk, "plan", version=version)
    where = text(place, "place", _("请写明在哪里调解。"), longest=100)
    if not change.at < starts_at <= change.at + FARTHEST:
        raise Invalid({"starts_at": [_("时间应在现在之后、%(days)s 天以内。") % {"days": FARTHEST.days}]})
    made = Session.objects.create(
        mediation=change.row, state="planned", starts_at=starts_at, place=where, post_id=actor.post_id
    )
    change.fact(events.SESSION_PLANNED, session=made.pk)
    change.tell_parties(PARTY_SESSION, when=when(starts_at, change.at), place=where)
    change.done()
    return made


def when(moment: datetime, now: datetime) -> str:
    """Return a moment as people say it: date, weekday, hour."""
    local = localtime(moment)
    with of_county():
        return f"{calendar.day_text(local.date(), localtime(now).date())} {local:%H:%M}"


@transaction.atomic
def hold(
    *, actor: Actor, pk: int, sitting: Sitting, session_id: int | None = None, version: int | None = None
) -> Session:
    """Write down a sitting that took place: an arranged one (``session_id``), or one that came about."""
    change = take(actor, pk, "hold", version=version)
    undisputed(change)
    made = (
        Session(mediation=change.row)
        if session_id is None
        else access.get_session_for(change.row, session_id)
    )
    if session_id is None:
        made.state = "held"
    else:
        made.state = states.SESSION.check(made.state, "hold")
    made.place = text(sitting.place, "place", _("请写明在哪里调解的。"), longest=100)
    made.minutes = text(sitting.minutes, "minutes", _("请写调解笔录。"), longest=MAX_PAPER)
    made.others = text(sitting.others, "others", "", longest=200)
    if sitting.starts_at > change.at:
        raise Invalid({"starts_at": [_("调解时间还没到，到时再记录。")]})
    made.starts_at, made.post_id = sitting.starts_at, actor.post_id
    made.parties, made.seats = _who_came(change.row, sitting)
    validity.save(made)
    change.fact(events.SESSION_HELD, session=made.pk)
    change.done()
    return made


def _who_came(row: Mediation, sitting: Sitting) -> tuple[list[int], list[int]]:
    """Return the ids of who came; ``Invalid`` unless at least one party and one sitting mediator did."""
    parties = sorted(set(sitting.parties))
    seats = sorted(set(sitting.seats))
    fields: dict[str, list[str]] = {}
    if not parties or row.parties.filter(pk__in=parties).count() != len(parties):
        fields["parties"] = [_("请勾选到场的当事人。")]
    if not seats or row.seats.filter(pk__in=seats, state="seated").count() != len(seats):
        fields["seats"] = [_("请勾选到场的调解员。")]
    if fields:
        raise Invalid(fields)
    return parties, seats


@transaction.atomic
def cancel(*, actor: Actor, pk: int, session_id: int, reason: str, version: int | None = None) -> Session:
    """Call off an arranged sitting; the parties are told."""
    change = take(actor, pk, "plan", version=version)
    made = access.get_session_for(change.row, session_id)
    access.permit(actor, change.row, states.SESSION.step("cancel"))
    made.state = states.SESSION.check(made.state, "cancel")
    made.minutes = text(reason, "reason", _("请写明为什么取消。"), longest=200)
    made.save(update_fields=["state", "minutes"])
    change.fact(events.SESSION_CANCELLED, made.minutes, session=made.pk)
    change.tell_parties(PARTY_CANCELLED, when=when(made.starts_at, change.at))
    change.done()
    return made
