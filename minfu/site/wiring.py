"""Where rooms meet: effects across rooms, subscribed by the name of a recorded event. The only such place."""

from functools import partial
from typing import Any

from django.utils.translation import gettext_lazy as _

from minfu.accounts import demo_logins
from minfu.accounts.demo_logins import DemoLogin
from minfu.accounts.models import Role, Unit
from minfu.cases import door as cases
from minfu.cases import events as case_events
from minfu.cases import tasks as case_tasks
from minfu.disputes import door as disputes
from minfu.disputes import events as dispute_events
from minfu.disputes import tasks as dispute_tasks
from minfu.figures import door as figures
from minfu.hazards import door as hazards
from minfu.hazards import events as hazard_events
from minfu.hazards import tasks as hazard_tasks
from minfu.kernel import beside, calendar, record
from minfu.kernel.errors import Refused
from minfu.kernel.models import Event
from minfu.kernel.tongue import kept
from minfu.topics import door as topics


def connect() -> None:
    """Subscribe every effect; called once when the site is ready."""
    record.subscribe(calendar.IMPORTED, _count_deadlines_again)
    demo_logins.logins = _demo_logins
    _connect_disputes()
    _connect_hazards()
    beside.register(case_events.SUBJECT, figures.notes)
    beside.register(case_events.SUBJECT, topics.notes)


def _demo_logins() -> list[DemoLogin]:
    """The sign-in page of a demo shows who can sign in; only there does the demo package load at all."""
    from minfu.site.demo import staff

    return [
        DemoLogin(f"{Role(one.role).label} · {one.unit}", one.username, staff.PASSWORD)
        for one in staff.known()
    ]


def _count_deadlines_again(_event: Event) -> None:
    """A new working calendar moves open deadlines: a job, queued in the import's own transaction, recounts them."""
    case_tasks.recount_deadlines.defer()
    dispute_tasks.recount_terms.defer()
    hazard_tasks.recount_dates.defer()


# --- demands and their mediation -----------------------------------------------------------------------------------


def _connect_disputes() -> None:
    """A dispute that is taken in hand gets a mediation file; what ends the one ends the other."""
    for name in (case_events.ACCEPTED, case_events.CLASSIFIED, case_events.UNMERGED):
        record.subscribe(name, _open_mediation)
    record.subscribe(case_events.REPORTED, _reported)
    for name, why in _ENDED.items():
        record.subscribe(name, partial(_ended, why))
    for name, said in _RESULTS.items():
        record.subscribe(name, partial(_mediated, said))
    disputes.lock_case_by(cases.lock)
    beside.register(case_events.SUBJECT, disputes.notes)
    beside.register(dispute_events.SUBJECT, lambda actor, pk: cases.notes(actor, disputes.case_of(pk) or 0))


_ENDED = {
    case_events.WITHDRAWN: _("诉求已撤回。"),
    case_events.MERGED: _("诉求已并入另一单。"),
    case_events.DIVERTED: _("诉求已告知其他渠道。"),
    case_events.SPLIT: _("诉求已拆分。"),
}
#: What the demand's report says: how it came out, never what was said or agreed.
_RESULTS = {
    dispute_events.AGREED: _("经调解，双方达成协议，已生效。协议由调解单位保存，并会回访履行情况。"),
    dispute_events.SETTLED: _("双方自行和解。"),
    dispute_events.DECLINED: _("有当事人不同意调解，调解终止，已告知其他途径。"),
    dispute_events.FAILED: _("经调解没有达成协议，调解终止，已告知其他途径。"),
}


def _open_mediation(event: Event) -> None:
    case = cases.brief(event.subject_id)
    if case.kind != "dispute" or not case.handled or case.lead_id is None:
        return
    opening = disputes.Opening(
        case_id=case.id,
        number=case.number,
        category=case.category,
        facts=case.description,
        division=case.division,
        grid_id=case.grid_id,
        unit_id=case.lead_id,
        desk_id=case.desk_id,
        reporter=case.reporter,
        restricted=case.restricted,
    )
    disputes.open_for(opening, record.stamp_of(event))


def _reported(event: Event) -> None:
    disputes.lapse(event.subject_id, record.stamp_of(event))


def _ended(why: Any, event: Event) -> None:
    disputes.drop(event.subject_id, kept(why), record.stamp_of(event))


def _mediated(said: Any, event: Event) -> None:
    """The mediation came to an end: the demand is reported done, in the same transaction."""
    try:
        cases.report_done(
            case_id=event.data["case"],
            by=record.stamp_of(event),
            what=kept(said),
            settled_level=Unit.objects.get(pk=event.data["unit"]).level,
        )
    except Refused as refusal:
        sentence = _("调解结果还不能登记，因为诉求不能报告办结：%(why)s") % {"why": refusal.message}
        raise Refused(sentence, code="demand_not_ready") from refusal


# --- demands and their hazards -------------------------------------------------------------------------------------


def _connect_hazards() -> None:
    """A hazard's file opens when it is taken in hand, at once when danger is told of; report and check are the same in both."""
    for name in (case_events.ACCEPTED, case_events.CLASSIFIED, case_events.UNMERGED):
        record.subscribe(name, _open_hazard)
    record.subscribe(case_events.DANGER, _danger)
    record.subscribe(case_events.REPORTED, _rectified)
    record.subscribe(case_events.VERIFIED, partial(_checked, gone=True))
    record.subscribe(case_events.SENT_BACK, partial(_checked, gone=False))
    for name, why in _ENDED.items():
        record.subscribe(name, partial(_hazard_ended, why))
    record.subscribe(hazard_events.REPORTED, _hazard_reported)
    record.subscribe(hazard_events.GONE, _hazard_checked)
    record.subscribe(hazard_events.NOT_GONE, _hazard_checked)
    record.subscribe(hazard_events.DISMISSED, _hazard_dismissed)
    hazards.lock_case_by(cases.lock)
    beside.register(case_events.SUBJECT, hazards.notes)
    beside.register(hazard_events.SUBJECT, lambda actor, pk: cases.notes(actor, hazards.case_of(pk) or 0))


def _opening(case: cases.Brief) -> hazards.Opening:
    return hazards.Opening(
        case_id=case.id,
        number=case.number,
        category=case.category,
        category_code=case.category_code,
        what=case.description,
        restricted=case.restricted,
        division=case.division,
        township_code=case.township_code,
        village_code=case.village_code,
        grid_id=case.grid_id,
        unit_id=case.lead_id or case.holder_id,
        desk_id=case.desk_id,
        files=case.told_files,
    )


def _open_hazard(event: Event) -> None:
    case = cases.brief(event.subject_id)
    if case.kind != "hazard" or not case.is_open:
        return
    stamp = record.stamp_of(event)
    if case.handled:
        hazards.open_for(_opening(case), stamp)
    if event.name == case_events.ACCEPTED:
        hazards.taken_in_hand(case.id, stamp)
    elif event.name == case_events.CLASSIFIED and case.urgency == "urgent":
        _danger(event)


def _danger(event: Event) -> None:
    """Immediate danger: nobody waits until a unit takes it in hand."""
    case, stamp = cases.brief(event.subject_id), record.stamp_of(event)
    hazards.open_for(_opening(case), stamp)
    hazards.sound(case.id, case.description[:_DANGER_TEXT], stamp)


#: Characters of a demand that stand for what the danger is.
_DANGER_TEXT = 300


def _rectified(event: Event) -> None:
    case = cases.brief(event.subject_id)
    hazards.reported(case.id, event.reason, case.work_files, record.stamp_of(event))


def _checked(event: Event, *, gone: bool) -> None:
    hazards.inspected(event.subject_id, gone=gone, finding=event.reason, stamp=record.stamp_of(event))


def _hazard_ended(why: Any, event: Event) -> None:
    hazards.drop(event.subject_id, kept(why), record.stamp_of(event))


def _hazard_reported(event: Event) -> None:
    """The hazard was rectified: the demand is reported with the same words, unless that is where they come from."""
    case = cases.brief(event.data["case"])
    if not case.reported:
        _along(case, event, event.reason)


def _along(case: cases.Brief, event: Event, what: str) -> None:
    """Report the demand; a refusal says that it is the demand's."""
    level = Unit.objects.get(pk=event.data["unit"]).level
    try:
        cases.report_done(case_id=case.id, by=record.stamp_of(event), what=what, settled_level=level)
    except Refused as refusal:
        sentence = _("还不能登记，因为诉求不能报告办结：%(why)s") % {"why": refusal.message}
        raise Refused(sentence, code="demand_not_ready") from refusal


def _hazard_checked(event: Event) -> None:
    """The hazard was checked: that verifies the demand, or sends it back. Who did some of the work does not check."""
    case = cases.brief(event.data["case"])
    if event.actor_kind == "staff":
        hazards.refuse_own_check(cases.units_at_work(case.id), record.stamp_of(event))
    if not case.reported:
        return
    move = cases.verified if event.name == hazard_events.GONE else cases.sent_back
    move(case_id=case.id, by=record.stamp_of(event), finding=event.reason)


def _hazard_dismissed(event: Event) -> None:
    """The desk above found that it is no hazard: the demand is reported with its reasons, and a second person verifies."""
    case = cases.brief(event.data["case"])
    _along(case, event, kept(_("经查看，不构成隐患：%(why)s")) % {"why": event.reason})
