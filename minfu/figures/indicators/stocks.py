"""What there is now: in hand, overdue. The room counts them, and lists them."""

from django.utils.translation import gettext_lazy as _

from minfu.figures.indicators.demands import OWNER
from minfu.figures.rules.formula import Indicator, Stock
from minfu.figures.rules.registry import register

OPEN = register(
    Indicator(
        "open", _("在办"), _("此刻还没有结束的诉求；单位的，是下一步该由它做的。"),
        Stock("open", words=_("此刻没有结束的诉求件数")), _("件"), OWNER, _("国办发〔2020〕53号"), splits=("place", "unit"),
    )
)  # fmt: skip
OVERDUE = register(
    Indicator(
        "overdue", _("已超期"), _("此刻过了办理时限还没有结束的诉求；经批准暂停、挂账的不算。"),
        Stock("overdue", words=_("此刻过了时限的在办诉求件数，不含暂停和挂账")), _("件"), OWNER, _("国办发〔2020〕53号"),
        splits=("place", "unit"), better=-1,
    )
)  # fmt: skip
