"""The states of a mediation and of what hangs on it: pure tables.

``by`` names the part one plays (``rules/access.py``): ``lead`` is the unit in charge, ``desk`` the desk above it,
``mediator`` who sits in this mediation, ``worker`` the lead or a mediator, ``named`` who is asked to be one, ``second`` anyone
of lead and desk but the mediator concerned and whoever wrote the request down, ``system`` the software.
"""

from django.utils.translation import gettext_lazy as _

from minfu.disputes import rights
from minfu.kernel.steps import State, StateTable, step

ASKING, MEDIATING, SIGNING, KEEPING = "asking", "mediating", "signing", "keeping"
KEPT, BROKEN, SETTLED, DECLINED = "kept", "broken", "settled", "declined"
FAILED, DROPPED = "failed", "dropped"

#: Nothing is agreed yet: the demand waits for the mediation.
BEFORE_AGREEMENT = (ASKING, MEDIATING, SIGNING)

MEDIATION = StateTable(
    states=(
        State(ASKING, _("征求双方意见"), True, "blue", "question"),
        State(MEDIATING, _("调解中"), True, "blue", "progress"),
        State(SIGNING, _("协议待签字"), True, "amber", "edit"),
        State(KEEPING, _("协议履行中"), True, "blue", "handshake"),
        State(KEPT, _("协议已履行"), False, "green", "check"),
        State(BROKEN, _("协议未履行"), False, "red", "danger"),
        State(SETTLED, _("自行和解"), False, "green", "half"),
        State(DECLINED, _("当事人不同意调解"), False, "grey", "external"),
        State(FAILED, _("调解不成"), False, "grey", "external"),
        State(DROPPED, _("已终止"), False, "grey", "archive"),
    ),
    initial=frozenset({ASKING}),
    steps=(
        step("consent", _("记录同意"), (ASKING,), right=rights.WORK, by="lead",
             hint=_("逐一问清每位当事人是否愿意调解；一方明确拒绝的，不得调解。")),
        step("add_party", _("登记当事人"), (ASKING, MEDIATING), right=rights.WORK, by="lead",
             hint=_("姓名、电话存入身份库，平时只显示一部分。")),
        step("seat", _("选定调解员"), (ASKING, MEDIATING), right=rights.WORK, by="lead_or_desk",
             hint=_("当事人本人、近亲属、有利害关系的人和涉事单位的人应当回避。")),
        step("begin", _("开始调解"), (ASKING,), (MEDIATING,), right=rights.WORK, by="worker",
             hint=_("双方都同意、调解员已声明没有回避情形后开始。")),
        step("hold", _("记录一次调解"), (MEDIATING,), right=rights.WORK, by="mediator",
             hint=_("写明时间、地点、参加人和笔录。")),
        step("plan", _("约定下次调解"), (MEDIATING,), right=rights.WORK, by="worker",
             hint=_("定好时间、地点，通知当事人。")),
        step("agree", _("达成协议"), (MEDIATING,), (SIGNING, KEEPING), right=rights.WORK, by="mediator",
             hint=_("书面协议签字后生效；口头协议自达成之日起生效。")),
        step("sign", _("登记签字"), (SIGNING,), (KEEPING,), right=rights.WORK, by="mediator",
             hint=_("双方都已签名、盖章或按指印后登记；协议从这一天起生效。")),
        step("reconsider", _("继续调解"), (SIGNING,), (MEDIATING,), right=rights.WORK, by="mediator",
             hint=_("有人不签字、内容要改的，回到调解。")),
        step("settle", _("自行和解"), (ASKING, MEDIATING), (SETTLED,), right=rights.WORK, by="worker",
             hint=_("双方自己说和了，不需要再调解。")),
        step("decline", _("当事人不同意"), (ASKING,), (DECLINED,), right=rights.WORK, by="lead",
             hint=_("当事人明确拒绝的不得调解：终止，并告知其他途径。")),
        step("fail", _("调解不成"), (MEDIATING, SIGNING), (FAILED,), right=rights.WORK, by="mediator",
             hint=_("终止调解，并告知当事人可以走的其他途径。")),
        step("visit", _("登记回访"), (KEEPING,), (KEEPING, KEPT, BROKEN), right=rights.WORK, by="worker",
             hint=_("问双方协议履行得怎样；没有履行完的约好下次回访。")),
        step("apply", _("登记司法确认申请"), (KEEPING, KEPT), right=rights.WORK, by="worker",
             hint=_("须双方共同向法院申请，过期法院不受理。")),
        step("court", _("登记法院结果"), (KEEPING, KEPT, BROKEN), right=rights.WORK, by="worker",
             hint=_("法院确认有效或不予确认。")),
        step("recuse", _("登记回避"), (ASKING, MEDIATING, SIGNING), right=rights.WORK, by="worker_or_desk",
             hint=_("发现应当回避的情形时登记；这位调解员即刻退出，也不再看到这件纠纷。")),
        step("ask_replacement", _("当事人要求换人"), (ASKING, MEDIATING), right=rights.WORK, by="worker_or_desk",
             hint=_("记下哪一方、为什么要换；由另一人决定。")),
        step("remove_party", _("去掉当事人"), (ASKING,), right=rights.WORK, by="lead", danger=True,
             hint=_("只用于登记有误的；已表示同意的不能去掉。")),
        step("drop", _("随诉求终止"), BEFORE_AGREEMENT, (DROPPED,), right=rights.SYSTEM, by="system",
             hint=_("诉求已撤回、并单、分流或直接办结，不再调解。")),
    ),
)  # fmt: skip

#: Steps that end or settle what the demand waits for: the demand is locked before the mediation, as its own verbs do.
CLOSING = frozenset({"agree", "sign", "settle", "decline", "fail"})

SEAT = StateTable(
    states=(
        State("named", _("待本人声明"), True, "amber", "question"),
        State("seated", _("调解员"), True, "green", "check"),
        State("recused", _("已回避"), False, "grey", "undo"),
        State("replaced", _("已更换"), False, "grey", "switch"),
    ),
    initial=frozenset({"named", "seated"}),
    steps=(
        step("declare", _("声明没有回避情形"), ("named",), ("seated",), right=rights.WORK, by="named",
             hint=_("您不是当事人或其近亲属，不在涉事单位，与纠纷没有利害关系。")),
        step("recuse", _("回避"), ("named", "seated"), ("recused",), right=rights.WORK, by="worker_or_desk"),
        step("replace", _("更换"), ("named", "seated"), ("replaced",), right=rights.WORK, by="second"),
    ),
)  # fmt: skip

REPLACEMENT = StateTable(
    states=(
        State("asked", _("待决定"), True, "amber", "question"),
        State("granted", _("已更换"), False, "green", "check"),
        State("refused", _("未更换"), False, "grey", "undo"),
        State("void", _("不再需要"), False, "grey", "archive"),
    ),
    initial=frozenset({"asked"}),
    steps=(
        step("grant", _("同意更换"), ("asked",), ("granted",), right=rights.WORK, by="second"),
        step("refuse", _("不同意更换"), ("asked",), ("refused",), right=rights.WORK, by="second"),
        step("lapse", _("不再需要"), ("asked",), ("void",), right=rights.SYSTEM, by="system"),
    ),
)

SESSION = StateTable(
    states=(
        State("planned", _("已约定"), True, "blue", "calendar"),
        State("held", _("已举行"), False, "green", "check"),
        State("cancelled", _("已取消"), False, "grey", "undo"),
    ),
    initial=frozenset({"planned", "held"}),
    steps=(
        step("hold", _("记录"), ("planned",), ("held",), right=rights.WORK, by="mediator"),
        step("cancel", _("取消"), ("planned",), ("cancelled",), right=rights.WORK, by="worker",
             hint=_("不按原定时间调解；会通知当事人。")),
    ),
)  # fmt: skip

#: Joint judicial confirmation of an agreement (司法确认).
CONFIRMATION = StateTable(
    states=(
        State("none", _("协议未生效"), True, "grey", "circle"),
        State("possible", _("可以申请"), True, "blue", "clock"),
        State("lapsed", _("过期未申请"), False, "grey", "archive"),
        State("applied", _("已申请"), True, "blue", "send"),
        State("confirmed", _("法院已确认"), False, "green", "shield"),
        State("refused", _("法院不予确认"), False, "grey", "x"),
    ),
    initial=frozenset({"none", "possible"}),
    steps=(
        step("effect", _("协议生效"), ("none",), ("possible",), right=rights.SYSTEM, by="system"),
        step("lapse", _("过期"), ("possible",), ("lapsed",), right=rights.SYSTEM, by="system"),
        step("apply", _("申请"), ("possible", "lapsed"), ("applied",), right=rights.WORK, by="worker"),
        step("decide", _("法院结果"), ("applied",), ("confirmed", "refused"), right=rights.WORK, by="worker"),
    ),
)
