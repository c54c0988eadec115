"""What accounts hold of staff, and what the history below them holds of everyone who took a step."""

from django.utils.translation import gettext_lazy as _

from minfu.kernel.personal import Held, Whose, register

_DUTY = _("个人信息保护法第十三条第一款第二、三项:履行法定职责和人力资源管理所必需")

register(
    Held(
        model="accounts.User",
        columns=("username", "name", "password"),
        whose=Whose.STAFF,
        what=_("姓名、登录名、密码(只存不可逆的散列值)"),
        why=_("登录,并写明每一步是谁办的"),
        basis=_DUTY,
        kept=_("在岗期间;离岗后停用账号,历史记录中的岗位和姓名长期保存"),
        seen_by=_("同事看到姓名和岗位;管理员维护账号"),
        risk=_("冒用账号"),
        measures=_("登录失败锁定、无操作自动退出、首次登录改密码"),
    ),
    Held(
        model="kernel.Event",
        columns=("actor_label", "reason", "data"),
        whose=Whose.STAFF,
        what=_("每一步是谁、在什么岗位、什么时候、为什么办的"),
        why=_("办事留痕,出了问题查得清"),
        basis=_("个人信息保护法第十三条第一款第三项;第五十四条审计"),
        kept=_("长期保存,只增不改"),
        seen_by=_("能看这件事的人;审计员"),
        risk=_("原因里写了居民的情况"),
        measures=_("逐条加链,改动会被发现;被反映的单位看不到是谁反映的"),
    ),
    Held(
        model="kernel.KeptAnswer",
        columns=("body",),
        whose=Whose.STAFF,
        what=_("接口调用的回执,防止重复提交"),
        why=_("网络不稳时重发不会办两次"),
        basis=_DUTY,
        kept=_("两天"),
        seen_by=_("发出这次调用的系统"),
        risk=_("低:与当次回复相同"),
        measures=_("到期自动清除"),
    ),
    Held(
        model="accounts.Unit",
        columns=("phone",),
        whose=Whose.STAFF,
        what=_("单位对外的办公电话"),
        why=_("居民和其他单位联系"),
        basis=_("办公电话,不是个人号码"),
        kept=_("单位存续期间"),
        seen_by=_("所有人"),
        risk=_("误填个人手机号"),
        measures=_("表单提示填办公电话"),
    ),
    Held(
        model="accounts.Delegation",
        columns=("reason",),
        whose=Whose.STAFF,
        what=_("委托他人代理岗位的原因"),
        why=_("说明代理期间由谁负责"),
        basis=_DUTY,
        kept=_("与岗位记录相同"),
        seen_by=_("本人、代理人、管理员"),
        risk=_("写入病情等与工作无关的内容"),
        measures=_("只需写“休假”“出差”等,不要求细节"),
    ),
)
