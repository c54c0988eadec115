"""Random walks through the verbs: whatever people do, what must always hold, holds."""

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from minfu.accounts.actor import Actor
from minfu.cases import events, states
from minfu.cases.models import Case
from minfu.cases.rules import access, actions, counts
from minfu.cases.tests.world import FENGPU_VILLAGES, World
from minfu.kernel import clock, record
from minfu.kernel.errors import Refused

WORK = ("resolve",)


def arguments(world: World, case: Case, name: str) -> dict[str, Any]:
    """Return plausible arguments for a verb."""
    soon = (clock.now() + timedelta(days=5)).date()
    given: dict[str, dict[str, Any]] = {
        "assign": {"unit_id": world.units["road"].pk},
        "reassign": {"unit_id": world.units["water"].pk, "reason": "换"},
        "object_to": {"reason": "不归我"},
        "uphold": {"decision": "是"},
        "overrule": {"decision": "否"},
        "note": {"what": "在办", "contacted": True},
        "report": {"what": "办了"},
        "verify": {"finding": "看过"},
        "send_back": {"finding": "没好"},
        "ask_extension": {"amount": 1, "ground": "complex", "reason": "难"},
        "ask_pause": {"until": soon, "ground": "expert", "reason": "等"},
        "ask_deferral": {"until": soon, "ground": "funds", "reason": "等"},
        "withdraw": {"reason": "不用了"},
        "divert": {"diversion_code": "petition"},
        "place": {"village_code": FENGPU_VILLAGES[1]},
        "classify": {"category_code": "040102"},
        "attempt": {"reached": False},
        "answer": {"answer_text": "答"},
    }
    return given.get(name, {})


VERBS = (
    "accept", "object_to", "uphold", "overrule", "assign", "reassign", "note", "report", "verify", "send_back",
    "ask_extension", "ask_pause", "ask_deferral", "grant", "refuse", "resume", "solved", "not_solved", "attempt",
    "close_unconfirmed", "withdraw", "divert", "merge", "unmerge", "place", "classify", "answer", "sweep",
)  # fmt: skip
ACTORS = ("officer", "clerk", "dispatcher", "leader", "water", "road", "resident")


def take(world: World, case: Case, other: Case, verb: str, actor: Actor) -> None:
    """Take a step, allowed or refused."""
    if verb == "sweep":
        actions.sweep()
    elif verb in ("grant", "refuse"):
        asked = case.approvals.filter(state="asked").first()
        if asked is not None:
            actions.decide(actor=actor, approval_id=asked.pk, grant=verb == "grant", decision="定")
    elif verb in ("solved", "not_solved"):
        actions.confirm(actor=actor, case_id=case.pk, outcome=verb, remark="说")
    elif verb == "merge":
        actions.merge(actor=actor, case_id=case.pk, into_id=other.pk)
    elif verb == "unmerge":
        actions.unmerge(actor=actor, case_id=case.pk, reason="不同")
    else:
        getattr(actions, verb)(actor=actor, case_id=case.pk, **arguments(world, case, verb))


def check(case: Case) -> None:
    """What must hold after every step, whatever it was."""
    state = states.CASE[case.state]
    clocks = list(case.deadlines.all())
    counting = Counter((row.clock, row.state) for row in clocks if row.state in ("running", "paused"))
    assert (case.closed_at is None) == state.is_open
    if not state.is_open:
        assert not counting, "an ended demand has no clock"
    if case.state in ("waiting", "assigned", "objected", "handling"):
        assert counting["resolve", "running"] == 1, (
            "the clock runs from registration and nothing but an approval stops it"
        )
    if case.state in ("paused", "deferred"):
        assert counting["resolve", "paused"] == 1
    if case.state in ("assigned", "handling"):
        assert case.holder_id == case.lead_id
    if case.state in ("waiting", "objected", "reported", "asking"):
        assert case.holder_id == case.desk_id
    rows = record.history((events.SUBJECT, case.pk))
    assert [row.seq for row in rows] == list(range(1, len(rows) + 1))
    assert all(bytes(row.hash) == record.digest(row) for row in rows)


@pytest.mark.django_db
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.tuples(st.sampled_from(VERBS), st.sampled_from(ACTORS)), min_size=5, max_size=25))
def test_whatever_people_do_the_rules_hold(world: World, steps: list[tuple[str, str]]) -> None:
    case, other = world.register(), world.register()
    for verb, name in steps:
        case.refresh_from_db()
        before = (case.state, case.version)
        actor = world.resident(case) if name == "resident" else getattr(world, name)
        offered = {step.name for step in access.next_steps(actor, case)} if case.pk else set()
        try:
            take(world, case, other, verb, actor)
        except Refused:
            case.refresh_from_db()
            assert (case.state, case.version) == before, "a refused step changes nothing"
            continue
        case.refresh_from_db()
        if case.version != before[1] and verb in {step.name for step in states.CASE.steps}:
            assert verb in offered, f"{verb} was done but not offered to {name}"
        check(case)
    states_now = Counter(Case.objects.values_list("state", flat=True))
    assert counts.of_area(world.dispatcher) == dict(states_now)
