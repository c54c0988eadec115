"""Mediation: begun, agreed, kept. Numbers only, never of persons; confidential ones count at no place below the county."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from minfu.accounts.actor import Actor
from minfu.figures.indicators.demands import BY_PLACE, OWNER
from minfu.figures.rules.formula import Count, Indicator, Share
from minfu.figures.rules.registry import Room, register, register_room

GROUP = "mediations"
SOURCE = _("《人民调解法》；民富设计")


def _visible(actor: Actor) -> QuerySet[Any]:
    """Return the mediations an actor may open; the room is asked only where it is installed."""
    from minfu.disputes import door

    return door.visible_to(actor).select_related("unit")


register_room(GROUP, Room("minfu.disputes", _("矛盾调解"), _visible, "disputes:mediation"))
BEGUN = register(
    Indicator(
        "mediations", _("调解立案"), _("这段时间立案的矛盾调解。"), Count("mediation", words=_("这段时间调解立案的件数")),
        _("件"), OWNER, SOURCE, splits=BY_PLACE, group=GROUP,
    )
)  # fmt: skip
AGREED = register(
    Indicator(
        "mediations_agreed", _("达成调解协议"), _("调解协议生效的纠纷，书面的和口头的都算。"),
        Count("mediated", ("agreed",), words=_("这段时间调解协议生效的件数")), _("件"), OWNER, SOURCE, splits=BY_PLACE,
        better=1, group=GROUP,
    )
)  # fmt: skip
SUCCESS = register(
    Indicator(
        "mediations_settled", _("调解成功率"), _("有了结果的调解里，达成协议的和自行和解的占多少；当事人不同意调解的不计。"),
        Share(
            Count("mediated", ("agreed", "settled", "failed")), (("agreed", 1), ("settled", 1)),
            words=_("（达成协议 + 自行和解）÷（达成协议 + 自行和解 + 调解不成）"),
        ),
        "%", OWNER, SOURCE, splits=BY_PLACE, better=1, group=GROUP,
    )
)  # fmt: skip
KEPT = register(
    Indicator(
        "agreements_kept", _("调解协议履行率"), _("回访有了结果的协议里，履行完的占多少。"),
        Share(Count("kept"), (("kept", 1),), words=_("已履行的协议 ÷（已履行 + 没有履行）")), "%", OWNER, SOURCE,
        splits=BY_PLACE, better=1, group=GROUP,
    )
)  # fmt: skip
