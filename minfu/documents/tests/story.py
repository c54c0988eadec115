"""What documents are written about, and their way to an issued one."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from minfu.cases.tests.world import FENGPU, World
from minfu.documents.models import Document, Register
from minfu.documents.rules import actions

#: A text that can stand in any county, whatever was registered.
TEXT = "# 总体情况\n{{ period }}，{{ area }}共登记诉求{{ figure registered }}。\n# 下一步工作\n逐件办好。"


@dataclass
class Story:
    """A county in which documents are written; ``traveller`` moves its clock."""

    world: World
    traveller: Any

    def register(self, **when: Any) -> Any:
        """Register a demand at Fengpu on a day of 2026 (March the 2nd unless told otherwise), and come back to today."""
        now = datetime.now(UTC)
        self.traveller.move_to(datetime(2026, when.get("month", 3), when.get("day", 2), 2, tzinfo=UTC))
        case = self.world.register()
        self.traveller.move_to(now)
        return case

    def book(self, word: str = "凤政", form: str = "file", unit: str = "fengpu") -> Register:
        """Set up a register of Fengpu."""
        return actions.set_register(
            actor=self.world.dispatcher, unit_id=self.world.units[unit].pk, form=form, word=word
        )

    def draft(self, text: str = TEXT, **about: Any) -> Document:
        """Begin a half-year report of Fengpu, with a text of its own."""
        row = actions.begin(actor=self.world.clerk, code="halfyear", area=FENGPU, period="2026-H1")
        head = {
            "head": "凤埔乡人民政府文件", "title": "关于群众诉求办理情况的报告", "addressees": "古田县人民政府",
            "signer": "黄堃", "signed_by": "凤埔乡人民政府", **about,
        }  # fmt: skip
        return actions.edit(actor=self.world.clerk, pk=row.pk, text=text, about=actions.Head(**head))

    def submitted(self, **more: Any) -> Document:
        """Bring a document to whoever approves."""
        return actions.submit(actor=self.world.clerk, pk=self.draft(**more).pk)

    def approved(self, **more: Any) -> Document:
        """Bring a document to its number."""
        return actions.approve(actor=self.world.leader, pk=self.submitted(**more).pk)

    def issued(self, book: Register, **more: Any) -> Document:
        """Issue a document."""
        row = self.approved(**more)
        return actions.issue(actor=self.world.clerk, pk=row.pk, register_id=book.pk)


def everything(world: World, clerk: Any) -> dict[str, Any]:
    """Return an issued document of a clerk's unit and a register, for tests that go to every address."""
    unit = clerk.unit_id
    book = actions.set_register(actor=world.dispatcher, unit_id=unit, form="file", word="民函")
    about = actions.Head(
        head="民富中心文件", title="关于诉求办理的通知", addressees="各村", signed_by="民富中心"
    )
    row = actions.begin(actor=clerk, code="overdue", area=clerk.area, period="2025-12")
    actions.edit(actor=clerk, pk=row.pk, text="请抓紧办理。", about=about)
    actions.submit(actor=clerk, pk=row.pk)
    second = replace(clerk, user_id=world.auditor.user_id, rights=clerk.rights | {"documents.approve"})
    actions.approve(actor=second, pk=row.pk)
    actions.issue(actor=clerk, pk=row.pk, register_id=book.pk)
    spare = actions.set_register(actor=world.dispatcher, unit_id=unit, form="file", word="民发")
    return {"document": row.pk, "register_id": spare.pk}
