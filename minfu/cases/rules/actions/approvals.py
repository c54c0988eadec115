"""Extension, pause and deferral: asked by one person with a reason, decided by another, kept in a ledger."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from minfu.accounts.actor import Actor
from minfu.cases import events, rights, states
from minfu.cases.models import Approval, Case
from minfu.cases.rules import access, deadlines
from minfu.cases.rules.actions._base import Change, lead_of, take
from minfu.cases.rules.deadlines import Clock
from minfu.kernel import clock
from minfu.kernel.errors import Forbidden, Invalid, Refused
from minfu.kernel.gate import check
from minfu.language.asked import text

#: Why a clock may be stopped, or more time be given; shown as choices. The explanation is always asked for as well.
GROUNDS = {
    "resident": gettext_lazy("等待居民补充材料"),
    "expert": gettext_lazy("专家鉴定或检测"),
    "third_party": gettext_lazy("等待第三方或上级答复"),
    "weather": gettext_lazy("天气或不可抗力"),
    "funds": gettext_lazy("需要资金或列入计划"),
    "complex": gettext_lazy("情况复杂，需要更多时间"),
}
LONGEST_PAUSE = timedelta(days=90)
LONGEST_DEFERRAL = timedelta(days=366)


@transaction.atomic
def ask_extension(
    *, actor: Actor, case_id: int, amount: int, ground: str, reason: str, version: int | None = None
) -> Approval:
    """Ask for more time, once, at most the original limit again (§3.1), in the resolve clock's own measure."""
    change = take(actor, case_id, "ask_extension", version=version)
    row = next(iter(change.running(Clock.RESOLVE)), None)
    if row is None:
        raise Refused(_("办理时限没有在计时，不需要延期。"), code="no_clock")
    if change.case.approvals.filter(matter="extension", state="granted").exists():
        raise Refused(_("这件诉求已经延期过一次，不能再延。"), code="extended_before")
    if not 1 <= amount <= row.amount:
        raise Invalid(
            {
                "amount": [
                    _("延期可填 1 到 %(max)s %(unit)s。")
                    % {"max": row.amount, "unit": row.get_measure_display()}
                ]
            }
        )
    return _ask(change, "extension", ground, reason, amount=amount)


@transaction.atomic
def ask_pause(
    *, actor: Actor, case_id: int, until: date, ground: str, reason: str, version: int | None = None
) -> Approval:
    """Ask that the clock stand still until a day (waiting for the resident, expert assessment …)."""
    change = take(actor, case_id, "ask_pause", version=version)
    _until(until, change, LONGEST_PAUSE)
    return _ask(change, "pause", ground, reason, until=until)


@transaction.atomic
def ask_deferral(
    *, actor: Actor, case_id: int, until: date, ground: str, reason: str, version: int | None = None
) -> Approval:
    """Ask to keep a demand on the ledger (挂账) until conditions allow it, at most a year."""
    change = take(actor, case_id, "ask_deferral", version=version)
    _until(until, change, LONGEST_DEFERRAL)
    return _ask(change, "deferral", ground, reason, until=until)


def _until(until: date, change: Change, longest: timedelta) -> None:
    today = timezone.localdate(change.at)
    if not today < until <= today + longest:
        raise Invalid({"until": [_("日期应在明天之后、%(days)s 天以内。") % {"days": longest.days}]})


def _ask(
    change: Change,
    matter: str,
    ground: str,
    reason: str,
    *,
    amount: int | None = None,
    until: date | None = None,
) -> Approval:
    why = text(reason, "reason", _("请写明理由。"))
    if ground not in GROUNDS:
        raise Invalid({"ground": [_("请选择事由。")]})
    if change.case.approvals.filter(state="asked").exists():
        raise Refused(_("已有一项申请正在等待审批。"), code="approval_open")
    if change.actor.post_id is None or change.actor.user_id is None:
        raise Forbidden(_("只有在岗人员可以提出申请。"))
    row = Approval.objects.create(
        case=change.case,
        matter=matter,
        ground=ground,
        reason=why,
        amount=amount,
        until=until,
        unit_id=lead_of(change.case),
        desk_id=change.case.desk_id,
        asked_by_id=change.actor.post_id,
        asked_by_user_id=change.actor.user_id,
        asked_at=change.at,
    )
    change.begin(Clock.APPROVE, change.case.desk_id)
    change.fact(
        events.APPROVAL_ASKED,
        why,
        matter=matter,
        ground=ground,
        amount=amount,
        until=until.isoformat() if until else None,
    )
    change.tell(change.case.desk_id, events.APPROVAL_ASKED)
    change.done()
    return row


@transaction.atomic
def decide(*, actor: Actor, approval_id: int, grant: bool, decision: str = "") -> Approval:
    """Grant or refuse a request. The person who asked cannot decide; refusing needs a reason."""
    row = access.get_approval_for(actor, approval_id)
    check(actor, rights.APPROVE)
    case = access.get_case_for(actor, row.case_id, lock=True)
    row.refresh_from_db()
    if refusal := access.same_person(actor, row.asked_by_user_id):
        raise refusal
    name = {"extension": "ask_extension", "pause": "pause", "deferral": "defer"}[row.matter] if grant else ""
    if not access.may_approve(actor, case):
        raise Forbidden(_("您不能审批这件诉求的申请。"))
    row.state = states.APPROVAL.check(row.state, "grant" if grant else "refuse")
    target = states.CASE.check(case.state, name) if name else case.state
    change = Change(actor=actor, case=case, target=target, at=clock.now(), before=case.state)
    why = text(decision, "decision", "" if grant else _("请写明不批准的原因。"), longest=1000)
    row.decision, row.decided_at = why, change.at
    row.decided_by_id, row.decided_by_user_id = actor.post_id, actor.user_id
    row.save(update_fields=["state", "decision", "decided_at", "decided_by", "decided_by_user_id"])
    change.finish(Clock.APPROVE)
    change.fact(events.APPROVAL_GRANTED if grant else events.APPROVAL_REFUSED, why, matter=row.matter)
    if grant:
        _carry_out(change, row)
    change.tell(row.unit_id, events.APPROVAL_GRANTED if grant else events.APPROVAL_REFUSED)
    change.done()
    return row


def _carry_out(change: Change, row: Approval) -> None:
    for clock_row in change.running(Clock.RESOLVE):
        if row.matter == "extension":
            deadlines.extend(clock_row, row.amount or 0, change.calendar)
        else:
            deadlines.pause(clock_row, change.at)
        change.touch(clock_row)
    event = {"extension": events.EXTENDED, "pause": events.PAUSED, "deferral": events.DEFERRED}[row.matter]
    if row.matter == "pause" and row.ground == "resident":
        change.tell_resident(events.PAUSED)
    change.fact(
        event, matter=row.matter, amount=row.amount, until=row.until.isoformat() if row.until else None
    )


@transaction.atomic
def resume(*, actor: Actor, case_id: int, reason: str = "", version: int | None = None) -> Case:
    """Go on with a paused or deferred demand; the clock moves by the time it stood."""
    change = take(actor, case_id, "resume", version=version)
    go_on(change, text(reason, "reason", ""))
    return change.done()


def go_on(change: Change, why: str) -> None:
    """Let the clocks that stood still go on, and tell the lead."""
    for row in change.clocks():
        if row.state == "paused":
            deadlines.resume(row, change.at, change.calendar)
            change.touch(row)
    change.fact(events.RESUMED, why)
    change.tell(change.case.lead_id, events.RESUMED)


def waits_for_resident(case: Case) -> bool:
    """Tell whether a paused demand waits for what the resident has to add."""
    row = case.approvals.filter(state="granted", matter="pause").order_by("-pk").first()
    return row is not None and row.ground == "resident"


def ended_by(moment: datetime) -> list[int]:
    """Return the ids of demands whose pause or deferral has run out by ``moment``; the sweep resumes them.

    Of several in the life of a demand the last one granted counts.
    """
    granted = Approval.objects.filter(state="granted", matter__in=["pause", "deferral"])
    later = granted.filter(case=OuterRef("case"), pk__gt=OuterRef("pk"))
    ended = granted.filter(until__lte=timezone.localdate(moment), case__state__in=["paused", "deferred"])
    return list(
        ended.filter(~Exists(later)).order_by("case_id").values_list("case_id", flat=True).distinct()[:500]
    )
