"""The room in the navigation."""

from django.utils.translation import gettext_lazy as _

from minfu.kernel.menu import Entry, register
from minfu.topics import rights

register(Entry(_("专题"), "topics:board", right=rights.VIEW, order=33, icon="chat"))
