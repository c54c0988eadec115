"""What is recorded about an address changes are sent to."""

from django.utils.translation import gettext_lazy as _

from minfu.kernel.record import event

SUBJECT = "webhook"

CREATED = event("webhooks.created", _("登记了推送地址"))
CHANGED = event("webhooks.changed", _("修改了推送地址"))
RENEWED = event("webhooks.renewed", _("换了签名密钥"))
SWITCHED_ON = event("webhooks.switched_on", _("开始推送"))
SWITCHED_OFF = event("webhooks.switched_off", _("停止推送"))
GIVEN_UP = event("webhooks.given_up", _("一直推送不成，自动停止"))
REPLAYED = event("webhooks.replayed", _("重新推送 %(number)s 条"))
