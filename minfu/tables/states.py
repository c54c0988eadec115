"""The states of an export."""

from django.utils.translation import gettext_lazy as _

from minfu.kernel.steps import State, StateTable, step

RUN = StateTable(
    states=(
        State("waiting", _("排队中"), True, "blue", "clock"),
        State("running", _("处理中"), True, "blue", "progress"),
        State("done", _("已完成"), False, "green", "check"),
        State("failed", _("没有完成"), False, "red", "danger"),
    ),
    initial=frozenset({"waiting"}),
    steps=(
        step("start", _("开始"), ("waiting",), ("running",), right=""),
        step("finish", _("完成"), ("running",), ("done",), right=""),
        step("give_up", _("不再继续"), ("waiting", "running"), ("failed",), right=""),
    ),
)
