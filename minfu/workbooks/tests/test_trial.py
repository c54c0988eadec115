"""How forms are read: the trial's bounds hold, and what must not be taken for something else is not."""

from datetime import date

import pytest

from minfu.workbooks.rules import layout, package, spans
from minfu.workbooks.trial import measuring
from minfu.workbooks.trial.drawing import Sheet, drawn

TODAY = measuring.TODAY


def test_nine_of_ten_cells_are_right_and_no_wrong_one_is_sure() -> None:
    tallies = measuring.measured()
    assert len(tallies) >= 12
    cells, right = sum(one.cells for one in tallies), sum(one.right for one in tallies)
    assert right >= measuring.LEAST * cells, [line for one in tallies for line in one.wrong]
    assert not sum(one.wrong_though_sure for one in tallies)
    assert sum(one.sure for one in tallies) >= sum(one.known for one in tallies) / 2


def one_cell(
    stub: str, head: str = "件数", title: str = "凤埔乡2026年上半年群众诉求统计表"
) -> tuple[str, str]:
    """Return status and meaning of the one cell of a small form."""
    sheet = Sheet("表", {"A1:B1": title, "A2": "项目", "B2": head, "A3": stub}, box=["A1:B3"])
    found = measuring.matches(drawn([sheet]), measuring.lexicon())["0!B3"]
    return found.status, found.meaning.indicator if found.meaning else ""


@pytest.mark.parametrize(
    ("stub", "wanted"),
    [
        ("受理诉求", ("sure", "registered")),
        ("未受理诉求", ("ask", "")),
        ("受理诉求的同比增长", ("ask", "")),
        ("受理诉求（万元）", ("ask", "")),
        ("受理诉求（人次）", ("ask", "")),
        ("市级转来受理诉求", ("likely", "registered")),
        ("在办诉求", ("ask", "")),  # of a half-year that is over: nobody knows
        ("调解成功率", ("likely", "mediations_settled")),
        ("不满意件数", ("ask", "")),
        ("平均办理时长（天）", ("ask", "")),
        ("信访受理", ("ask", "")),
        ("平湖镇受理诉求", ("sure", "registered")),
        ("乌有村受理诉求", ("likely", "registered")),
    ],
)
def test_what_a_word_more_makes_of_it(stub: str, wanted: tuple[str, str]) -> None:
    assert one_cell(stub) == wanted


def test_a_form_that_does_not_say_that_it_is_about_demands_is_not_sure() -> None:
    assert one_cell("受理数", title="凤埔乡2026年上半年统计表") == ("likely", "registered")
    assert one_cell("受理数", title="凤埔乡2026年上半年矛盾纠纷调解统计表") == ("likely", "mediations")
    assert one_cell("受理数", title="凤埔乡2026年上半年信访统计表") == ("ask", "")


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("2026年上半年", "2026-H1"),
        ("二〇二六年第一季度", "2026-Q1"),
        ("2026年1—6月", "2026-H1"),
        ("2026年1-5月份", "2026-01-01~2026-05-31"),
        ("截至2026年6月底", "2026-H1"),
        ("截止6月20日", "2026-01-01~2026-06-20"),
        ("6月份", "2026-06"),
        ("十二月", "2025-12"),  # the latest that has begun
        ("2025年度", "2025"),
        ("2026年3月16日至22日", "2026-03-16~2026-03-22"),
        ("2026.1.1-2026.6.30", "2026-H1"),
        ("下半年", "2026-H2"),
        ("12345热线", ""),
        ("2026年13月", ""),
    ],
)
def test_periods_as_forms_write_them(text: str, key: str) -> None:
    span, _rest = spans.find(text, TODAY)
    assert (span.period.key if span else "") == key


def test_the_end_of_february() -> None:
    assert spans.end_of(2024, 2) == date(2024, 2, 29)
    assert spans.whole(date(2026, 2, 1), date(2026, 2, 28)).key == "2026-02"


def test_a_sheet_that_is_all_merged_or_huge_does_no_harm() -> None:
    monster = Sheet(
        "表",
        {"A1:T60": "全部合并", "A61": "受理", "A62:C90": "甲", "D62:D63": "", "E62:F90": "乙"},
        box=["A1:T95"],
    )
    assert len(layout.read(package.read(drawn([monster]))).slots) < 700
