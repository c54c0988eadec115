"""The room's operations hang on this."""

from django.utils.translation import gettext_lazy as _

from minfu.kernel.api import Room

room = Room("documents", _("公文"))
ROOT = "/documents/{document_id}"
