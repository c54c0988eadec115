"""What grid workers and village officers find in the navigation."""

from django.utils.translation import gettext_lazy as _

from minfu.cases import rights
from minfu.kernel.menu import Entry, register, start_page

register(Entry(_("我的网格"), "cases:field", right=rights.FIELD, order=5, icon="grid", key="w"))
register(Entry(_("上报"), "cases:field_report", right=rights.FIELD, order=6, icon="camera", key="r"))
start_page("cases:field", "grid_worker")
