"""The room in the navigation."""

from django.utils.translation import gettext_lazy as _

from minfu.disputes import rights
from minfu.disputes.rules import access
from minfu.kernel.menu import Entry, register

register(
    Entry(
        _("矛盾调解"),
        "disputes:list",
        right=rights.VIEW,
        order=35,
        icon="handshake",
        waits=access.waits,
    )
)
register(Entry(_("调解配置"), "disputes:config", right=rights.CONFIGURE, order=62, icon="settings"))
