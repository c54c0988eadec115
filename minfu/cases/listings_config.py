"""The parts of the configuration as tables: the rows that hold today and those that will, as on their screens."""

from collections.abc import Callable
from typing import Any

from django.urls import reverse_lazy
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from minfu.accounts.actor import Actor
from minfu.cases import rights
from minfu.cases.rules import configuration
from minfu.cases.rules.actions import configure
from minfu.kernel.listings import Asked, Column, Listing, register


def _rows(name: str) -> Callable[[Actor, Asked], Any]:
    """Return what returns the rows of a part, for who may configure the county."""

    def rows(actor: Actor, _asked: Asked) -> Any:
        configure.permit(actor)
        return configuration.listed(name)

    return rows


def _listing(name: str, *columns: Column) -> Listing:
    """Return a part as a list; on what each row rests and when it holds stand behind."""
    return Listing(
        name=f"cases.{name}",
        title=configure.PARTS[name].label,
        right=rights.CONFIGURE,
        screen=reverse_lazy("cases:config_list", args=[name]),
        rows=_rows(name),
        columns=(
            *columns,
            Column(_("依据"), lambda row: row.source),
            Column(_("生效日期"), lambda row: row.valid_from),
            Column(_("失效日期"), lambda row: row.valid_to),
        ),
    )


_ABOUT = Column(_("哪些诉求"), configuration.about)

register(
    _listing(
        "rules",
        Column(_("顺序"), lambda row: row.order),
        _ABOUT,
        Column(_("派往"), configuration.target),
    )
)
register(
    _listing(
        "limits",
        Column(_("时限"), lambda row: row.get_clock_display()),
        _ABOUT,
        Column(_("多久"), lambda row: f"{row.amount} {row.get_measure_display()}"),
        Column(_("现在登记，什么时候到期"), lambda row: configuration.example(row.amount, row.measure)),
    )
)
register(
    _listing(
        "diversions",
        Column(_("渠道"), lambda row: row.name),
        Column(_("紧急求助"), lambda row: _now("是") if row.emergency else ""),
        Column(_("告知内容"), lambda row: row.advice),
        Column(_("提示词"), lambda row: row.keywords),
    )
)
register(
    _listing(
        "choices",
        Column(_("判断什么"), lambda row: row.get_matter_display()),
        Column(_("要求"), str),
    )
)
register(_listing("retention", _ABOUT, Column(_("保存多久"), str)))
