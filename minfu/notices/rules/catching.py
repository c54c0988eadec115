"""The demo's catcher: nothing leaves the house; what would have been sent can be looked at, the reader masked."""

from collections.abc import Sequence
from datetime import timedelta

from django.utils.translation import gettext as _

from minfu.kernel import clock
from minfu.notices import texts
from minfu.notices.kinds import CATCHER, KINDS
from minfu.notices.models import Caught, Channel, Delivery
from minfu.notices.rules import ways
from minfu.notices.rules.composing import compose
from minfu.registry import vault

#: Caught messages are kept so long.
KEPT = timedelta(days=14)


def install() -> Channel:
    """Let the demo's catcher take what goes out to residents and staff from now on; safe to repeat."""
    found = Channel.objects.filter(kind=CATCHER).first()
    row = found or Channel.objects.create(
        name=_("演示收集箱"), kind=CATCHER, for_residents=True, for_staff=True, digest_minutes=1
    )
    ways.forget()
    return row


def keep(channel: Channel, bundle: Sequence[Delivery]) -> None:
    """Keep what would have gone out, in the transaction that marks it as sent."""
    about = bundle[0].notice
    language = texts.language_of(about.subject_type, about.subject_id) if about.identity_id else ""
    message = compose(bundle, KINDS[channel.kind], language=language)
    Caught.objects.create(
        channel=channel,
        delivery_id=bundle[0].pk,
        at=clock.now(),
        reader=_reader(bundle[0]),
        title=message.title,
        body=message.body,
        urgency=bundle[0].urgency,
        count=len(bundle),
    )


def _reader(delivery: Delivery) -> str:
    """Say who would have got it: a resident masked, staff by unit or name."""
    notice = delivery.notice
    if notice.identity is not None:
        contact = vault.masked(notice.identity)
        return f"{contact.name} {contact.phone}".strip()
    return str(notice.user or notice.unit)


def forget_old() -> int:
    """Delete what was caught long ago; return how many."""
    return Caught.objects.filter(at__lt=clock.now() - KEPT).delete()[0]
