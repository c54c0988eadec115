"""How minfu's states and events are told in Open311's words: open or closed, and mySociety's extended statuses."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from minfu.cases import events

OPEN, CLOSED = "open", "closed"
STATUSES = (OPEN, CLOSED)
#: The statuses of mySociety's extension that minfu tells or takes.
EXTENDED = (
    "open", "closed", "fixed", "in_progress", "action_scheduled", "investigating", "duplicate",
    "not_councils_responsibility", "no_further_action", "internal_referral", "reopen", "for_triage",
)  # fmt: skip

#: What a demand's state is in the extended statuses.
OF_STATE = {
    "waiting": "for_triage",
    "assigned": "open",
    "objected": "open",
    "handling": "in_progress",
    "paused": "action_scheduled",
    "deferred": "action_scheduled",
    "reported": "investigating",
    "asking": "investigating",
    "solved": "fixed",
    "partly": "fixed",
    "explained": "no_further_action",
    "unconfirmed": "closed",
    "withdrawn": "closed",
    "merged": "duplicate",
    "diverted": "not_councils_responsibility",
    "split": "closed",
}

#: What an event leaves a demand in, and the sentence told of it; ``%(unit)s`` is the unit it went to, or that acted.
OF_EVENT: dict[str, tuple[str, Any]] = {
    events.WAITING: ("for_triage", _("已转%(unit)s，正在确定由谁办理。")),
    events.ASSIGNED: ("open", _("已交给%(unit)s。")),
    events.REASSIGNED: ("open", _("已改由%(unit)s办理。")),
    events.ACCEPTED: ("in_progress", _("%(unit)s已接手办理。")),
    events.ANSWERED: ("investigating", _("%(unit)s已答复，等居民确认。")),
    events.HELP_CALLED: ("in_progress", _("已请%(unit)s一起办理。")),
    events.PAUSED: ("action_scheduled", _("经批准，暂停办理。")),
    events.DEFERRED: ("action_scheduled", _("经批准先记着，到期再办。")),
    events.RESUMED: ("in_progress", _("已恢复办理。")),
    events.REPORTED: ("investigating", _("%(unit)s报告已办好，等待核实。")),
    events.SENT_BACK: ("in_progress", _("核实发现没有办好，已退回重办。")),
    events.VERIFIED: ("investigating", _("已核实，等居民确认。")),
    events.CONFIRMED: ("fixed", _("居民确认已解决。")),
    events.REOPENED: ("open", _("居民说没有解决，已交%(unit)s重新办理。")),
    events.CLOSED_UNCONFIRMED: ("closed", _("多次联系不上居民，先办结，不算已解决。")),
    events.WITHDRAWN: ("closed", _("居民已撤回。")),
    events.DIVERTED: ("not_councils_responsibility", _("不在这里办理，已告知应去哪里办。")),
    events.MERGED: ("duplicate", _("和别人反映的同一件事并在一起办。")),
    events.UNMERGED: ("open", _("恢复单独办理。")),
    events.SPLIT: ("closed", _("已分成几件分别办理。")),
}
#: The same for what the resident said of the result.
OF_OUTCOME: dict[str, tuple[str, Any]] = {
    "partly": ("fixed", _("居民确认解决了一部分。")),
    "explained": ("no_further_action", _("没有办成，居民认可了解释。")),
    "not_solved": ("open", _("居民说没有解决。")),
}


def of_turn(name: str, outcome: str, unit: str) -> tuple[str, str]:
    """Return the extended status after an event, and the sentence told of it."""
    status, sentence = OF_OUTCOME.get(outcome, OF_EVENT[name])
    return status, str(sentence) % {"unit": unit or str(_("责任单位"))}
