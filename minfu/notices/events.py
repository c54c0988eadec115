"""The recorded events of this room and the sentences people read."""

from django.utils.translation import gettext_lazy as _

from minfu.kernel import record

TOLD = record.event("notice.told", _("已电话告知居民"))
