"""What topics hold of residents and staff."""

from django.utils.translation import gettext_lazy as _

from minfu.kernel.personal import Held, Whose, register

register(
    Held(
        model="topics.Topic",
        columns=("title", "task", "result"),
        whose=Whose.RESIDENT,
        what=_("许多人反映的同一类事：名称（取自诉求原文，已遮住个人信息）、要做什么、怎样解决的"),
        why=_("一次解决一类事"),
        basis=_("个人信息保护法第十三条第一款第三项：履行法定职责所必需"),
        kept=_("办理和查考需要的期限；不含反映人是谁，只存人数"),
        seen_by=_("县平台、所涉乡镇的平台和领导、责任单位、审计员"),
        risk=_("名称里写了别人的姓名、电话"),
        measures=_(
            "只用遮住个人信息后的文字；保密的诉求不进入专题；人数由保密库的密文比对得出，不能查看、不能排名"
        ),
    )
)
