"""The identity vault: seal, mask, find again, reveal for a purpose.

A sealed value is ``version (1 byte) | length of key id (1) | key id | nonce (12) | AES-256-GCM ciphertext and tag``. The
identity's id and the header are authenticated with it: a value moved to another row does not open.
"""

import base64
import hashlib
import hmac
import json
import os
import re
import unicodedata
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidTag
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from minfu.accounts.actor import Actor
from minfu.kernel import clock, codes, gate, record, rows
from minfu.kernel.errors import Invalid, Missing
from minfu.kernel.text import folded
from minfu.registry import events, keys, rights
from minfu.registry.models import Erasure, Identity, OneTimeCode, Reveal
from minfu.registry.rules.masking import mask_address
from minfu.registry.rules.purposes import purposes_on

_VERSION = 1
_NONCE = 12
#: Sealed values are padded to multiples of this many bytes, so that their length does not tell names apart.
_BLOCK = 64
_LONGEST_EXPLANATION = 200
#: Characters of the shortest name that is looked for.
_SHORTEST_NAME = 2


class TamperedError(RuntimeError):
    """A sealed value does not open: it was changed, or belongs to another row."""


@dataclass(frozen=True)
class Contact:
    """Who a resident is and how to reach them, in the clear. Lives in memory only; never in a log, a job or a session."""

    name: str = ""
    phone: str = ""
    id_number: str = ""
    address: str = ""
    note: str = ""

    def __repr__(self) -> str:
        return "Contact(…)"


@dataclass(frozen=True)
class MaskedContact:
    """What screens show without a stated purpose."""

    name: str
    phone: str
    id_number: str
    address: str
    has_note: bool
    erased: bool = False


def _digest(kind: bytes, value: str) -> bytes | None:
    """Return the blind index of a normalised value, None for none."""
    if not value:
        return None
    return hmac.digest(keys.ring().index, kind + b"\0" + value.encode(), hashlib.sha256)


def _number(parse: Callable[[str], str], value: str, fields: dict[str, list[str]]) -> str:
    """Return a number in its one stored form, empty for none; the sentences of a wrong one go into ``fields``."""
    try:
        return parse(value) if value.strip() else ""
    except Invalid as refused:
        fields.update(refused.fields)
        return ""


def _normal(contact: Contact) -> Contact:
    """Return the contact with trimmed text and normalised numbers; ``Invalid`` by field for wrong ones."""
    fields: dict[str, list[str]] = {}
    normal = Contact(
        name=contact.name.strip(),
        phone=_number(codes.parse_phone, contact.phone, fields),
        id_number=_number(codes.parse_citizen_id, contact.id_number, fields),
        address=contact.address.strip(),
        note=contact.note.strip(),
    )
    if fields:
        raise Invalid(fields)
    return normal


def head(key_id: str) -> bytes:
    """Return what every value sealed with this key begins with."""
    return bytes([_VERSION, len(key_id)]) + key_id.encode()


def _seal(identity_id: uuid.UUID, contact: Contact) -> bytes:
    """Return the sealed value of a normalised contact."""
    ring = keys.ring()
    header = head(ring.current)
    values = [contact.name, contact.phone, contact.id_number, contact.address, contact.note]
    plain = json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode()
    plain += b" " * (-len(plain) % _BLOCK)
    nonce = os.urandom(_NONCE)
    return header + nonce + ring.cipher(ring.current).encrypt(nonce, plain, identity_id.bytes + header)


def _open(identity: Identity) -> Contact:
    """Return what is sealed; ``TamperedError`` if it is not what was sealed for this identity."""
    if identity.erased_at is not None:
        return Contact()
    sealed = bytes(identity.sealed)
    start = 2 + sealed[1] if len(sealed) > 1 else 0
    header, nonce, rest = sealed[:start], sealed[start : start + _NONCE], sealed[start + _NONCE :]
    if header[:1] != bytes([_VERSION]):
        raise TamperedError(_("身份 %(id)s 的密文无法识别，可能已被改动。") % {"id": identity.pk})
    try:
        cipher = keys.ring().cipher(header[2:].decode("ascii", "replace"))
        plain = cipher.decrypt(nonce, rest, identity.pk.bytes + header)
    except (InvalidTag, ValueError):
        raise TamperedError(_("身份 %(id)s 的密文校验不通过，可能已被改动。") % {"id": identity.pk}) from None
    return Contact(*json.loads(plain))


def seal(contact: Contact) -> Identity:
    """Return an unsaved identity that holds ``contact`` sealed. Costs well under 150 µs.

    Raises ``Invalid`` by field (``phone``, ``id_number``) when a number is wrong.
    """
    normal = _normal(contact)
    identity_id = uuid.uuid4()
    return rows.new(
        Identity,
        id=identity_id,
        sealed=_seal(identity_id, normal),
        phone_index=_digest(b"phone", normal.phone),
        id_index=_digest(b"id", normal.id_number),
        created_at=clock.now(),
    )


def create(contact: Contact) -> Identity:
    """Seal and save; see ``seal``."""
    identity = seal(contact)
    identity.save(force_insert=True)
    return identity


def replace(identity: Identity, contact: Contact) -> None:
    """Put a corrected contact in the place of the old one, sealed with the current key; the caller records why."""
    normal = _normal(contact)
    identity.sealed = _seal(identity.pk, normal)
    identity.phone_index = _digest(b"phone", normal.phone)
    identity.id_index = _digest(b"id", normal.id_number)
    identity.save(update_fields=["sealed", "phone_index", "id_index"])


def reseal(identity: Identity) -> None:
    """Seal what is sealed with the current key, on the object only; nothing readable leaves this function."""
    identity.sealed = _seal(identity.pk, _open(identity))


def masked(identity: Identity) -> MaskedContact:
    """Return what may be shown to anyone who may see the matter: 王*, 138****1234."""
    contact = _open(identity)
    return MaskedContact(
        name=codes.mask_name(contact.name),
        phone=codes.mask_phone(contact.phone),
        id_number=codes.mask_id(contact.id_number),
        address=mask_address(contact.address),
        has_note=bool(contact.note),
        erased=identity.erased_at is not None,
    )


def own_contact(identity: Identity) -> Contact:
    """Return the full contact to the person themself, who has proved who they are; nothing is recorded of a look at oneself."""
    return _open(identity)


def is_named_in(identity: Identity, text: str) -> bool:
    """Tell whether a text that everyone shall read holds the person's name, number or address; tells nothing else.

    Spaces and signs between the letters hide nothing. Only whole values count: a surname alone names nobody.
    """
    contact = _open(identity)
    letters = _letters(text)
    values = [contact.phone, contact.id_number, contact.address, *re.split(r"[\s(（]", contact.name)]
    return any(len(value) >= _SHORTEST_NAME and value in letters for value in map(_letters, values))


def _letters(text: str) -> str:
    return "".join(one for one in unicodedata.normalize("NFKC", text).upper() if one.isalnum())


def correct(identity: Identity, proposed: Identity) -> None:
    """Put what the person proposed in the place of what was wrong; what they left out stays."""
    old, new = _open(identity), _open(proposed)
    replace(
        identity,
        Contact(
            new.name or old.name,
            new.phone or old.phone,
            new.id_number or old.id_number,
            new.address or old.address,
            old.note,
        ),
    )


def same_number(identity: Identity) -> QuerySet[Identity]:
    """Return the identities with the same telephone number as this one, itself included."""
    return Identity.objects.filter(phone_index=identity.phone_index)


def is_named(identity: Identity, name: str) -> bool:
    """Tell whether the sealed name is this one: nothing else leaves the vault. For rules about who must stand aside."""
    return bool(name.strip()) and folded(_open(identity).name) == folded(name.strip())


def has_phone(identity: Identity) -> bool:
    """Tell whether the resident left a number; needs no key."""
    return identity.phone_index is not None


def phone_for_sending(identity: Identity) -> str:
    """Return the number for the moment in which a message goes to it; "" for none. Nobody sees it: no look is recorded.

    Called by ``notices`` alone; what it returns is neither stored nor logged nor shown.
    """
    return _open(identity).phone


def same_phone(phone: str) -> QuerySet[Identity]:
    """Return the identities with this number (normalised first); ``Invalid`` for a number that cannot be one."""
    return Identity.objects.filter(phone_index=_digest(b"phone", codes.parse_phone(phone)))


#: How a token begins; no number does.
_MARK = "tel-"


def phone_token(phone: str) -> str:
    """Return what may stand for a number in an address: its keyed digest, which finds it again and cannot be read back.

    ``Invalid`` for a number that cannot be one.
    """
    digest = _digest(b"phone", codes.parse_phone(phone)) or b""
    return _MARK + base64.urlsafe_b64encode(digest).decode().rstrip("=")


def is_phone_token(text: str) -> bool:
    """Tell whether a text stands for a number (whether that is anybody's or not)."""
    return text.startswith(_MARK)


def by_phone_token(token: str) -> QuerySet[Identity]:
    """Return the identities with the number a token stands for; none for a token that was not made here."""
    body = token.removeprefix(_MARK)
    try:
        digest = base64.urlsafe_b64decode(body + "=" * (-len(body) % 4))
    except ValueError:
        return Identity.objects.none()
    return Identity.objects.filter(phone_index=digest)


def same_id_number(number: str) -> QuerySet[Identity]:
    """Return the identities with this identity number; ``Invalid`` for one with a wrong check digit."""
    return Identity.objects.filter(id_index=_digest(b"id", codes.parse_citizen_id(number)))


@dataclass(frozen=True)
class Purpose:
    """Why someone looks: a code of ``rules/purposes.py`` and an explanation in their own words."""

    code: str
    explanation: str


def check_purpose(purpose: Purpose) -> None:
    """Raise ``Invalid`` unless the purpose is in today's list and explained in at most 200 characters."""
    fields: dict[str, list[str]] = {}
    if purpose.code not in {one.code for one in purposes_on(timezone.localdate(clock.now()))}:
        fields["purpose"] = [_("请选择查看用途。")]
    if not purpose.explanation.strip():
        fields["explanation"] = [_("请写明为什么需要查看，例如“电话核实漏水位置”。")]
    elif len(purpose.explanation) > _LONGEST_EXPLANATION or "\0" in purpose.explanation:
        fields["explanation"] = [_("说明请控制在 %(limit)d 字以内。") % {"limit": _LONGEST_EXPLANATION}]
    if fields:
        raise Invalid(fields)


def reveal(identity: Identity, *, actor: Actor, purpose: Purpose) -> Contact:
    """Return the full contact to ``actor`` and record who looked, in which post, and why, before returning it.

    The caller has made sure that the actor may see the matter the identity belongs to. Raises ``Forbidden`` without the
    right ``registry.reveal``, ``Invalid`` without a purpose of today's list and an explanation, ``Missing`` once erased.
    """
    gate.check(actor, rights.REVEAL)
    if identity.erased_at is not None:
        raise Missing(_("这位居民的身份和联系方式已经删除，无法再查看。"))
    check_purpose(purpose)
    contact = _open(identity)
    stamp = actor.stamp
    who: dict[str, Any] = {
        "door": stamp.door,
        "user_id": stamp.user_id,
        "post_id": stamp.post_id,
        "unit_id": stamp.unit_id,
        "on_behalf_of_post_id": stamp.on_behalf_of_post_id,
        "actor_label": stamp.label,
    }
    explanation = purpose.explanation.strip()
    data = {"identity": str(identity.pk), "purpose": purpose.code}
    with transaction.atomic():
        row = Reveal.objects.create(
            identity=identity, purpose=purpose.code, explanation=explanation, at=clock.now(), **who
        )
        record.begin(("reveal", row.pk), [record.Fact(events.REVEALED, data, explanation)], stamp)
    return contact


def erase(identities: Sequence[Identity], *, ground: Erasure.Ground, basis: str, stamp: record.Stamp) -> None:
    """Erase for good what is sealed in these identities (locked by the caller) and log it; those erased before stay as they are.

    Who looked at them, and why, stays: it says nothing of the person. Backups made before still hold what was sealed until
    they are destroyed (docs/operations/vault-keys.md).
    """
    fresh, at = [one for one in identities if one.erased_at is None], clock.now()
    for one in fresh:
        one.sealed, one.phone_index, one.id_index, one.erased_at = b"", None, None, at
    Identity.objects.bulk_update(fresh, ["sealed", "phone_index", "id_index", "erased_at"])
    OneTimeCode.objects.filter(identity__in=fresh).delete()
    log = [Erasure(identity=one, ground=ground, basis=basis, at=at, actor_label=stamp.label) for one in fresh]
    Erasure.objects.bulk_create(log)


def reveals(identity: Identity) -> QuerySet[Reveal]:
    """Return who looked at an identity, newest first: the person concerned may see it."""
    return Reveal.objects.filter(identity=identity).order_by("-at")
