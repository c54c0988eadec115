"""Signing by Standard Webhooks (v1, HMAC-SHA256), and the secrets it is done with."""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Sequence
from datetime import datetime

from minfu.registry import carrying, rotation
from minfu.webhooks.models import Endpoint

_PURPOSE = "webhooks.endpoint"
_PREFIX = "whsec_"
_BYTES = 32


def register() -> None:
    """Let the secrets be sealed anew when the vault's keys rotate; called once when the application is ready."""
    for field in ("secret", "former_secret"):
        rotation.register_carried(Endpoint.objects, "webhooks.Endpoint", field, lambda _row: _PURPOSE)


def new() -> str:
    """Return a new secret as receivers enter it."""
    return _PREFIX + base64.b64encode(secrets.token_bytes(_BYTES)).decode()


def seal(secret: str) -> bytes:
    """Return a secret as it is kept."""
    return carrying.seal_bytes(secret.encode(), _PURPOSE)


def current(endpoint: Endpoint, now: datetime) -> list[str]:
    """Return the secrets that sign now, the newest first; ``BadSignature`` when a key is gone."""
    kept = [endpoint.secret]
    if endpoint.former_secret is not None and endpoint.former_until and now < endpoint.former_until:
        kept.append(endpoint.former_secret)
    return [carrying.unseal_bytes(bytes(one), _PURPOSE).decode() for one in kept]


def headers(message_id: str, at: datetime, body: bytes, given: Sequence[str]) -> dict[str, str]:
    """Return the headers that prove a message: one signature for each of the secrets."""
    seconds = str(int(at.timestamp()))
    signed = b".".join([message_id.encode(), seconds.encode(), body])
    return {
        "Content-Type": "application/json",
        "webhook-id": message_id,
        "webhook-timestamp": seconds,
        "webhook-signature": " ".join(f"v1,{_signature(one, signed)}" for one in given),
    }


def _signature(secret: str, signed: bytes) -> str:
    key = base64.b64decode(secret.removeprefix(_PREFIX))
    return base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
