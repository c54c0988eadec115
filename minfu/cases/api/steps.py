"""Steps of a demand: one operation per verb, each saying exactly what it needs."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from minfu.accounts.actor import actor_of
from minfu.cases import rights, states
from minfu.cases.api.bodies import (
    AsksMore,
    AsksUntil,
    Assign,
    Attempts,
    CallsHelp,
    Classifies,
    Confirms,
    Decides,
    Decision,
    Diverts,
    Finds,
    HelpResult,
    Links,
    MayReason,
    Merges,
    Notes,
    Objects,
    Places,
    Reason,
    Remarks,
    Reports,
    Said,
    Splits,
    Step,
)
from minfu.cases.api.cases import told
from minfu.cases.api.schemas import CaseOut, Id, case_out
from minfu.cases.models import Case, Door
from minfu.cases.rules import access, actions
from minfu.cases.rules.intake import Intake
from minfu.kernel.api import Operation, Out, Room, version_asked
from minfu.kernel.steps import StateTable

room = Room("steps", _("步骤"))


class SplitOut(Out):
    """The ended original and its parts."""

    case: CaseOut
    parts: list[CaseOut]


def _step(
    name: str, *, table: StateTable = states.CASE, path: str = "/cases/{case_id}", answer: Any = CaseOut
) -> Callable[[Any], Any]:
    """Declare the operation of a step of a state table: its address, title and right follow from the table."""
    step = table.step(name)
    operation = Operation(step.label, step.right, answer, versioned=table is states.CASE)
    return room.declare("POST", f"{path}/steps/{name}", operation)


def _call(request: HttpRequest, case_id: int, body: Any) -> dict[str, Any]:
    """Return what every verb takes."""
    return {
        "actor": actor_of(request),
        "case_id": case_id,
        "version": version_asked(request, body.version),
    }


def _shown(request: HttpRequest, case: Case) -> CaseOut:
    """Return the demand after the step."""
    return case_out(actor_of(request), case)


def _fetched(request: HttpRequest, case_id: int) -> CaseOut:
    """Return the demand after a step whose verb returns something else."""
    return _shown(request, access.get_case_for(actor_of(request), case_id))


@_step("assign")
def assign(request: HttpRequest, case_id: Id, body: Assign) -> CaseOut:
    """Give a waiting demand to the unit that leads it."""
    call = _call(request, case_id, body)
    return _shown(request, actions.assign(**call, unit_id=body.unit, reason=body.reason))


@_step("reassign")
def reassign(request: HttpRequest, case_id: Id, body: Assign) -> CaseOut:
    """Give it to another lead; a reason is needed. Its clock runs on."""
    call = _call(request, case_id, body)
    return _shown(request, actions.reassign(**call, unit_id=body.unit, reason=body.reason))


@_step("answer")
def answer(request: HttpRequest, case_id: Id, body: Said) -> CaseOut:
    """Answer a consultation, suggestion or praise at the desk."""
    return _shown(request, actions.answer(**_call(request, case_id, body), answer_text=body.text))


@_step("accept")
def accept(request: HttpRequest, case_id: Id, body: Step) -> CaseOut:
    """Take it in hand as its lead."""
    return _shown(request, actions.accept(**_call(request, case_id, body)))


@_step("object")
def object_to(request: HttpRequest, case_id: Id, body: Objects) -> CaseOut:
    """Say that it is not the unit's duty; once, within the limit."""
    call = _call(request, case_id, body)
    return _shown(request, actions.object_to(**call, reason=body.reason, basis=body.basis))


@_step("uphold")
def uphold(request: HttpRequest, case_id: Id, body: Decides) -> CaseOut:
    """Agree with the objection."""
    return _shown(request, actions.uphold(**_call(request, case_id, body), decision=body.decision))


@_step("overrule")
def overrule(request: HttpRequest, case_id: Id, body: Decides) -> CaseOut:
    """Reject the objection."""
    return _shown(request, actions.overrule(**_call(request, case_id, body), decision=body.decision))


@_step("note")
def note(request: HttpRequest, case_id: Id, body: Notes) -> CaseOut:
    """Write down progress."""
    call = _call(request, case_id, body)
    return _shown(request, actions.note(**call, what=body.text, contacted=body.contacted))


@_step("remark")
def remark(request: HttpRequest, case_id: Id, body: Remarks) -> CaseOut:
    """Leave a word for colleagues; the resident does not see it."""
    return _shown(request, actions.remark(actor=actor_of(request), case_id=case_id, what=body.text))


@_step("report")
def report(request: HttpRequest, case_id: Id, body: Reports) -> CaseOut:
    """Report the work done; people of another unit verify it."""
    call = _call(request, case_id, body)
    return _shown(request, actions.report(**call, what=body.text, settled_level=body.settled_level))


@_step("verify")
def verify(request: HttpRequest, case_id: Id, body: Finds) -> CaseOut:
    """Confirm that the work was done; the resident is asked next."""
    return _shown(request, actions.verify(**_call(request, case_id, body), finding=body.finding))


@_step("send_back")
def send_back(request: HttpRequest, case_id: Id, body: Finds) -> CaseOut:
    """Send reported work back because it is not done."""
    return _shown(request, actions.send_back(**_call(request, case_id, body), finding=body.finding))


@_step("confirm")
def confirm(request: HttpRequest, case_id: Id, body: Confirms) -> CaseOut:
    """Write down what the resident said: the only way a demand counts as solved."""
    case = actions.confirm(
        **_call(request, case_id, body),
        outcome=body.outcome.value,
        satisfaction=body.satisfaction,
        remark=body.remark,
    )
    return _shown(request, case)


@_step("confirm_merged")
def confirm_merged(request: HttpRequest, case_id: Id, body: Confirms) -> CaseOut:
    """Write down what the resident of a merged demand said; "not solved" reopens the main demand."""
    case = actions.confirm_merged(
        **_call(request, case_id, body),
        outcome=body.outcome.value,
        satisfaction=body.satisfaction,
        remark=body.remark,
    )
    return _shown(request, case)


@_step("attempt")
def attempt(request: HttpRequest, case_id: Id, body: Attempts) -> CaseOut:
    """Write down an attempt to reach the resident."""
    call = _call(request, case_id, body)
    actions.attempt(**call, reached=body.reached, channel=body.channel, note=body.note)
    return _fetched(request, case_id)


@_step("close_unconfirmed")
def close_unconfirmed(request: HttpRequest, case_id: Id, body: Step) -> CaseOut:
    """Close it because the resident could not be reached on three different days."""
    return _shown(request, actions.close_unconfirmed(**_call(request, case_id, body)))


@_step("withdraw")
def withdraw(request: HttpRequest, case_id: Id, body: Reason) -> CaseOut:
    """End it because the resident no longer wants it."""
    return _shown(request, actions.withdraw(**_call(request, case_id, body), reason=body.reason))


@_step("ask_extension")
def ask_extension(request: HttpRequest, case_id: Id, body: AsksMore) -> CaseOut:
    """Ask for more time, once."""
    call = _call(request, case_id, body)
    actions.ask_extension(**call, amount=body.amount, ground=body.ground, reason=body.reason)
    return _fetched(request, case_id)


@_step("ask_pause")
def ask_pause(request: HttpRequest, case_id: Id, body: AsksUntil) -> CaseOut:
    """Ask that the clock stand still until a day."""
    call = _call(request, case_id, body)
    actions.ask_pause(**call, until=body.until, ground=body.ground, reason=body.reason)
    return _fetched(request, case_id)


@_step("ask_deferral")
def ask_deferral(request: HttpRequest, case_id: Id, body: AsksUntil) -> CaseOut:
    """Ask to keep it on the ledger until conditions allow it."""
    call = _call(request, case_id, body)
    actions.ask_deferral(**call, until=body.until, ground=body.ground, reason=body.reason)
    return _fetched(request, case_id)


@_step("resume")
def resume(request: HttpRequest, case_id: Id, body: MayReason) -> CaseOut:
    """Go on with a paused or deferred demand."""
    return _shown(request, actions.resume(**_call(request, case_id, body), reason=body.reason))


@_step("divert")
def divert(request: HttpRequest, case_id: Id, body: Diverts) -> CaseOut:
    """Tell the resident that it belongs elsewhere, and end it here."""
    call = _call(request, case_id, body)
    return _shown(request, actions.divert(**call, diversion_code=body.diversion, note=body.note))


@_step("merge")
def merge(request: HttpRequest, case_id: Id, body: Merges) -> CaseOut:
    """Join a duplicate to another open demand."""
    call = _call(request, case_id, body)
    return _shown(request, actions.merge(**call, into_id=body.into, reason=body.reason))


@_step("unmerge")
def unmerge(request: HttpRequest, case_id: Id, body: Reason) -> CaseOut:
    """Undo a merge."""
    return _shown(request, actions.unmerge(**_call(request, case_id, body), reason=body.reason))


@_step("split", answer=SplitOut)
def split(request: HttpRequest, case_id: Id, body: Splits) -> SplitOut:
    """Make several demands of one that tells of several matters."""
    parts = [Intake(door=Door.API, **told(part)) for part in body.parts]
    made = actions.split(**_call(request, case_id, body), parts=parts, reason=body.reason)
    return SplitOut(case=_fetched(request, case_id), parts=[_shown(request, case) for case in made])


@_step("link")
def link(request: HttpRequest, case_id: Id, body: Links) -> CaseOut:
    """Link it with a related one; both keep their own way."""
    actions.link(actor=actor_of(request), case_id=case_id, other_id=body.other)
    return _fetched(request, case_id)


@_step("place")
def place(request: HttpRequest, case_id: Id, body: Places) -> CaseOut:
    """Say by hand where it lies; one that waits is routed on from there."""
    call = _call(request, case_id, body)
    return _shown(request, actions.place(**call, village_code=body.village, grid_id=body.grid))


@_step("classify")
def classify(request: HttpRequest, case_id: Id, body: Classifies) -> CaseOut:
    """Put it under the right category; its limits are counted again from the registration."""
    case = actions.classify(
        **_call(request, case_id, body),
        category_code=body.category,
        kind=body.kind.value if body.kind else "",
        urgency=body.urgency.value if body.urgency else "",
    )
    return _shown(request, case)


@_step("call_help")
def call_help(request: HttpRequest, case_id: Id, body: CallsHelp) -> CaseOut:
    """Call another unit to help; it has a deadline of its own."""
    actions.call_help(**_call(request, case_id, body), unit_id=body.unit, task=body.task)
    return _fetched(request, case_id)


def _help_operation(name: str) -> None:
    """Declare the operation of a step of a call for help."""

    def take(request: HttpRequest, help_id: Id, body: HelpResult) -> CaseOut:
        row = actions.help_step(actor=actor_of(request), help_id=help_id, step=name, result=body.result)
        return _fetched(request, row.case_id)

    take.__name__, take.__doc__ = f"help_{name}", "Take this step of a call for help."
    _step(name, table=states.HELP, path="/helps/{help_id}")(take)


for _help_step in states.HELP.steps:
    _help_operation(_help_step.name)


@room.post("/approvals/{approval_id}/steps/grant", _("批准申请"), right=rights.APPROVE, answer=CaseOut)
def grant(request: HttpRequest, approval_id: Id, body: Decision) -> CaseOut:
    """Grant a request; who asked cannot."""
    return _decided(request, approval_id, body, grant=True)


@room.post("/approvals/{approval_id}/steps/refuse", _("不批准申请"), right=rights.APPROVE, answer=CaseOut)
def refuse(request: HttpRequest, approval_id: Id, body: Decision) -> CaseOut:
    """Refuse a request, with a reason."""
    return _decided(request, approval_id, body, grant=False)


def _decided(request: HttpRequest, approval_id: int, body: Decision, *, grant: bool) -> CaseOut:
    """Decide a request and return its demand."""
    row = actions.decide(
        actor=actor_of(request), approval_id=approval_id, grant=grant, decision=body.decision
    )
    return _fetched(request, row.case_id)
