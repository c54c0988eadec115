"""What hazards hold of residents and staff."""

from django.utils.translation import gettext_lazy as _

from minfu.kernel.personal import Held, Whose, register

_DUTY = _("个人信息保护法第十三条第一款第三项：履行法定职责所必需")
_WORKERS = _("所在辖区的工作人员、整改单位和收到警报的人；保密的只有参与办理的单位")
_KEPT = _("办理和查考需要的期限；不含反映人的姓名、电话")

register(
    Held(
        model="hazards.Hazard",
        columns=("what", "category"),
        whose=Whose.RESIDENT,
        what=_("什么隐患、在哪里"),
        why=_("整改、复查，防止出事"),
        basis=_DUTY,
        kept=_KEPT,
        seen_by=_WORKERS,
        risk=_("正文里写了别人的姓名、电话"),
        measures=_("按地区和岗位限定范围；不登记反映人的身份"),
    ),
    Held(
        model="hazards.Rectification",
        columns=("text",),
        whose=Whose.STAFF,
        what=_("怎么整改的"),
        why=_("由别的单位复查"),
        basis=_DUTY,
        kept=_KEPT,
        seen_by=_WORKERS,
        risk=_("低"),
        measures=_("只按单位和事项统计，不对人排名"),
    ),
    Held(
        model="hazards.Inspection",
        columns=("finding",),
        whose=Whose.STAFF,
        what=_("复查看到什么"),
        why=_("确认隐患消除"),
        basis=_DUTY,
        kept=_KEPT,
        seen_by=_WORKERS,
        risk=_("低"),
        measures=_("只按单位和事项统计，不对人排名"),
    ),
    Held(
        model="hazards.Alarm",
        columns=("reason", "raised_by_label", "acknowledged_by_label", "doing", "ending"),
        whose=Whose.STAFF,
        what=_("什么险情、谁拉响警报、谁确认的、怎么处理的"),
        why=_("危急时找得到人，事后查得清"),
        basis=_DUTY,
        kept=_KEPT,
        seen_by=_WORKERS,
        risk=_("险情里写了受威胁的人家"),
        measures=_("通知里只有地点、类别和编号"),
    ),
)
