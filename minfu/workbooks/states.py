"""The states of a form from above: a pure table. ``by``: "unit" is anybody of the unit that fills it in."""

from django.utils.translation import gettext_lazy as _

from minfu.kernel.steps import State, StateTable, step
from minfu.workbooks import rights

OPEN, DONE, DROPPED = "open", "done", "dropped"

WORKBOOK = StateTable(
    states=(
        State(OPEN, _("正在填"), True, "amber", "edit"),
        State(DONE, _("已填好"), False, "green", "check"),
        State(DROPPED, _("已作废"), False, "grey", "archive"),
    ),
    initial=frozenset({OPEN}),
    steps=(
        step("answer", _("填写"), (OPEN,), right=rights.FILL, by="unit"),
        step("mark", _("改这一格"), (OPEN,), right=rights.FILL, by="unit"),
        step("settle", _("改地方和时段"), (OPEN,), right=rights.FILL, by="unit",
             hint=_("这张表填哪里、哪一段时间的数。")),
        step("finish", _("填好了"), (OPEN,), (DONE,), right=rights.FILL, by="unit",
             hint=_("把数写定，下一期按这次的填。")),
        step("reopen", _("取回再改"), (DONE,), (OPEN,), right=rights.FILL, by="unit",
             hint=_("重新取数，改好后再写定。")),
        step("drop", _("作废"), (OPEN,), (DROPPED,), right=rights.FILL, by="unit", danger=True,
             hint=_("不填了；留作历史。")),
    ),
)  # fmt: skip
