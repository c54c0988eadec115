"""The room's operations hang on this."""

from django.utils.translation import gettext_lazy as _

from minfu.kernel.api import Room

room = Room("topics", _("专题"))
ROOT = "/topics/{topic_id}"
