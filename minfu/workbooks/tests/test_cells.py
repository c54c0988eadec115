"""Cells of forms: what was told of another stretch or measure, long forms, changes in percent, where numbers lead."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from minfu.answers.models import Answer
from minfu.cases.tests.world import World
from minfu.kernel.errors import Invalid
from minfu.places import index
from minfu.places.codes import place_name
from minfu.workbooks.rules import actions, reading
from minfu.workbooks.tests.story import begun, registered
from minfu.workbooks.tests.test_life import filled, signed_in, statuses
from minfu.workbooks.trial.drawing import Sheet


def told_once(title: str, head: str) -> Sheet:
    """Return a form with one cell minfu knows nothing of."""
    return Sheet(
        "表", {"A1:B1": f"凤埔乡{title}宣传情况表", "A2": "村名", "B2": head, "A3": "凤埔村"}, box=["A2:B3"]
    )


@pytest.mark.parametrize(
    ("first", "then"),
    [
        (("2026年1-4月", "入户宣传（次）"), ("2026年1-5月", "入户宣传（次）")),
        (("2026年1-5月", "入户宣传（次）"), ("2026年上半年", "入户宣传（次）")),
        (("2026年1-4月", "入户宣传（次）"), ("2026年4月", "入户宣传（次）")),
        (("2026年上半年", "宣传经费（万元）"), ("2026年上半年", "宣传经费（元）")),
        (("2026年上半年", "宣传经费（万元）"), ("2026年上半年", "宣传经费")),
    ],
)
def test_what_was_told_fills_no_cell_of_another_stretch_or_measure(
    world: World, first: tuple[str, str], then: tuple[str, str]
) -> None:
    row = begun(world, told_once(*first))
    actions.answer(actor=world.clerk, pk=row.pk, told={"0!B3": "12"})
    assert filled(row, world)["B3"].value == 12
    other = begun(world, told_once(*then))
    assert statuses(other, world) == {"B3": "ask"}
    actions.answer(actor=world.clerk, pk=other.pk, told={"0!B3": "120000"})
    assert not Answer.objects.filter(number=120000, item__measure="万元").exists()
    assert filled(row, world)["B3"].value == 12


def test_the_same_asked_in_the_same_words_is_told_once(world: World) -> None:
    row = begun(world, told_once("2026年上半年", "宣传经费（万元）"))
    actions.answer(actor=world.clerk, pk=row.pk, told={"0!B3": "12.5"})
    assert statuses(begun(world, told_once("2026年上半年", "宣传经费（万元）")), world) == {"B3": "known"}


def test_a_change_in_percent_may_be_below_nought_and_above_a_hundred_a_share_may_not(world: World) -> None:
    sheet = Sheet(
        "表",
        {
            "A1:D1": "凤埔乡2026年上半年群众诉求统计表", "A2": "指标", "B2": "同比增减（%）", "C2": "占全县的比例（%）",
            "D2": "投资计划完成率（%）", "A3": "受理诉求",
        },
        box=["A2:D3"],
    )  # fmt: skip
    row = begun(world, sheet)
    assert statuses(row, world) == {"B3": "ask", "C3": "ask", "D3": "ask"}
    actions.answer(actor=world.clerk, pk=row.pk, told={"0!D3": "105.5"})  # more was done than planned
    for text in ("-12.5", "150"):
        actions.answer(actor=world.clerk, pk=row.pk, told={"0!B3": text})
        assert str(filled(row, world)["B3"].value) == text
        with pytest.raises(Invalid) as refused:
            actions.answer(actor=world.clerk, pk=row.pk, told={"0!C3": text})
        assert refused.value.fields == {"0!C3": ["百分数在 0 到 100 之间。"]}


def test_a_long_form_is_seen_and_kept_whole(world: World, client: Client) -> None:
    last = 330
    villages = {f"A{row}": f"第{row}站" for row in range(3, last + 1)}
    heads = {
        "A1:E1": "2026年上半年走访情况表",
        "A2": "站点",
        "B2": "走访（次）",
        "C2": "座谈（次）",
        "D2": "讲座（次）",
        "E2": "展板（块）",
    }
    row = begun(world, Sheet("表", {**heads, **villages}, box=[f"A2:E{last}"]))
    there = reverse("workbooks:workbook", args=[row.pk])
    page = signed_in(client, world.clerk).get(there).content.decode()
    fields = re.findall(r'name="(c:[^"]+)"', page)
    assert len(fields) == 4 * len(villages)
    assert f"c:0!E{last}" in fields
    answer = client.post(there, {"version": row.version, **dict.fromkeys(fields, "1")})
    assert answer.status_code == 302
    row.refresh_from_db()
    assert len(row.told) == len(fields)


def test_a_form_of_many_places_is_read_in_as_many_statements_as_one_of_few(world: World) -> None:
    registered(world, month=1)
    known = index.current().divisions
    names = [
        place_name(one.name)
        for one in known.values()
        if one.level == "village" and one.code.startswith("350922204")
    ]
    heads, spent = (
        {
            "A1:C1": "凤埔乡2026年上半年群众诉求统计表",
            "A2": "村名",
            "B2": "受理数（件）",
            "C2": "办结数（件）",
        },
        [],
    )
    for some in (names, names[:1], names):  # the first fills what is kept in memory
        cells = {f"A{3 + at}": name for at, name in enumerate(some)}
        row = begun(world, Sheet("表", {**heads, **cells}, box=[f"A2:C{2 + len(some)}"]))
        reading.filling(world.clerk, row)
        with CaptureQueriesContext(connection) as asked:
            assert set(statuses(row, world).values()) == {"sure"}
        # Whether places changed is asked again and again while the clock stands still.
        spent.append(sum("places_revision" not in each["sql"] for each in asked.captured_queries))
    assert len(names) > 1
    assert spent[1] == spent[2]


def test_a_number_of_a_level_leads_to_the_records_of_that_level(world: World) -> None:
    sheet = Sheet(
        "表",
        {"A1:B1": "凤埔乡2026年上半年群众诉求统计表", "A2": "指标", "B2": "数量（件）", "A3": "村级化解"},
        box=["A2:B3"],
    )
    cell = reading.filling(world.clerk, begun(world, sheet)).cells["0!B3"]
    assert cell.match.meaning
    assert cell.match.meaning.split == "level=village"
    assert cell.value.href.endswith("&level=village")
