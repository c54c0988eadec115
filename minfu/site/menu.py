"""What the pages above all rooms offer in the navigation."""

from django.utils.translation import gettext_lazy as _

from minfu.kernel.menu import Entry, register
from minfu.site import rights

register(Entry(_("个人信息保护"), "site:assessment", right=rights.ASSESS, order=76, icon="lock"))
