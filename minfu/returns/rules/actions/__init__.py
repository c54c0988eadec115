"""The verbs of the room: one per change."""

from minfu.returns.rules.actions.gate import approve, drop, end, recall, refuse, revise, submit
from minfu.returns.rules.actions.handing import give_back, hand_in
from minfu.returns.rules.actions.keeping import keep_up, set_rate
from minfu.returns.rules.actions.writing import (
    About,
    Spec,
    begin,
    decide_field,
    drop_field,
    edit,
    set_field,
)

__all__ = [
    "About", "Spec", "approve", "begin", "decide_field", "drop", "drop_field", "edit", "end", "give_back", "hand_in", "keep_up",
    "recall", "refuse", "revise", "set_field", "set_rate", "submit",
]  # fmt: skip
