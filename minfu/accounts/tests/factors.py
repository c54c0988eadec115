"""Second factors for tests: an authenticator app, and a passkey that signs as a real one does."""

import hashlib
import json
import os
import time
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData

from minfu.accounts.models import User

_FLAGS = AuthenticatorData.FLAG


def code_of(secret: str, *, ahead: int = 0) -> str:
    """Return what an authenticator app shows now, or ``ahead`` half minutes later."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + ahead))


def app_for(user: User) -> str:
    """Give a person an authenticator app that is set up, and return its secret."""
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    return str(secret)


class Passkey:
    """A passkey in software: makes and signs what the browser would send for a page at ``origin``."""

    def __init__(self, origin: str = "http://localhost"):
        """Make a key pair."""
        self.origin = origin
        self.secret = ec.generate_private_key(ec.SECP256R1())
        self.number = os.urandom(16)
        self.owner = ""

    def _client_data(self, kind: str, challenge: str) -> bytes:
        told = {"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}
        return json.dumps(told).encode()

    def create(self, options: dict[str, Any]) -> dict[str, Any]:
        """Answer ``navigator.credentials.create``."""
        asked = options["publicKey"]
        self.owner = asked["user"]["id"]
        key = AttestedCredentialData.create(
            bytes(16), self.number, ES256.from_cryptography_key(self.secret.public_key())
        )
        data = AuthenticatorData.create(
            hashlib.sha256(asked["rp"]["id"].encode()).digest(), _FLAGS.UP | _FLAGS.UV | _FLAGS.AT, 0, key
        )
        return {
            "id": websafe_encode(self.number),
            "rawId": websafe_encode(self.number),
            "type": "public-key",
            "clientExtensionResults": {"credProps": {"rk": True}},
            "response": {
                "clientDataJSON": websafe_encode(self._client_data("webauthn.create", asked["challenge"])),
                "attestationObject": websafe_encode(bytes(AttestationObject.create("none", data, {}))),
            },
        }

    def get(self, options: dict[str, Any]) -> dict[str, Any]:
        """Answer ``navigator.credentials.get``."""
        asked = options["publicKey"]
        host = asked["rpId"]
        data = bytes(
            AuthenticatorData.create(hashlib.sha256(host.encode()).digest(), _FLAGS.UP | _FLAGS.UV, 1)
        )
        told = self._client_data("webauthn.get", asked["challenge"])
        signature = self.secret.sign(data + hashlib.sha256(told).digest(), ec.ECDSA(SHA256()))
        return {
            "id": websafe_encode(self.number),
            "rawId": websafe_encode(self.number),
            "type": "public-key",
            "clientExtensionResults": {},
            "response": {
                "clientDataJSON": websafe_encode(told),
                "authenticatorData": websafe_encode(data),
                "signature": websafe_encode(signature),
                "userHandle": self.owner,
            },
        }


def passkey_for(user: User) -> Authenticator:
    """Give a person a passkey that nobody has, for pages that list it."""
    options = {
        "publicKey": {
            "rp": {"id": "testserver"},
            "user": {"id": websafe_encode(str(user.pk).encode())},
            "challenge": websafe_encode(b"challenge"),
        }
    }
    data = {"name": "通行密钥 1", "credential": Passkey().create(options)}
    return Authenticator.objects.create(user=user, type=Authenticator.Type.WEBAUTHN, data=data)
