"""What only the reader of a notice may know: sealed in its row, and only until it is delivered."""

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.core.signing import BadSignature

from minfu.kernel import clock
from minfu.notices import texts
from minfu.notices.models import Notice
from minfu.registry import carrying


def purpose(identity_id: UUID | None) -> str:
    """Return what a secret is sealed for: one moved to another resident's notice does not open."""
    return f"notice:{identity_id}"


def seal(identity_id: UUID | None, secrets: Mapping[str, Any]) -> bytes | None:
    """Return secrets sealed for their reader, None for none. ValueError for a secret that is not for a resident."""
    if not secrets:
        return None
    if identity_id is None:
        raise ValueError("only residents are sent secrets")
    return carrying.seal_bytes(json.dumps(secrets).encode(), purpose(identity_id))


def _secrets(notice: Notice) -> dict[str, Any]:
    """Return the secrets that are still good; those of a key that is gone are gone too."""
    if notice.secret is None or notice.secret_until is None or notice.secret_until <= clock.now():
        return {}
    try:
        found: dict[str, Any] = json.loads(
            carrying.unseal_bytes(bytes(notice.secret), purpose(notice.identity_id))
        )
    except BadSignature:
        return {}
    return found


def _opened(notice: Notice) -> dict[str, Any]:
    """Return the context with the secrets that are still good."""
    return {**notice.context, **_secrets(notice)}


def written(notice: Notice) -> texts.Words:
    """Return what is sent to the reader, secrets included: for the moment of sending, never for a screen of staff."""
    return texts.words(notice.template, _opened(notice))


def spoken(notice: Notice) -> texts.Words:
    """Return what a desk says to the resident on the telephone; of the secrets only those it has to read out."""
    told = texts.get(notice.template).told
    context = _opened(notice) if told else notice.context
    shown = {name: value for name, value in context.items() if name in told or name in notice.context}
    return texts.words(notice.template, shown, spoken=True)


def give_to_desk(notice: Notice) -> None:
    """Leave only the secrets a desk reads out: nobody will send the others. Does not save."""
    secrets = _secrets(notice)
    told = texts.get(notice.template).told & secrets.keys()
    notice.secret = seal(notice.identity_id, {name: secrets[name] for name in sorted(told)})
    if notice.secret is None:
        notice.secret_until = None


def forget_secrets() -> int:
    """Drop the secrets whose time is over and return how many."""
    over = Notice.objects.filter(secret_until__isnull=False, secret_until__lte=clock.now())
    return over.update(secret=None, secret_until=None)
