"""Who calls: anyone, or a system with a key; how often each may."""

from axes.helpers import get_client_ip_address
from django.http import HttpRequest
from django.utils.translation import gettext as _

from minfu.accounts import tokens
from minfu.accounts.actor import Actor
from minfu.cases import rights
from minfu.kernel import limits
from minfu.kernel.errors import Forbidden
from minfu.kernel.gate import SignInNeeded
from minfu.open311.arguments import Arguments

#: Calls that read, per minute and key, or address where there is no key.
READS_A_MINUTE = 300
#: Calls that hand something in, per key and minute.
WRITES_A_MINUTE = 120
#: Wrong keys, per address and ten minutes.
WRONG_KEYS = 30
#: Tokens (receipts) that do not exist, per address and hour: as many as on the residents' own page.
WRONG_TOKENS_AN_HOUR = 15
DOOR = "open311"


def reader(request: HttpRequest, arguments: Arguments) -> Actor | None:
    """Return who reads, None for anyone. ``Forbidden`` for a wrong key, ``TooMany`` beyond the limit."""
    actor = _caller(request, arguments)
    who = f"post:{actor.post_id}" if actor else _address(request)
    limits.hit(f"open311:read:{who}", limit=READS_A_MINUTE, seconds=60)
    return actor


def writer(request: HttpRequest, arguments: Arguments) -> Actor:
    """Return which system hands something in. ``Forbidden`` without a good key, ``TooMany`` beyond the limit."""
    actor = _caller(request, arguments)
    if actor is None:
        raise Forbidden(_("缺少 api_key。请向县平台申请。"))
    limits.hit(f"open311:write:{actor.post_id}", limit=WRITES_A_MINUTE, seconds=60)
    return actor


def wrong_token(request: HttpRequest) -> None:
    """Count a token that does not exist."""
    limits.hit(f"open311:token:{_address(request)}", limit=WRONG_TOKENS_AN_HOUR, seconds=3600)


def _caller(request: HttpRequest, arguments: Arguments) -> Actor | None:
    scheme, _space, carried = request.headers.get("Authorization", "").partition(" ")
    key = arguments.text("api_key") or (carried.strip() if scheme.lower() == "bearer" else "")
    if not key:
        return None
    try:
        actor = tokens.actor_for_token(key)
    except SignInNeeded:
        limits.hit(f"open311:key:{_address(request)}", limit=WRONG_KEYS, seconds=600)
        raise Forbidden(_("api_key 不正确或已失效。请向县平台核对。")) from None
    if not actor.may(rights.PARTNER):
        raise Forbidden(_("这个 api_key 不能用于 Open311。请向县平台申请对接系统的密钥。"))
    return actor.through(DOOR)


def _address(request: HttpRequest) -> str:
    return str(get_client_ip_address(request) or "")
