"""Rotating the vault's keys while everything runs: a new key seals, then what older keys sealed is sealed anew, then they go.

Whoever keeps sealed values in a table of their own says so with ``register``; an unknown one would keep an old key from opening
what it sealed, so a test holds the tables against the list.
"""

import json
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

from django.conf import settings
from django.db import transaction
from django.db.models import Manager, Model, QuerySet
from django.utils.translation import gettext as _

from minfu.accounts.actor import Actor
from minfu.kernel import record
from minfu.kernel.errors import Invalid
from minfu.registry import carrying, events, keys, vault
from minfu.registry.models import Identity

_Row = TypeVar("_Row", bound=Model)
BATCH = 500
#: Carried values may be whole tables: so many are held in memory at once.
LARGE = 20
#: A key may go so many seconds after another took its place: every process has seen the new ring by then.
REST_SECONDS = 60.0


@dataclass(frozen=True)
class Sealed:
    """A column of sealed values: ``left(key)`` counts what the key sealed, ``renew(key, most)`` seals up to ``most`` anew and
    returns how many.
    """

    label: str
    left: Callable[[str], int]
    renew: Callable[[str, int], int]


_columns: dict[str, Sealed] = {}


def register(column: Sealed) -> None:
    """Add a column of sealed values; twice is a ValueError."""
    if column.label in _columns:
        raise ValueError(f"{column.label} is registered twice")
    _columns[column.label] = column


def register_carried(rows: Manager[_Row], label: str, field: str, purpose: Callable[[_Row], str]) -> None:
    """Add a column that ``carrying.seal_bytes`` fills; ``purpose`` returns what a row was sealed for."""

    def sealed_with(key: str) -> QuerySet[_Row]:
        head = f"{key}.".encode()
        return rows.filter(**{f"{field}__gte": head, f"{field}__lt": _after(head)})

    @transaction.atomic
    def renew(key: str, most: int) -> int:
        found = list(sealed_with(key).select_for_update(skip_locked=True).order_by("pk")[: min(most, LARGE)])
        for row in found:
            wanted = purpose(row)
            opened = carrying.unseal_bytes(bytes(getattr(row, field)), wanted)
            setattr(row, field, carrying.seal_bytes(opened, wanted))
        rows.bulk_update(found, [field])
        return len(found)

    register(Sealed(f"{label}.{field}", lambda key: sealed_with(key).count(), renew))


def _after(head: bytes) -> bytes:
    """Return the first bytes after all that begin with ``head``."""
    return head[:-1] + bytes([head[-1] + 1])


def _identities(key: str) -> QuerySet[Identity]:
    head = vault.head(key)
    return Identity.objects.filter(sealed__gte=head, sealed__lt=_after(head))


@transaction.atomic
def _renew_identities(key: str, most: int) -> int:
    found = list(_identities(key).select_for_update(skip_locked=True).order_by("pk")[:most])
    for row in found:
        vault.reseal(row)
    Identity.objects.bulk_update(found, ["sealed"])
    return len(found)


register(Sealed("registry.Identity.sealed", lambda key: _identities(key).count(), _renew_identities))


def columns() -> list[str]:
    """Return the registered columns, ``app.Model.field``."""
    return sorted(_columns)


def rotate(*, actor: Actor) -> str:
    """Add a key, let it seal from now on, and return its name. Nothing stops; older keys go on opening."""
    ring = _ring()
    numbers = [int(found[1]) for name in ring["seal"] if (found := re.fullmatch(r"k(\d+)", name))]
    name = f"k{max(numbers, default=0) + 1}"
    ring["seal"][name], ring["current"] = keys.new_key(), name
    keys.write(settings.MINFU_VAULT_KEYS, json.dumps(ring, indent=1))
    _say(actor, events.KEY_ADDED, name)
    return name


def old_keys() -> dict[str, int]:
    """Return the keys that no longer seal, each with how many values it still has to open."""
    ring = keys.ring()
    return {
        name: sum(column.left(name) for column in _columns.values())
        for name in sorted(ring.ciphers)
        if name != ring.current
    }


def renew(*, most: int = BATCH) -> Iterator[int]:
    """Seal anew what older keys sealed, ``most`` rows in a transaction, and yield how many after each; by several at once too."""
    for name in old_keys():
        for column in _columns.values():
            while done := column.renew(name, most):
                yield done


def retire(name: str, *, actor: Actor) -> None:
    """Take a key out of the ring for good; ``Invalid`` while it seals, has something to open, or another began a moment ago."""
    ring = _ring()
    if name not in ring["seal"]:
        raise Invalid({"key": [_("密钥文件里没有 %(key)s。") % {"key": name}]})
    if name == ring["current"]:
        raise Invalid(
            {"key": [_("%(key)s 正在使用。请先运行 minfu vault rotate 换一把新密钥。") % {"key": name}]}
        )
    if time.time() - settings.MINFU_VAULT_KEYS.stat().st_mtime < REST_SECONDS:
        raise Invalid({"key": [_("刚换过密钥，请一分钟后再删除旧密钥。")]})
    if left := old_keys()[name]:
        raise Invalid(
            {
                "key": [
                    _("还有 %(left)s 条内容由 %(key)s 加密。请先运行 minfu vault renew。")
                    % {"left": f"{left:,}", "key": name}
                ]
            }
        )
    del ring["seal"][name]
    keys.write(settings.MINFU_VAULT_KEYS, json.dumps(ring, indent=1))
    _say(actor, events.KEY_RETIRED, name)


def _ring() -> dict[str, Any]:
    """Return the ring as it stands in its file."""
    keys.ring()  # made if this is the first start, refused if damaged
    loaded: dict[str, Any] = json.loads(settings.MINFU_VAULT_KEYS.read_text(encoding="ascii"))
    return loaded


def _say(actor: Actor, event: str, name: str) -> None:
    record.alone("vault", record.Fact(event, {"key": name}), actor.stamp)
