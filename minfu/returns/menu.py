"""The room in the navigation."""

from django.utils.translation import gettext_lazy as _

from minfu.kernel.menu import Entry, register
from minfu.returns import rights
from minfu.returns.rules import access

register(Entry(_("报表"), "returns:list", right=rights.VIEW, order=46, icon="report", waits=access.waits))
register(Entry(_("填报负担"), "returns:burden", right=rights.VIEW, order=48, icon="chart"))
