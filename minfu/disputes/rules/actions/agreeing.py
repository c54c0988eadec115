"""What the sides agree on: written and signed, or oral; or they made it up themselves."""

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from minfu.accounts.actor import Actor
from minfu.disputes import events, states
from minfu.disputes.models import Agreement, Mediation, Visit
from minfu.disputes.rules import terms
from minfu.disputes.rules.actions._base import MAX_PAPER, Change, not_future, take
from minfu.disputes.rules.actions.sittings import undisputed
from minfu.disputes.texts import PARTY_EFFECT
from minfu.kernel import calendar, validity
from minfu.kernel.errors import Invalid, Refused
from minfu.kernel.tongue import of_county
from minfu.language.asked import text


@dataclass(frozen=True)
class Terms:
    """What an agreement says (人民调解法 第29条): facts, dispute and fault, what was agreed, how and until when it is kept."""

    form: str
    facts: str
    dispute: str
    content: str
    performance: str
    agreed_on: date
    due_on: date | None = None


@transaction.atomic
def agree(*, actor: Actor, pk: int, terms_: Terms, version: int | None = None) -> Mediation:
    """Write down what was agreed. Oral: in effect from the day it was reached (第30条). Written: a draft until it is signed."""
    if terms_.form not in Agreement.Form.values:
        raise Invalid({"form": [_("请选择书面还是口头。")]})
    oral = terms_.form == Agreement.Form.ORAL
    target = states.KEEPING if oral else states.SIGNING
    change = take(actor, pk, "agree", version=version, target=target)
    undisputed(change)
    if not change.row.sessions.filter(state="held").exists():
        raise Refused(_("还没有调解记录。请先记录一次调解，再登记协议。"), code="no_session")
    agreement = _drafted(change, terms_)
    if oral:
        _in_effect(change, agreement, agreement.agreed_on)
    else:
        validity.save(agreement)
        change.fact(events.DRAFTED)
    return change.done()


def _drafted(change: Change, told: Terms) -> Agreement:
    questions = {
        "facts": _("请写明纠纷主要事实。"),
        "dispute": _("请写明争议事项和各方责任。"),
        "content": _("请写明协议内容。"),
        "performance": _("请写明怎样履行。"),
    }
    said = {
        name: text(getattr(told, name), name, question, longest=MAX_PAPER)
        for name, question in questions.items()
    }
    agreed_on = not_future(told.agreed_on, "agreed_on", change.today)
    if told.due_on is not None and told.due_on < agreed_on:
        raise Invalid({"due_on": [_("履行期限不能早于达成协议的日期。")]})
    return Agreement(mediation=change.row, form=told.form, agreed_on=agreed_on, due_on=told.due_on, **said)


def standing(row: Mediation) -> Agreement:
    """Return the agreement that stands; ``Refused`` when there is none."""
    found = row.agreements.filter(stands=True).first()
    if found is None:
        raise Refused(_("还没有达成协议。"), code="no_agreement")
    return found


def _in_effect(change: Change, agreement: Agreement, effective: date) -> None:
    """Let an agreement take effect: the court's term and the first follow-up begin to run; the demand can be reported."""
    working = calendar.current()
    length = terms.days(terms.Key.CONFIRM, effective)
    days = terms.confirmation(effective, length, working)
    agreement.effective_on = effective
    agreement.confirmation = (
        states.CONFIRMATION.check(agreement.confirmation, "effect") if agreement.pk else "possible"
    )
    agreement.confirm_until, agreement.confirm_last = days.until, days.last
    agreement.calendar_version = working.version
    before = terms.days(terms.Key.CONFIRM_REMIND, effective)
    agreement.remind_at = terms.reminder(days.until, before, change.today, working)
    validity.save(agreement)
    plan_visit(change, max(agreement.due_on or effective, change.today), terms.Key.VISIT)
    lapse_requests(change)
    change.fact(
        events.AGREED,
        form=agreement.form,
        effective=effective.isoformat(),
        unit=change.row.unit_id,
    )
    with of_county():
        until = calendar.day_text(days.until, change.today)
    change.tell_parties(PARTY_EFFECT, until=until)


def plan_visit(change: Change, base: date, key: str) -> Visit:
    """Plan the next follow-up, the term's days after ``base``."""
    working = calendar.current()
    due = terms.visit_day(base, terms.days(key, change.today), working)
    return Visit.objects.create(
        mediation=change.row, due_on=due, remind_at=terms.reminder(due, 0, change.today, working)
    )


def lapse_requests(change: Change) -> None:
    """Let what is still asked or arranged lapse: the mediation is over."""
    for asked in change.row.replacements.filter(state="asked"):
        asked.state = states.REPLACEMENT.check(asked.state, "lapse")
        asked.save(update_fields=["state"])
    for session in change.row.sessions.filter(state="planned"):
        session.state = states.SESSION.check(session.state, "cancel")
        session.save(update_fields=["state"])


@transaction.atomic
def sign(*, actor: Actor, pk: int, signed_on: date, version: int | None = None) -> Mediation:
    """Note that every party has signed: the written agreement is in effect from that day."""
    change = take(actor, pk, "sign", version=version)
    undisputed(change)
    agreement = standing(change.row)
    not_future(signed_on, "signed_on", change.today)
    if signed_on < agreement.agreed_on:
        raise Invalid({"signed_on": [_("签字日期不能早于达成协议的日期。")]})
    _in_effect(change, agreement, signed_on)
    return change.done()


@transaction.atomic
def reconsider(*, actor: Actor, pk: int, reason: str, version: int | None = None) -> Mediation:
    """Go back to mediating: the draft was not signed. It is kept, but stands no more."""
    change = take(actor, pk, "reconsider", version=version)
    why = text(reason, "reason", _("请写明为什么没有签。"), longest=1000)
    agreement = standing(change.row)
    agreement.stands = False
    agreement.save(update_fields=["stands"])
    change.fact(events.RECONSIDERED, why)
    return change.done()


@transaction.atomic
def settle(*, actor: Actor, pk: int, what: str, version: int | None = None) -> Mediation:
    """Note that the sides made it up by themselves; no more mediation is needed."""
    change = take(actor, pk, "settle", version=version)
    said = text(what, "what", _("请写明双方怎样说和的。"))
    lapse_requests(change)
    change.fact(events.SETTLED, said, unit=change.row.unit_id)
    return change.done()
