"""The states of a document: a pure table.

``by`` names the part one plays (``rules/access.py``): ``unit`` is anybody of the unit whose document it is, ``second``
somebody of it who neither wrote the document nor asked for its approval, ``system`` the software.
"""

from django.utils.translation import gettext_lazy as _

from minfu.documents import rights
from minfu.kernel.steps import State, StateTable, step

DRAFT, REVIEW, APPROVED = "draft", "review", "approved"
ISSUED, WITHDRAWN, SUPERSEDED, DROPPED = "issued", "withdrawn", "superseded", "dropped"

DOCUMENT = StateTable(
    states=(
        State(DRAFT, _("草稿"), True, "grey", "edit"),
        State(REVIEW, _("待审批"), True, "amber", "question"),
        State(APPROVED, _("待编号印发"), True, "blue", "progress"),
        State(ISSUED, _("已印发"), True, "green", "check"),
        State(WITHDRAWN, _("已撤回"), False, "red", "undo"),
        State(SUPERSEDED, _("已被取代"), False, "grey", "switch"),
        State(DROPPED, _("已作废"), False, "grey", "archive"),
    ),
    initial=frozenset({DRAFT}),
    steps=(
        step("edit", _("修改"), (DRAFT,), right=rights.WRITE, by="unit",
             hint=_("正文里的数都从记录里取；没有绑定的数，送不出去。")),
        step("submit", _("送审"), (DRAFT,), (REVIEW,), right=rights.WRITE, by="unit",
             hint=_("照现在的数写定，交给别人审批。")),
        step("approve", _("同意"), (REVIEW,), (APPROVED,), right=rights.APPROVE, by="second",
             hint=_("由起草、送审以外的人审批；数变了的要退回重写。")),
        step("refuse", _("退回"), (REVIEW,), (DRAFT,), right=rights.APPROVE, by="second",
             hint=_("写明要改什么。")),
        step("recall", _("取回修改"), (REVIEW, APPROVED), (DRAFT,), right=rights.WRITE, by="unit",
             hint=_("回到草稿，改好后重新送审。")),
        step("issue", _("编号印发"), (APPROVED,), (ISSUED,), right=rights.WRITE, by="unit",
             hint=_("从发文字号簿取下一个号，从此不再改动。")),
        step("withdraw", _("撤回公文"), (ISSUED,), (WITHDRAWN,), right=rights.APPROVE, by="second", danger=True,
             hint=_("号不再使用；每一页都印上“已撤回”。")),
        step("replace", _("另发新文取代"), (ISSUED,), right=rights.WRITE, by="unit",
             hint=_("起草一份新的；新的印发时，这一份标为“已被取代”。")),
        step("supersede", _("被取代"), (ISSUED,), (SUPERSEDED,), right=rights.SYSTEM, by="system"),
        step("drop", _("作废草稿"), (DRAFT,), (DROPPED,), right=rights.WRITE, by="unit", danger=True,
             hint=_("不再写了；留作历史，不占号。")),
    ),
)  # fmt: skip

#: Documents that have, or had, a number: everybody of the area sees them.
OUT = (ISSUED, WITHDRAWN, SUPERSEDED)
