"""What readers of figures find in the navigation."""

from django.utils.translation import gettext_lazy as _

from minfu.figures import rights
from minfu.figures.rules import exclusions
from minfu.kernel.menu import Entry, register

register(Entry(_("指标"), "figures:dashboard", right=rights.VIEW, order=35, icon="chart", key="f"))
register(
    Entry(
        _("剔除审核"),
        "figures:exclusions",
        right=rights.DECIDE,
        order=66,
        icon="question",
        waits=exclusions.waits,
    )
)
