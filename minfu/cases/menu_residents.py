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
register(
    Entry(
        _("办好的事"),
        "cases:solved",
        order=30,
        icon="check",
        slot="resident",
        hint=_("别人反映的事，是怎么办好的"),
    )
)
