"""The county's configuration: a change ends the old version on a day and starts a new one; nothing is edited in place.

Only a version that has not been used by any demand on its first day is corrected where it stands. Every change is recorded
in one history (``events.CONFIGURATION``), with what was before. Days in the past are refused: what was promised stays.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from minfu.accounts.actor import Actor
from minfu.cases import events, rights
from minfu.cases.models import AutomaticChoice, Case, Category, Diversion, Retention, RoutingRule, TimeLimit
from minfu.cases.rules import catalog, defaults
from minfu.cases.rules.access import COUNTY
from minfu.cases.rules.actions import configure_checks as checks
from minfu.kernel import calendar, clock, gate, record, validity
from minfu.kernel.errors import Forbidden, Invalid, Missing, Refused, Stale
from minfu.kernel.record import Fact

Versioned = Category | RoutingRule | TimeLimit | Diversion | Retention | AutomaticChoice
SUBJECT = (events.CONFIGURATION, 1)


@dataclass(frozen=True)
class Terms:
    """From which day (inclusive) a version holds, and on what it rests."""

    valid_from: date
    source: str


@dataclass(frozen=True)
class Part:
    """A part of the configuration: its model, what names a row, what it holds, what is recorded."""

    name: str
    label: Any
    model: type[Versioned]
    key: tuple[str, ...]
    content: tuple[str, ...]
    set_event: str
    ended_event: str


PARTS = {
    part.name: part
    for part in (
        Part(
            "categories", gettext_lazy("类别"), Category, ("code",),
            ("name", "standard", "level", "duty", "reserved", "confidential", "keywords", "questions"),
            events.CATEGORY_SET, events.CATEGORY_ENDED,
        ),
        Part(
            "rules", gettext_lazy("派单规则"), RoutingRule, ("order", "category_code", "kind", "urgency", "area"),
            ("level", "duty", "unit_id"), events.RULE_SET, events.RULE_ENDED,
        ),
        Part(
            "limits", gettext_lazy("办理时限"), TimeLimit, ("clock", "category_code", "kind", "urgency"),
            ("amount", "measure", "remind_percent"), events.LIMIT_SET, events.LIMIT_ENDED,
        ),
        Part(
            "diversions", gettext_lazy("告知渠道"), Diversion, ("code",),
            ("name", "advice", "keywords", "emergency"), events.DIVERSION_SET, events.DIVERSION_ENDED,
        ),
        Part(
            "retention", gettext_lazy("个人信息保存期限"), Retention, ("category_code", "kind"),
            ("months",), events.RETENTION_SET, events.RETENTION_ENDED,
        ),
        Part(
            "choices", gettext_lazy("自动判断"), AutomaticChoice, ("matter",),
            ("percent",), events.CHOICE_SET, events.CHOICE_ENDED,
        ),
    )
}  # fmt: skip


def today() -> date:
    """Return the day it is here."""
    return timezone.localdate(clock.now())


def permit(actor: Actor) -> None:
    """Raise ``Forbidden`` unless the actor may configure, from a post at the county."""
    gate.check(actor, rights.CONFIGURE)
    if len(actor.area) > COUNTY:
        raise Forbidden(_("诉求配置全县统一，只有县级岗位可以维护。"))


def get(part: Part, pk: int) -> Versioned:
    """Return a version of a part of the configuration; ``Missing`` otherwise."""
    found = part.model.objects.filter(pk=pk).first()
    if found is None:
        raise Missing(_("没有找到这条配置，可能已被删除。请回到列表。"))
    return found


def latest(code: str) -> Category:
    """Return the newest version of a category that has not ended; ``Missing`` for none."""
    row = standing(PARTS["categories"]).filter(code=code).order_by("-valid_from").first()
    if row is None:
        raise Missing(_("没有这个类别，或它已失效。"))
    return row  # type: ignore[no-any-return]  # a dated row of whichever table


def standing(part: Part) -> Any:
    """Return the versions of a part that hold today or will."""
    return part.model.objects.filter(Q(valid_to=None) | Q(valid_to__gt=today()))


def save_version(
    *, actor: Actor, part: Part, content: Mapping[str, Any], terms: Terms, pk: int | None = None
) -> Versioned:
    """Start a new version (of row ``pk``, else of something new) and end the one before it on the same day.

    ``content`` names the key and content columns of the part. Raises ``Invalid`` by field, ``Stale`` when someone was faster.
    """
    permit(actor)
    with transaction.atomic():
        lock()
        row = write(part, content, terms, pk)
        before = {"before": pk} if pk else {}
        _record(actor, Fact(part.set_event, _told(part, row, terms.valid_from) | before, terms.source))
        if part.model is Category:
            defaults.hang_categories()
    catalog.forget()
    return row


def write(part: Part, content: Mapping[str, Any], terms: Terms, pk: int | None) -> Versioned:
    """Write one version under the lock, without recording it; for callers that record many at once."""
    _check_terms(terms)
    checks.check(part.model, content, terms.valid_from)
    old = get(part, pk) if pk else None
    if old is not None:
        _check_newest(old, terms.valid_from)
    _check_alone(part, content, terms.valid_from, old)
    row = _place(part, old, terms.valid_from)
    for name, value in content.items():
        setattr(row, name, value)
    row.source = terms.source.strip()
    if isinstance(row, Category):
        row.depth = len(row.code) // defaults.CATEGORY_DIGITS_PER_LEVEL
    validity.save(row)
    return row


def end_version(*, actor: Actor, part: Part, pk: int, on: date, reason: str) -> None:
    """End a row on a day (the first on which it no longer holds). Raises ``Invalid`` or ``Refused`` with the reason."""
    permit(actor)
    with transaction.atomic():
        lock()
        row = get(part, pk)
        _check_end(row, on, reason)
        row.valid_to = on
        row.save(update_fields=["valid_to"])
        _record(actor, Fact(part.ended_event, _told(part, row, on), reason.strip()))
    catalog.forget()


def import_notice(*, actor: Actor, data: bytes, source: str) -> calendar.Imported:
    """Take a State Council notice over; open deadlines are counted again. Raises as ``calendar.import_notice`` does."""
    permit(actor)
    return calendar.import_notice(checks.small(data), source=source, stamp=actor.stamp)


def preview_notice(*, actor: Actor, data: bytes, source: str) -> tuple[calendar.Change, ...]:
    """Return the days a notice would change, without changing anything."""
    permit(actor)
    return calendar.preview_notice(checks.small(data), source=source)


def lock() -> None:
    """Let one change of the configuration happen at a time, also beside the loading of the shipped one."""
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE cases_category IN SHARE ROW EXCLUSIVE MODE")


def _record(actor: Actor, fact: Fact) -> None:
    record.append(SUBJECT, [fact], actor.stamp)


def _told(part: Part, row: Versioned, on: date) -> dict[str, Any]:
    """Return what the history keeps of a version: all of it."""
    columns = {name: getattr(row, name) for name in (*part.key, *part.content)}
    return {"label": label(row), "on": on.isoformat(), "row": row.pk, "columns": columns}


def label(row: Versioned) -> str:
    """Return how people call a row."""
    if isinstance(row, RoutingRule):
        return _("第 %(order)s 条") % {"order": row.order}
    if isinstance(row, TimeLimit | Retention | Diversion | AutomaticChoice):
        return str(row)
    return f"{row.code} {row.name}"


# --- checks ---


def _check_terms(terms: Terms) -> None:
    wrong = {}
    if terms.valid_from < today():
        wrong["valid_from"] = [_("生效日期不能早于今天：已经登记的诉求按当时的配置办。")]
    if not terms.source.strip():
        wrong["source"] = [_("请写明依据，例如文件名称和文号。")]
    if wrong:
        raise Invalid(wrong)


def _check_alone(part: Part, content: Mapping[str, Any], on: date, old: Versioned | None) -> None:
    """Refuse a second row for the same thing."""
    same = part.model.objects.filter(**{name: content[name] for name in part.key})
    rival = (same.exclude(pk=old.pk) if old else same).filter(Q(valid_to=None) | Q(valid_to__gt=on)).first()
    if rival is not None:
        sentence = _("同样的已经有一条（%(label)s，%(on)s 起）。请修改那一条。")
        words = {"label": label(rival), "on": rival.valid_from.isoformat()}
        raise Invalid({part.key[0]: [sentence % words]})


def _check_newest(old: Versioned, on: date) -> None:
    """Refuse a version that someone has replaced, and a day before it holds itself."""
    if old.valid_to is not None:
        sentence = _("这一版已定于 %(on)s 失效，可能刚有人改过。请回到列表，修改最新的一版。")
        raise Stale(sentence % {"on": old.valid_to.isoformat()})
    if old.valid_from > on:
        sentence = _("这一版从 %(on)s 起才生效，新的生效日期不能比它早。")
        raise Invalid({"valid_from": [sentence % {"on": old.valid_from.isoformat()}]})


def _place(part: Part, old: Versioned | None, on: date) -> Versioned:
    """Return the row to write to: a new one (the old one then ends), or the old one when nothing has used it yet."""
    if old is not None:
        if old.valid_from == on:
            if _used(old):
                raise Invalid({"valid_from": [_("今天的这一版已有诉求使用，请把生效日期填成明天或以后。")]})
            return old
        old.valid_to = on
        old.save(update_fields=["valid_to"])
    return part.model(valid_from=on)


def _used(row: Versioned) -> bool:
    if isinstance(row, Category):
        return Case.objects.filter(category=row).exists()
    return isinstance(row, Diversion) and Case.objects.filter(diversion=row).exists()


def _check_end(row: Versioned, on: date, reason: str) -> None:
    if not reason.strip():
        raise Invalid({"reason": [_("请写明为什么失效。")]})
    if row.valid_to is not None and row.valid_to <= on:
        raise Stale(_("这一条已定于 %(on)s 失效。") % {"on": row.valid_to.isoformat()})
    if on < today():
        raise Invalid({"on": [_("失效日期不能早于今天。")]})
    if on <= row.valid_from:
        raise Invalid({"on": [_("失效日期必须晚于生效日期。")]})
    if _is_last_resort(row):
        sentence = _("通用的这一条不能取消：没有它，有的诉求就没有规定。可以修改它的数量。")
        raise Refused(sentence, code="last_limit")
    if isinstance(row, Category):
        below = Category.objects.filter(code__startswith=row.code).exclude(code=row.code)
        below = below.filter(Q(valid_to=None) | Q(valid_to__gt=on))
        if below.exists():
            names = _("、").join(below.values_list("name", flat=True)[:3])
            raise Refused(
                _("它下面还有类别（%(names)s），请先结束下级。") % {"names": names}, code="has_children"
            )


def _is_last_resort(row: Versioned) -> bool:
    """Tell whether a row is the limit, or the retention, that every demand falls back to."""
    if isinstance(row, Retention):
        return not (row.category_code or row.kind)
    if not isinstance(row, TimeLimit) or row.clock != TimeLimit.Clock.RESOLVE:
        return False
    return not (row.category_code or row.kind or row.urgency)
