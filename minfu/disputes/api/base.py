"""The room's operations hang on this."""

from django.utils.translation import gettext_lazy as _

from minfu.kernel.api import Room

room = Room("mediations", _("矛盾调解"))
ROOT = "/mediations/{mediation_id}"
