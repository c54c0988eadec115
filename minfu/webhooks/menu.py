"""What the administrator finds in the navigation."""

from django.utils.translation import gettext_lazy as _

from minfu.accounts import rights
from minfu.kernel.menu import Entry, register

register(Entry(_("变更推送"), "webhooks:endpoints", right=rights.MANAGE, order=75, icon="send"))
