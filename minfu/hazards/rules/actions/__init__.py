"""The verbs of a hazard: one per change, the only way to change one, the same for every door."""

from minfu.hazards.rules.actions.alarms import acknowledge, end_alarm, raise_alarm, sweep_alarms
from minfu.hazards.rules.actions.configure import add_call, end_call, set_grade
from minfu.hazards.rules.actions.opening import (
    Opening,
    drop,
    inspected,
    open_for,
    refuse_own_check,
    reported,
    sound,
    taken_in_hand,
)
from minfu.hazards.rules.actions.sweep import recount, sweep_dates
from minfu.hazards.rules.actions.work import (
    add_evidence,
    dismiss,
    grade,
    inspect,
    measure,
    report,
    set_date,
)

__all__ = [
    "Opening",
    "acknowledge",
    "add_call",
    "add_evidence",
    "dismiss",
    "drop",
    "end_alarm",
    "end_call",
    "grade",
    "inspect",
    "inspected",
    "measure",
    "open_for",
    "raise_alarm",
    "recount",
    "refuse_own_check",
    "report",
    "reported",
    "set_date",
    "set_grade",
    "sound",
    "sweep_alarms",
    "sweep_dates",
    "taken_in_hand",
]
