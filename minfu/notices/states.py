"""The states of a notice and of its deliveries: two pure tables."""

from django.utils.translation import gettext_lazy as _

from minfu.kernel.steps import State, StateTable, step

PENDING, SENT, NO_CHANNEL, READ, TOLD, MOOT = "pending", "sent", "no_channel", "read", "told", "moot"

#: States in which a notice has not reached its reader; only then it may hold a secret.
UNDELIVERED = (PENDING, NO_CHANNEL)

#: What becomes of a notice. To staff it lies in the inbox, whatever goes outside: pending → read. To a resident it is sent,
#: or waits in ``no_channel`` until a desk has told them by phone; ``moot`` is a question they answered before it reached them.
NOTICE = StateTable(
    states=(
        State(PENDING, _("待送达"), is_open=True, tone="blue", icon="clock"),
        State(SENT, _("已发送"), is_open=False, tone="grey", icon="check"),
        State(NO_CHANNEL, _("待电话通知"), is_open=True, tone="amber", icon="phone"),
        State(READ, _("已读"), is_open=False, tone="grey", icon="check"),
        State(TOLD, _("已电话告知"), is_open=False, tone="grey", icon="phone"),
        State(MOOT, _("不必再告知"), is_open=False, tone="grey", icon="check"),
    ),
    initial=frozenset({PENDING, NO_CHANNEL}),
    steps=(
        step("send", _("发送"), [PENDING], [SENT], right="notices.deliver"),
        step("give_to_desk", _("转为电话通知"), [PENDING], [NO_CHANNEL], right="notices.deliver"),
        step("read", _("标为已读"), [PENDING, SENT], [READ], right="notices.read"),
        step("tell", _("已电话告知"), [NO_CHANNEL], [TOLD], right="notices.phone"),
        step("drop", _("不必再告知"), [PENDING, NO_CHANNEL], [MOOT], right="notices.deliver"),
    ),
)

WAITING, SENDING, FAILED, UNKNOWN, DROPPED = "waiting", "sending", "failed", "unknown", "dropped"

#: What becomes of a notice on its way through one channel to one reader. ``sending`` is written before a server is asked;
#: nothing leads from there back to ``waiting`` but the certainty that nothing arrived, so that no message is sent twice.
DELIVERY = StateTable(
    states=(
        State(WAITING, _("待发送"), is_open=True, tone="blue", icon="clock"),
        State(SENDING, _("发送中"), is_open=True, tone="blue", icon="clock"),
        State(SENT, _("已发送"), is_open=False, tone="grey", icon="check"),
        State(FAILED, _("发送失败"), is_open=False, tone="red", icon="alert"),
        State(UNKNOWN, _("送达情况不明"), is_open=False, tone="amber", icon="alert"),
        State(DROPPED, _("不必再发"), is_open=False, tone="grey", icon="check"),
        State(TOLD, _("已电话告知"), is_open=False, tone="grey", icon="phone"),
    ),
    initial=frozenset({WAITING, FAILED}),
    steps=(
        step("take", _("开始发送"), [WAITING], [SENDING], right="notices.deliver"),
        step("confirm", _("已发送"), [SENDING], [SENT], right="notices.deliver"),
        step("put_off", _("稍后重试"), [SENDING], [WAITING], right="notices.deliver"),
        step("fail", _("发送失败"), [WAITING, SENDING], [FAILED], right="notices.deliver"),
        step("lose_sight", _("送达情况不明"), [SENDING], [UNKNOWN], right="notices.deliver"),
        step("drop", _("不必再发"), [WAITING], [DROPPED], right="notices.deliver"),
        step("tell", _("已电话告知"), [FAILED, UNKNOWN], [TOLD], right="notices.phone"),
    ),
)
