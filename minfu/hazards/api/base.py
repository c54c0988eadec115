"""The room's operations hang on this."""

from django.utils.translation import gettext_lazy as _

from minfu.kernel.api import Room

room = Room("hazards", _("隐患"))
ROOT = "/hazards/{hazard_id}"
