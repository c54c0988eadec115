"""What the delivery log holds of people."""

from django.utils.translation import gettext_lazy as _

from minfu.kernel.personal import Held, Whose, register

register(
    Held(
        model="webhooks.Delivery",
        columns=("answer", "tries"),
        whose=Whose.RESIDENT,
        what=_("推送变更后，对方系统答复的前 200 个字"),
        why=_("推送不成时查找原因"),
        basis=_("个人信息保护法第十三条第一款第三项"),
        kept=_("30 天，可以另行设定"),
        seen_by=_("系统管理员"),
        risk=_("低：推送的内容只有编号、事情和时间，不含个人信息"),
        measures=_("只留前 200 个字，到期删除"),
    ),
)
