"""Channels and the log of deliveries as tables: rows as on their screens, never a password or a key."""

from typing import Any

from django.urls import reverse_lazy
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from minfu.accounts.actor import Actor
from minfu.kernel.errors import Invalid
from minfu.kernel.listings import Asked, Column, Listing, register
from minfu.kernel.pages import number_of
from minfu.notices import rights, states
from minfu.notices.kinds import KINDS
from minfu.notices.models import Channel
from minfu.notices.rules import configure, faults, sentlog


def _sent(actor: Actor, asked: Asked) -> Any:
    channel, state = asked.get("channel", ""), asked.get("state", "")
    if (channel and number_of(channel) is None) or (state and state not in dict(states.DELIVERY.choices)):
        raise Invalid({"query": [str(_("筛选条件不存在，请重新选择。"))]})
    return sentlog.deliveries(actor, channel_id=channel, state=state).order_by("-pk")


def _channels(actor: Actor, _asked: Asked) -> Any:
    configure.permit(actor)
    return configure.channels()


def _readers(row: Channel) -> str:
    """Return whom a channel reaches."""
    told = [_now("居民")] if row.for_residents else []
    if row.unit:
        told.append(str(row.unit))
    elif row.for_staff:
        told.append(_now("工作人员"))
    return "、".join([*told, _now("只发紧急")] if row.alarms_only else told)


def _fares(row: Channel) -> str:
    """Say how a channel fares, as its screen does."""
    if not row.is_active:
        return _now("已停用")
    health = getattr(row, "health", None)
    return faults.explain(health.last_fault) if health and health.failures else _now("正常")


def _last_sent(row: Channel) -> Any:
    health = getattr(row, "health", None)
    return health.last_sent_at if health else None


register(
    Listing(
        name="notices.channels",
        title=_("发送渠道"),
        right=rights.CONFIGURE,
        screen=reverse_lazy("notices:channels"),
        rows=_channels,
        columns=(
            Column(_("名称"), lambda row: row.name),
            Column(_("类型"), lambda row: KINDS[row.kind].label),
            Column(_("发给"), _readers),
            Column(_("情况"), _fares),
            Column(_("最近一次发出"), _last_sent),
        ),
    )
)
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
