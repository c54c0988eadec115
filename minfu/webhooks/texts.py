"""What the administrator is told."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from minfu.notices import texts
from minfu.webhooks import events

STOPPED = events.GIVEN_UP


def register() -> None:
    """Register the text and where it leads; called once when the application is ready."""
    texts.register(
        STOPPED,
        _("向“{endpoint}”的变更推送已自动停止"),
        _("对方的地址很久没有接收。请联系对方修好，再重新开始推送：停止期间的变更会补推，不会丢失。"),
    )
    texts.describe("endpoint", _("推送地址的名称"), _("县大数据平台"))
    texts.link(events.SUBJECT, lambda pk: reverse("webhooks:endpoint", args=[pk]))
