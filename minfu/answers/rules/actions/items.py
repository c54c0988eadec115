"""Items: declared, ended; other words for known things."""

import re
import uuid
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from minfu.accounts.actor import Actor
from minfu.accounts.models import Unit
from minfu.answers import events, rights, states
from minfu.answers.models import Item, Synonym
from minfu.answers.rules import access, matching
from minfu.answers.rules.declared import Declaration, checked
from minfu.answers.rules.naming import bare
from minfu.figures import door as figures
from minfu.kernel import clock, dated, gate, record, validity
from minfu.kernel.errors import Invalid, Missing
from minfu.kernel.record import Fact

_KEY = re.compile(r"[a-z][a-z0-9_]{1,39}")


@transaction.atomic
def declare(*, actor: Actor, asked: Declaration, key: str = "", anyway: bool = False) -> Item:
    """Declare an item; without ``key`` it gets one. ``Invalid`` for one about a person, or a name that is known already.

    A form that asks something new declares it as the software itself (``actor.system()``). ``anyway``: somebody said why what is
    known under the name is another thing.
    """
    if not actor.is_system:
        gate.check(actor, rights.CONFIGURE)
    told = checked(asked)
    key = key or f"q{uuid.uuid4().hex[:10]}"
    if not _KEY.fullmatch(key) or Item.objects.filter(key=key).exists():
        raise Invalid({"key": [_("编号用小写字母、数字和下划线，以字母开头，不能与别的重复。")]})
    if not anyway and (known := matching.known_as(told.name)):
        raise Invalid({"name": [_("“%(title)s”已经有了，直接引用，不用再设。") % {"title": known}]})
    if told.owner_id is not None and not Unit.objects.filter(pk=told.owner_id, is_active=True).exists():
        raise Invalid({"owner_id": [_("请选择一个在用的单位。")]})
    row = Item(
        key=key,
        name=told.name,
        normal=bare(told.name),
        measure=told.measure,
        meaning=told.meaning,
        kind=told.kind,
        decimals=told.decimals,
        whose=told.whose,
        span=told.span,
        owner_id=told.owner_id,
        origin=told.origin,
        valid_from=told.valid_from or clock.today(),
    )
    validity.save(row)
    record.begin((events.ITEM, row.pk), [Fact(events.DECLARED, {"name": row.name})], actor.stamp)
    return row


@transaction.atomic
def end(*, actor: Actor, key: str) -> Item:
    """End an item: nothing more is told for it, what was told stays."""
    gate.check(actor, rights.CONFIGURE)
    row = access.get_item(key, lock=True)
    row.state = states.ITEM.check(row.state, "end")
    row.valid_to = clock.today()
    row.save(update_fields=["state", "valid_to"])
    record.append((events.ITEM, row.pk), [Fact(events.ENDED, {"name": row.name})], actor.stamp)
    return row


@transaction.atomic
def set_synonym(
    *, actor: Actor, words: str, means: str, source: str, valid_from: date | None = None
) -> Synonym:
    """Say from a day on that ``words`` mean an indicator ("figure:NAME") or an item ("item:KEY")."""
    gate.check(actor, rights.CONFIGURE)
    kind, _colon, name = means.partition(":")
    if kind == matching.FIGURE:
        try:
            figures.indicator(name)
        except Missing as missing:
            raise Invalid({"means": [str(missing.message)]}) from None
    elif kind != matching.ITEM or not Item.objects.filter(key=name).exists():
        raise Invalid({"means": [_("请选择一个指标或数据项。")]})
    row = Synonym(
        words=" ".join(words.split()),
        normal=bare(words),
        means=means,
        source=source.strip(),
        valid_from=valid_from or clock.today(),
    )
    if not row.normal:
        raise Invalid({"words": [_("请写明别的说法。")]})
    dated.renew(row, ("normal", "means"))
    record.alone(events.CONFIGURATION, Fact(events.SYNONYM_SET, {"words": row.words}), actor.stamp)
    return row
