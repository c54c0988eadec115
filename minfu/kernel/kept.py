"""Once is enough: a request that carries an ``Idempotency-Key`` has its effect once, however often it is sent.

The effect comes first and its answer is kept in the same transaction by one INSERT. Of two such requests at the same time
the second waits at that INSERT for the first, is undone, and hands out the first one's answer. Refusals have no effect and
are not kept: the same key may be tried again once what was wrong is mended.
"""

import hashlib
import json
from collections.abc import Callable
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from minfu.kernel import clock, prepared
from minfu.kernel.errors import Invalid, Refused
from minfu.kernel.kept_models import KeptAnswer

#: How long an answer is kept.
KEPT = timedelta(hours=48)
#: Longest key a caller may choose, in characters.
LONGEST_KEY = 255
HEADER = "Idempotency-Key"
#: Says that an answer is the one given before.
REPLAYED = "Idempotency-Replayed"
_HEADERS = ("ETag", "Location")

_KEEP = """
    INSERT INTO kernel_kept_answer (key, request, status, headers, body, kept_at)
    VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT (key) DO NOTHING
"""


class KeyReused(Refused):
    """The key was used before, for another request."""

    status = 422
    code = "idempotency_key_reused"


class _DoneBefore(Exception):  # noqa: N818 - undoes a second effect, never leaves this module
    """The answer of this very key is kept already."""


def once(key: str, *, who: str, request: HttpRequest, act: Callable[[], HttpResponse]) -> HttpResponse:
    """Return the answer of ``act``, which runs in a transaction, or the one kept for ``key`` (with ``REPLAYED`` set).

    ``who`` tells callers apart: two of them may choose the same key. Raises ``Invalid`` for a key that is none,
    ``KeyReused`` when it came with another request before, and whatever ``act`` refuses. Not inside a transaction of one's
    own: a second effect must be undone without taking the caller's work with it.
    """
    if not 1 <= len(key) <= LONGEST_KEY or not key.isascii() or not key.isprintable():
        raise Invalid({HEADER: [_("Idempotency-Key 应为 1 到 255 个可见的英文字符，例如一个 UUID。")]})
    mark = _digest(who.encode(), key.encode())
    asked = _digest(*_said(request))
    try:
        with transaction.atomic():
            answer = act()
            _keep(mark, asked, answer)
            return answer
    except (_DoneBefore, Refused, IntegrityError):
        kept = KeptAnswer.objects.filter(pk=mark).first()
        if kept is None:
            raise
    return _again(kept, asked)


def _digest(*parts: bytes) -> bytes:
    """Return 16 bytes that stand for the parts and nothing else."""
    total = hashlib.blake2b(digest_size=16)
    for part in parts:
        total.update(len(part).to_bytes(8))
        total.update(part)
    return total.digest()


def _said(request: HttpRequest) -> list[bytes]:
    """Return all that makes two requests the same: method, address and body; of an upload, its fields and files."""
    said = [str(request.method).encode(), request.get_full_path().encode()]
    if request.content_type != "multipart/form-data":
        return [*said, request.body]
    for name, values in sorted(request.POST.lists()):
        said += [name.encode(), *(str(value).encode() for value in values)]
    for name, files in sorted(request.FILES.lists()):
        for file in files:
            content = hashlib.blake2b()
            for chunk in file.chunks():
                content.update(chunk)
            file.seek(0)
            said += [name.encode(), str(file.name).encode(), content.digest()]
    return said


def _keep(mark: bytes, asked: bytes, answer: HttpResponse) -> None:
    """Keep an answer; ``_DoneBefore`` when there is one."""
    headers = {name: answer[name] for name in _HEADERS if name in answer}
    text = answer.content.decode()
    with prepared.cursor() as cursor:
        cursor.execute(_KEEP, (mark, asked, answer.status_code, json.dumps(headers), text, clock.now()))
        if cursor.rowcount == 0:
            raise _DoneBefore


def _again(kept: KeptAnswer, asked: bytes) -> HttpResponse:
    """Return a kept answer, if it answers this request."""
    if bytes(kept.request) != asked:
        raise KeyReused(_("这个 Idempotency-Key 已用于另一次请求。新的请求请换一个新的值。"))
    answer = HttpResponse(
        kept.body, status=kept.status, content_type="application/json", headers=kept.headers
    )
    answer[REPLAYED] = "true"
    return answer


def forget_old() -> int:
    """Delete answers kept longer than ``KEPT`` and return how many."""
    deleted, _by_model = KeptAnswer.objects.filter(kept_at__lt=clock.now() - KEPT).delete()
    return deleted
