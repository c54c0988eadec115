"""The log of deliveries as a table: rows as on its screen."""

from typing import Any

from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from minfu.accounts.actor import Actor
from minfu.kernel.errors import Invalid
from minfu.kernel.listings import Asked, Column, Listing, register
from minfu.notices import rights, states
from minfu.notices.rules import faults, sentlog


def _sent(actor: Actor, asked: Asked) -> Any:
    channel, state = asked.get("channel", ""), asked.get("state", "")
    if (channel and not (channel.isascii() and channel.isdigit() and len(channel) < 10)) or (  # noqa: PLR2004 - fits int
        state and state not in dict(states.DELIVERY.choices)
    ):
        raise Invalid({"query": [str(_("筛选条件不存在，请重新选择。"))]})
    return sentlog.deliveries(actor, channel_id=channel, state=state).order_by("-pk")


register(
    Listing(
        name="notices.sent",
        title=_("发送记录"),
        right=rights.CONFIGURE,
        screen=reverse_lazy("notices:sent"),
        rows=_sent,
        keys=("channel", "state"),
        columns=(
            Column(_("时间"), lambda row: row.created_at),
            Column(_("通知"), sentlog.title_of),
            Column(_("发给谁"), sentlog.reader_of),
            Column(_("渠道"), lambda row: row.channel.name if row.channel else ""),
            Column(_("状态"), lambda row: states.DELIVERY[row.state].label),
            Column(_("没有送到的原因"), lambda row: faults.explain(row.fault)),
        ),
    )
)
