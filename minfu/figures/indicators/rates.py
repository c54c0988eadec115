"""How well it was done: in time, response, solving, satisfaction, together; found done by others; how long it took."""

from django.utils.translation import gettext_lazy as _

from minfu.figures.indicators.demands import OWNER
from minfu.figures.rules.formula import Count, Indicator, Mean, Middle, Share
from minfu.figures.rules.registry import register

LAW = _("《北京市接诉即办工作条例》第三十二条；县考评办法")
BY = ("place", "unit", "period")
OUTCOMES = ("solved", "partly", "explained", "not_solved")

_CONTACT = Share(
    Count("contact", judged=True),
    (("met", 1),),
    words=_("时限内联系了居民的件数 ÷ 应联系的件数（含到期没有联系的），已剔除的不计"),
)
_SOLVING = Share(
    Count("answered", OUTCOMES, judged=True),
    (("solved", 1), ("partly", "solving_partly"), ("explained", "solving_explained")),
    words=_(
        "（已解决 + %(solving_partly)s × 部分解决 + %(solving_explained)s × 认可解释）÷ 有效回访，已剔除的不计"
    ),
)
_SATISFIED = Share(
    Count("rated", judged=True),
    (("5", 1), ("4", 1), ("3", "satisfaction_basic")),
    words=_("（满意 + %(satisfaction_basic)s × 基本满意）÷ 有效评价，已剔除的不计"),
)

IN_TIME = register(
    Indicator(
        "in_time", _("按期办结率"), _("核实通过的和到期没有办好的诉求里，在时限内办好的占多少。"),
        Share(Count("handled"), (("met", 1),), words=_("按期办结的件数 ÷ 应办结的件数（到期没有办好的也算）")), "%", OWNER,
        _("民富设计，参照 GB/T 30428.4 的思路"), splits=BY, better=1,
    )
)  # fmt: skip
RESPONSE = register(
    Indicator(
        "response",
        _("响应率"),
        _("应联系居民的诉求里，在规定时间内联系了的占多少。"),
        _CONTACT,
        "%",
        OWNER,
        LAW,
        splits=BY,
        better=1,
    )
)
SOLVING = register(
    Indicator(
        "solving", _("解决率"), _("居民答复了结果的诉求里，居民说解决了的占多少；部分解决按权重折算。"),
        _SOLVING, "%", OWNER, LAW, splits=BY, better=1,
    )
)  # fmt: skip
SOLVING_PLAIN = register(
    Indicator(
        "solving_plain", _("解决率（不折算）"), _("居民答复了结果的诉求里，居民说“已解决”的占多少；部分解决不算。"),
        Share(Count("answered", OUTCOMES, judged=True), (("solved", 1),), words=_("已解决 ÷ 有效回访，已剔除的不计")),
        "%", OWNER, LAW, splits=BY, better=1,
    )
)  # fmt: skip
SATISFACTION = register(
    Indicator(
        "satisfaction", _("满意率"), _("居民评了满意度的诉求里，满意的占多少；基本满意按权重折算。"),
        _SATISFIED, "%", OWNER, LAW, splits=BY, better=1,
    )
)  # fmt: skip
SATISFACTION_PLAIN = register(
    Indicator(
        "satisfaction_plain", _("满意率（不折算）"), _("居民评了满意度的诉求里，基本满意以上的占多少，每件算一件。"),
        Share(
            Count("rated", judged=True), (("5", 1), ("4", 1), ("3", 1)),
            words=_("非常满意、满意和基本满意的件数 ÷ 有效评价，已剔除的不计"),
        ),
        "%", OWNER, _("国办发〔2019〕51号（好差评）"), splits=BY, better=1,
    )
)  # fmt: skip
THREE = register(
    Indicator(
        "three_rates", _("三率综合"), _("响应率、解决率、满意率按权重合成；没有数据的一项连同权重一起不计。"),
        Mean(
            ((RESPONSE, "three_response"), (SOLVING, "three_solving"), (SATISFACTION, "three_satisfaction")),
            words=_(
                "（%(three_response)s × 响应率 + %(three_solving)s × 解决率 + %(three_satisfaction)s × 满意率）÷ 权重之和"
            ),
        ),
        "%", OWNER, LAW, splits=BY, better=1,
    )
)  # fmt: skip
LOW = register(
    Indicator(
        "settled_low", _("小事不出村"), _("居民确认解决的诉求里，在户内、网格和村里就化解的占多少。"),
        Share(
            Count("answered", ("solved",)), (("household", 1), ("grid", 1), ("village", 1)), by_level=True,
            words=_("在户内、网格、村级化解的件数 ÷ 居民确认解决的件数"),
        ),
        "%", OWNER, _("网格化服务管理：小事不出格、大事不出村"), splits=BY, better=1,
    )
)  # fmt: skip
GRID = register(
    Indicator(
        "settled_grid", _("小事不出网格"), _("居民确认解决的诉求里，在户内和网格里就化解的占多少。"),
        Share(
            Count("answered", ("solved",)), (("household", 1), ("grid", 1)), by_level=True,
            words=_("在户内、网格化解的件数 ÷ 居民确认解决的件数"),
        ),
        "%", OWNER, _("网格化服务管理：小事不出格、大事不出村"), splits=BY, better=1,
    )
)  # fmt: skip
TOWNSHIP = register(
    Indicator(
        "settled_township", _("难事不上交"), _("居民确认解决的诉求里，在乡镇和以下就化解的占多少。"),
        Share(
            Count("answered", ("solved",)), (("household", 1), ("grid", 1), ("village", 1), ("township", 1)),
            by_level=True, words=_("在户内、网格、村级、乡镇化解的件数 ÷ 居民确认解决的件数"),
        ),
        "%", OWNER, _("网格化服务管理：小事不出格、大事不出村"), splits=BY, better=1,
    )
)  # fmt: skip
VERIFIED = register(
    Indicator(
        "verified", _("一次核实通过率"), _("报告办结后由其他单位的人核实，通过的占多少。"),
        Share(Count("verified"), (("passed", 1),), words=_("核实通过的次数 ÷ 核实的次数")), "%", OWNER,
        _("民富设计，参照 GB/T 30428.4 的思路"), splits=BY, better=1,
    )
)  # fmt: skip
DURATION = register(
    Indicator(
        "duration", _("办理天数（中位数）"), _("从登记到报告办结用了多少天，一半比它快，一半比它慢。核实通过才算。"),
        Middle(Count("done"), words=_("办结时间减登记时间（自然时间）的中位数，以天为单位，按整小时计")), _("天"), OWNER,
        _("民富设计"), splits=("place", "unit", "level", "period"), better=-1,
    )
)  # fmt: skip
