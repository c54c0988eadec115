"""Hand a copy in, give it back."""

from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from minfu.accounts.actor import Actor
from minfu.answers import door as answers
from minfu.kernel import clock
from minfu.kernel.errors import Invalid
from minfu.notices import outbox
from minfu.notices.outbox import To
from minfu.returns import events, states, texts
from minfu.returns.models import Copy
from minfu.returns.rules import burden, known
from minfu.returns.rules.actions import _base
from minfu.returns.rules.known import Cell


@transaction.atomic
def hand_in(*, actor: Actor, pk: int, values: Mapping[str, str], version: int | None = None) -> Copy:
    """Hand a copy in: what was asked becomes answers, what is known is written down as it is now, with its links.

    ``values`` by the cell's name ("f12"). ``Invalid`` by cell for every value that is missing or does not fit; a form that has
    ended takes nothing more.
    """
    row, change = _base.take_copy(actor, pk, "hand_in", version)
    if row.form.state != states.IN_FORCE or row.form.ends_on < clock.today():
        raise Invalid({"": [_("这张表已经停用，不再收，也不用再填。")]})
    fields = list(row.form.fields.order_by("place"))
    cells = known.cells(row, fields)
    unknown = set(values) - {one.name for one in cells}
    if unknown:
        raise Invalid({min(unknown): [_("这张表里没有这一项。")]})
    kept = known.kept_under(fields, row.unit)
    told = [
        answers.Telling(*kept[one.field.pk], row.period, values.get(one.name, ""), one.name)
        for one in cells
        if one.asked
    ]
    source = f"{row.form}"
    rows = answers.tell_many(actor=actor, told=told, source=source) if told else []
    given = {one.field: answer for one, answer in zip(told, rows, strict=True)}
    done = [_done(one, given) for one in cells]
    row.content = {str(one.field.pk): one.kept() for one in done}
    row.handed_in_at, row.handed_in_by_user_id = change.at, actor.user_id
    row.first_in_on = row.first_in_on or clock.day(change.at)
    row.reason = ""
    burden.weigh(row, cells, burden.rates(clock.day(row.asked_at)))
    change.done(
        events.HANDED_IN, "content", "handed_in_at", "handed_in_by_user_id", "first_in_on", "reason",
        "cells_asked", "cells_self", "minutes", self=row.cells_self,
    )  # fmt: skip
    used = [one.answer_id for one in done if one.answer_id is not None]
    answers.note_use(
        actor=actor, answers=used, label=f"{row.form} {row.unit.name}", href=f"/returns/copy/{row.pk}/"
    )
    return row


def _done(cell: Cell, given: Mapping[str, answers.Answer]) -> Cell:
    """Return a cell with what was just told for it."""
    if cell.name not in given:
        return cell
    answer = given[cell.name]
    field = cell.field
    text = answers.shown(answer.item, answer) + (field.measure if answer.number is not None else "")
    return Cell(field, text, answer.href, answer.source, answer.pk)


@transaction.atomic
def give_back(*, actor: Actor, pk: int, reason: str, version: int | None = None) -> Copy:
    """Give a copy back to be looked at again, and say what."""
    row, change = _base.take_copy(actor, pk, "give_back", version)
    if row.form.state != states.IN_FORCE:
        raise Invalid({"": [_("这张表已经停用，不再退回。")]})
    row.reason = _base.why(reason)
    change.done(events.GIVEN_BACK, "reason", reason=row.reason)
    words = {"title": row.form.title, "reason": row.reason[:100]}
    outbox.queue(To(unit_id=row.unit_id), texts.GIVEN_BACK, words, subject=(events.COPY, row.pk))
    return row
