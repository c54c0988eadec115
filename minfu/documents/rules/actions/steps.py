"""Approve, number, issue, withdraw, replace: what happens to a document once it is written."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from minfu.accounts.actor import Actor, system
from minfu.answers import door as answers
from minfu.documents import events, states
from minfu.documents.models import Document
from minfu.documents.rules import composing, numbering
from minfu.documents.rules.actions import _base
from minfu.documents.rules.sources import FigureSource
from minfu.figures import door as figures
from minfu.kernel import clock, record
from minfu.kernel.errors import Invalid, Refused
from minfu.kernel.record import Fact
from minfu.papers.official import model


class FigureChanged(Refused):
    """A figure is no longer what the text says."""

    status = 409
    code = "figure_changed"

    def __init__(self, said: list[str]):
        """Take a sentence for each figure that changed."""
        super().__init__(" ".join(said))
        self.said = said

    def sentences(self) -> list[str]:
        """Return a sentence for each."""
        return self.said


@transaction.atomic
def approve(*, actor: Actor, pk: int, version: int | None = None) -> Document:
    """Approve a document, its figures still being what it says; ``FigureChanged`` otherwise."""
    change = _base.take(actor, pk, "approve", version)
    still_true(change.row)
    return change.done(events.APPROVED)


@transaction.atomic
def refuse(*, actor: Actor, pk: int, reason: str, version: int | None = None) -> Document:
    """Give a document back to be mended."""
    change = _base.take(actor, pk, "refuse", version)
    return change.done(events.REFUSED, reason=_base.why(reason))


@transaction.atomic
def recall(*, actor: Actor, pk: int, version: int | None = None) -> Document:
    """Take a document back to the drafts; it is approved anew."""
    return _base.take(actor, pk, "recall", version).done(events.RECALLED)


@transaction.atomic
def drop(*, actor: Actor, pk: int, reason: str, version: int | None = None) -> Document:
    """Give up a draft."""
    change = _base.take(actor, pk, "drop", version)
    return change.done(events.DROPPED, reason=_base.why(reason))


@transaction.atomic
def issue(*, actor: Actor, pk: int, register_id: int, version: int | None = None) -> Document:
    """Give a document the next number of a register of its unit, and issue it today; what it replaces is superseded.

    ``FigureChanged`` when a figure is no longer what it says; nothing is numbered then.
    """
    change = _base.take(actor, pk, "issue", version)
    row = change.row
    still_true(row)
    today = clock.today()
    register = numbering.register_for(row, register_id)
    row.register, row.year, row.day, row.issued_at = register, today.year, today, change.at
    row.serial = numbering.take(register, today.year)
    row.number = register.number(row.year, row.serial)
    model.check(composing.official(row, row.content or {}, today))
    done = change.done(
        events.ISSUED, "register", "year", "serial", "number", "day", "issued_at", number=row.number
    )
    _publish(actor, done)
    if row.replaces_id:
        _supersede(actor, row.replaces_id, row.number, change.at)
    return done


def _publish(actor: Actor, row: Document) -> None:
    """Freeze the figures of periods that are over, and note of answers what they are for: changes later are never silent."""
    told = composing.once((row.content or {})["uses"])
    if used := [one["answer"] for one in told if one.get("answer")]:
        href = composing.PAGE % row.pk
        answers.note_use(actor=actor, answers=used, label=f"{row.number} {row.title}", href=href)
    for one in told:
        if one["name"] != "fixed" and not (one["is_stock"] or one.get("answer")):
            figures.publish(
                actor=system(), name=one["name"], area=one["area"], when=one["period"], used_in=row.number
            )


def _supersede(actor: Actor, pk: int, number: str, at: datetime) -> None:
    """Mark a document as replaced by the one that was just issued; one withdrawn meanwhile stays withdrawn."""
    old = Document.objects.select_for_update(of=("self",), no_key=True).get(pk=pk)
    if old.state != states.ISSUED:
        return
    old.state = states.DOCUMENT.check(old.state, "supersede")
    old.version += 1
    old.updated_at = old.ended_at = at
    old.save(update_fields=["state", "version", "updated_at", "ended_at"])
    told = Fact(events.SUPERSEDED, {"number": number, "version": old.version})
    record.append((events.SUBJECT, old.pk), [told], actor.stamp)


@transaction.atomic
def withdraw(*, actor: Actor, pk: int, reason: str, version: int | None = None) -> Document:
    """Withdraw an issued document: its number stays its own, every page says that it does not hold."""
    change = _base.take(actor, pk, "withdraw", version)
    return change.done(events.WITHDRAWN, reason=_base.why(reason))


@transaction.atomic
def replace(*, actor: Actor, pk: int, version: int | None = None) -> Document:
    """Begin the draft of a document that takes the place of an issued one; returns the draft."""
    change = _base.take(actor, pk, "replace", version)
    old = change.row
    open_codes = [states.DRAFT, states.REVIEW, states.APPROVED]
    if Document.objects.filter(replaces=old, state__in=open_codes).exists():
        raise Refused(_("已经有一份取代它的公文在起草。"), code="replacement_begun")
    at = change.at
    kept = ("kind", "template", "area", "period", "head", "title", "addressees", "copies", "signer", "signed_by",
            "secrecy", "urgency", "note", "sealed", "text")  # fmt: skip
    draft = Document.objects.create(
        **{name: getattr(old, name) for name in kept},
        unit_id=old.unit_id,
        replaces=old,
        written_by_user_id=actor.user_id or 0,
        begun_at=at,
        updated_at=at,
    )
    record.begin((events.SUBJECT, draft.pk), [Fact(events.BEGUN, {"replaces": old.pk})], actor.stamp)
    change.done(events.REPLACEMENT_BEGUN, draft=draft.pk)
    return draft


# --- are the figures still what the text says? ------------------------------------------------------------------------


def still_true(row: Document) -> None:
    """Raise ``FigureChanged`` with a sentence for each figure that is no longer what the document says.

    Asked by the software itself: the reader's rights change nothing about a number. What there is at a moment holds on its day.
    """
    source = FigureSource(system(), row.unit, row.area, row.period)
    said = [found for one in composing.once((row.content or {})["uses"]) if (found := _changed(source, one))]
    if said:
        raise FigureChanged([*said, _("请取回修改，重新送审。")])


def _changed(source: FigureSource, one: Mapping[str, Any]) -> str:
    """Say how a figure changed, empty when it did not."""
    if one["by_hand"]:
        return ""
    told = {"line": one["line"], "title": one["title"], "before": f"{one['text']}{one['unit']}"}
    if one["is_stock"]:
        read = datetime.fromisoformat(one["at"])
        if clock.day(read) == clock.today():
            return ""
        sentence = _("第 %(line)s 行：“%(title)s”（%(before)s）是 %(day)s 的数，已经过了一天。")
        return sentence % {**told, "day": clock.day(read).isoformat()}
    try:
        if one.get("answer"):
            answer = source.answer(one["title"])
            text, empty = answer.text, False
        else:
            now = figures.figure(source.actor, one["name"], one["area"], one["period"])
            text, empty = now.text.replace(",", ""), now.value is None
    except Invalid as refusal:
        return " ".join(refusal.sentences())
    value = None if one["value"] is None else Decimal(one["value"])
    if text == one["text"] and empty == (value is None):
        return ""
    sentence = _("第 %(line)s 行：“%(title)s”写的是 %(before)s，现在是 %(now)s。")
    return sentence % {**told, "now": f"{text}{one['unit']}"}
