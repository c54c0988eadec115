"""What every verb does in the same way: fetch with the right, lock, check the step, write, record."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from minfu.accounts.actor import Actor
from minfu.kernel import clock, record
from minfu.kernel.errors import Invalid, Stale
from minfu.kernel.record import Fact
from minfu.language.normal import clean_input
from minfu.returns import events
from minfu.returns.models import Copy, Form
from minfu.returns.rules import access

MOST_REASON = 300


@dataclass
class Change:
    """One step on one locked form or copy."""

    actor: Actor
    row: Form | Copy
    target: str
    at: datetime

    def done(self, event: str, /, *fields: str, reason: str = "", **data: object) -> None:
        """Write the row (``fields`` besides the usual ones) and its history."""
        row = self.row
        row.state = self.target
        row.version += 1
        names = {*fields, "state", "version"}
        if isinstance(row, Form):
            row.updated_at = self.at
            names.add("updated_at")
        row.save(update_fields=names)
        told = Fact(event, {**data, "version": row.version}, reason)
        kind = events.FORM if isinstance(row, Form) else events.COPY
        record.append((kind, row.pk), [told], self.actor.stamp)


def take_form(actor: Actor, pk: int, name: str, version: int | None = None) -> tuple[Form, Change]:
    """Return the form, locked, and the change for step ``name``; raise the refusal otherwise."""
    row = access.get_form_for(actor, pk, lock=True)
    return row, _change(actor, row, name, version)


def take_copy(actor: Actor, pk: int, name: str, version: int | None = None) -> tuple[Copy, Change]:
    """Return the copy, locked, and the change for step ``name``; raise the refusal otherwise."""
    row = access.get_copy_for(actor, pk, lock=True)
    return row, _change(actor, row, name, version)


def _change(actor: Actor, row: Form | Copy, name: str, version: int | None) -> Change:
    if version is not None and version != row.version:
        raise Stale(
            _("这张表刚被别人更新。您填写的内容还在，请看过最新情况后再提交一次。"),
            extra={"version": row.version, "state": row.state},
        )
    return Change(actor, row, access.demand(actor, row, name), clock.now())


def line(value: str, name: str, most: int, question: str = "") -> str:
    """Return a cleaned line; ``Invalid`` at field ``name`` when it is too long, or missing where a ``question`` asks."""
    cleaned = " ".join(clean_input(value).text.split())
    if len(cleaned) > most:
        told = {"max": most, "count": len(cleaned)}
        raise Invalid({name: [_("最多 %(max)s 字，现在有 %(count)s 字。") % told]})
    if question and not cleaned:
        raise Invalid({name: [question]})
    return cleaned


def why(reason: str) -> str:
    """Return a reason; ``Invalid`` without one."""
    return line(reason, "reason", MOST_REASON, _("请写明原因。"))
