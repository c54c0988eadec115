"""The room in the navigation."""

from django.utils.translation import gettext_lazy as _

from minfu.kernel.menu import Entry, register
from minfu.workbooks import rights
from minfu.workbooks.rules import access

register(Entry(_("上级报表"), "workbooks:list", right=rights.VIEW, order=46, icon="file", waits=access.waits))
