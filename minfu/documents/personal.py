"""What documents hold of residents and staff."""

from django.utils.translation import gettext_lazy as _

from minfu.kernel.personal import Held, Whose, register

register(
    Held(
        model="documents.Document",
        columns=("title", "text", "content", "addressees", "copies", "note", "signed_by"),
        whose=Whose.STAFF,
        what=_("公文的标题、正文和落款，签发人姓名"),
        why=_("印发公文，留存备查"),
        basis=_("个人信息保护法第十三条第一款第三项：履行法定职责所必需"),
        kept=_("按公文档案保管的期限"),
        seen_by=_("起草单位；印发后辖区内有权查看公文的人"),
        risk=_("正文里写了别人的姓名、电话"),
        measures=_("数都取自统计，清单只列编号、类别和地点；印发须由另一人审批"),
    )
)
