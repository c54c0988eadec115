"""What this room offers in the navigation."""

from django.utils.translation import gettext_lazy as _

from minfu.kernel.menu import Entry, register, start_page

register(Entry(_("人员"), "accounts:people", right="accounts.manage", order=70, icon="users", key="p"))
register(Entry(_("单位"), "accounts:units", right="accounts.manage", order=71, icon="building", key="u"))
register(Entry(_("二次验证"), "accounts:demands", right="accounts.manage", order=72, icon="lock"))
register(Entry(_("登录记录"), "accounts:sign_ins", right="accounts.see_sign_ins", order=73, icon="clock"))
register(Entry(_("对接系统"), "accounts:systems", right="accounts.manage", order=74, icon="link"))
register(Entry(_("切换岗位"), "accounts:choose_post", order=80, icon="switch", slot="account"))
register(
    Entry(
        _("休假代理"),
        "accounts:leave",
        right="accounts.delegate_own",
        order=81,
        icon="calendar",
        slot="account",
    )
)
register(Entry(_("登录与安全"), "mfa_index", order=83, icon="lock", slot="account"))
register(Entry(_("修改密码"), "accounts:password", order=82, icon="lock", slot="account"))
register(Entry(_("退出登录"), "accounts:logout", order=90, icon="sign-out", slot="account", post=True))
start_page("accounts:people", "administrator")
