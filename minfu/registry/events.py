"""The recorded events of this room and the sentences people read."""

from django.utils.translation import gettext_lazy as _

from minfu.kernel import record

REVEALED = record.event("identity.revealed", _("查看了居民的完整身份和联系方式"))
