"""What the room offers in the navigation."""

from django.utils.translation import gettext_lazy as _

from minfu.kernel.menu import Entry, register

# --- residents ---

register(
    Entry(
        _("我要反映"),
        "cases:report",
        order=10,
        icon="report",
        slot="resident",
        hint=_("不用注册，一步一步问您"),
    )
)
register(
    Entry(
        _("查进度、评价"),
        "cases:follow",
        order=20,
        icon="search",
        slot="resident",
        hint=_("用回执上的 12 位查询码"),
    )
)
