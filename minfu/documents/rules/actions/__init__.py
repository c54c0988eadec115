"""The verbs of the room: one per change."""

from minfu.documents.rules.actions.registers import close_register, set_register
from minfu.documents.rules.actions.steps import approve, drop, issue, recall, refuse, replace, withdraw
from minfu.documents.rules.actions.writing import Head, begin, edit, submit

__all__ = [
    "Head",
    "approve",
    "begin",
    "close_register",
    "drop",
    "edit",
    "issue",
    "recall",
    "refuse",
    "replace",
    "set_register",
    "submit",
    "withdraw",
]
