"""The storey in the navigation: for residents the data, for the county how it is published."""

from django.utils.translation import gettext_lazy as _

from minfu.kernel.menu import Entry, register
from minfu.opendata import rights

register(
    Entry(
        _("开放数据"),
        "opendata:page",
        order=40,
        icon="chart",
        slot="resident",
        hint=_("各乡镇每月反映了多少、解决了多少"),
    )
)
register(Entry(_("开放数据配置"), "opendata:config", right=rights.CONFIGURE, order=67, icon="settings"))
