"""The gate: a form is submitted, let in or refused by another person, and ends."""

from django.db import transaction
from django.utils.translation import gettext as _

from minfu.accounts.actor import Actor, system
from minfu.accounts.models import Post, Role, Unit
from minfu.answers import door as answers
from minfu.kernel import clock
from minfu.kernel.errors import Invalid
from minfu.notices import outbox
from minfu.notices.outbox import To
from minfu.returns import events, texts
from minfu.returns.models import Decision, Field, Form
from minfu.returns.rules import known, spans
from minfu.returns.rules.actions import _base, keeping


@transaction.atomic
def submit(*, actor: Actor, pk: int, version: int | None = None) -> Form:
    """Bring a form to the gate; ``Invalid`` while it asks nothing, or a field that is known is neither struck nor explained."""
    row, change = _base.take_form(actor, pk, "submit", version)
    fields = list(row.fields.order_by("place"))
    if not fields:
        raise Invalid({"": [_("这张表还没有要填的项，请先写入。")]})
    open_ones = [one.name for one in fields if not one.decision]
    if open_ones:
        sentence = _("“%(names)s”已经有现成的数：请划掉，或写明为什么还要问。")
        raise Invalid({"": [sentence % {"names": "”“".join(open_ones[:5])}]})
    gone = [one.name for one in fields if one.is_struck and not known.still_known(one)]
    if gone:
        raise Invalid({"": [_("“%(name)s”的现成数已经取不到，请重新选择。") % {"name": gone[0]}]})
    if row.ends_on <= clock.today():
        raise Invalid({"": [_("停用日期已经过了，请先修改。")]})
    row.submitted_by_user_id = actor.user_id
    struck = sum(one.is_struck for one in fields)
    change.done(events.SUBMITTED, "submitted_by_user_id", fields=len(fields), known=struck)
    _tell_gate(row)
    return row


def _tell_gate(row: Form) -> None:
    """Tell the county desk that a form waits."""
    posts = Post.objects.filter(
        role=Role.COUNTY_DISPATCHER, period__contains=clock.today(), user__is_active=True
    ).exclude(user_id__in=[row.written_by_user_id, row.submitted_by_user_id])
    words = {"title": row.title, "issuer": row.unit.name}
    readers = {one.user_id for one in posts}
    outbox.send(
        [
            outbox.build(To(user_id=one), texts.GATE, words, subject=(events.FORM, row.pk))
            for one in sorted(readers)
        ]
    )


@transaction.atomic
def approve(*, actor: Actor, pk: int, version: int | None = None) -> Form:
    """Let a form in, as another person than asked for it: what it asks becomes items, and who is to fill it in is asked."""
    row, change = _base.take_form(actor, pk, "approve", version)
    if row.ends_on <= clock.today():
        raise Invalid({"": [_("停用日期已经过了，请退回修改。")]})
    row.approved_by_user_id, row.approved_on = actor.user_id, clock.today()
    whose = _whose(row)
    for field in row.fields.order_by("place"):
        if not (field.is_struck and field.means.startswith("figure:")):
            field.item_key = _item_of(row, field, whose)
            field.save(update_fields=["item_key"])
    change.done(events.APPROVED, "approved_by_user_id", "approved_on")
    _judged(row, _("准予发表，已发给填报单位。"))
    keeping.ask(row)
    return row


def _whose(row: Form) -> str:
    """Tell whether the form's answers are of places or of units: of units where two of one place are asked, or a department."""
    units = list(Unit.objects.filter(pk__in=row.addressees.values("unit_id")))
    of_places = {one.division_id for one in units}
    plain = all(one.kind in (Unit.Kind.DESK, Unit.Kind.VILLAGE) for one in units)
    return "area" if plain and len(of_places) == len(units) else "unit"


def _item_of(row: Form, field: Field, whose: str) -> str:
    """Return the item a field's answers are kept under: the known one, one of the same name, kind and measure, or a new one.

    What its author called another thing is never kept under an item there is.
    """
    if field.means.startswith("item:"):
        return field.means.partition(":")[2]
    span = "standing" if field.standing else spans.kind_of(row)
    wanted, is_other = (field.kind, whose, span, field.measure), field.decision == Decision.OTHER
    label = dict(answers.SPANS)[span]
    for name in (field.name, f"{field.name[:45]}（{label}）", f"{field.name[:30]}（{label}，{row.pk}）"):
        found = answers.item_named(name)
        same = found is not None and (found.kind, found.whose, found.span, found.measure) == wanted
        if found is not None and same and not is_other and found.decimals >= field.decimals:
            return found.key
        if found is None:
            told = answers.Declaration(
                name=name, meaning=field.meaning, kind=field.kind, measure=field.measure, decimals=field.decimals,
                whose=whose, span=span, origin=f"{row} {row.ground}"[:200],
            )  # fmt: skip
            return answers.declare(
                actor=system(), asked=told, anyway=bool(field.why) or name != field.name
            ).key
    raise Invalid({"": [_("“%(name)s”与别的数据项重名，请换一个名称。") % {"name": field.name}]})


@transaction.atomic
def refuse(*, actor: Actor, pk: int, reason: str, version: int | None = None) -> Form:
    """Do not let a form in, and say why."""
    row, change = _base.take_form(actor, pk, "refuse", version)
    reason = _base.why(reason)
    change.done(events.REFUSED, reason=reason)
    _judged(row, _("不予准入，原因请打开查看。"))
    return row


def _judged(row: Form, outcome: str) -> None:
    """Tell the unit that asked how it went."""
    outbox.queue(
        To(unit_id=row.unit_id),
        texts.JUDGED,
        {"title": row.title, "outcome": outcome},
        subject=(events.FORM, row.pk),
    )


@transaction.atomic
def recall(*, actor: Actor, pk: int, version: int | None = None) -> Form:
    """Take a form back from the gate."""
    row, change = _base.take_form(actor, pk, "recall", version)
    change.done(events.RECALLED)
    return row


@transaction.atomic
def revise(*, actor: Actor, pk: int, version: int | None = None) -> Form:
    """Go back to a refused form, to mend it."""
    row, change = _base.take_form(actor, pk, "revise", version)
    change.done(events.REVISED)
    return row


@transaction.atomic
def end(*, actor: Actor, pk: int, reason: str, version: int | None = None) -> Form:
    """End a form before its day: nothing more is taken."""
    row, change = _base.take_form(actor, pk, "end", version)
    row.ended_at = change.at
    change.done(events.ENDED, "ended_at", reason=_base.why(reason))
    keeping.close_copies(row)
    return row


@transaction.atomic
def drop(*, actor: Actor, pk: int, version: int | None = None) -> Form:
    """Give up a form that was not let in."""
    row, change = _base.take_form(actor, pk, "drop", version)
    row.ended_at = change.at
    change.done(events.DROPPED, "ended_at")
    return row
