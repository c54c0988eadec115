"""What of notices is sealed with the vault's keys: passwords of channels, addresses of staff."""

import json

from minfu.notices.models import Channel, Notice, Reach
from minfu.notices.rules import secrets
from minfu.registry import carrying, rotation

_CHANNEL = "notices.channel"


def register() -> None:
    """Let these columns be sealed anew when the vault's keys rotate; called once when the room is ready."""
    rotation.register_carried(
        Notice.objects, "notices.Notice", "secret", lambda notice: secrets.purpose(notice.identity_id)
    )
    rotation.register_carried(Channel.objects, "notices.Channel", "secrets", lambda _channel: _CHANNEL)
    rotation.register_carried(Reach.objects, "notices.Reach", "address", lambda reach: _reach(reach.user_id))


def _reach(user_id: int) -> str:
    return f"notices.reach.{user_id}"


def seal_secrets(given: dict[str, str]) -> bytes:
    """Return a channel's secrets sealed."""
    return carrying.seal_bytes(json.dumps(given, ensure_ascii=False).encode(), _CHANNEL)


def secrets_of(channel: Channel) -> dict[str, str]:
    """Return a channel's secrets, for the moment of sending; ``BadSignature`` when the key is gone."""
    if not channel.secrets:
        return {}
    found: dict[str, str] = json.loads(carrying.unseal_bytes(bytes(channel.secrets), _CHANNEL))
    return found


def seal_address(user_id: int, address: str) -> bytes:
    """Return a staff member's address sealed."""
    return carrying.seal_bytes(address.encode(), _reach(user_id))


def address_of(reach: Reach) -> str:
    """Return where a staff member wants to be reached; ``BadSignature`` when the key is gone."""
    return carrying.unseal_bytes(bytes(reach.address), _reach(reach.user_id)).decode()
