"""Messages to residents that did not arrive: a desk had to phone."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from minfu.accounts.actor import Actor
from minfu.figures.indicators.demands import BY_PLACE, OWNER
from minfu.figures.rules.formula import Count, Indicator
from minfu.figures.rules.registry import Room, register, register_room

GROUP = "messages"


def _visible(actor: Actor) -> QuerySet[Any]:
    """Return the messages an actor may look at; the room is asked only where it is installed."""
    from minfu.notices import outbox

    return outbox.failed_for(actor)


register_room(GROUP, Room("minfu.notices", _("通知"), _visible, "notices:failed"))
FAILED = register(
    Indicator(
        "messages_failed", _("通知没有送到"),
        _("发给居民、各个渠道都没有送到或者不能确定送到的通知，转由平台打电话。计在打电话的平台。"),
        Count("message", words=_("这段时间转为电话告知的通知条数")), _("条"), OWNER,
        _("民富设计：每条通知要么送到，要么有人打电话"), splits=BY_PLACE, better=-1, group=GROUP,
    )
)  # fmt: skip
