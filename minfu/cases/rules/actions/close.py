"""How a demand ends: verified by others, confirmed by the resident; or reopened, unconfirmed, withdrawn."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from minfu.accounts.actor import Actor
from minfu.cases import events, states
from minfu.cases.models import Answer, Attempt, Case
from minfu.cases.rules import asking
from minfu.cases.rules.actions._base import Change, take
from minfu.cases.rules.actions.merge import lock_with_merged, release_merged
from minfu.cases.rules.actions.release import withdraw_reopened
from minfu.cases.rules.deadlines import Clock
from minfu.kernel.errors import Forbidden, Invalid, Refused
from minfu.kernel.tongue import kept
from minfu.language.asked import text

#: Attempts on different days before a demand may close as *unconfirmed* (§3.1: 联系不上 ≥3 次不同时段).
ATTEMPTS_NEEDED = 3
CHANNELS = {"phone": gettext_lazy("电话"), "visit": gettext_lazy("上门"), "message": gettext_lazy("短信")}
_OUTCOME_STATES = {"solved": states.SOLVED, "partly": states.PARTLY, "explained": states.EXPLAINED}


@transaction.atomic
def verify(*, actor: Actor, case_id: int, finding: str, version: int | None = None) -> Case:
    """Confirm, as someone not of the unit that did the work, that it was done; the resident is asked next."""
    change = take(actor, case_id, "verify", version=version)
    _verdict(change, text(finding, "finding", _("请写明怎样核实的（现场、电话、照片等）。")), passed=True)
    change.begin(Clock.CONFIRM, change.case.desk_id)
    change.fact(events.VERIFIED, finding)
    change.tell_resident(events.VERIFIED)
    return change.done("holder")


@transaction.atomic
def send_back(*, actor: Actor, case_id: int, finding: str, version: int | None = None) -> Case:
    """Send reported work back because it is not done; the resolve clock runs on as if it had never been reported."""
    from minfu.cases.rules import deadlines

    change = take(actor, case_id, "send_back", version=version)
    _verdict(change, text(finding, "finding", _("请写明哪里没有办好。")), passed=False)
    resolve = [
        row for row in change.clocks() if row.clock == Clock.RESOLVE and row.state in ("met", "missed")
    ]
    for row in resolve[-1:]:
        deadlines.rerun(row, change.calendar)
        change.touch(row)
    change.case.holder_id = change.case.lead_id or change.case.desk_id
    change.fact(events.SENT_BACK, finding)
    change.tell(change.case.lead_id, events.SENT_BACK)
    return change.done("holder")


def _verdict(change: Change, finding: str, *, passed: bool) -> None:
    report = change.case.reports.order_by("-id").first()
    if report is None:
        raise Refused(_("还没有办结报告，不能核实。"), code="no_report")
    if change.actor.user_id == asking.person_behind(change.case, events.REPORTED):
        raise Forbidden(_("办结是您在另一个岗位上报告的，须由另一人核实。"), code="second_person")
    report.passed, report.finding = passed, finding
    report.verified_by_id, report.verified_at = change.actor.post_id, change.at
    report.save(update_fields=["passed", "finding", "verified_by", "verified_at"])
    change.finish(Clock.VERIFY)


@transaction.atomic
def attempt(
    *,
    actor: Actor,
    case_id: int,
    reached: bool,
    channel: str = "phone",
    note: str = "",
    version: int | None = None,
) -> Attempt:
    """Write down an attempt to reach the resident for confirmation. One a day counts."""
    change = take(actor, case_id, "attempt", version=version)
    if channel not in CHANNELS:
        raise Invalid({"channel": [_("请选择联系方式。")]})
    row = Attempt.objects.create(
        case=change.case,
        on_day=timezone.localdate(change.at),
        at=change.at,
        reached=reached,
        channel=channel,
        note=text(note, "note", "", longest=200),
        post_id=actor.post_id,
    )
    change.fact(events.ATTEMPTED, row.note, reached=reached, channel=channel)
    change.done()
    return row


def failed_days(case: Case) -> int:
    """Return on how many different days the resident could not be reached since they were last asked."""
    since = asking.asked_at(case)
    if since is None:
        return 0
    return case.attempts.filter(reached=False, at__gte=since).values("on_day").distinct().count()


@transaction.atomic
def confirm(
    *,
    actor: Actor,
    case_id: int,
    outcome: str,
    satisfaction: int | None = None,
    remark: str = "",
    version: int | None = None,
) -> Case:
    """Record what the resident says: solved, partly, explained and accepted, or not solved.

    The only way a demand counts as solved. ``satisfaction`` is 5 (very satisfied) to 1. "Not solved" reopens it at the
    level above. A clerk who writes down what the resident said on the phone must not be of the unit in charge; a resident
    must have shown that they are (``rules/asking.py``).
    """
    said = check_answer(outcome, satisfaction, remark)
    change = take(
        actor, case_id, "confirm", version=version, target=_OUTCOME_STATES.get(outcome, states.WAITING)
    )
    keep_answer(change, change.case, outcome=outcome, satisfaction=satisfaction, remark=said)
    change.finish(Clock.CONFIRM, Clock.CONTACT)
    if actor.kind != "resident":
        change.tell_resident(events.CONFIRMED)
    if outcome == Answer.Outcome.NOT_SOLVED:
        return reopen(change, "satisfaction")
    return change.done("satisfaction")


@transaction.atomic
def contest(*, actor: Actor, case_id: int, remark: str, version: int | None = None) -> Case:
    """Let the resident say that what a clerk wrote down of them is not so, or that nobody tried to reach them: it is not solved.

    The resident's own word outweighs a note: the demand is reopened upward. Raises ``Refused`` once the time is over, or when
    it was the resident who answered.
    """
    change = take(actor, case_id, "contest", version=version)
    if not asking.may_contest(change.case, change.catalog, change.calendar):
        raise Refused(
            _("现在不能再改评价。还没有解决的，请重新反映一次，写上这个查询码。"), code="contest_late"
        )
    said = check_answer(Answer.Outcome.NOT_SOLVED, None, remark)
    keep_answer(change, change.case, outcome=Answer.Outcome.NOT_SOLVED, satisfaction=None, remark=said)
    return reopen(change, "satisfaction")


def keep_answer(change: Change, main: Case, *, outcome: str, satisfaction: int | None, remark: str) -> None:
    """Keep what the resident of ``change.case`` says of the work on ``main``: who said it and how they showed who they are."""
    actor, case = change.actor, change.case
    if actor.user_id is not None and actor.user_id == asking.person_behind(
        main, events.REPORTED, events.ANSWERED
    ):
        raise Forbidden(_("这件事是您自己办结或答复的，须由另一人记下居民的话。"), code="second_person")
    Answer.objects.create(
        case=case,
        outcome=outcome,
        satisfaction=satisfaction,
        remark=remark,
        by_resident=actor.kind == "resident",
        proof=actor.proof,
        post_id=actor.post_id,
        at=change.at,
    )
    case.satisfaction = satisfaction
    more = {"proof": actor.proof} if actor.proof else {}
    change.fact(events.CONFIRMED, remark, outcome=outcome, satisfaction=satisfaction, **more)


def check_answer(outcome: str, satisfaction: int | None, remark: str) -> str:
    """Return the cleaned remark of an answer; ``Invalid`` by field for an answer that cannot be taken."""
    if outcome not in Answer.Outcome.values:
        raise Invalid({"outcome": [_("请选择是否解决。")]})
    if satisfaction is not None and satisfaction not in range(1, 6):
        raise Invalid({"satisfaction": [_("满意度请选 1 到 5。")]})
    said = text(remark, "remark", "", longest=1000)
    if outcome == Answer.Outcome.NOT_SOLVED and not said:
        raise Invalid({"remark": [_("请说说哪里没有解决，方便上级重新办理。")]})
    return said


def reopen(change: Change, *fields: str) -> Case:
    """Bring a demand that is not solved to the level above whoever had it, with clocks of a new round, and write it."""
    case, former = change.case, change.case.lead_id
    lead = change.catalog.units.get(former or 0)
    above = change.catalog.desk_above(lead) if lead and not case.reopened else None
    desk = above or change.catalog.county_desk
    change.void()
    case.reopened += 1
    case.lead, case.settled_level = None, ""
    if desk is not None:
        case.desk_id = case.holder_id = desk.id
    for name in (Clock.DISPATCH, Clock.CONTACT, Clock.RESOLVE):
        change.begin(name, case.desk_id)
    change.fact(events.REOPENED, unit=case.desk_id, unit_name=desk.name if desk else "", former=former)
    change.tell(case.desk_id, events.REOPENED)
    change.tell(former, events.REOPENED)
    reopened = change.done(*fields, "reopened", "lead", "desk", "holder", "settled_level")
    withdraw_reopened(reopened)
    return reopened


@transaction.atomic
def close_unconfirmed(*, actor: Actor, case_id: int, version: int | None = None) -> Case:
    """Close a demand whose resident could not be reached on three different days; no figure counts it as solved."""
    change = take(actor, case_id, "close_unconfirmed", version=version)
    days = failed_days(change.case)
    if days < ATTEMPTS_NEEDED:
        raise Refused(
            _("须在不同日期联系 %(needed)s 次都联系不上才能这样办结，现在有 %(days)s 天的记录。")
            % {"needed": ATTEMPTS_NEEDED, "days": days},
            code="attempts_missing",
        )
    change.finish(Clock.CONFIRM)
    change.void()
    change.fact(events.CLOSED_UNCONFIRMED, days=days)
    change.tell_resident(events.CLOSED_UNCONFIRMED)
    return change.done()


@transaction.atomic
def withdraw(*, actor: Actor, case_id: int, reason: str, version: int | None = None) -> Case:
    """End a demand because the resident no longer wants it; an end of its own.

    When a desk wrote that down, the resident is told, by the county's desk where no message leaves the house. What others
    reported and was merged into it stands alone again: one resident does not take back another's demand.
    """
    lock_with_merged(actor, case_id)
    change = take(actor, case_id, "withdraw", version=version)
    why = text(reason, "reason", _("请写明撤回的原因。"), longest=1000)
    release_merged(change, kept(gettext_lazy("主单的居民已撤回。")))
    change.drop_requests()
    change.release_helpers()
    change.void()
    change.fact(events.WITHDRAWN, why)
    change.tell(change.case.holder_id, events.WITHDRAWN)
    if actor.kind != "resident":
        change.tell_resident(events.WITHDRAWN)
    return change.done()
