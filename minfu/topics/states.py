"""The states of a topic: one pure table.

``by`` names the part one plays (``rules/access.py``): ``desk`` is a desk in whose area the whole topic lies, ``owner`` the unit
that has it as the month's matter, ``other`` such a desk, but not of the owner, ``system`` the software.
"""

from django.utils.translation import gettext_lazy as _

from minfu.kernel.steps import State, StateTable, step
from minfu.topics import rights

OPEN, TAKEN, REPORTED, SOLVED = "open", "taken", "reported", "solved"
DISMISSED, MERGED, GONE = "dismissed", "merged", "gone"
#: Shown on boards; what is merged is found in the topic it went into, what is gone in those of its demands.
STANDING = (OPEN, TAKEN, REPORTED, SOLVED, DISMISSED)

TOPIC = StateTable(
    states=(
        State(OPEN, _("关注中"), True, "blue", "eye"),
        State(TAKEN, _("每月一题，办理中"), True, "amber", "progress"),
        State(REPORTED, _("每月一题，待核实"), True, "amber", "search"),
        State(SOLVED, _("已解决"), False, "green", "check"),
        State(DISMISSED, _("已搁置"), False, "grey", "undo"),
        State(MERGED, _("已并入"), False, "grey", "archive"),
        State(GONE, _("已散开"), False, "grey", "archive"),
    ),
    initial=frozenset({OPEN}),
    steps=(
        step("take_up", _("列为每月一题"), (OPEN, SOLVED), (TAKEN,), right=rights.TAKE_UP, by="desk",
             hint=_("一次解决一类事：交给一个责任单位，定下完成日期，办完由别的单位核实。")),
        step("report", _("报告办理结果"), (TAKEN,), (REPORTED,), right=rights.WORK, by="owner",
             hint=_("写明怎样解决这一类事；由平台核实。")),
        step("verify", _("核实已经解决"), (REPORTED,), (SOLVED,), right=rights.TAKE_UP, by="other",
             hint=_("到现场看、问过反映的人，这一类事确实解决了。责任单位不能核实自己。")),
        step("send_back", _("退回继续办理"), (REPORTED,), (TAKEN,), right=rights.TAKE_UP, by="other",
             hint=_("还没有解决，写明差在哪里。")),
        step("put_down", _("不再列为每月一题"), (TAKEN,), (OPEN,), right=rights.TAKE_UP, by="desk",
             hint=_("改由日常办理，写明原因。")),
        step("rename", _("改名"), (OPEN, TAKEN, REPORTED, SOLVED), right=rights.ARRANGE, by="desk",
             hint=_("改过的名称，软件不再改动。")),
        step("merge", _("并入别的专题"), (OPEN,), (MERGED,), right=rights.ARRANGE, by="desk",
             hint=_("说的是同一件事：这里的诉求全部归到另一个专题，软件不再拆开。")),
        step("split", _("分出另立"), (OPEN, TAKEN, REPORTED), right=rights.ARRANGE, by="desk",
             hint=_("不是同一件事的诉求，选出来另立一个专题，软件不再放回。")),
        step("dismiss", _("搁置"), (OPEN,), (DISMISSED,), right=rights.ARRANGE, by="desk",
             hint=_("不是一件要一起解决的事。以后再有同样的反映，也归在这里，不再提示。")),
        step("restore", _("恢复关注"), (DISMISSED,), (OPEN,), right=rights.ARRANGE, by="desk",
             hint=_("重新出现在专题清单里。")),
        step("dissolve", _("散开"), (OPEN,), (GONE,), right=rights.SYSTEM, by="system"),
    ),
)  # fmt: skip
