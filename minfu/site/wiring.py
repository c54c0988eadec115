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
from minfu.kernel import beside, calendar, record
from minfu.kernel.errors import Refused
from minfu.kernel.models import Event


def connect() -> None:
    """Subscribe every effect; called once when the site is ready."""
    record.subscribe(calendar.IMPORTED, _count_deadlines_again)
    demo_logins.logins = _demo_logins
    _connect_disputes()


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
    )
    disputes.open_for(opening, record.stamp_of(event))


def _reported(event: Event) -> None:
    disputes.lapse(event.subject_id, record.stamp_of(event))


def _ended(why: Any, event: Event) -> None:
    disputes.drop(event.subject_id, str(why), record.stamp_of(event))


def _mediated(said: Any, event: Event) -> None:
    """The mediation came to an end: the demand is reported done, in the same transaction."""
    try:
        cases.report_done(
            case_id=event.data["case"],
            by=event.actor_label,
            what=str(said),
            settled_level=Unit.objects.get(pk=event.data["unit"]).level,
        )
    except Refused as refusal:
        sentence = _("调解结果还不能登记，因为诉求不能报告办结：%(why)s") % {"why": refusal.message}
        raise Refused(sentence, code="demand_not_ready") from refusal
