"""Prose with figures: what is bound is printed, what is not stops it and is named with its line."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minfu.documents.rules import claims, template
from minfu.documents.tests.source import Told
from minfu.kernel.errors import Invalid
from minfu.papers.official import Heading, Paragraph, Table

SOURCE = Told(
    now={"registered": 1200, "overdue": 3, "solving": Decimal("96.4"), "empty": None, "same": 5, "new": 4},
    earlier={"registered": 1000, "overdue": 5, "solving": Decimal("97.0"), "empty": 1, "same": 5, "new": 0},
    shares=frozenset({"solving"}),
)


def said(text: str, source: Told = SOURCE) -> str:
    blocks = template.write(text, source).blocks
    return "\n".join("".join(run.text for run in one.runs) for one in blocks if isinstance(one, Paragraph))


def faults(text: str, source: Told = SOURCE) -> list[str]:
    with pytest.raises(Invalid) as refused:
        template.write(text, source)
    return refused.value.fields["text"]


def test_figures_are_printed_with_their_unit_and_lead_to_their_records() -> None:
    written = template.write(
        "# 总体情况\n{{ period }}收到{{ figure registered }}，办结率{{ figure solving }}。", SOURCE
    )
    heading, paragraph = written.blocks
    assert isinstance(heading, Heading)
    assert isinstance(paragraph, Paragraph)
    assert "".join(run.text for run in paragraph.runs) == "2026年上半年收到1,200件，办结率96.4%。"
    assert [run.link for run in paragraph.runs if run.link] == [
        "https://minfu.invalid/figures/registered/?period=2026-H1",
        "https://minfu.invalid/figures/solving/?period=2026-H1",
    ]
    assert [(use.line, use.printed) for use in written.uses] == [(2, "1,200件"), (2, "96.4%")]


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("同比上升{{ rise registered }}。", "同比上升20.0%。"),
        ("比上期多{{ more registered }}。", "比上期多200件。"),
        ("下降了{{ fall overdue }}。", "下降了40.0%。"),
        ("办结率下降{{ fall solving }}。", "办结率下降0.6个百分点。"),
        ("比上期{{ change registered }}、{{ change overdue }}、{{ change same }}、{{ change new }}。",
         "比上期上升20.0%、下降40.0%、持平、增加4件。"),
        ("上期{{ figure registered before }}。", "上期1,000件。"),
        ("{% if overdue > 0 %}超期{{ figure overdue }}。{% else %}没有超期。{% endif %}", "超期3件。"),
        ("{% if overdue == 0 %}没有超期。{% else %}请抓紧办理。{% endif %}", "请抓紧办理。"),
        ("{% if overdue == 0 %}{{ figure none }}{% endif %}无。", "无。"),
        ("培训{{ fixed 20人次 乡党委会议记录 }}。", "培训20人次。"),
    ],
)  # fmt: skip
def test_what_is_printed(text: str, printed: str) -> None:
    assert said(text) == printed


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("收到诉求1234件。", 1, "“1234”没有绑定数据"),
        ("第一行。\n办结率达百分之九十六。", 2, "百分之九十六"),
        ("走访群众三十二户。", 1, "三十二户"),
        ("收到{{ figure nothing }}。", 1, "没有“nothing”这个指标"),
        ("收到{{ registered }}。", 1, "不认识“registered”"),
        ("收到{{ figure registered.filter }}。", 1, "后面要写指标的名称"),
        ("{{ figure __class__ }}", 1, "没有“__class__”这个指标"),
        ("好。\n同比下降{{ fall registered }}。", 2, "实际上升20.0%（本期 1,200件，上期 1,000件）"),
        ("同比下降{{ rise registered }}。", 1, "与正文写的不符"),
        ("同比上升{{ figure registered }}。", 1, "rise registered"),
        ("同比上升明显。", 1, "“同比上升”后面要写绑定的数"),
        ("持平的{{ rise same }}。", 1, "实际持平"),
        ("上升{{ rise new }}。", 1, "上期是 0"),
        ("有{{ figure empty }}。", 1, "没有数，写不出来"),
        ("上升{{ rise empty }}。", 1, "不能比较"),
        ("{% for village in villages %}{{ village }}{% endfor %}", 1, "不能写循环"),
        ("{% include 'x' %}", 1, "只有 if、else、endif"),
        ("{% if overdue %}有。{% endif %}", 1, "条件请写成"),
        ("{% if overdue > 0 %}有。", 1, "没有对应的“{% endif %}”"),
        ("{% endif %}", 1, "之前没有“{% if %}”"),
        ("{% if overdue > 0 %}有。{% else %}无。\n{% else %}也许。{% endif %}", 2, "只能有一个“{% else %}”"),
        ("{{ table overdue by nowhere }}", 1, "不能列表"),
        ("{{ figure\nregistered }}", 1, "花括号没有写完"),
        ("好。\n{% if overdue", 2, "花括号没有写完"),
        ("{{ fixed 20 }}", 1, "要有依据"),
        ("各村：{{ table registered by place }}", 1, "表格要单独占一行"),
    ],
)
def test_what_stops_a_document_says_where(text: str, line: int, words: str) -> None:
    found = faults(text)
    assert found[0].startswith(f"第 {line} 行：")
    assert words in "".join(found)


def test_every_fault_is_named_at_once() -> None:
    assert len(faults("收到12件。\n同比上升明显。\n{{ figure nothing }}")) == 3


@pytest.mark.parametrize(
    "text",
    [
        "根据《信访工作条例》第二十一条、第3条第2款，2026年7月6日上午9:30召开第2次会议，印发凤政〔2026〕7号文件。",
        "做到四议两公开，请拨打12345热线，一件一件办好，让百姓满意。",
        "上半年，各村两委齐心协力。",
    ],
)
def test_what_counts_nothing_may_stand(text: str) -> None:
    assert said(text) == text


@given(st.integers(0, 10**9), st.sampled_from(["件", "户", "%", "人次", "万元", "，", "。", ""]))
def test_no_number_gets_through(number: int, after: str) -> None:
    assert claims.unbound(f"收到{number}{after}") or f"{number}" == "12345"


@given(st.text("收到诉求0123456789一二三百件户%{}#|\n figure ", max_size=80))
def test_any_text_is_written_or_refused_with_a_sentence(text: str) -> None:
    stopped: list[str] = []
    try:
        template.write(text, SOURCE)
    except Invalid as refused:
        stopped = refused.fields["text"]
    assert all(one.startswith("第 ") for one in stopped)


def test_a_table_lists_each_part_with_its_records() -> None:
    [block] = template.write("{{ table registered by place }}", SOURCE).blocks
    assert isinstance(block, Table)
    assert [row[0][0].text for row in block.rows] == ["凤埔村", "际头村"]
    assert all(row[1][0].link for row in block.rows)


def test_a_list_with_records_the_writer_may_not_see_is_refused() -> None:
    assert "您无权查看" in faults("{{ records overdue }}", Told(now={"overdue": 1}, hidden=1))[0]


def test_branches_may_ask_whether_there_is_a_number_and_how_it_was_before() -> None:
    told = "{% if has empty %}有{{ figure empty }}。{% else %}还没有评价。{% endif %}"
    assert said(told + "{% if registered before > 0 %}上期{{ figure registered before }}。{% endif %}") == (
        "还没有评价。上期1,000件。"
    )
    assert said("{% if has empty before %}上期{{ figure empty before }}。{% endif %}") == "上期1件。"
    # What decided a branch is a figure of the document too: it is asked again before it is issued.
    assert [(use.printed, use.bound.value) for use in template.write(told, SOURCE).uses] == [("—", None)]
    assert "不能用作条件" in faults("{% if empty > 0 %}有。{% endif %}")[0]
    assert "条件请写成" in faults("{% if has %}有。{% endif %}")[0]
