"""What people are told who may not take a step: by the part it needs, and by what a resident would have to show."""

from django.utils.translation import gettext_lazy as _

from minfu.cases.rules.asking import Wanted

PARTS = {
    "lead": _("这件诉求由其他单位牵头办理，您不能代它操作。"),
    "desk": _("只有负责这件诉求的平台可以这样做。"),
    "other": _("办理单位不能核实自己的办理结果，须由其他单位的人核实。"),
    "resident": _("是否解决以居民本人的意见为准，办理单位不能代为确认。"),
    "caller": _("办理过这件诉求的单位不能回访，须由其他单位的人联系居民。"),
    "approver": _("您不能审批这件诉求的申请。"),
    "lead_or_desk": _("只有牵头单位或平台可以这样做。"),
}

PROOFS = {
    Wanted.NUMBER: _("请先确认是您本人：点开短信里的链接，或者用验证码。"),
    Wanted.RECEIPT: _("请先输入查询码。"),
    Wanted.CLERK: _(
        "这件事只凭查询码不能评价或撤回。请打电话或到窗口告诉乡镇、县里的工作人员，由他们记下您的话。"
    ),
}
