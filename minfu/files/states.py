"""The states of an uploaded file: kept apart until checked."""

from django.utils.translation import gettext_lazy as _

from minfu.kernel.steps import State, StateTable, step

QUARANTINED = "quarantined"
CLEAN = "clean"
REFUSED = "refused"

FILE = StateTable(
    states=(
        State(QUARANTINED, _("检查中"), is_open=True, tone="yellow", icon="clock"),
        State(CLEAN, _("可以查看"), is_open=False, tone="green", icon="circle-check"),
        State(REFUSED, _("不能使用"), is_open=False, tone="red", icon="circle-x"),
    ),
    initial=frozenset({QUARANTINED}),
    steps=(
        step("clear", _("检查通过"), (QUARANTINED,), (CLEAN,), right=""),
        step("refuse", _("检查不通过"), (QUARANTINED,), (REFUSED,), right=""),
    ),
)
