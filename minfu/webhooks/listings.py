"""Addresses changes are sent to, as a table: rows as on the administrator's screen, never the address or its secret."""

from typing import Any

from django.urls import reverse_lazy
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from minfu.accounts import rights
from minfu.kernel.listings import Column, Listing, register
from minfu.webhooks.models import Endpoint
from minfu.webhooks.rules import endpoints


def _state(row: Endpoint) -> Any:
    if row.system.post.is_over:
        return _now("系统已停用")
    if not row.is_on:
        return row.get_off_why_display()
    return _now("推送不成，已连续 %(n)d 次") % {"n": row.failures} if row.failures else _now("正常")


register(
    Listing(
        name="webhooks.endpoints",
        title=_("变更推送"),
        right=rights.MANAGE,
        screen=reverse_lazy("webhooks:endpoints"),
        rows=lambda actor, _asked: endpoints.endpoints_for(actor),
        columns=(
            Column(_("名称"), lambda row: row.label),
            Column(_("对接系统"), lambda row: row.system.name),
            Column(_("状态"), _state),
            Column(_("最近接收"), lambda row: row.last_sent_at),
        ),
    )
)
