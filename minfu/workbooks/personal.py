"""What forms from above hold of residents and staff."""

from django.utils.translation import gettext_lazy as _

from minfu.kernel.personal import Held, Whose, register

register(
    Held(
        model="workbooks.Workbook",
        columns=("title", "told", "marks", "filled"),
        whose=Whose.STAFF,
        what=_("上级报表的标题和本单位填的数"),
        why=_("填写上级要的表，下一期不再重填"),
        basis=_("个人信息保护法第十三条第一款第三项：履行法定职责所必需"),
        kept=_("随统计资料保管"),
        seen_by=_("填表单位；辖区内的审计员"),
        risk=_("上传的表里写了填表人的姓名、电话"),
        measures=_("文件只给填表单位；系统只读写要填的格，只收数字"),
    )
)
register(
    Held(
        model="workbooks.Memory",
        columns=("told", "marks"),
        whose=Whose.STAFF,
        what=_("上一期填的数"),
        why=_("下一期提示，少填一次"),
        basis=_("个人信息保护法第十三条第一款第三项：履行法定职责所必需"),
        kept=_("同一张表再填时更新"),
        seen_by=_("填表单位"),
        risk=_("没有"),
        measures=_("只收数字"),
    )
)
