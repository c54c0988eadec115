"""Texts carried from one request to the next (a report half filled in): sealed, so that a session holds nothing readable."""

import base64
import os

from cryptography.exceptions import InvalidTag
from django.core.signing import BadSignature

from minfu.registry import keys

_NONCE = 12


def seal(text: str, purpose: str) -> str:
    """Return ``text`` sealed with the vault's current key for one purpose (a word that says what it is carried for)."""
    ring = keys.ring()
    nonce = os.urandom(_NONCE)
    sealed = nonce + ring.cipher(ring.current).encrypt(nonce, text.encode(), purpose.encode())
    return f"{ring.current}.{base64.urlsafe_b64encode(sealed).decode()}"


def seal_bytes(data: bytes, purpose: str) -> bytes:
    """Return bytes (an uploaded table waiting to be read) sealed as ``seal`` does, without the detour by text."""
    ring = keys.ring()
    nonce = os.urandom(_NONCE)
    head = f"{ring.current}.".encode()
    return head + nonce + ring.cipher(ring.current).encrypt(nonce, data, purpose.encode())


def unseal_bytes(carried: bytes, purpose: str) -> bytes:
    """Return what ``seal_bytes`` sealed for ``purpose``; ``BadSignature`` for anything else."""
    key_id, _dot, raw = carried.partition(b".")
    try:
        cipher = keys.ring().cipher(key_id.decode())
        return cipher.decrypt(raw[:_NONCE], raw[_NONCE:], purpose.encode())
    except (InvalidTag, ValueError, keys.KeyRingError) as error:
        raise BadSignature(str(error)) from error


def unseal(carried: str, purpose: str) -> str:
    """Return what was sealed for ``purpose``; ``BadSignature`` for anything else (changed, or the key is gone)."""
    key_id, _dot, body = carried.partition(".")
    try:
        raw = base64.urlsafe_b64decode(body)
        plain = keys.ring().cipher(key_id).decrypt(raw[:_NONCE], raw[_NONCE:], purpose.encode())
    except (InvalidTag, ValueError, keys.KeyRingError) as error:
        raise BadSignature(str(error)) from error
    return plain.decode()
