"""The states of a hazard and of an alarm: pure tables.

``by`` names the part one plays (``rules/access.py``): ``lead`` is the unit that rectifies, ``desk`` the desk above it, ``other``
somebody with the right to inspect who is *not* of the unit that rectifies, ``reader`` anyone who sees it, ``second`` a person who
did not raise the alarm, ``system`` the software.
"""

from django.utils.translation import gettext_lazy as _

from minfu.hazards import rights
from minfu.kernel.steps import State, StateTable, step

FOUND, RECTIFYING, INSPECTING = "found", "rectifying", "inspecting"
GONE, NONE, DROPPED = "gone", "none", "dropped"
_OPEN = (FOUND, RECTIFYING, INSPECTING)

HAZARD = StateTable(
    states=(
        State(FOUND, _("待定级"), True, "amber", "question"),
        State(RECTIFYING, _("整改中"), True, "blue", "progress"),
        State(INSPECTING, _("待复查"), True, "blue", "search"),
        State(GONE, _("已消除"), False, "green", "check"),
        State(NONE, _("不构成隐患"), False, "grey", "undo"),
        State(DROPPED, _("已终止"), False, "grey", "archive"),
    ),
    initial=frozenset({FOUND}),
    steps=(
        step("grade", _("定级"), (FOUND, RECTIFYING), (RECTIFYING,), right=rights.WORK, by="lead_or_desk",
             hint=_("按等级定整改期限；降低等级须由上级平台来定。")),
        step("report", _("报告整改完成"), (FOUND, RECTIFYING), (INSPECTING,), right=rights.WORK, by="lead",
             hint=_("写明怎么整改的，可以附照片；由别的单位的人复查。")),
        step("inspect", _("复查"), (INSPECTING,), (GONE, RECTIFYING), right=rights.INSPECT, by="other",
             hint=_("到现场看：消除了就销号；还在的定下新期限，继续整改。")),
        step("measure", _("记录管控措施"), _OPEN, right=rights.WORK, by="lead_or_desk",
             hint=_("整改之前先做了什么：拉警戒、停用、转移人员等。")),
        step("add_evidence", _("添加照片"), _OPEN, right=rights.WORK, by="lead_or_desk",
             hint=_("整改前、整改后各拍一张最好，不拍也可以。")),
        step("set_date", _("改整改期限"), (RECTIFYING,), right=rights.WORK, by="desk",
             hint=_("只能由上级平台来改，写明原因。")),
        step("dismiss", _("不构成隐患"), (FOUND, RECTIFYING), (NONE,), right=rights.WORK, by="desk",
             hint=_("看过现场，确实没有危险；由上级平台认定。")),
        step("raise_alarm", _("拉响警报"), _OPEN, right=rights.ANSWER, by="reader", danger=True,
             hint=_("随时可能出事：不分昼夜立即通知有关的人，没有人确认就逐级上报。")),
        step("drop", _("随诉求终止"), _OPEN, (DROPPED,), right=rights.SYSTEM, by="system",
             hint=_("诉求已撤回、并单、分流或拆分。")),
    ),
)  # fmt: skip

#: Steps that move the demand along with the hazard: the demand is locked first, as its own verbs do.
CLOSING = frozenset({"report", "inspect", "dismiss"})

ALARM = StateTable(
    states=(
        State("sounding", _("警报中，还没有人确认"), True, "red", "danger"),
        State("acknowledged", _("已有人确认"), True, "amber", "user"),
        State("over", _("险情已解除"), False, "green", "check"),
    ),
    initial=frozenset({"sounding"}),
    steps=(
        step("acknowledge", _("我来处理"), ("sounding",), ("acknowledged",), right=rights.ANSWER, by="second",
             hint=_("确认您已知道并着手处理；不再继续上报。")),
        step("end", _("险情解除"), ("acknowledged",), ("over",), right=rights.ANSWER, by="reader",
             hint=_("眼前的危险已经控制住；隐患还要接着整改。")),
        step("lapse", _("随隐患结束"), ("sounding", "acknowledged"), ("over",), right=rights.SYSTEM, by="system"),
    ),
)  # fmt: skip
