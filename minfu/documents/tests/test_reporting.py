"""A document straight from a template, for ``minfu report``: three files of a draft, or a sentence."""

import pytest

from minfu.accounts.models import User
from minfu.cases.tests.world import FENGPU, FENGPU_VILLAGES
from minfu.documents import door
from minfu.documents.models import Document
from minfu.documents.rules import reporting
from minfu.documents.tests.story import Story
from minfu.kernel.errors import Invalid, Missing, Refused
from minfu.papers.official import Heading
from minfu.papers.tests import reading


def test_any_township_gets_its_report_as_a_draft(story: Story) -> None:
    story.register()
    made = door.files("halfyear", FENGPU[:9], "2026-H1", signer="黄堃")
    assert [name.rpartition(".")[2] for name in made] == ["docx", "pdf", "ofd"]
    pdf = next(data for name, data in made.items() if name.endswith(".pdf"))
    text = reading.text(pdf)
    assert "共登记群众诉求1件；办结0件。" in text
    assert "这半年还没有群众作出评价" in text
    assert "签发人：黄堃" in text
    assert "三、各村情况" in text
    assert all("草稿，未经审批，不得印发" in page for page in reading.pages(pdf))
    [code] = reading.qr_codes(pdf)
    assert code.endswith("/figures/?area=350922204000&period=2026-H1")
    assert not Document.objects.exists()


def test_a_county_speaks_of_its_townships(story: Story) -> None:
    blocks = reporting.drawn_up("halfyear", FENGPU[:6], "2026-H1").blocks
    assert "各乡镇情况" in [block.text[0].text for block in blocks if isinstance(block, Heading)]


def test_who_leads_the_desk_signs_unless_told_otherwise(story: Story) -> None:
    assert (
        reporting.drawn_up("halfyear", FENGPU, "2026-H1").signer
        == User.objects.get(pk=story.world.leader.user_id or 0).name
    )


@pytest.mark.parametrize(
    ("area", "period", "kind", "words"),
    [
        (FENGPU_VILLAGES[0], "2026-H1", Missing, "没有平台"),
        ("999999999", "2026-H1", Missing, "没有"),
        (FENGPU, "2026-06", Invalid, "按“半年”写"),
        (FENGPU, "2026-H2", Invalid, "还没有结束"),
    ],
)
def test_what_cannot_be_written_is_said(
    story: Story, area: str, period: str, kind: type[Refused], words: str
) -> None:
    with pytest.raises(kind, match=words):
        reporting.drawn_up("halfyear", area, period)
