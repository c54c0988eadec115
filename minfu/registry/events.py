"""The recorded events of this room and the sentences people read."""

from django.utils.translation import gettext_lazy as _

from minfu.kernel import record

REVEALED = record.event("identity.revealed", _("查看了居民的完整身份和联系方式"))
KEY_ADDED = record.event("vault.key_added", _("给身份库换了新密钥"))
KEY_RETIRED = record.event("vault.key_retired", _("删除了不再使用的身份库密钥"))
