"""Where a staff member wants to be reached outside the house, within what the post allows."""

from dataclasses import dataclass

from django.conf import settings
from django.core.signing import BadSignature
from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from minfu.accounts.actor import Actor
from minfu.kernel import codes, gate
from minfu.kernel.errors import Invalid, Missing
from minfu.notices import rights
from minfu.notices.kinds import KINDS, Address
from minfu.notices.models import Channel, Reach
from minfu.notices.rules import planning, sealed, ways
from minfu.notices.rules.configure import parse_address

_PERSONAL = (Address.PHONE, Address.EMAIL, Address.ACCOUNT)


@dataclass(frozen=True)
class Choice:
    """A channel a person may be reached by, and what they chose; ``masked`` is empty while they gave no address."""

    channel: Channel
    wants: Address
    is_on: bool
    masked: str
    language: str


def choices(actor: Actor) -> list[Choice]:
    """Return the channels the actor's post allows for their own notices, with what they chose."""
    gate.check(actor, rights.READ)
    reaches = {row.channel_id: row for row in Reach.objects.filter(user_id=_person(actor))}
    return [_choice(channel, reaches.get(channel.pk)) for channel in _allowed(actor)]


def save(channel_id: int, address: str, *, is_on: bool, language: str = "", actor: Actor) -> Choice:
    """Let the actor be reached by a channel, or no longer (``is_on``); an empty address keeps the one given before.

    Alarms come to an address once given also when off; ``forget`` takes it away. ``Missing`` for a channel the post does not
    allow, ``Invalid`` for an address that is none.
    """
    gate.check(actor, rights.READ)
    channel = _get(actor, channel_id)
    if language and language not in dict(settings.LANGUAGES):
        raise Invalid({"language": [_("请选择语言。")]})
    user_id = _person(actor)
    with transaction.atomic():
        row = Reach.objects.select_for_update().filter(user_id=user_id, channel=channel).first()
        if row is None and not address.strip():
            raise Invalid({"address": [_("请先填写接收地址。")]})
        row = row or Reach(user_id=user_id, channel=channel)
        if address.strip():
            row.address = sealed.seal_address(user_id, parse_address(KINDS[channel.kind].address, address))
        row.is_on, row.language = is_on, language or _own()
        row.save()
    return _choice(channel, row)


def forget(channel_id: int, *, actor: Actor) -> None:
    """Delete the address the actor gave for a channel; nothing more comes by it. Safe to repeat."""
    gate.check(actor, rights.READ)
    Reach.objects.filter(user_id=_person(actor), channel_id=channel_id).delete()


def _person(actor: Actor) -> int:
    if actor.user_id is None:
        raise gate.sign_in_needed()
    return actor.user_id


def _allowed(actor: Actor) -> list[Channel]:
    return [
        one
        for one in ways.active()
        if KINDS[one.kind].address in _PERSONAL and planning.allowed(one, actor.role)
    ]


def _get(actor: Actor, channel_id: int) -> Channel:
    found = next((one for one in _allowed(actor) if one.pk == channel_id), None)
    if found is None:
        raise Missing(_("没有这个渠道，或者您的岗位不能使用。"))
    return found


def _own() -> str:
    """Return the language the person reads the screens in."""
    return get_language() or settings.LANGUAGE_CODE


def _choice(channel: Channel, reach: Reach | None) -> Choice:
    wants = KINDS[channel.kind].address
    if reach is None:
        return Choice(channel, wants, is_on=False, masked="", language=_own())
    return Choice(channel, wants, reach.is_on, _masked(wants, reach), reach.language)


def _masked(wants: Address, reach: Reach) -> str:
    """Return enough of an address to know it again."""
    try:
        address = sealed.address_of(reach)
    except BadSignature:
        return _("（打不开，请重新填写）")
    if wants == Address.PHONE:
        return codes.mask_phone(address)
    name, at, host = address.partition("@")
    return f"{name[:2]}***{at}{host}"
