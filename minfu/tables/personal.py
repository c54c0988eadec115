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
    ),
    Held(
        model="tables.HeldTable",
        columns=("payload", "asked", "file_name"),
        whose=Whose.RESIDENT,
        what=_("从别的系统导出、等人核对每一列是什么的表格"),
        why=_("导入时分清哪一列是什么"),
        basis=_("个人信息保护法第十三条第一款第三项：履行法定职责所必需"),
        kept=_("核对完就删；没有核对的，一天后自动删除"),
        seen_by=_("上传的那个人，每列最多三个遮住一部分的样例"),
        risk=_("整批泄露"),
        measures=_("加密存放；一人最多五个；样例里的号码、姓名和住址以星号代替"),
        sensitive=True,
    ),
    Held(
        model="tables.Layout",
        columns=("chosen", "label"),
        whose=Whose.STAFF,
        what=_("谁在什么时候确认了导入表格的哪一列是什么；只有标题，没有内容"),
        why=_("下次同样的表格不用再核对"),
        basis=_("个人信息保护法第十三条第一款第三项：履行法定职责所必需"),
        kept=_("到有人让系统忘记为止"),
        seen_by=_("同一单位能导入的人"),
        risk=_("低"),
        measures=_("标题里像号码、日期、姓名的不收"),
    ),
)
