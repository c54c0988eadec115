"""How forms are read: the trial's bounds hold, and what must not be taken for something else is not."""

from datetime import date
from typing import Any

import pytest

from minfu.workbooks.rules import layout, package, spans, titles
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
        ("接到群众诉求", ("sure", "registered")),
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


def small(cells: dict[str, Any], box: str, key: str) -> tuple[str, str]:
    """Return status and meaning of one cell of a form drawn for the purpose."""
    found = measuring.matches(drawn([Sheet("表", cells, box=[box])]), measuring.lexicon())[key]
    return found.status, found.meaning.short if found.meaning else ""


HALF_YEAR = "registered@350922204000#2026-H1"


def test_who_fills_a_form_in_does_not_say_what_it_is_about() -> None:
    title = "凤埔乡2026年上半年群众诉求统计表"
    cells = {
        "A1:B1": title,
        "A2:B2": "填报单位：凤埔乡便民服务中心",
        "A3": "项目",
        "B3": "件数",
        "A4": "受理数",
    }
    assert small(cells, "A3:B4", "0!B4") == ("sure", HALF_YEAR)
    assert small(cells | {"A1:B1": "2026年上半年情况表"}, "A3:B4", "0!B4") == (
        "ask",
        "",
    )  # 便民服务: others' numbers
    both = small(cells | {"A1:B1": "2026年上半年群众诉求和信访事项统计表"}, "A3:B4", "0!B4")
    assert both == ("likely", HALF_YEAR)  # of two kinds of matters: a person says which


def test_an_item_that_is_not_known_is_asked_whatever_stands_beside_its_name() -> None:
    head = {
        "A1:D1": "凤埔乡2026年上半年群众诉求受理情况表",
        "A2": "项目",
        "B2": "单位",
        "C2": "行次",
        "D2": "本期",
    }
    known = head | {"A3": "受理数", "B3": "件", "C3": 1}
    assert small(known, "A2:D3", "0!D3") == ("sure", HALF_YEAR)
    assert small(known | {"A3": "农资"}, "A2:D3", "0!D3") == ("ask", "")
    assert small(known | {"A3": "受理数①"}, "A2:D3", "0!D3") == (
        "likely",
        HALF_YEAR,
    )  # what does the note say?


def test_what_explains_an_item_is_none_though_it_is_merged() -> None:
    head = {
        "A1:E1": "凤埔乡2026年上半年群众诉求统计表",
        "A2": "指标",
        "B2:C2": "统计口径",
        "D2": "单位",
        "E2": "本期",
    }
    lines = {
        "A3": "受理数",
        "B3:C3": "当期登记的件数",
        "D3": "件",
        "A4": "办结数",
        "B4:C4": "当期结束的件数",
        "D4": "件",
    }
    assert small(head | lines, "A2:E4", "0!E4") == ("sure", "ended@350922204000#2026-H1")


@pytest.mark.parametrize(
    ("lines", "key"),
    [
        (["截止时间：2026年6月30日"], "2026-H1"),
        (["报送截止时间：2026年6月30日"], None),
        (["截止时间：2026年7月31日", "2026年第二季度统计表"], "2026-Q2"),
        (["截止日期：2026年1月31日", "2025年度统计表"], "2025"),
    ],
)
def test_the_day_up_to_which_is_counted_is_not_the_day_to_send_by(lines: list[str], key: str | None) -> None:
    span = titles.span_of(lines, TODAY)
    assert (span.period.key if span else None) == key


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
        ("1月至本月", ""),  # no January: since the year began
        ("二 季 度", "2026-Q2"),
        ("截止时间：2026年6月30日", "2026-H1"),
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
