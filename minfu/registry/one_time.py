"""One-time codes for residents who left a number: proof that they hold it. The caller delivers the code."""

import hashlib
import hmac
import secrets
import uuid
from datetime import timedelta

from django.db import connection, transaction
from django.utils.translation import gettext as _

from minfu.kernel import clock, limits
from minfu.kernel.errors import Invalid
from minfu.registry import keys
from minfu.registry.models import Identity, OneTimeCode

#: How long a code is good for.
LIFETIME = timedelta(minutes=10)
#: Wrong entries before a code is spent.
ATTEMPTS = 5
#: Codes per number and ten minutes, and per day.
PER_TEN_MINUTES, PER_DAY = 3, 10


def _digest(identity_id: uuid.UUID, code: str) -> bytes:
    """Return what is kept of a code: six digits are few, so the digest needs the vault's key."""
    key = keys.ring().index
    return hmac.digest(key, b"code\0" + identity_id.bytes + code.encode(), hashlib.sha256)


def issue_code(identity: Identity) -> str:
    """Return a fresh code of six digits, good for ten minutes and five tries; codes issued before are spent.

    Raises ``Invalid`` when the resident left no number, ``TooMany`` (429) beyond three codes in ten minutes or ten a day.
    """
    if identity.phone_index is None:
        raise Invalid({"code": [_("这件事没有留下手机号，请改用查询码查询。")]})
    limits.hit(f"code:{identity.pk}", limit=PER_TEN_MINUTES, seconds=600)
    limits.hit(f"code-day:{identity.pk}", limit=PER_DAY, seconds=24 * 3600)
    code = f"{secrets.randbelow(10**6):06d}"
    now = clock.now()
    with transaction.atomic():
        OneTimeCode.objects.filter(identity=identity, used_at=None).delete()
        OneTimeCode.objects.create(
            identity=identity,
            digest=_digest(identity.pk, code),
            created_at=now,
            expires_at=now + LIFETIME,
        )
    return code


_TRY = """
    UPDATE registry_one_time_code SET attempts = attempts + 1
     WHERE identity_id = %(identity)s AND used_at IS NULL AND expires_at > %(now)s AND attempts < %(attempts)s
 RETURNING id, digest
"""


def check_code(identity: Identity, code: str) -> bool:
    """Tell whether ``code`` is the one issued for this identity, still good and not used; a right one is used up.

    Each call counts as a try before it is judged, so that tries at the same time count too. Call it outside a transaction
    that may be rolled back.
    """
    now = clock.now()
    with connection.cursor() as cursor:
        cursor.execute(_TRY, {"identity": identity.pk, "now": now, "attempts": ATTEMPTS})
        rows = cursor.fetchall()
    wanted = _digest(identity.pk, code.strip())
    for row_id, digest in rows:
        if hmac.compare_digest(bytes(digest), wanted):
            return OneTimeCode.objects.filter(pk=row_id, used_at=None).update(used_at=now) == 1
    return False
