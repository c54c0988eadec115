"""What notices hold of residents and staff."""

from django.utils.translation import gettext_lazy as _

from minfu.kernel.personal import Held, Whose, register

register(
    Held(
        model="notices.Notice",
        columns=("context", "secret", "done_by_label"),
        whose=Whose.RESIDENT,
        what=_("发给您的通知:编号、进展、查询码和链接"),
        why=_("把进展和结果告诉您"),
        basis=_("个人信息保护法第十三条第一款第三项"),
        kept=_("查询码和链接加密,送达即删;通知记录与诉求相同"),
        seen_by=_("负责打电话告知的工作人员"),
        risk=_("通知被别人看到"),
        measures=_("通知里不写反映的内容;号码只在发送的一刻解密"),
    ),
)
