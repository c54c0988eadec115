"""The states of an item that is asked for: a pure table."""

from django.utils.translation import gettext_lazy as _

from minfu.answers import rights
from minfu.kernel.steps import State, StateTable, step

IN_FORCE, ENDED = "in_force", "ended"

ITEM = StateTable(
    states=(
        State(IN_FORCE, _("在用"), True, "green", "check"),
        State(ENDED, _("已停用"), False, "grey", "archive"),
    ),
    initial=frozenset({IN_FORCE}),
    steps=(
        step("end", _("停用"), (IN_FORCE,), (ENDED,), right=rights.CONFIGURE, danger=True,
             hint=_("从此不再填写；填过的都留着，照样可以引用。")),
    ),
)  # fmt: skip
