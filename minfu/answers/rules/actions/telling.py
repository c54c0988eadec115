"""Answers: told, corrected; who used one. A newer answer stands beside the one it replaces."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from minfu.accounts.actor import Actor
from minfu.answers import events, states
from minfu.answers.models import Answer, Item, Use
from minfu.answers.rules import access, slots, values
from minfu.answers.rules.slots import Slot
from minfu.answers.rules.values import Typed, Value
from minfu.kernel import clock, record
from minfu.kernel.errors import Invalid, Stale
from minfu.kernel.record import Fact
from minfu.language.normal import clean_input

MOST_SOURCE, MOST_REASON = 200, 200


@dataclass(frozen=True)
class Telling:
    """One answer that is told: for which item, place or unit, time; ``field``: where a sentence about its value belongs."""

    item: str
    area: str
    period: str
    value: Value | int | float
    field: str = "value"


def tell(*, actor: Actor, item: str, area: str, period: str, value: Value | float, source: str) -> Answer:
    """Tell one answer; what stood there is replaced visibly, the same value told again changes nothing.

    ``Invalid`` by field for a value, place or period that does not fit, ``Forbidden`` when another unit answers for it,
    ``Stale`` when somebody told it at the same moment.
    """
    return tell_many(actor=actor, told=[Telling(item, area, period, value)], source=source)[0]


@transaction.atomic
def tell_many(*, actor: Actor, told: Sequence[Telling], source: str) -> list[Answer]:
    """Tell several answers, all or none; faults of all are told together, by their ``field``."""
    source = _line(source, "source", MOST_SOURCE, _("请写明从哪里来（例如“村级台账”）。"))
    ready: list[tuple[Item, str, Slot, Typed]] = []
    faults: dict[str, list[str]] = {}
    items = access.get_items(one.item for one in told)
    for one in told:
        row = items[one.item]
        try:
            ready.append((row, *_checked(actor, row, one)))
        except Invalid as refusal:
            for name, sentences in refusal.fields.items():
                faults.setdefault(one.field if name == "value" else name, []).extend(sentences)
    if faults:
        raise Invalid(faults)
    # In one order, so that two who tell the same never wait for each other in a circle.
    order = sorted(
        range(len(ready)), key=lambda place: (ready[place][0].pk, ready[place][1], ready[place][2].key)
    )
    written = {place: _write(actor, *ready[place], source=source) for place in order}
    return [written[place] for place in range(len(ready))]


def _checked(actor: Actor, item: Item, one: Telling) -> tuple[str, Slot, Typed]:
    if item.state != states.IN_FORCE:
        raise Invalid({"value": [_("“%(name)s”已经停用，不用再填。") % {"name": item.name}]})
    area = slots.area(item, one.area)
    access.permit(actor, item, area)
    return area.key, slots.told(item, one.period), values.typed(item, one.value)


def _write(
    actor: Actor, item: Item, area: str, slot: Slot, typed: Typed, *, source: str, reason: str = ""
) -> Answer:
    """Write an answer in the place of the one in force; the same value is not written twice."""
    standing = (
        Answer.objects.select_for_update(of=("self",), no_key=True)
        .filter(item=item, area=area, slot=slot.key, replaced_at__isnull=True)
        .first()
    )
    if standing is not None and Typed(standing.number, standing.text, standing.day) == typed:
        standing.item = item
        return standing
    at = clock.now()
    if standing is not None:
        standing.replaced_at = at
        standing.save(update_fields=["replaced_at"])
        record.append((events.SUBJECT, standing.pk), [Fact(events.CORRECTED, {}, reason)], actor.stamp)
    row = Answer(
        item=item,
        area=area,
        slot=slot.key,
        as_of=slot.as_of,
        number=typed.number,
        text=typed.text,
        day=typed.day,
        unit_id=actor.unit_id,
        told_by_user_id=actor.user_id,
        source=source,
        told_at=at,
        reason=reason,
        replaces=standing,
    )
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        sentence = _("“%(name)s”刚刚有人填过，请看过最新的数再提交一次。您填写的内容还在。")
        raise Stale(sentence % {"name": item.name}) from error
    record.begin((events.SUBJECT, row.pk), [Fact(events.TOLD, {"source": source}, reason)], actor.stamp)
    return row


@transaction.atomic
def correct(*, actor: Actor, pk: int, value: Value | float, reason: str) -> Answer:
    """Tell another value for the same time; the old one stays visible, with the reason. ``Stale`` when it was replaced before."""
    old = access.get_for(actor, pk, lock=True)
    if old.replaced_at is not None:
        raise Stale(_("这个数已经被更正过了，请打开最新的一条再改。"))
    item = old.item
    if item.state != states.IN_FORCE:
        raise Invalid({"value": [_("“%(name)s”已经停用，不用再填。") % {"name": item.name}]})
    access.permit(actor, item, slots.area(item, old.area))
    reason = _line(reason, "reason", MOST_REASON, _("请写明为什么更正。"))
    typed = values.typed(item, value)
    if typed == Typed(old.number, old.text, old.day):
        raise Invalid({"value": [_("和原来的数一样，不用更正。")]})
    slot = Slot(old.slot, old.as_of, old.slot)
    return _write(actor, item, old.area, slot, typed, source=old.source, reason=reason)


def note_use(*, actor: Actor, answers: Iterable[int], label: str, href: str) -> None:
    """Note that something was made with answers, so that whoever tells them sees what they are for."""
    at = clock.now()
    rows = [
        Use(answer_id=pk, label=label[:150], href=href, unit_id=actor.unit_id, used_at=at)
        for pk in set(answers)
    ]
    Use.objects.bulk_create(rows, ignore_conflicts=True)


def _line(value: str, field: str, most: int, missing: str) -> str:
    text = " ".join(clean_input(value, most=most, field=field).text.split())
    if not text:
        raise Invalid({field: [missing]})
    return text
