"""The history in a resident's words: no desk's language, and the resident is "you"."""

from collections.abc import Sequence
from dataclasses import replace

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from minfu.cases import events
from minfu.cases.rules.detail import Line

#: What happened, for residents. ``%(unit)s`` is the unit the event names.
_SAYS = {
    events.REGISTERED: gettext_lazy("反映了这件事"),
    events.CHOSEN: gettext_lazy(
        "系统按您写的文字自动选了类别。不对的话，请在“补充情况”里说一声，由工作人员改"
    ),
    events.WAITING: gettext_lazy("交给%(unit)s，看该由谁办"),
    events.ASSIGNED: gettext_lazy("交给%(unit)s办"),
    events.REASSIGNED: gettext_lazy("改由%(unit)s办"),
    events.ACCEPTED: gettext_lazy("接手办理"),
    events.ANSWERED: gettext_lazy("答复了您"),
    events.CONTACTED: gettext_lazy("联系了您"),
    events.HELP_CALLED: gettext_lazy("请%(unit)s来一起办"),
    events.HELP_DONE: gettext_lazy("来帮忙的单位办完了它的那部分"),
    events.EXTENDED: gettext_lazy("经批准，多给了一些时间"),
    events.PAUSED: gettext_lazy("经批准，暂停办理"),
    events.DEFERRED: gettext_lazy("经批准先记着，到期再办"),
    events.RESUMED: gettext_lazy("接着办"),
    events.REPORTED: gettext_lazy("报告说办好了"),
    events.VERIFIED: gettext_lazy("核实属实，请您说说办得怎么样"),
    events.SENT_BACK: gettext_lazy("核实发现没有办好，退回去重办"),
    events.CONFIRMED: gettext_lazy("说了办得怎么样"),
    events.REOPENED: gettext_lazy("没有解决，交给上一级重新办"),
    events.CLOSED_UNCONFIRMED: gettext_lazy("三次都没有联系上您，先结了"),
    events.WITHDRAWN: gettext_lazy("撤回了这件事"),
    events.DIVERTED: gettext_lazy("告诉您该去哪里办"),
    events.MERGED: gettext_lazy("和别人反映的同一件事并在一起办"),
    events.UNMERGED: gettext_lazy("恢复单独办"),
    events.SPLIT: gettext_lazy("分成几件分别办"),
    events.ESCALATED: gettext_lazy("超过时限，报上一级督办"),
    events.WORDS_ADDED: gettext_lazy("补充了情况"),
    events.RELEASED: gettext_lazy("去掉个人信息，把办好的结果放上了公开栏"),
    events.RELEASE_OBJECTED: gettext_lazy("不同意公开这件事"),
    events.RELEASE_ALLOWED: gettext_lazy("同意公开这件事"),
    events.ADVISED: gettext_lazy("看到可以去别处办，仍在这里提交"),
}
#: Whose events: the resident's own.
_RESIDENT = "居民"


def plainly(lines: Sequence[Line]) -> list[Line]:
    """Return the lines in everyday words; what has no words of its own keeps those it has."""
    return [_plain(line) for line in lines]


def _plain(line: Line) -> Line:
    said = _SAYS.get(line.event)
    unit = line.unit or line.who
    what = str(said) % {"unit": unit} if said else line.what
    who = _who(line)
    named = _("单位：%(value)s") % {"value": line.unit}
    return replace(line, what=what, who=who, details=[one for one in line.details if one != named])


def _who(line: Line) -> str:
    """Return who did it: "you" for the resident, the system for what their report set going by itself."""
    if line.who != _RESIDENT:
        return line.who
    return (
        _("系统")
        if line.event in (events.CHOSEN, events.WAITING, events.ASSIGNED, events.REOPENED)
        else _("您")
    )
