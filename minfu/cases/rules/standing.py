"""How a demand stands, in words a resident reads: what is going on, what comes next, by when."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from minfu.cases import states
from minfu.cases.models import Answer, Case, Deadline
from minfu.cases.rules.deadlines import Clock
from minfu.kernel import calendar, clock
from minfu.kernel.calendar import CHINA


@dataclass(frozen=True)
class Standing:
    """Where a demand stands: a headline of a few words, what is going on, what happens next, and by when.

    ``by`` is a date with its weekday ("11月27日 周五"), empty when nothing is due. ``late`` says that a promised moment has
    passed, ``asking`` that it is the resident's turn. ``tone`` and ``icon`` are those of the state.
    """

    headline: str
    now: str
    next: str
    by: str
    late: bool
    asking: bool
    tone: str
    icon: str


#: The clock a resident waits for, by state.
_WAITS_FOR = {
    states.WAITING: Clock.DISPATCH,
    states.ASSIGNED: Clock.CONTACT,
    states.OBJECTED: Clock.DECIDE,
    states.HANDLING: Clock.RESOLVE,
    states.REPORTED: Clock.VERIFY,
    states.ASKING: Clock.CONFIRM,
}


def standing(case: Case, *, own: bool = True) -> Standing:
    """Return how a demand stands; ``own``: to its own resident, not to one whose demand was merged into it.

    Reads its running clocks, an approved pause and the diversion.
    """
    clocks = list(case.deadlines.filter(state__in=("running", "paused")).order_by("id"))
    headline, now, following = _SAY[case.state](case)
    if case.state == states.WAITING and case.reopened:
        now = _again(case, own=own)
    due = _due(case, clocks)
    state = states.CASE[case.state]
    return Standing(
        headline=headline,
        now=now,
        next=following,
        by=day(due) if due else _until(case),
        late=_is_late(case, clocks),
        asking=case.state == states.ASKING,
        tone="amber" if case.state == states.ASKING else state.tone,
        icon=state.icon,
    )


def promised(case: Case) -> datetime | None:
    """Return when the demand is to be settled, None when it has ended or no limit is set."""
    return case.due_at if case.is_open else None


def day(moment: datetime) -> str:
    """Return a moment as people say it: date and weekday; with the hour when it is not the end of a working day."""
    local = moment.astimezone(CHINA)
    said = calendar.day_text(local.date(), clock.now().astimezone(CHINA).date())
    return said if local.time() >= calendar.current().office.close else f"{said} {local:%H:%M}"


def _due(case: Case, clocks: Iterable[Deadline]) -> datetime | None:
    wanted = _WAITS_FOR.get(case.state)
    running = [row for row in clocks if row.state == "running"]
    moments = [row.due_at for row in running if row.clock == wanted]
    if not moments and case.state == states.ASSIGNED:
        moments = [row.due_at for row in running if row.clock == Clock.ACCEPT]
    return min(moments, default=None)


def _is_late(case: Case, clocks: Iterable[Deadline]) -> bool:
    """Tell whether a unit let a promised moment pass; the resident's own answer is never late."""
    now = clock.now()
    mine = {Clock.CONFIRM}
    return case.state != states.PAUSED and any(
        row.due_at < now for row in clocks if row.state == "running" and row.clock not in mine
    )


def _until(case: Case) -> str:
    """Return the day an approved pause or deferral runs to."""
    if case.state not in (states.PAUSED, states.DEFERRED):
        return ""
    row = case.approvals.filter(state="granted", until__isnull=False).order_by("-pk").first()
    today = clock.now().astimezone(CHINA).date()
    return calendar.day_text(row.until, today) if row and row.until else ""


_Said = tuple[str, str, str]


def _lead(case: Case) -> str:
    return case.lead.name if case.lead else case.holder.name


def _waiting(case: Case) -> _Said:
    first = _("%(desk)s收到了，正在看该由谁来办。")
    return _("已收到"), first % {"desk": case.holder.name}, _("确定由哪个单位办，并告诉您。")


def _again(case: Case, *, own: bool) -> str:
    """Say who found it not solved: its own resident, or another whose demand was merged into it."""
    last = case.answers.order_by("-pk").first() if own else None
    mine = last is not None and last.outcome == Answer.Outcome.NOT_SOLVED
    said = (
        _("您说没有解决，已经交给%(desk)s重新办。")
        if mine
        else _("一起反映的居民说没有解决，已经交给%(desk)s重新办。")
    )
    return said % {"desk": case.holder.name}


def _paused(case: Case) -> _Said:
    from minfu.cases.rules.actions.approvals import GROUNDS

    row = case.approvals.filter(state="granted").order_by("-pk").first()
    why = str(GROUNDS.get(row.ground, row.ground)) if row else ""
    if case.state == states.PAUSED:
        now = _("%(lead)s暂时办不下去，经批准先停一停：%(why)s。")
        return _("暂停办理"), now % {"lead": _lead(case), "why": why}, _("条件具备后接着办。")
    now = _("眼下还不具备办的条件（%(why)s），经批准先记着，没有丢。")
    return _("先记着，到期再办"), now % {"why": why}, _("到期后%(lead)s接着办。") % {"lead": _lead(case)}


def _diverted(case: Case) -> _Said:
    where = case.diversion.name if case.diversion else _("其他渠道")
    now = _("这件事不在这里办，应走：%(where)s。") % {"where": where}
    return _("请到别处办"), now, case.diversion.advice if case.diversion else ""


def _plain(headline: Any, now: Any, following: Any = "") -> Callable[[Case], _Said]:
    """Return a sayer whose sentences may name the lead and the desk; they are translated when said."""

    def say(case: Case) -> _Said:
        names = {"lead": _lead(case), "desk": case.desk.name}
        return headline(), now() % names, (following() % names if following else "")

    return say


_SAY: dict[str, Callable[[Case], _Said]] = {
    states.WAITING: _waiting,
    states.ASSIGNED: _plain(
        lambda: _("已交给人办"), lambda: _("已交给%(lead)s。"), lambda: _("%(lead)s会接手，并与您联系。")
    ),
    states.OBJECTED: _plain(
        lambda: _("正在确定由谁办"),
        lambda: _("%(lead)s认为该由别的单位办，%(desk)s正在裁定。办结的日子照算，不往后推。"),
        lambda: _("定下由谁办。"),
    ),
    states.HANDLING: _plain(
        lambda: _("正在办"), lambda: _("%(lead)s正在办。"), lambda: _("办好后由别的人去核实，再请您确认。")
    ),
    states.PAUSED: _paused,
    states.DEFERRED: _paused,
    states.REPORTED: _plain(
        lambda: _("说是办好了，正在核实"),
        lambda: _("%(lead)s报告说办好了，%(desk)s正派别的人核实。"),
        lambda: _("核实属实就请您确认；没办好就退回去重办。"),
    ),
    states.ASKING: _plain(
        lambda: _("请您说说办得怎么样"),
        lambda: _("%(lead)s说办好了，也核实过了。算不算解决，由您说了算。"),
        lambda: _("您说没解决，就交给上一级重新办。"),
    ),
    states.SOLVED: _plain(lambda: _("已解决"), lambda: _("您已确认解决，谢谢。")),
    states.PARTLY: _plain(lambda: _("解决了一部分"), lambda: _("您已确认解决了一部分，这件事到此办结。")),
    states.EXPLAINED: _plain(lambda: _("没办成，您认可了解释"), lambda: _("这件事到此办结。")),
    states.UNCONFIRMED: _plain(
        lambda: _("没能联系上您"),
        lambda: _("三次都没有联系上您，只好先结了。这件事不算“已解决”。"),
        lambda: _("如果还没解决，请重新反映一次，写上这个查询码。"),
    ),
    states.WITHDRAWN: _plain(lambda: _("已撤回"), lambda: _("您已撤回，不再办理。以后有需要可以再反映。")),
    states.MERGED: _plain(
        lambda: _("和另一件一起办"), lambda: _("别人也反映了同一件事，并在一起办。您的查询码照样能查。")
    ),
    states.DIVERTED: _diverted,
    states.SPLIT: _plain(
        lambda: _("分成几件分别办"), lambda: _("您一次说了几件事，分开办更快。每件事的进度在下面。")
    ),
}
