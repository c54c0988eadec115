"""What leaders and administrators find in the navigation."""

from django.utils.translation import gettext_lazy as _

from minfu.cases import rights
from minfu.kernel.menu import Entry, register, start_page

register(Entry(_("态势"), "cases:board", right=rights.LEAD, order=5, icon="chart", key="b"))
register(Entry(_("诉求配置"), "cases:config", right=rights.CONFIGURE, order=60, icon="settings"))
register(Entry(_("导入"), "cases:import", right=rights.IMPORT, order=40, icon="upload"))
start_page("cases:board", "township_leader")
