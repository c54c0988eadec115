"""Sessions of a person: where they are signed in, ended by themselves or by the administrator; and their sign-ins."""

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from minfu.accounts import events, rights
from minfu.accounts.actor import Actor
from minfu.accounts.models import Session, SignIn, User
from minfu.accounts.rules import access
from minfu.kernel import clock, gate, record
from minfu.kernel.errors import Invalid, Missing
from minfu.kernel.models import Event


@dataclass(frozen=True)
class Open:
    """A session that is not over: how it began (None where that is no longer kept) and whether it is the one in use."""

    sign_in_id: int
    began: SignIn | None
    here: bool


def end_all(user: User, *, keep: str | None = None) -> int:
    """End every session of a person but the one with the key ``keep``, and return how many ended."""
    found = Session.objects.filter(user_id=user.pk)
    return found.exclude(pk=keep).delete()[0] if keep else found.delete()[0]


def open_sessions(user: User, *, here: str | None = None) -> list[Open]:
    """Return a person's sessions, the one with the key ``here`` first, then the newest."""
    rows = Session.objects.filter(user_id=user.pk, expire_date__gt=clock.now(), sign_in_id__isnull=False)
    began = SignIn.objects.in_bulk([row.sign_in_id for row in rows if row.sign_in_id])
    found = [Open(row.sign_in_id or 0, began.get(row.sign_in_id or 0), row.pk == here) for row in rows]
    return sorted(found, key=lambda one: (not one.here, -one.sign_in_id))


def sign_ins(user: User) -> QuerySet[SignIn]:
    """Return a person's sign-ins and failed ones that are still kept, newest first, at most a hundred."""
    since = clock.now() - timedelta(days=settings.MINFU_SIGN_IN_DAYS)
    return SignIn.objects.filter(user=user, at__gt=since).order_by("-at", "-pk")[:100]


def looks(user: User) -> QuerySet[Event]:
    """Return who looked at a person's sign-ins, and why; newest first."""
    found = Event.objects.filter(subject_type="user", subject_id=user.pk, name=events.SIGN_INS_SEEN)
    return found.order_by("-seq")[:20]


def _end(user: User, sign_in_id: int) -> None:
    """End one session of a person; ``Missing`` when there is none."""
    ended, _kinds = Session.objects.filter(user_id=user.pk, sign_in_id=sign_in_id).delete()
    if not ended:
        raise Missing(_("没有这个登录，可能已经退出。"))


@transaction.atomic
def end_own(sign_in_id: int, *, user: User, door: str = "screen") -> None:
    """End one of one's own sessions: at its next request it is signed out."""
    user = User.objects.select_for_update().get(pk=user.pk)
    _end(user, sign_in_id)
    record.append(("user", user.pk), [record.Fact(events.SESSION_ENDED)], stamp_of(user, door))


@transaction.atomic
def end_others(*, user: User, keep: str | None, door: str = "screen") -> int:
    """End all one's own sessions but the one in use (key ``keep``), and return how many."""
    user = User.objects.select_for_update().get(pk=user.pk)
    ended = end_all(user, keep=keep)
    if ended:
        fact = record.Fact(events.SESSION_ENDED, {"sessions": ended})
        record.append(("user", user.pk), [fact], stamp_of(user, door))
    return ended


@transaction.atomic
def end_of(user_id: int, sign_in_id: int, *, actor: Actor) -> User:
    """End a session of anyone; needs ``accounts.manage``."""
    user = access.get_person_for(actor, user_id, lock=True)
    _end(user, sign_in_id)
    record.append(("user", user.pk), [record.Fact(events.SESSION_ENDED)], actor.stamp)
    return user


@transaction.atomic
def look_at(username: str, reason: str, *, actor: Actor) -> User:
    """Return the person whose sign-ins the actor wants to see; the look and its reason are recorded and shown to them.

    Needs ``accounts.see_sign_ins``; ``Invalid`` without a reason or for a user name nobody has.
    """
    gate.check(actor, rights.SEE_SIGN_INS)
    user = User.objects.select_for_update().filter(username=username.strip().replace("\0", "")).first()
    if user is None:
        raise Invalid({"username": [_("没有这个用户名，请核对。")]})
    if not reason.strip():
        raise Invalid({"reason": [_("请写明原因，例如“核查异常登录”。")]})
    record.append(("user", user.pk), [record.Fact(events.SIGN_INS_SEEN, {}, reason.strip())], actor.stamp)
    return user


def stamp_of(user: User, door: str = "screen") -> record.Stamp:
    """Return what the history keeps of a person who acts for themselves, in no post."""
    return record.Stamp(kind="staff", door=door, label=user.name, user_id=user.pk)


def forget_old() -> int:
    """Delete the sign-ins that are kept no longer and return how many; nightly."""
    until = clock.now() - timedelta(days=settings.MINFU_SIGN_IN_DAYS)
    return SignIn.objects.filter(at__lte=until).delete()[0]
