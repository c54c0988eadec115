"""The storey in the navigation."""

from django.utils.translation import gettext_lazy as _

from minfu.answers import rights
from minfu.kernel.menu import Entry, register

register(Entry(_("填报过的数"), "answers:list", right=rights.VIEW, order=47, icon="list"))
register(Entry(_("数据项"), "answers:items", right=rights.CONFIGURE, order=65, icon="settings"))
