"""What exports hold of people while they wait to be fetched."""

from django.utils.translation import gettext_lazy as _

from minfu.kernel.personal import Held, Whose, register

register(
    Held(
        model="tables.ExportRun",
        columns=("payload", "asked", "label", "problem"),
        whose=Whose.RESIDENT,
        what=_("按列表导出的表格；写明用途的，可以带姓名、电话和住址"),
        why=_("工作人员按列表办事、报送"),
        basis=_("个人信息保护法第十三条第一款第三项：履行法定职责所必需"),
        kept=_("三天后自动清除"),
        seen_by=_("导出的那个人"),
        risk=_("整批泄露"),
        measures=_("加密存放；带联系方式的写明用途、限制行数、每一件都记入历史，文件带水印"),
        sensitive=True,
    )
)
