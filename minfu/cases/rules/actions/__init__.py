"""The verbs of a demand: one per change, the only way to change one, the same for every door."""

from minfu.cases.rules.actions.approvals import (
    GROUNDS,
    ask_deferral,
    ask_extension,
    ask_pause,
    decide,
    resume,
)
from minfu.cases.rules.actions.bulk import MOST_AT_ONCE, Assigned, assign_many
from minfu.cases.rules.actions.close import (
    CHANNELS,
    attempt,
    close_unconfirmed,
    confirm,
    contest,
    failed_days,
    send_back,
    verify,
    withdraw,
)
from minfu.cases.rules.actions.dispatch import (
    answer,
    assign,
    classify,
    divert,
    overrule,
    place,
    reassign,
    uphold,
)
from minfu.cases.rules.actions.merge import link, merge, split, unmerge
from minfu.cases.rules.actions.moved import follow_mergers
from minfu.cases.rules.actions.once import register_joining, register_once, sent_before
from minfu.cases.rules.actions.own import (
    add_words,
    added_before,
    answered,
    confirm_merged,
    miss_file,
)
from minfu.cases.rules.actions.own_data import ask_about_data, decide_data_request, hand_out, take_own_data
from minfu.cases.rules.actions.papers import add_files, reveal, reveal_for_export
from minfu.cases.rules.actions.register import register, register_many
from minfu.cases.rules.actions.release import allow_release, object_to_release, release, withdraw_release
from minfu.cases.rules.actions.sweep import fold_tallies, recount, resume_ended, sweep
from minfu.cases.rules.actions.work import (
    SETTLED_LEVELS,
    accept,
    call_help,
    help_step,
    note,
    object_to,
    remark,
    report,
)

__all__ = [
    "CHANNELS",
    "GROUNDS",
    "MOST_AT_ONCE",
    "SETTLED_LEVELS",
    "Assigned",
    "accept",
    "add_files",
    "add_words",
    "added_before",
    "allow_release",
    "answer",
    "answered",
    "ask_about_data",
    "ask_deferral",
    "ask_extension",
    "ask_pause",
    "assign",
    "assign_many",
    "attempt",
    "call_help",
    "classify",
    "close_unconfirmed",
    "confirm",
    "confirm_merged",
    "contest",
    "decide",
    "decide_data_request",
    "divert",
    "failed_days",
    "fold_tallies",
    "follow_mergers",
    "hand_out",
    "help_step",
    "link",
    "merge",
    "miss_file",
    "note",
    "object_to",
    "object_to_release",
    "overrule",
    "place",
    "reassign",
    "recount",
    "register",
    "register_joining",
    "register_many",
    "register_once",
    "release",
    "remark",
    "report",
    "resume",
    "resume_ended",
    "reveal",
    "reveal_for_export",
    "send_back",
    "sent_before",
    "split",
    "sweep",
    "take_own_data",
    "unmerge",
    "uphold",
    "verify",
    "withdraw",
    "withdraw_release",
]
