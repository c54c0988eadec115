"""What returns hold of residents and staff."""

from django.utils.translation import gettext_lazy as _

from minfu.kernel.personal import Held, Whose, register

register(
    Held(
        model="returns.Form",
        columns=("title", "purpose", "ground"),
        whose=Whose.STAFF,
        what=_("哪个单位发什么表、为什么，谁申报、谁审批"),
        why=_("报表准入，减轻填报负担"),
        basis=_("个人信息保护法第十三条第一款第三项：履行法定职责所必需"),
        kept=_("长期"),
        seen_by=_("全体工作人员"),
        risk=_("低"),
        measures=_("涉及具体的人的项不能进表"),
    ),
    Held(
        model="returns.Copy",
        columns=("content", "reason"),
        whose=Whose.STAFF,
        what=_("哪个单位交了什么，谁交的，退回的原因"),
        why=_("收表、核对"),
        basis=_("个人信息保护法第十三条第一款第三项：履行法定职责所必需"),
        kept=_("长期"),
        seen_by=_("填报单位、发表单位和上级平台"),
        risk=_("文字里写了别人的姓名、电话"),
        measures=_("填写的文字里有电话、证件号的不收；只看单位交没交，不统计个人，不计个人填表的时间"),
    ),
)
