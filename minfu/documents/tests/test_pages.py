"""What stands on the pages of the shipped documents: that not all of their time was recorded."""

import pytest

from minfu.cases.tests.world import FENGPU
from minfu.documents.rules import actions, detail
from minfu.documents.tests.story import Story
from minfu.papers.official import pdf
from minfu.papers.tests import reading


def printed(story: Story, code: str, period: str) -> bytes:
    """Return the pages of a draft from a shipped template; what goes up names who signs."""
    row = actions.begin(actor=story.world.clerk, code=code, area=FENGPU, period=period)
    kept = {name: getattr(row, name) for name in ("head", "title", "addressees", "signed_by", "sealed")}
    about = actions.Head(**kept, signer="黄堃" if code == "halfyear" else "")
    row = actions.edit(actor=story.world.clerk, pk=row.pk, text=row.text, about=about)
    return pdf.pdf(detail.paper(story.world.clerk, row))


@pytest.mark.parametrize(
    ("code", "period", "month", "times"),
    [
        ("halfyear", "2026-H1", 3, 1),
        ("halfyear", "2026-H1", 1, 0),
        ("weekly", "2026-W09", 3, 1),
        ("weekly", "2026-W10", 3, 0),
    ],
)
def test_a_text_says_itself_that_its_period_began_before_anything_was_recorded(
    story: Story, code: str, period: str, month: int, times: int
) -> None:
    story.register(month=month)
    gap = "民富系统里2026年3月1日以前没有记录，本文的数不含这以前的情况。"
    said = reading.text(printed(story, code, period))
    assert (said.count("以前没有记录，本文的数"), said.count(gap)) == (times, times)
