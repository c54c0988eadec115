"""What answers hold of residents and staff."""

from django.utils.translation import gettext_lazy as _

from minfu.kernel.personal import Held, Whose, register

register(
    Held(
        model="answers.Answer",
        columns=("text", "source", "reason"),
        whose=Whose.STAFF,
        what=_("谁填报了哪个数，从哪里来，为什么更正"),
        why=_("填一次、各处引用，出了错知道问谁"),
        basis=_("个人信息保护法第十三条第一款第三项：履行法定职责所必需"),
        kept=_("与数据一同保存"),
        seen_by=_("辖区内的工作人员"),
        risk=_("文字里写了别人的姓名、电话"),
        measures=_("涉及个人的数据项一律不能设立；填写的文字里有电话、证件号的不收；不统计谁填了多少"),
    )
)
