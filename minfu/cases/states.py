"""The states of a demand and of what hangs on it: pure tables.

``by`` names the part one plays in the matter (``rules/access.py``): ``lead`` is the unit in charge, ``desk`` the desk above
it, ``other`` anyone *not* of the units that did the work, ``resident`` the person whose demand it is, ``helper`` a called
unit, ``asker`` whoever asked for it, ``caller`` a desk that may ask the resident, ``reporter`` the resident in person, for
whom no desk speaks.
"""

from django.utils.translation import gettext_lazy as _

from minfu.cases import rights
from minfu.kernel.steps import State, StateTable, step
from minfu.tables import states as runs

WAITING, ASSIGNED, OBJECTED, HANDLING = "waiting", "assigned", "objected", "handling"
PAUSED, DEFERRED, REPORTED, ASKING = "paused", "deferred", "reported", "asking"
SOLVED, PARTLY, EXPLAINED, UNCONFIRMED = "solved", "partly", "explained", "unconfirmed"
WITHDRAWN, MERGED, DIVERTED, SPLIT = "withdrawn", "merged", "diverted", "split"

_WORKING = (ASSIGNED, OBJECTED, HANDLING, PAUSED, DEFERRED)
_OPEN = (WAITING, *_WORKING, REPORTED, ASKING)

CASE = StateTable(
    states=(
        State(WAITING, _("待派单"), True, "blue", "inbox"),
        State(ASSIGNED, _("待签收"), True, "blue", "send"),
        State(OBJECTED, _("异议待裁定"), True, "amber", "flag"),
        State(HANDLING, _("办理中"), True, "blue", "progress"),
        State(PAUSED, _("已暂停"), True, "amber", "pause"),
        State(DEFERRED, _("已挂账"), True, "amber", "archive"),
        State(REPORTED, _("待核实"), True, "blue", "search"),
        State(ASKING, _("待居民确认"), True, "blue", "phone"),
        State(SOLVED, _("居民确认已解决"), False, "green", "check"),
        State(PARTLY, _("居民确认部分解决"), False, "green", "half"),
        State(EXPLAINED, _("居民认可解释"), False, "green", "chat"),
        State(UNCONFIRMED, _("未能确认"), False, "grey", "question"),
        State(WITHDRAWN, _("居民已撤回"), False, "grey", "undo"),
        State(MERGED, _("已并单"), False, "grey", "merge"),
        State(DIVERTED, _("已告知其他渠道"), False, "grey", "external"),
        State(SPLIT, _("已拆分"), False, "grey", "split"),
    ),
    initial=frozenset({WAITING, ASSIGNED, DIVERTED}),
    steps=(
        step("assign", _("派单"), (WAITING,), (ASSIGNED,), right=rights.DISPATCH, by="desk",
             hint=_("交给责任单位，由它在签收时限内签收。")),
        step("answer", _("直接答复"), (WAITING,), (ASKING,), right=rights.DISPATCH, by="desk",
             hint=_("咨询、建议、表扬可由平台当场答复，再请居民确认。")),
        step("accept", _("签收"), (ASSIGNED,), (HANDLING,), right=rights.HANDLE, by="lead",
             hint=_("由本单位牵头办理。")),
        step("object", _("提出异议"), (ASSIGNED,), (OBJECTED,), right=rights.HANDLE, by="lead",
             hint=_("认为不属本单位职责，请上级平台裁定。每单只能提一次，时限照常计算。")),
        step("uphold", _("异议成立"), (OBJECTED,), (WAITING,), right=rights.DISPATCH, by="desk",
             hint=_("退回平台重新派单。")),
        step("overrule", _("异议不成立"), (OBJECTED,), (ASSIGNED,), right=rights.DISPATCH, by="desk",
             hint=_("仍由原单位办理。")),
        step("report", _("报告办结"), (HANDLING,), (REPORTED,), right=rights.HANDLE, by="lead",
             hint=_("写明做了什么，交由其他单位的人核实。")),
        step("verify", _("核实通过"), (REPORTED,), (ASKING,), right=rights.VERIFY, by="other",
             hint=_("请居民确认是否解决。")),
        step("send_back", _("退回重办"), (REPORTED,), (HANDLING,), right=rights.VERIFY, by="other",
             hint=_("核实发现没有办好，退回责任单位，时限照常计算。")),
        step("confirm", _("居民确认"), (ASKING,), (SOLVED, PARTLY, EXPLAINED, WAITING), right=rights.CONTACT,
             by="resident", hint=_("以居民本人的意见为准；居民说没有解决的，提级重办。")),
        step("close_unconfirmed", _("联系不上办结"), (ASKING,), (UNCONFIRMED,), right=rights.CONTACT, by="caller",
             hint=_("在不同日期联系三次都联系不上时使用；不计入已解决。")),
        step("call_help", _("请求协办"), (HANDLING,), right=rights.HANDLE, by="lead",
             hint=_("吹哨：请其他单位在期限内协助，结果分别记录。")),
        step("note", _("记录进展"), (HANDLING, PAUSED, DEFERRED), right=rights.HANDLE, by="lead",
             hint=_("写下已做的工作；“已联系居民”会满足响应时限。")),
        step("ask_extension", _("申请延期"), (HANDLING,), right=rights.HANDLE, by="lead",
             hint=_("每单一次，须经另一人批准；批准前时限照常计算。")),
        step("ask_pause", _("申请暂停"), (HANDLING,), right=rights.HANDLE, by="lead",
             hint=_("等待居民补充、专家鉴定等；须经另一人批准。")),
        step("ask_deferral", _("申请挂账"), (HANDLING,), right=rights.HANDLE, by="lead",
             hint=_("短期内确实不具备条件的，经另一人批准后挂账，到期再办。")),
        step("pause", _("批准暂停"), (HANDLING,), (PAUSED,), right=rights.APPROVE, by="approver"),
        step("defer", _("批准挂账"), (HANDLING,), (DEFERRED,), right=rights.APPROVE, by="approver"),
        step("resume", _("恢复办理"), (PAUSED, DEFERRED), (HANDLING,), right=rights.HANDLE, by="lead_or_desk",
             hint=_("条件具备，继续办理；时限按暂停的时间顺延。")),
        step("reassign", _("改派"), (ASSIGNED, HANDLING), (ASSIGNED,), right=rights.DISPATCH, by="desk",
             hint=_("由平台改派给另一责任单位，时限照常计算。")),
        step("divert", _("告知其他渠道"), (WAITING, ASSIGNED), (DIVERTED,), right=rights.DISPATCH, by="desk",
             hint=_("依法应走其他渠道的，告诉居民去哪里、怎么办。")),
        step("merge", _("并入另一单"), (WAITING, *_WORKING), (MERGED,), right=rights.DISPATCH, by="desk",
             hint=_("同一件事并成一单；可以撤销。")),
        step("unmerge", _("撤销并单"), (MERGED,), (WAITING, *_WORKING), right=rights.DISPATCH, by="desk",
             hint=_("恢复为单独一单。")),
        step("split", _("拆成几单"), (WAITING, ASSIGNED), (SPLIT,), right=rights.DISPATCH, by="desk",
             hint=_("一次反映了几件事时，各立一单分别办理。")),
        step("withdraw", _("撤回"), _OPEN, (WITHDRAWN,), right=rights.CONTACT, by="resident", danger=True,
             hint=_("居民本人不再需要办理。")),
        step("place", _("确定地点"), (WAITING, *_WORKING), right=rights.DISPATCH, by="desk",
             hint=_("指定所在的村和网格。")),
        step("classify", _("调整分类"), (WAITING, *_WORKING), right=rights.DISPATCH, by="desk",
             hint=_("改正类别后重新计算时限；派单以后只会缩短，需要延长的请申请延期。")),
        step("attempt", _("记录联系"), (ASKING,), right=rights.CONTACT, by="caller",
             hint=_("记下这次电话或上门是否联系上。")),
        step("link", _("关联"), (*_OPEN, SOLVED, PARTLY, EXPLAINED, UNCONFIRMED), right=rights.DISPATCH, by="desk",
             hint=_("与相关的诉求互相关联。")),
        step("add_words", _("补充情况"), (*_OPEN, MERGED), right=rights.RESIDENT, by="reporter",
             hint=_("补充说明或照片，办理单位会收到提醒。")),
        step("confirm_merged", _("居民评价结果"), (MERGED,), right=rights.CONTACT, by="resident",
             hint=_("并在一起办的这件事，反映这一单的居民说解决了没有；说没有解决的，主单提级重办。")),
        step("contest", _("不是这样，没有解决"), (SOLVED, PARTLY, EXPLAINED, UNCONFIRMED), (WAITING,),
             right=rights.RESIDENT, by="reporter",
             hint=_("工作人员记下的结果不是您的意思，请告诉我们，提级重办。")),
        step("reopen", _("并单居民说没有解决"), (ASKING, SOLVED, PARTLY, EXPLAINED, UNCONFIRMED), (WAITING,),
             right=rights.RESIDENT, by="reporter"),
        step("remark", _("备注"), _OPEN, right=rights.REMARK, by="staff",
             hint=_("给同事留一句话，居民看不到。")),
    ),
)  # fmt: skip

APPROVAL = StateTable(
    states=(
        State("asked", _("待审批"), True, "amber", "question"),
        State("granted", _("已批准"), False, "green", "check"),
        State("refused", _("未批准"), False, "grey", "undo"),
        State("dropped", _("已失效"), False, "grey", "archive"),
    ),
    initial=frozenset({"asked"}),
    steps=(
        step("grant", _("批准"), ("asked",), ("granted",), right=rights.APPROVE, by="approver"),
        step("refuse", _("不批准"), ("asked",), ("refused",), right=rights.APPROVE, by="approver"),
        step("drop", _("作废"), ("asked",), ("dropped",), right=rights.HANDLE, by="lead"),
    ),
)

HELP = StateTable(
    states=(
        State("called", _("待报到"), True, "blue", "send"),
        State("coming", _("协办中"), True, "blue", "progress"),
        State("done", _("协办完成"), False, "green", "check"),
        State("declined", _("说明不能协办"), False, "grey", "undo"),
        State("released", _("已解除"), False, "grey", "archive"),
    ),
    initial=frozenset({"called"}),
    steps=(
        step("come", _("报到"), ("called",), ("coming",), right=rights.HANDLE, by="helper"),
        step("finish", _("协办完成"), ("called", "coming"), ("done",), right=rights.HANDLE, by="helper"),
        step(
            "decline",
            _("说明不能协办"),
            ("called",),
            ("declined",),
            right=rights.HANDLE,
            by="helper",
        ),
        step("release", _("解除协办"), ("called", "coming"), ("released",), right=rights.HANDLE, by="lead"),
    ),
)

CLOCK = StateTable(
    states=(
        State("running", _("计时中"), True, "blue", "clock"),
        State("paused", _("已停表"), True, "amber", "pause"),
        State("met", _("按期"), False, "green", "check"),
        State("missed", _("超期完成"), False, "red", "clock"),
        State("void", _("不再计时"), False, "grey", "archive"),
    ),
    initial=frozenset({"running"}),
    steps=(
        step("stop", _("停表"), ("running",), ("paused",), right=rights.APPROVE),
        step("go", _("继续"), ("paused",), ("running",), right=rights.HANDLE),
        step("finish", _("完成"), ("running",), ("met", "missed"), right=rights.HANDLE),
        step("cancel", _("作废"), ("running", "paused"), ("void",), right=rights.HANDLE),
        step("rerun", _("重新计时"), ("met", "missed", "void"), ("running", "paused"), right=rights.VERIFY),
    ),
)

#: An import of demands runs as every export does.
TABLE = runs.RUN

DATA_REQUEST = StateTable(
    states=(
        State("asked", _("待答复"), True, "blue", "clock"),
        State("granted", _("已照办"), False, "green", "check"),
        State("refused", _("未同意"), False, "grey", "question"),
    ),
    initial=frozenset({"asked"}),
    steps=(
        step("grant", _("照办"), ("asked",), ("granted",), right=rights.CONTACT, by="desk"),
        step("refuse", _("不同意"), ("asked",), ("refused",), right=rights.CONTACT, by="desk"),
    ),
)

RELEASE = StateTable(
    states=(
        State("released", _("已公开"), True, "green", "check"),
        State("withdrawn", _("已撤下"), False, "grey", "undo"),
        State("objected", _("居民不同意公开"), False, "amber", "lock"),
    ),
    initial=frozenset({"released", "objected"}),
    steps=(
        step("withdraw", _("撤下"), ("released",), ("withdrawn",), right=rights.PUBLISH, by="desk"),
        step("object", _("不要公开"), ("released",), ("objected",), right=rights.RESIDENT, by="reporter"),
        step("allow", _("可以公开"), ("objected",), ("withdrawn",), right=rights.RESIDENT, by="reporter"),
    ),
)
