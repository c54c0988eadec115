"""Leaving a demand out of the rates: asked with a reason by one person, decided by another, ended by the one who decides."""

from collections.abc import Iterable
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from minfu.accounts.actor import Actor
from minfu.cases import door as cases
from minfu.figures import events, rights, states
from minfu.figures.models import Exclusion
from minfu.figures.rules.areas import COUNTY
from minfu.kernel import clock, gate, record
from minfu.kernel.composed import Question
from minfu.kernel.errors import Forbidden, Invalid, Missing, Refused
from minfu.kernel.steps import Step
from minfu.language.normal import clean_input

MOST_TEXT = 1000


@transaction.atomic
def ask(*, actor: Actor, case_id: int, reason: str, why: str) -> Exclusion:
    """Ask that a demand the actor may see be left out of the rates.

    Raises ``Invalid`` without a reason there is and words of one's own, ``Refused`` when it was asked before.
    """
    gate.check(actor, rights.EXCLUDE)
    if not cases.cases_for(actor).filter(pk=case_id).exists():
        raise Missing(_("没有找到这件诉求，或您无权查看。请核对编号。"))
    if reason not in Exclusion.Reason.values:
        raise Invalid({"reason": [_("请选择剔除的原因。")]})
    said = _text(why, "why", _("请写明为什么不应计入考核。"))
    if actor.unit_id is None or actor.user_id is None:
        raise Forbidden(_("只有在岗人员可以提出申请。"))
    try:
        with transaction.atomic():
            row = Exclusion.objects.create(
                case_id=case_id,
                reason=reason,
                why=said,
                unit_id=actor.unit_id,
                asked_by_user_id=actor.user_id,
                asked_at=clock.now(),
            )
    except IntegrityError:
        raise Refused(_("这件诉求已经申请过剔除。"), code="excluded_before") from None
    fact = record.Fact(events.EXCLUSION_ASKED, {"case": case_id, "reason": reason}, said)
    record.begin((events.EXCLUSION, row.pk), [fact], actor.stamp)
    return row


def decide(*, actor: Actor, exclusion_id: int, grant: bool, decision: str) -> Exclusion:
    """Grant or refuse a request; never one's own, and always with words."""
    step, name = ("grant", events.EXCLUSION_GRANTED) if grant else ("refuse", events.EXCLUSION_REFUSED)
    return _step(actor, exclusion_id, step, name, decision)


def end(*, actor: Actor, exclusion_id: int, decision: str) -> Exclusion:
    """Let a demand count again."""
    return _step(actor, exclusion_id, "end", events.EXCLUSION_ENDED, decision)


@transaction.atomic
def _step(actor: Actor, exclusion_id: int, step: str, name: str, decision: str) -> Exclusion:
    gate.check(actor, rights.DECIDE)
    row = exclusions_for(actor).select_for_update(of=("self",)).filter(pk=exclusion_id).first()
    if row is None:
        raise _absent()
    row.state = states.EXCLUSION.check(row.state, step)
    if actor.user_id == row.asked_by_user_id:
        raise Forbidden(_("须由另一人审核，不能审核自己的申请。"), code="second_person")
    said = _text(decision, "decision", _("请写明审核意见。"))
    row.decision, row.decided_at, row.decided_by_user_id = said, clock.now(), actor.user_id
    row.save(update_fields=["state", "decision", "decided_at", "decided_by_user_id"])
    record.append((events.EXCLUSION, row.pk), [record.Fact(name, {"case": row.case_id}, said)], actor.stamp)
    return row


def exclusions_for(actor: Actor) -> QuerySet[Exclusion]:
    """Return the requests the actor may see, the newest first: the county's all, a township's those of its units.

    Their words tell of the demand: nobody sees one whose demand is hidden from them, nor decides it.
    """
    rows = Exclusion.objects.select_related("unit").order_by("-pk")
    if not actor.may(rights.EXCLUSIONS):
        return rows.none()
    rows = rows.filter(case_id__in=cases.cases_for(actor).order_by().values("pk"))
    return rows if len(actor.area) <= COUNTY else rows.filter(unit__division__code__startswith=actor.area)


def get_for(actor: Actor, pk: int) -> Exclusion:
    """Return one request; ``Missing`` whether it is absent or not for this actor."""
    row = exclusions_for(actor).filter(pk=pk).first()
    if row is None:
        raise _absent()
    return row


def next_steps(actor: Actor, row: Exclusion) -> list[Step]:
    """Return the steps the actor may take now: never on a request of their own."""
    if not actor.may(rights.DECIDE) or actor.user_id == row.asked_by_user_id:
        return []
    return [step for step in states.EXCLUSION.steps if row.state in step.sources]


def waits(actor: Actor) -> list[Question]:
    """Ask which requests wait for the actor's decision, up to 99."""
    return [Question(_waiting, actor)]


def _waiting(actor: Actor) -> QuerySet[Exclusion, Any]:
    rows = exclusions_for(actor).filter(state="asked").exclude(asked_by_user_id=actor.user_id or 0)
    return rows.order_by().values("pk")[:99]


def case_numbers(actor: Actor, rows: Iterable[Exclusion]) -> dict[int, str]:
    """Return the numbers of the demands of requests the actor may see."""
    ids = {row.case_id for row in rows}
    return {case.pk: case.number for case in cases.cases_for(actor).filter(pk__in=ids)}


def _absent() -> Missing:
    return Missing(_("没有找到这项剔除申请，或您无权查看。"))


def _text(value: str, name: str, question: str) -> str:
    said = clean_input(value).text.strip()
    if not said:
        raise Invalid({name: [question]})
    if len(said) > MOST_TEXT:
        raise Invalid(
            {name: [_("最多 %(max)s 字，现在有 %(count)s 字。") % {"max": MOST_TEXT, "count": len(said)}]}
        )
    return said
