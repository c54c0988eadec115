"""The states of a form and of the copies of it that units fill in: pure tables.

``by`` names the part one plays (``rules/access.py``): ``unit`` is anybody of the unit that asks, ``second`` somebody who neither
wrote the form nor submitted it, ``addressee`` anybody of the unit that is asked, ``system`` the software.
"""

from django.utils.translation import gettext_lazy as _

from minfu.kernel.steps import State, StateTable, step
from minfu.returns import rights

DRAFT, REVIEW, REFUSED = "draft", "review", "refused"
IN_FORCE, ENDED, DROPPED = "in_force", "ended", "dropped"

FORM = StateTable(
    states=(
        State(DRAFT, _("申报中"), True, "grey", "edit"),
        State(REVIEW, _("待准入"), True, "amber", "question"),
        State(REFUSED, _("未准入"), True, "red", "undo"),
        State(IN_FORCE, _("在用"), True, "green", "check"),
        State(ENDED, _("已停用"), False, "grey", "archive"),
        State(DROPPED, _("不再申报"), False, "grey", "x"),
    ),
    initial=frozenset({DRAFT}),
    steps=(
        step("edit", _("修改说明"), (DRAFT,), right=rights.ISSUE, by="unit",
             hint=_("依据、频次、填报对象、停用日期，缺一不可。")),
        step("submit", _("报请准入"), (DRAFT,), (REVIEW,), right=rights.ISSUE, by="unit",
             hint=_("已经有的项都要划掉，或写明为什么还要问。")),
        step("approve", _("准予发表"), (REVIEW,), (IN_FORCE,), right=rights.APPROVE, by="second",
             hint=_("由申报人以外的人审批；准入后系统发给填报单位。")),
        step("refuse", _("不予准入"), (REVIEW,), (REFUSED,), right=rights.APPROVE, by="second",
             hint=_("写明为什么，例如数据已经有了。")),
        step("recall", _("取回修改"), (REVIEW,), (DRAFT,), right=rights.ISSUE, by="unit"),
        step("revise", _("修改后再报"), (REFUSED,), (DRAFT,), right=rights.ISSUE, by="unit"),
        step("end", _("提前停用"), (IN_FORCE,), (ENDED,), right=rights.ISSUE, by="unit", danger=True,
             hint=_("从此不再收；没有交的不用再交。")),
        step("expire", _("到期停用"), (IN_FORCE,), (ENDED,), right=rights.SYSTEM, by="system"),
        step("drop", _("不再申报"), (DRAFT, REFUSED), (DROPPED,), right=rights.ISSUE, by="unit", danger=True),
    ),
)  # fmt: skip

#: Forms that were let in: everybody sees them.
OUT = (IN_FORCE, ENDED)

OPEN, HANDED_IN, RETURNED, CLOSED = "open", "handed_in", "returned", "closed"

COPY = StateTable(
    states=(
        State(OPEN, _("待填报"), True, "amber", "edit"),
        State(HANDED_IN, _("已交"), True, "green", "check"),
        State(RETURNED, _("退回重填"), True, "red", "undo"),
        State(CLOSED, _("不用交了"), False, "grey", "archive"),
    ),
    initial=frozenset({OPEN}),
    steps=(
        step("hand_in", _("交表"), (OPEN, RETURNED), (HANDED_IN,), right=rights.HAND_IN, by="addressee",
             hint=_("填过的数留作以后引用，下次不再问。")),
        step("give_back", _("退回重填"), (HANDED_IN,), (RETURNED,), right=rights.ISSUE, by="unit",
             hint=_("写明哪一项要核对。")),
        step("close", _("不用交了"), (OPEN, RETURNED), (CLOSED,), right=rights.SYSTEM, by="system"),
    ),
)  # fmt: skip

#: Copies that wait for the unit that is asked.
WAITING = (OPEN, RETURNED)
