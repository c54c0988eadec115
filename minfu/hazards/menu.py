"""The room in the navigation."""

from django.utils.translation import gettext_lazy as _

from minfu.hazards import rights
from minfu.hazards.rules import access
from minfu.kernel.menu import Entry, register

register(
    Entry(
        _("隐患"),
        "hazards:list",
        right=rights.VIEW,
        order=34,
        icon="danger",
        key="h",
        waits=access.waits,
    )
)
register(Entry(_("隐患配置"), "hazards:config", right=rights.CONFIGURE, order=63, icon="settings"))
