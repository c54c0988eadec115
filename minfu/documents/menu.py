"""The room in the navigation."""

from django.utils.translation import gettext_lazy as _

from minfu.documents import rights
from minfu.documents.rules import access
from minfu.kernel.menu import Entry, register

register(Entry(_("公文"), "documents:list", right=rights.VIEW, order=45, icon="file", waits=access.waits))
register(Entry(_("发文字号簿"), "documents:registers", right=rights.CONFIGURE, order=64, icon="settings"))
