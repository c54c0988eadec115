"""After an agreement: follow-up visits, and the court's confirmation."""

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from minfu.accounts.actor import Actor
from minfu.disputes import events, states
from minfu.disputes.models import Ending, Mediation, Visit
from minfu.disputes.rules import terms
from minfu.disputes.rules.actions._base import not_future, take
from minfu.disputes.rules.actions.agreeing import plan_visit, standing
from minfu.disputes.rules.actions.ending import tell_ways
from minfu.kernel import validity
from minfu.kernel.errors import Invalid
from minfu.language.asked import text

_TARGETS = {
    Visit.Finding.KEPT: states.KEPT,
    Visit.Finding.GOING: states.KEEPING,
    Visit.Finding.BROKEN: states.BROKEN,
}


@transaction.atomic
def visit(
    *,
    actor: Actor,
    pk: int,
    finding: str,
    note: str,
    ways: Sequence[str] = (),
    version: int | None = None,
) -> Mediation:
    """Write down a follow-up. Kept: done. Under way: the next one is planned. Broken: the parties are told of other ways."""
    if finding not in Visit.Finding.values:
        raise Invalid({"finding": [_("请选择协议履行得怎样。")]})
    target = _TARGETS[Visit.Finding(finding)]
    change = take(actor, pk, "visit", version=version, target=target)
    said = text(note, "note", _("请写明问了谁、情况怎样。"))
    made = change.row.visits.filter(made_at__isnull=True).first() or Visit(
        mediation=change.row, due_on=change.today
    )
    made.made_at, made.finding, made.note = change.at, finding, said
    made.post_id, made.remind_at = actor.post_id, None
    made.save()
    change.fact(events.VISITED, said, finding=finding)
    if target == states.KEEPING:
        plan_visit(change, change.today, terms.Key.VISIT_AGAIN)
    elif target == states.KEPT:
        change.fact(events.KEPT)
    else:
        ending = tell_ways(change, Ending.Ground.BROKEN, ways, "")
        change.fact(events.BROKEN, ways=[way["name"] for way in ending.ways])
    return change.done()


@transaction.atomic
def apply(*, actor: Actor, pk: int, applied_on: date, court: str, version: int | None = None) -> Mediation:
    """Note that both sides asked the court together; within the term from the day of effect (人民调解法 第33条)."""
    change = take(actor, pk, "apply", version=version)
    agreement = standing(change.row)
    where = text(court, "court", _("请写明向哪个法院申请。"), longest=60)
    not_future(applied_on, "applied_on", change.today)
    agreement.confirmation = states.CONFIRMATION.check(agreement.confirmation, "apply")
    if agreement.effective_on is None or agreement.confirm_last is None:
        raise AssertionError("an agreement in effect has its days")
    if not agreement.effective_on <= applied_on <= agreement.confirm_last:
        raise Invalid(
            {
                "applied_on": [
                    _("司法确认须在协议生效后的期限内申请：%(first)s 到 %(last)s。")
                    % {"first": agreement.effective_on, "last": agreement.confirm_last}
                ]
            }
        )
    agreement.applied_on, agreement.court, agreement.remind_at = applied_on, where, None
    validity.save(agreement)
    change.fact(events.APPLIED, on=applied_on.isoformat())
    return change.done()


@transaction.atomic
def court(
    *,
    actor: Actor,
    pk: int,
    confirmed: bool,
    decided_on: date,
    number: str = "",
    version: int | None = None,
) -> Mediation:
    """Note what the court decided."""
    change = take(actor, pk, "court", version=version)
    agreement = standing(change.row)
    not_future(decided_on, "decided_on", change.today)
    if agreement.applied_on is not None and decided_on < agreement.applied_on:
        raise Invalid({"decided_on": [_("法院作出结果的日期不能早于申请日期。")]})
    target = "confirmed" if confirmed else "refused"
    agreement.confirmation = states.CONFIRMATION.check(agreement.confirmation, "decide", target)
    agreement.decided_on = decided_on
    agreement.court_number = text(number, "number", "", longest=60)
    validity.save(agreement)
    change.fact(events.COURT_DECIDED, confirmed=confirmed, on=decided_on.isoformat())
    return change.done()
