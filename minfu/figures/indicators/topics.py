"""The month's matter (每月一题): taken up, reported, verified by another unit. Counted where that room is installed."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from minfu.accounts.actor import Actor
from minfu.figures.indicators.demands import BY_PLACE, OWNER
from minfu.figures.rules.formula import Count, Indicator, Share
from minfu.figures.rules.registry import Room, register, register_room

GROUP = "topics"
SOURCE = _("民富设计：每月一题，一个责任单位、一个日期，由别的单位核实")


def _visible(actor: Actor) -> QuerySet[Any]:
    """Return the topics an actor may open; the room is asked only where it is installed."""
    from minfu.topics import door

    return door.visible_to(actor)


register_room(GROUP, Room("minfu.topics", _("专题"), _visible, "topics:topic"))
TAKEN = register(
    Indicator(
        "topics_taken", _("列为每月一题的专题"), _("这段时间列为每月一题的专题；跨乡镇的只计在全县。"),
        Count("topic_taken", words=_("这段时间列为每月一题的次数")), _("题"), OWNER, SOURCE, splits=BY_PLACE, group=GROUP,
    )
)  # fmt: skip
REPORTED = register(
    Indicator(
        "topics_reported", _("每月一题有了结果"), _("责任单位报告了办理结果的每月一题；退回以后再报告的另算一次。"),
        Count("topic_report", words=_("这段时间报告办理结果的次数")), _("次"), OWNER, SOURCE, splits=BY_PLACE, better=1,
        group=GROUP,
    )
)  # fmt: skip
IN_TIME = register(
    Indicator(
        "topics_in_time", _("每月一题按期报告率"),
        _("报告了办理结果的每月一题里，在完成日期以前报告的占多少；还没有报告的不计。"),
        Share(Count("topic_report"), (("met", 1),), words=_("按期报告的次数 ÷ 报告办理结果的次数")), "%", OWNER, SOURCE,
        splits=BY_PLACE, better=1, group=GROUP,
    )
)  # fmt: skip
SOLVED = register(
    Indicator(
        "topics_solved", _("每月一题已解决"), _("由责任单位以外的人核实，这一类事确实解决了的每月一题。"),
        Count("topic_check", ("passed",), words=_("这段时间核实已经解决的题数")), _("题"), OWNER, SOURCE, splits=BY_PLACE,
        better=1, group=GROUP,
    )
)  # fmt: skip
PASSED = register(
    Indicator(
        "topics_passed", _("每月一题核实通过率"), _("核实过的每月一题里，确实解决了的占多少；退回继续办理的算没有通过。"),
        Share(Count("topic_check"), (("passed", 1),), words=_("核实已经解决的次数 ÷ 核实的次数")), "%", OWNER, SOURCE,
        splits=BY_PLACE, better=1, group=GROUP,
    )
)  # fmt: skip
