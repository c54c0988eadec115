"""The states of a notice: one pure table."""

from django.utils.translation import gettext_lazy as _

from minfu.kernel.steps import State, StateTable, step

PENDING, SENT, FAILED, NO_CHANNEL, READ, TOLD = "pending", "sent", "failed", "no_channel", "read", "told"
#: States in which a notice has not reached its reader; only then it may hold a secret.
UNDELIVERED = (PENDING, FAILED, NO_CHANNEL)

#: In-app notices go pending → read. Messages go pending → sent or failed; where no provider serves their channel they start
#: in ``no_channel`` and a desk tells the resident by phone.
NOTICE = StateTable(
    states=(
        State(PENDING, _("待送达"), is_open=True, tone="blue", icon="clock"),
        State(SENT, _("已发送"), is_open=False, tone="grey", icon="check"),
        State(FAILED, _("发送失败"), is_open=True, tone="red", icon="alert"),
        State(NO_CHANNEL, _("待电话通知"), is_open=True, tone="amber", icon="phone"),
        State(READ, _("已读"), is_open=False, tone="grey", icon="check"),
        State(TOLD, _("已电话告知"), is_open=False, tone="grey", icon="phone"),
    ),
    initial=frozenset({PENDING, NO_CHANNEL}),
    steps=(
        step("send", _("发送"), [PENDING], [SENT], right="notices.deliver"),
        step("fail", _("发送失败"), [PENDING], [FAILED], right="notices.deliver"),
        step("retry", _("重新发送"), [FAILED], [PENDING], right="notices.deliver"),
        step("give_to_desk", _("转为电话通知"), [PENDING, FAILED], [NO_CHANNEL], right="notices.deliver"),
        step("read", _("标为已读"), [PENDING, SENT], [READ], right="notices.read"),
        step("tell", _("已电话告知"), [NO_CHANNEL], [TOLD], right="notices.phone"),
    ),
)
