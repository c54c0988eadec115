"""The states of a request to leave a demand out of the rates; and what is never changed."""

import pgtrigger
from django.utils.translation import gettext_lazy as _

from minfu.figures import rights
from minfu.kernel.steps import State, StateTable, step

EXCLUSION = StateTable(
    states=(
        State("asked", _("待审核"), True, "amber", "question"),
        State("granted", _("已剔除"), True, "green", "check"),
        State("refused", _("未同意"), False, "grey", "undo"),
        State("ended", _("已撤销"), False, "grey", "archive"),
    ),
    initial=frozenset({"asked"}),
    steps=(
        step("grant", _("同意剔除"), ("asked",), ("granted",), right=rights.DECIDE, by="other"),
        step("refuse", _("不同意"), ("asked",), ("refused",), right=rights.DECIDE, by="other"),
        step("end", _("撤销剔除"), ("granted",), ("ended",), right=rights.DECIDE, by="other"),
    ),
)
#: A published figure stays as it was.
KEPT = pgtrigger.Protect(name="published_stays", operation=pgtrigger.Update | pgtrigger.Delete)
