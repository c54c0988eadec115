"""What readers of figures find in the navigation."""

from django.utils.translation import gettext_lazy as _

from minfu.figures import rights
from minfu.kernel.menu import Entry, register

register(Entry(_("指标"), "figures:dashboard", right=rights.VIEW, order=35, icon="chart", key="f"))
