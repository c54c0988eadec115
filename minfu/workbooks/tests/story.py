"""Forms to fill in, and their way to a filled one."""

from datetime import UTC, datetime
from typing import Any

import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile

from minfu.cases.tests.world import World
from minfu.workbooks.models import Workbook
from minfu.workbooks.rules import actions
from minfu.workbooks.trial.drawing import Sheet, drawn

#: What came in and how it went, by village; a figure minfu may only guess at, and one it cannot know.
VILLAGES = Sheet(
    "附件1",
    {
        "A1:F1": "凤埔乡2026年上半年群众诉求办理情况统计表",
        "A2": "村名", "B2": "受理数（件）", "C2": "办结数（件）", "D2": "满意率（%）",
        "E2": "超期件数（件）", "F2": "走访农户（户）",
        "A3": "凤埔村", "A4": "际头村", "A5": "合计", "B5": "=SUM(B3:B4)", "C5": "=SUM(C3:C4)",
    },
    box=["A2:F5"],
)  # fmt: skip


def upload(data: bytes, name: str = "上半年统计表.xlsx") -> SimpleUploadedFile:
    """Return a file as a form hands it over."""
    return SimpleUploadedFile(name, data)


def begun(world: World, *sheets: Sheet, actor: Any = None) -> Workbook:
    """Upload a form as Fengpu's clerk, or somebody else."""
    return actions.begin(actor=actor or world.clerk, upload=upload(drawn(sheets or (VILLAGES,))))


def registered(world: World, month: int = 3, **more: Any) -> Any:
    """Register a demand at Fengpu in a month of 2026."""
    with time_machine.travel(datetime(2026, month, 2, 2, tzinfo=UTC), tick=False):
        return world.register(**more)


def everything(world: World, clerk: Any) -> dict[str, Any]:
    """Return a form of a clerk's unit, for tests that go to every address."""
    sheet = Sheet("表", {"A1:B1": "群众诉求统计表", "A2": "受理数（件）", "A3": "满意率（%）"}, box=["A1:B3"])
    return {"workbook": begun(world, sheet, actor=clerk).pk}
