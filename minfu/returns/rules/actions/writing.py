"""Declare a form: what it is for, its fields, and what of them is known already."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from minfu.accounts.actor import Actor
from minfu.accounts.models import Unit
from minfu.answers import door as answers
from minfu.figures import door as figures
from minfu.kernel import clock, gate, record
from minfu.kernel.errors import Forbidden, Invalid, Missing
from minfu.kernel.record import Fact
from minfu.returns import events, rights
from minfu.returns.models import Addressee, Decision, Field, Form, Frequency, Kind
from minfu.returns.rules import known
from minfu.returns.rules.actions import _base

MOST = {"title": 60, "purpose": 300, "ground": 120}
MOST_NAME, MOST_MEASURE, MOST_MEANING, MOST_WHY, MOST_DECIMALS = 60, 12, 300, 200, 4
#: Working days one may be given, and years a form may be in force before it is asked for anew: bounds of sense, no rule of law.
MOST_WORKDAYS, MOST_YEARS = 60, 3
MOST_FIELDS = 60


@dataclass(frozen=True)
class About:
    """What a form is for: why, on what ground, how often, until when, whom it asks."""

    title: str
    purpose: str
    ground: str
    frequency: str
    ends_on: date | None
    due_workdays: int
    units: Sequence[int]
    period: str = ""


@dataclass(frozen=True)
class Spec:
    """What a field asks for."""

    name: str
    meaning: str
    kind: str = "number"
    measure: str = ""
    decimals: int = 0
    standing: bool = False


@transaction.atomic
def begin(*, actor: Actor, about: About) -> Form:
    """Begin to declare a form of the actor's unit; ``Invalid`` by field for what is missing or does not fit."""
    gate.check(actor, rights.ISSUE)
    if actor.unit_id is None or actor.user_id is None:
        raise Forbidden(_("您的岗位不属于任何单位，不能发表。"))
    at = clock.now()
    row = Form(unit_id=actor.unit_id, written_by_user_id=actor.user_id, begun_at=at, updated_at=at)
    units = _fill(row, about)
    row.save()
    _address(row, units)
    record.begin((events.FORM, row.pk), [Fact(events.BEGUN)], actor.stamp)
    return row


@transaction.atomic
def edit(*, actor: Actor, pk: int, about: About, version: int | None = None) -> Form:
    """Change what a draft is for. Another time asked about makes every field be looked at anew."""
    row, change = _base.take_form(actor, pk, "edit", version)
    before = (row.frequency, row.period)
    units = _fill(row, about)
    row.written_by_user_id = actor.user_id or 0
    change.done(
        events.EDITED, "title", "purpose", "ground", "frequency", "period", "ends_on", "due_workdays", "written_by_user_id"
    )  # fmt: skip
    _address(row, units)
    if before != (row.frequency, row.period):
        for field in row.fields.all():
            _look_anew(row, field)
            field.save()
    return row


def _fill(row: Form, about: About) -> list[int]:
    """Write what a form is for into the row; return its addressees."""
    faults: dict[str, list[str]] = {}

    def take(name: str, read: Callable[[], object]) -> None:
        try:
            setattr(row, name, read())
        except Invalid as refusal:
            for field, sentences in refusal.fields.items():
                faults.setdefault(field, []).extend(sentences)

    asked = {
        "title": _("请写明表名。"),
        "purpose": _("请写明为什么要填，填表的人看得到。"),
        "ground": _("请写明依据文号；没有依据的表不能发。"),
    }
    for name, question in asked.items():
        take(name, partial(_base.line, getattr(about, name), name, MOST[name], question))
    take("frequency", lambda: _chosen(about.frequency, "frequency", Frequency.values))
    take("ends_on", lambda: _end(about.ends_on))
    take("due_workdays", lambda: _workdays(about.due_workdays))
    take("period", lambda: _period(about) if about.frequency == Frequency.ONCE else "")
    units = list(
        Unit.objects.filter(pk__in=list(about.units), is_active=True).exclude(kind=Unit.Kind.PARTNER)
    )
    if not units:
        faults["units"] = [_("请选择由谁来填。")]
    if faults:
        raise Invalid(faults)
    return [one.pk for one in units]


def _chosen(value: str, name: str, values: Sequence[str]) -> str:
    if value not in values:
        raise Invalid({name: [_("请选择列出的一种。")]})
    return value


def _end(day: date | None) -> date:
    today = clock.today()
    if day is None:
        raise Invalid({"ends_on": [_("请写明用到哪一天，到期自动停用。")]})
    if day <= today:
        raise Invalid({"ends_on": [_("停用日期要在今天以后。")]})
    if day > today + timedelta(days=366 * MOST_YEARS):
        raise Invalid({"ends_on": [_("最长 %(years)s 年，还要用的到期再报一次。") % {"years": MOST_YEARS}]})
    return day


def _workdays(days: int) -> int:
    if not 1 <= days <= MOST_WORKDAYS:
        raise Invalid({"due_workdays": [_("给 1 到 %(most)s 个工作日。") % {"most": MOST_WORKDAYS}]})
    return days


def _period(about: About) -> str:
    found = figures.period(about.period) if about.period else None
    if found is None or not found.is_over or found.kind == "days":
        raise Invalid({"period": [_("请选择一个已经结束的时段，数才是完整的。")]})
    return found.key


def _address(row: Form, units: Sequence[int]) -> None:
    row.addressees.exclude(unit_id__in=units).delete()
    Addressee.objects.bulk_create([Addressee(form=row, unit_id=one) for one in units], ignore_conflicts=True)


# --- fields ----------------------------------------------------------------------------------------------------------


@transaction.atomic
def set_field(*, actor: Actor, pk: int, spec: Spec, field_id: int | None = None) -> Field:
    """Add a field to a draft, or change one; what is known under its name is looked up anew.

    ``Invalid`` for a field about a person.
    """
    row, change = _base.take_form(actor, pk, "edit")
    name = _base.line(spec.name, "name", MOST_NAME, _("请写明这一项的名称。"))
    answers.refuse_personal(name)
    if not answers.bare(name):
        raise Invalid({"name": [_("名称里要有文字。")]})
    field = _field(row, field_id) if field_id is not None else Field(form=row, place=_next_place(row))
    others = row.fields.exclude(pk=field.pk).values_list("name", flat=True)
    if any(answers.plain(name) == answers.plain(one) for one in others):
        raise Invalid({"name": [_("这张表里已经有这一项。")]})
    field.name = name
    field.kind = _chosen(spec.kind, "kind", Kind.values)
    field.meaning = _base.line(spec.meaning, "meaning", MOST_MEANING, _("请写明口径：算什么、不算什么。"))
    number = field.kind == Kind.NUMBER
    field.measure = _base.line(spec.measure, "measure", MOST_MEASURE) if number else ""
    if not 0 <= spec.decimals <= MOST_DECIMALS:
        raise Invalid({"decimals": [_("小数位数是 0 到 %(most)s。") % {"most": MOST_DECIMALS}]})
    field.decimals = spec.decimals if number else 0
    field.standing = spec.standing
    _look_anew(row, field)
    field.save()
    _wrote(row, change, events.FIELD_SET, name=name)
    return field


@transaction.atomic
def decide_field(
    *, actor: Actor, pk: int, field_id: int, decision: str, means: str = "", reason: str = ""
) -> Field:
    """Say of a field for which something is known: strike it (the software fills it in), or say why it is asked.

    ``means``: which of the known things it is; the surest when it is left out. What is filled in comes in its own measure; what
    is asked again of an item in another one is refused, since both are one answer.
    """
    row, change = _base.take_form(actor, pk, "edit")
    field = _field(row, field_id)
    found = known.candidates(row, field.name)
    if not found:
        raise Invalid({"decision": [_("没有查到现成的数，不用选。")]})
    field.decision = _chosen(decision, "decision", [Decision.SELF, Decision.AGAIN, Decision.OTHER])
    means = means or found[0].means
    meant = next((one for one in found if one.means == means), None)
    if meant is None:
        raise Invalid({"means": [_("请从查到的里面选一个。")]})
    _measure_as(field, meant)
    field.means = "" if field.decision == Decision.OTHER else means
    field.why = ""
    if field.decision != Decision.SELF:
        field.why = _base.line(reason, "reason", MOST_WHY, _("请写明为什么还要问；写不出来的，请划掉。"))
    field.save()
    _wrote(row, change, events.FIELD_DECIDED, name=field.name, decision=str(Decision(field.decision).label))
    return field


def _measure_as(field: Field, meant: answers.Match) -> None:
    """Give a number that is filled in the measure it is kept in; refuse to ask for an item in another measure."""
    if field.kind != Kind.NUMBER:
        return
    if field.decision == Decision.SELF:
        field.measure = meant.measure
    is_item = meant.means.startswith("item:")
    if field.decision == Decision.AGAIN and is_item and field.measure != meant.measure:
        sentence = _(
            "“%(title)s”的计量单位是“%(known)s”，这里写的是“%(here)s”。请改成一样的；不是一回事的，选“不是一回事，要问”。"
        )
        none = _("没有")
        told = {"title": meant.title, "known": meant.measure or none, "here": field.measure or none}
        raise Invalid({"decision": [sentence % told]})


@transaction.atomic
def drop_field(*, actor: Actor, pk: int, field_id: int) -> None:
    """Take a field out of a draft."""
    row, change = _base.take_form(actor, pk, "edit")
    field = _field(row, field_id)
    field.delete()
    _wrote(row, change, events.FIELD_DROPPED, name=field.name)


def _wrote(row: Form, change: _base.Change, event: str, **data: str) -> None:
    """Record a change of the fields; who wrote last does not let the form in."""
    row.written_by_user_id = change.actor.user_id or 0
    change.done(event, "written_by_user_id", **data)


def _field(row: Form, field_id: int) -> Field:
    found = row.fields.filter(pk=field_id).first()
    if found is None:
        raise Missing(_("这张表里没有这一项。"))
    return found


def _next_place(row: Form) -> int:
    if row.fields.count() >= MOST_FIELDS:
        raise Invalid({"name": [_("一张表最多 %(most)s 项，请精简。") % {"most": MOST_FIELDS}]})
    return int(row.fields.aggregate(last=Max("place"))["last"] or 0) + 1


def _look_anew(row: Form, field: Field) -> None:
    """Look up what is known under a field's name: its author decides; where nothing is known it is simply asked."""
    found = known.candidates(row, field.name)
    field.means, field.why, field.item_key = "", "", ""
    field.decision = "" if found else Decision.NEW
