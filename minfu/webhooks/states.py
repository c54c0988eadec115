"""The states of a delivery: a pure table."""

from django.utils.translation import gettext_lazy as _

from minfu.accounts import rights
from minfu.kernel.steps import State, StateTable, step

WAITING, SENT, FAILED, DROPPED = "waiting", "sent", "failed", "dropped"

#: What becomes of a change on its way to an address. What was sent or has failed can be sent again.
DELIVERY = StateTable(
    states=(
        State(WAITING, _("待推送"), is_open=True, tone="blue", icon="clock"),
        State(SENT, _("已接收"), is_open=False, tone="grey", icon="check"),
        State(FAILED, _("推送失败"), is_open=False, tone="red", icon="alert"),
        State(DROPPED, _("不再推送"), is_open=False, tone="grey", icon="check"),
    ),
    initial=frozenset({WAITING}),
    steps=(
        step("confirm", _("对方已接收"), [WAITING], [SENT], right=rights.MANAGE),
        step("put_off", _("稍后再试"), [WAITING], [WAITING], right=rights.MANAGE),
        step("give_up", _("不再试"), [WAITING], [FAILED], right=rights.MANAGE),
        step("drop", _("对方已看不到这件诉求"), [WAITING], [DROPPED], right=rights.MANAGE),
        step("replay", _("重新推送"), [SENT, FAILED, DROPPED], [WAITING], right=rights.MANAGE),
    ),
)
