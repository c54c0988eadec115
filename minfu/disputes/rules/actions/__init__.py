"""The verbs of a mediation: one per change, the only way to change one, the same for every door."""

from minfu.disputes.rules.actions.agreeing import Terms, agree, reconsider, settle, sign
from minfu.disputes.rules.actions.configure import set_term, set_way
from minfu.disputes.rules.actions.ending import FAILING, decline, fail
from minfu.disputes.rules.actions.following import apply, court, visit
from minfu.disputes.rules.actions.opening import Opening, drop, lapse, open_for
from minfu.disputes.rules.actions.papers import reveal, reveal_all
from minfu.disputes.rules.actions.people import (
    Who,
    add_party,
    against,
    ask_replacement,
    candidates,
    consent,
    decide_replacement,
    declare,
    recuse,
    remove_party,
    seat,
)
from minfu.disputes.rules.actions.sittings import Sitting, begin, cancel, hold, plan
from minfu.disputes.rules.actions.sweep import recount, sweep

__all__ = [
    "FAILING",
    "Opening",
    "Sitting",
    "Terms",
    "Who",
    "add_party",
    "against",
    "agree",
    "apply",
    "ask_replacement",
    "begin",
    "cancel",
    "candidates",
    "consent",
    "court",
    "decide_replacement",
    "declare",
    "decline",
    "drop",
    "fail",
    "hold",
    "lapse",
    "open_for",
    "plan",
    "reconsider",
    "recount",
    "recuse",
    "remove_party",
    "reveal",
    "reveal_all",
    "seat",
    "set_term",
    "set_way",
    "settle",
    "sign",
    "sweep",
    "visit",
]
