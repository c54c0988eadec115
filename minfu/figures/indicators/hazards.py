"""Hazards: found, gone, rectified by their date. Counted where that room is installed."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from minfu.accounts.actor import Actor
from minfu.figures.indicators.demands import BY_PLACE, OWNER
from minfu.figures.rules.formula import Count, Indicator, Share
from minfu.figures.rules.registry import Room, register, register_room

GROUP = "hazards"
SOURCE = _("民富设计：隐患排查、整改、复查闭环")


def _visible(actor: Actor) -> QuerySet[Any]:
    """Return the hazards an actor may open; the room is asked only where it is installed."""
    from minfu.hazards import door

    return door.visible_to(actor).select_related("unit")


register_room(GROUP, Room("minfu.hazards", _("隐患"), _visible, "hazards:hazard"))
FOUND = register(
    Indicator(
        "hazards_found", _("登记隐患"), _("这段时间登记的隐患。"), Count("hazard", words=_("这段时间登记的隐患处数")),
        _("处"), OWNER, SOURCE, splits=BY_PLACE, group=GROUP,
    )
)  # fmt: skip
GONE = register(
    Indicator(
        "hazards_gone", _("消除隐患"), _("由别的单位的人复查、确认已消除的隐患。"),
        Count("hazard_check", ("gone",), words=_("这段时间复查确认消除的隐患处数")), _("处"), OWNER, SOURCE, splits=BY_PLACE,
        better=1, group=GROUP,
    )
)  # fmt: skip
IN_TIME = register(
    Indicator(
        "hazards_in_time", _("隐患按期整改率"),
        _("确认消除的和到期没有整改的隐患里，在期限内整改的占多少；复查没通过的，新的期限另算一次。"),
        Share(Count("hazard_end"), (("met", 1),), words=_("按期整改的次数 ÷ 应整改的次数（到期没有整改的也算）")), "%", OWNER,
        SOURCE, splits=BY_PLACE, better=1, group=GROUP,
    )
)  # fmt: skip
AGAIN = register(
    Indicator(
        "hazards_again", _("隐患复查没通过"), _("复查时隐患还在、要继续整改的次数。"),
        Count("hazard_check", ("not_gone",), words=_("这段时间复查没有通过的次数")), _("次"), OWNER, SOURCE, splits=BY_PLACE,
        better=-1, group=GROUP,
    )
)  # fmt: skip
