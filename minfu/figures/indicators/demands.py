"""What came in, what was done, and what went wrong on the way."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from minfu.figures.rules.formula import Count, Indicator, Share
from minfu.figures.rules.registry import register

OWNER = _("县民富中心")
BY_PLACE = ("place", "unit", "period")


def counted(
    name: str,
    title: Any,
    meaning: Any,
    count: tuple[Any, ...],
    words: Any,
    unit: Any,
    source: Any,
    **more: Any,
) -> Indicator:
    """Register an indicator that is a plain number. ``count``: what is counted, and the marks of those that are."""
    formula = Count(count[0], count[1:], words=words)
    return register(
        Indicator(name, title, meaning, formula, unit, OWNER, source, **{"splits": BY_PLACE, **more})
    )


REGISTERED = counted(
    "registered", _("登记诉求"), _("这段时间登记的全部诉求，不论从哪个渠道来。"),
    ("registered",), _("这段时间登记的诉求件数"), _("件"), _("国办发〔2020〕53号"),
    splits=("place", "unit", "category", "kind", "door", "period"),
)  # fmt: skip
ENDED = counted(
    "ended", _("办结诉求"), _("这段时间结束的诉求：居民确认的，以及联系不上、撤回、并单、告知其他渠道和拆分的。"),
    ("ended",), _("这段时间结束的诉求件数"), _("件"), _("国办发〔2020〕53号"),
)  # fmt: skip
SOLVED = counted(
    "solved", _("居民确认解决"), _("居民自己说已经解决的诉求；单位说办好了不算。"),
    ("answered", "solved"), _("这段时间居民答复“已解决”的件数"), _("件"), _("《北京市接诉即办工作条例》第二十三条"),
    splits=("place", "unit", "level", "period"), better=1,
)  # fmt: skip
REOPENED = counted(
    "reopened", _("居民说没有解决"), _("办完后居民说没有解决，提级重办的次数。计在原来办理的单位。"),
    ("reopened",), _("这段时间提级重办的次数"), _("次"), _("《北京市接诉即办工作条例》第二十三条"), better=-1,
)  # fmt: skip
MERGED = counted(
    "merged", _("并单"), _("重复反映、并入另一单的诉求。"),
    ("ended", "merged"), _("这段时间并入另一单的件数"), _("件"), _("国办函〔2025〕66号"),
)  # fmt: skip
DIVERTED = counted(
    "diverted", _("告知其他渠道"), _("依法应走其他渠道、已告诉居民去哪里办的诉求。"),
    ("ended", "diverted"), _("这段时间告知其他渠道的件数"), _("件"), _("《北京市接诉即办工作条例》第十一条"),
)  # fmt: skip
UNCONFIRMED = counted(
    "unconfirmed", _("联系不上"), _("在不同日期联系三次都联系不上居民而结束的诉求，不算已解决。"),
    ("ended", "unconfirmed"), _("这段时间按“未能确认”结束的件数"), _("件"), _("民富设计：不计入已解决"), better=-1,
)  # fmt: skip
OBJECTIONS = counted(
    "objections", _("派单异议"), _("单位认为不属本单位职责、提请上级平台裁定的次数。"),
    ("objected",), _("这段时间提出派单异议的次数"), _("次"), _("国办函〔2025〕66号"),
)  # fmt: skip
UPHELD = register(
    Indicator(
        "objections_upheld", _("异议成立率"), _("裁定的派单异议里，成立的占多少：派单准不准。"),
        Share(Count("objection"), (("upheld", 1),), words=_("裁定成立的次数 ÷ 裁定的次数")), "%", OWNER,
        _("国办函〔2025〕66号"), splits=BY_PLACE, better=-1,
    )
)  # fmt: skip
EXTENSIONS = counted(
    "extensions", _("延期"), _("经另一人批准延长办理时限的次数；每单最多一次。"),
    ("extended",), _("这段时间批准延期的次数"), _("次"), _("《北京市接诉即办工作条例》第十五条"),
)  # fmt: skip
STANDING = counted(
    "standing", _("暂停和挂账"), _("经另一人批准停止计时的次数：等待补充、鉴定，或短期内不具备条件。"),
    ("standing",), _("这段时间批准暂停、挂账的次数"), _("次"), _("民富设计"),
)  # fmt: skip
HELPED = counted(
    "helped", _("请求协办（吹哨）"), _("牵头单位请其他单位协助的次数。"),
    ("helped",), _("这段时间请求协办的次数"), _("次"), _("《北京市接诉即办工作条例》第十六条"),
)  # fmt: skip
ASSIGNED = counted(
    "assigned", _("派单"), _("派给责任单位的次数，改派的再算一次。"),
    ("assigned",), _("这段时间派单和改派的次数"), _("次"), _("国办发〔2020〕53号"),
)  # fmt: skip
CONTACTED = counted(
    "contacted", _("按时联系居民"), _("在规定时间内联系了居民的诉求。"),
    ("contact", "met"), _("这段时间在时限内联系了居民的件数"), _("件"), _("《北京市接诉即办工作条例》第十五条"),
)  # fmt: skip
DONE = counted(
    "done", _("办结并核实"), _("报告办结、由其他单位核实通过的诉求，和平台当场答复的。"),
    ("done",), _("这段时间核实通过和当场答复的次数"), _("次"), _("GB/T 33358-2016"),
)  # fmt: skip
ANSWERED = counted(
    "answered", _("居民答复"), _("居民说了办得怎么样的诉求，不论解决没有。"),
    ("answered",), _("这段时间居民答复的次数"), _("次"), _("《北京市接诉即办工作条例》第二十三条"),
)  # fmt: skip
