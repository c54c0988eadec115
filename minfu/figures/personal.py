"""What figures hold of residents and staff."""

from django.utils.translation import gettext_lazy as _

from minfu.kernel.personal import Held, Whose, register

register(
    Held(
        model="figures.Exclusion",
        columns=("why", "decision"),
        whose=Whose.STAFF,
        what=_("为什么申请把一件诉求从考核中剔除，审核怎么说"),
        why=_("剔除要有理由，由另一人审核，事后查得清"),
        basis=_("个人信息保护法第十三条第一款第三项：履行法定职责所必需"),
        kept=_("办理和查考需要的期限"),
        seen_by=_("申请单位、县级平台和审计人员"),
        risk=_("说明里写了居民的姓名、电话"),
        measures=_("只按单位和事项统计，不对人排名"),
    ),
)
