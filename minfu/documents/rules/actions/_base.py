"""What every verb does in the same way: fetch with the right, lock, check the step, write, record."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from minfu.accounts.actor import Actor
from minfu.documents import events, states
from minfu.documents.models import Document
from minfu.documents.rules import access
from minfu.kernel import clock, record
from minfu.kernel.errors import Invalid, Stale
from minfu.kernel.record import Fact
from minfu.language.normal import clean_input

MOST_REASON = 500


@dataclass
class Change:
    """One step on one locked document."""

    actor: Actor
    row: Document
    target: str
    at: datetime

    def done(self, name: str, *fields: str, reason: str = "", **data: Any) -> Document:
        """Write the document (``fields`` besides the usual ones) and its history."""
        row = self.row
        row.state = self.target
        row.version += 1
        row.updated_at = self.at
        if not states.DOCUMENT[self.target].is_open:
            row.ended_at = self.at
        row.save(update_fields={*fields, "state", "version", "updated_at", "ended_at"})
        told = Fact(name, {**data, "version": row.version}, reason)
        record.append((events.SUBJECT, row.pk), [told], self.actor.stamp)
        return row


def take(actor: Actor, pk: int, name: str, version: int | None) -> Change:
    """Return the change for step ``name``, the document locked and the step allowed; raise the refusal otherwise."""
    row = access.get_for(actor, pk, lock=True)
    if version is not None and version != row.version:
        raise Stale(
            _("这份公文刚被别人更新。您填写的内容还在，请看过最新情况后再提交一次。"),
            extra={"version": row.version, "state": row.state},
        )
    return Change(actor, row, access.demand(actor, row, name), clock.now())


def line(value: str, name: str, most: int, question: str = "") -> str:
    """Return a cleaned line; ``Invalid`` at field ``name`` when it is too long, or missing where a ``question`` asks."""
    cleaned = clean_input(value).text.strip()
    if len(cleaned) > most:
        told = {"max": most, "count": len(cleaned)}
        raise Invalid({name: [_("最多 %(max)s 字，现在有 %(count)s 字。") % told]})
    if question and not cleaned:
        raise Invalid({name: [question]})
    return cleaned


def why(reason: str) -> str:
    """Return a reason; ``Invalid`` without one."""
    return line(reason, "reason", MOST_REASON, _("请写明原因。"))
