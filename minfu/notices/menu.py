"""What this room offers in the navigation."""

from django.utils.translation import gettext_lazy as _

from minfu.kernel.menu import Entry, register
from minfu.notices import outbox

register(
    Entry(
        _("通知"),
        "notices:inbox",
        right="notices.read",
        icon="bell",
        slot="bell",
        key="n",
        waits=outbox.unread_waits,
    )
)
register(
    Entry(
        _("待电话通知"),
        "notices:phone",
        right="notices.phone",
        order=40,
        icon="phone",
        waits=outbox.calls_wait,
    )
)
register(Entry(_("通知配置"), "notices:channels", right="notices.configure", order=61, icon="bell"))
register(Entry(_("接收通知"), "notices:mine", right="notices.read", order=83, icon="bell", slot="account"))
