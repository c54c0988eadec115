"""From the gate to what was handed in: allowed beside refused, and PostgreSQL behind both."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from minfu.accounts.models import Unit, User
from minfu.answers import door as answers
from minfu.cases.tests.world import FENGPU_VILLAGES
from minfu.kernel import composed, listings, record
from minfu.kernel.errors import Forbidden, Invalid, Missing, Stale
from minfu.kernel.steps import StepRefused
from minfu.notices.models import Notice
from minfu.returns import events, states
from minfu.returns.models import Copy, Form
from minfu.returns.rules import access, actions, burden, known, progress, totals
from minfu.returns.rules.actions import keeping
from minfu.returns.tests.story import Story, typed

HERE, NEXT = FENGPU_VILLAGES
DAY = 86400


def enter(client: Client, actor: Any) -> Client:
    client.force_login(
        User.objects.get(pk=actor.user_id), backend="django.contrib.auth.backends.ModelBackend"
    )
    return client


def test_what_is_known_must_be_struck_or_explained(story: Story) -> None:
    row, water = story.draft(), story.world.water
    first = row.fields.get(place=1)
    assert (first.decision, known.candidates(row, first.name)[0].means) == (
        "",
        "figure:registered",
    )
    with pytest.raises(Invalid, match="请划掉，或写明为什么还要问"):
        actions.submit(actor=water, pk=row.pk)
    for decision in ("again", "other"):
        with pytest.raises(Invalid) as refused:
            actions.decide_field(actor=water, pk=row.pk, field_id=first.pk, decision=decision)
        assert list(refused.value.fields) == ["reason"]
    with pytest.raises(Invalid):
        actions.decide_field(
            actor=water, pk=row.pk, field_id=first.pk, decision="self", means="figure:overdue_nothing"
        )
    actions.decide_field(actor=water, pk=row.pk, field_id=first.pk, decision="again", reason="要按水渠分开数")
    assert actions.submit(actor=water, pk=row.pk).state == states.REVIEW


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"ground": "  "}, "ground"), ({"purpose": ""}, "purpose"), ({"title": ""}, "title"), ({"ends_on": None}, "ends_on"),
        ({"ends_on": date(2026, 7, 6)}, "ends_on"), ({"ends_on": date(2099, 1, 1)}, "ends_on"), ({"units": []}, "units"),
        ({"frequency": "daily"}, "frequency"), ({"period": "2026-H2"}, "period"), ({"due_workdays": 0}, "due_workdays"),
    ],
)  # fmt: skip
def test_ground_frequency_addressees_and_end_are_asked_for(
    story: Story, more: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        actions.begin(actor=story.world.water, about=story.about(**more))
    assert list(refused.value.fields) == [field]


def test_a_form_for_once_without_a_period_asks_for_one(story: Story) -> None:
    with pytest.raises(Invalid, match="请选择一个已经结束的时段"):
        actions.begin(actor=story.world.water, about=story.about(period=""))


def test_nothing_about_a_person_and_nothing_twice(story: Story) -> None:
    row, water = story.draft(), story.world.water
    with pytest.raises(Invalid, match="涉及具体的人"):
        actions.set_field(actor=water, pk=row.pk, spec=actions.Spec("户主姓名", "姓名", kind="text"))
    with pytest.raises(Invalid, match="已经有这一项"):
        actions.set_field(actor=water, pk=row.pk, spec=actions.Spec("2、新修水渠（公里）", "修好的"))
    with pytest.raises(Forbidden):
        actions.begin(actor=story.world.officer, about=story.about())


def test_the_gate_is_not_passed_alone(story: Story) -> None:
    world = story.world
    row = story.submitted()
    for actor in (world.water, world.leader, world.administrator):
        with pytest.raises((Forbidden, Missing)):
            actions.approve(actor=actor, pk=row.pk)
    own = actions.begin(actor=world.dispatcher, about=story.about(title="县里的表"))
    actions.set_field(actor=world.dispatcher, pk=own.pk, spec=actions.Spec("水库座数", "在用的"))
    actions.submit(actor=world.dispatcher, pk=own.pk)
    with pytest.raises(Forbidden, match="另一人审批"):
        actions.approve(actor=world.dispatcher, pk=own.pk)
    with pytest.raises(DatabaseError), transaction.atomic():
        Form.objects.filter(pk=own.pk).update(
            state="in_force", approved_by_user_id=world.dispatcher.user_id, approved_on=date(2026, 7, 6)
        )
    assert actions.approve(actor=world.dispatcher2, pk=own.pk).state == states.IN_FORCE
    refused = actions.refuse(actor=world.dispatcher, pk=row.pk, reason="水渠已在项目台账里")
    assert refused.state == states.REFUSED
    assert not row.copies.exists()
    assert Notice.objects.filter(unit_id=row.unit_id, event="returns.judged").exists()
    actions.revise(actor=world.water, pk=row.pk)
    assert actions.submit(actor=world.water, pk=row.pk).state == states.REVIEW
    with pytest.raises(DatabaseError), transaction.atomic():
        Form.objects.filter(pk=own.pk).update(ends_on=date(2027, 1, 1))


def test_known_fields_fill_themselves_in_and_the_rest_is_asked_once(story: Story, client: Client) -> None:
    world = story.world
    story.recorded()
    row = story.issued()
    copy = story.copy(row)
    assert (copy.due_on, copy.cells_asked, copy.cells_self, copy.minutes) == (
        date(2026, 7, 13),
        2,
        1,
        Decimal(11),
    )
    assert Notice.objects.filter(unit_id=copy.unit_id, event="returns.asked").count() == 1
    assert sum(composed.counts(access.waits(world.officer))) == 1
    page = enter(client, world.officer).get(reverse("returns:copy", args=[copy.pk])).content.decode()
    assert "安排下半年的水渠资金" in page
    assert "古水利〔2026〕12号" in page
    assert "/figures/registered/?area=350922204200" in page
    wrong = {**typed(copy, "约一公里", "缺水泥"), "version": "1"}
    answer = client.post(reverse("returns:copy", args=[copy.pk]), wrong)
    assert answer.status_code == 422
    assert "请填数字" in answer.content.decode()
    assert "缺水泥" in answer.content.decode()
    sent = {**typed(copy, "1.5公里", "缺水泥"), "version": "1"}
    assert client.post(reverse("returns:copy", args=[copy.pk]), sent).status_code == 302
    copy.refresh_from_db()
    kept = [one["text"] for one in (copy.content or {}).values()]
    assert (copy.state, kept) == (states.HANDED_IN, ["0 件", "1.5公里", "缺水泥"])
    key = row.fields.get(place=2).item_key
    told = answers.known(key, HERE, "2026-H1")
    assert told is not None
    assert (told.text, told.source) == ("1.5", "《水渠建设情况表》")
    # The next form that asks the same is filled in by itself.
    again = actions.begin(actor=world.water, about=story.about(title="又一张表"))
    field = actions.set_field(
        actor=world.water, pk=again.pk, spec=actions.Spec("新修水渠", "同上", measure="公里", decimals=1)
    )
    actions.decide_field(actor=world.water, pk=again.pk, field_id=field.pk, decision="self")
    actions.submit(actor=world.water, pk=again.pk)
    actions.approve(actor=world.dispatcher, pk=again.pk)
    cells = {
        village: known.cells(story.copy(again, village), list(again.fields.all()))[0]
        for village in (HERE, NEXT)
    }
    assert (cells[HERE].asked, cells[HERE].text, cells[NEXT].asked) == (False, "1.5公里", True)
    actions.hand_in(actor=world.officer, pk=story.copy(again).pk, values={})
    used = client.get(told.href).content.decode()
    assert "《又一张表》" in used


def test_given_back_with_a_reason_and_handed_in_again(story: Story) -> None:
    world, row = story.world, story.issued()
    copy = story.copy(row)
    with pytest.raises(Forbidden, match="不能代填"):
        actions.hand_in(actor=world.clerk, pk=copy.pk, values=typed(copy, "1", "无"))
    with pytest.raises(Missing):
        actions.hand_in(actor=world.other_officer, pk=copy.pk, values=typed(copy, "1", "无"))
    with pytest.raises(Invalid) as refused:
        actions.hand_in(actor=world.officer, pk=copy.pk, values={"f0": "1"})
    assert list(refused.value.fields) == ["f0"]
    actions.hand_in(actor=world.officer, pk=copy.pk, values=typed(copy, "1", "无"), version=1)
    with pytest.raises(Stale):
        actions.hand_in(actor=world.officer, pk=copy.pk, values=typed(copy, "2", "无"), version=1)
    with pytest.raises(Invalid):
        actions.give_back(actor=world.water, pk=copy.pk, reason=" ")
    with pytest.raises(Forbidden):
        actions.give_back(actor=world.clerk, pk=copy.pk, reason="核对长度")
    back = actions.give_back(actor=world.water, pk=copy.pk, reason="核对长度")
    assert (back.state, back.is_late) == (states.RETURNED, False)
    assert [one.name for one in record.history((events.COPY, copy.pk))] == [
        events.ASKED, events.HANDED_IN, events.GIVEN_BACK,
    ]  # fmt: skip
    story.traveller.shift(30 * DAY)
    assert story.copy(row, NEXT).is_late
    listing = listings.get("returns.collected")
    rows = list(listing.rows(world.water, {"form": str(row.pk)}))
    assert len(rows) == 6
    assert sorted({str(listing.columns[2].value(one)) for one in rows}) == ["凤埔村村委会", "际头村村委会"]


def test_what_villages_say_is_added_up_with_its_sources(story: Story, client: Client) -> None:
    story.recorded()
    world, row = story.world, story.draft()
    rate = actions.set_field(
        actor=world.water, pk=row.pk, spec=actions.Spec("完好率", "完好的占多少", measure="%")
    )
    if not rate.decision:
        actions.decide_field(
            actor=world.water, pk=row.pk, field_id=rate.pk, decision="other", reason="说的是水渠"
        )
    actions.decide_field(actor=world.water, pk=row.pk, field_id=row.fields.get(place=1).pk, decision="self")
    actions.submit(actor=world.water, pk=row.pk)
    actions.approve(actor=world.dispatcher, pk=row.pk)
    first, second = story.copy(row), story.copy(row, NEXT)
    actions.hand_in(actor=world.officer, pk=first.pk, values=typed(first, "1.5", "缺水泥", "80"))
    path = reverse("returns:collected", args=[row.pk])
    page = enter(client, world.water).get(path).content.decode()
    assert "2 个单位</a>" in page
    assert "已交 1 个</a>" in page
    assert "还不完整" in page
    actions.hand_in(
        actor=replace_unit(world.officer, second), pk=second.pk, values=typed(second, "1,000.3", "无", "60")
    )
    found = totals.collected(world.water, row, "2026-H1")
    assert found.is_whole
    assert [one.shown for one in found.totals] == ["0件", "1,001.8公里", "", ""]
    assert [bool(one.why) for one in found.totals] == [False, False, True, True]
    page = client.get(path).content.decode()
    assert "1,001.8公里" in page
    assert "比率、平均数不能相加" in page
    assert "/figures/registered/?area=350922204200" in page
    assert "/answers/" in page
    # The sum leads to what it is made of, and to nothing else.
    length = row.fields.get(name="新修水渠")
    assert f'href="?period=2026-H1&amp;item={length.pk}"' in page
    parts = client.get(f"{path}?period=2026-H1&item={length.pk}").content.decode()
    assert "合计由下面 2 份相加" in parts
    assert parts.count("<tr data-copy>") == 2
    assert "缺水泥" not in parts
    for wrong in (field_of_another(story), "abc"):
        assert client.get(f"{path}?item={wrong}").status_code == 404
    lines = list(listings.get("returns.totals").rows(world.water, {"form": str(row.pk)}))
    assert [one.number for _found, one in lines][:2] == [0, Decimal("1001.8")]
    # Whoever sees one of the units only is told that the sum is not whole.
    mine = totals.collected(world.officer, row, "2026-H1")
    assert (mine.handed_in, mine.asked, mine.is_whole) == (1, 2, False)
    assert client.get(path + "?period=2025-H1").status_code == 404


def field_of_another(story: Story) -> int:
    return story.draft(title="另一张表").fields.get(place=1).pk


def listed(client: Client, path: str) -> int:
    return client.get(path).content.decode().count("<tr data-copy>")


def test_each_count_of_copies_leads_to_as_many(story: Story, client: Client) -> None:
    world, row = story.world, story.issued(frequency="month", period="", ends_on=date(2026, 10, 31))
    story.traveller.shift(27 * DAY)
    actions.keep_up()
    first = story.copy(row)
    actions.hand_in(actor=world.officer, pk=first.pk, values=typed(first, "1", "无"))
    story.traveller.shift(31 * DAY)  # 2 September: July's second copy is late, August's are not
    actions.keep_up()
    path = reverse("returns:form", args=[row.pk])
    enter(client, world.water)
    counts = {one.label: one for one in progress.progress(world.water, row).parts}
    assert {label: one.number for label, one in counts.items()} == {
        "全部": 4, "待填报": 3, "已交": 1, "过了期限没交": 1,
    }  # fmt: skip
    for one in counts.values():
        assert listed(client, f"{path}?{one.query}") == one.number, one
    assert listed(client, f"{path}?period=2026-07") == 2
    assert listed(client, f"{path}?in=open&period=2026-07") == 1
    assert (
        len(list(listings.get("returns.collected").rows(world.water, {"form": str(row.pk), "in": "late"})))
        == 3
    )
    assert client.get(path + "?in=else").status_code == 422
    assert client.get(path + "?period=2025-07").status_code == 404
    # A village sees its own copies, and how many others there are, but not what the others did.
    seen = progress.progress(world.officer, row, "", "2026-08")
    assert ([one.number for one in seen.parts], len(seen.copies), seen.hidden) == ([1, 1], 1, 1)
    page = enter(client, world.officer).get(path).content.decode()
    assert "另有 2 份您无权查看" in page
    assert page.count("<tr data-copy>") == 2


def test_a_unit_is_reminded_once_before_the_day_and_not_when_it_has_handed_in(story: Story) -> None:
    world, row = story.world, story.issued()  # asked on Monday the 6th, due on Monday the 13th
    first = story.copy(row)
    actions.hand_in(actor=world.officer, pk=first.pk, values=typed(first, "1", "无"))
    told = Notice.objects.filter(event="returns.due")
    for days, number in ((0, 0), (3, 0), (1, 1), (1, 1), (2, 1), (3, 1)):
        story.traveller.shift(days * DAY)
        actions.keep_up()
        assert told.count() == number, (days, number)
    assert set(told.values_list("unit_id", flat=True)) == {story.copy(row, NEXT).unit_id}
    names = [one.name for one in record.history((events.COPY, story.copy(row, NEXT).pk))]
    assert names == [events.ASKED, events.REMINDED]


def test_an_ended_form_takes_nothing_more(story: Story) -> None:
    world, row = story.world, story.issued(ends_on=date(2026, 7, 20))
    first, second = story.copy(row), story.copy(row, NEXT)
    actions.hand_in(actor=world.officer, pk=first.pk, values=typed(first, "1", "无"))
    story.traveller.shift(15 * DAY)  # the day after its last
    with pytest.raises(Invalid, match="已经停用"):
        actions.hand_in(
            actor=replace_unit(world.officer, second), pk=second.pk, values=typed(second, "1", "无")
        )
    actions.keep_up()
    actions.keep_up()
    row.refresh_from_db()
    second.refresh_from_db()
    assert (row.state, second.state) == (states.ENDED, states.CLOSED)
    with pytest.raises((StepRefused, Invalid)):
        actions.hand_in(
            actor=replace_unit(world.officer, second), pk=second.pk, values=typed(second, "1", "无")
        )
    early = story.issued(title="提前停的表", period="2026-Q2")
    actions.end(actor=world.water, pk=early.pk, reason="任务取消")
    assert set(early.copies.values_list("state", flat=True)) == {states.CLOSED}


def replace_unit(actor: Any, copy: Copy) -> Any:
    from dataclasses import replace

    return replace(actor, unit_id=copy.unit_id, area=NEXT)


def test_each_period_that_ends_is_asked_for_once(story: Story) -> None:
    row = story.issued(frequency="month", period="", ends_on=date(2026, 9, 30))
    assert not row.copies.exists()  # July is not over
    story.traveller.shift(27 * DAY)  # 2 August, a Sunday
    actions.keep_up()
    actions.keep_up()
    assert set(row.copies.values_list("period", flat=True)) == {"2026-07"}
    assert row.copies.count() == 2
    assert story.copy(row).due_on == date(2026, 8, 7)
    story.traveller.shift(31 * DAY)
    actions.keep_up()
    assert row.copies.count() == 4
    story.traveller.shift(60 * DAY)
    actions.keep_up()
    row.refresh_from_db()
    assert (row.state, row.copies.count()) == (states.ENDED, 4)


def test_the_burden_is_counted_by_unit_and_month_and_open_to_all(story: Story, client: Client) -> None:
    world, row = story.world, story.issued()
    copy = story.copy(row)
    actions.hand_in(actor=world.officer, pk=copy.pk, values=typed(copy, "1", "无"))
    (line,) = burden.lines()
    assert (line.unit, line.forms, line.copies, line.cells, line.by_itself) == ("县水利局", 1, 2, 6, 2)
    assert (line.share, line.minutes, line.month) == (33, Decimal(22), date(2026, 7, 1))
    page = enter(client, world.worker).get(reverse("returns:burden")).content.decode()
    assert "县水利局" in page
    assert "33%" in page
    assert "<svg" in page
    behind = reverse("returns:burden_copies") + line.query
    assert page.count(behind.replace("&", "&amp;")) == 5
    listed = client.get(behind).content.decode()
    assert "1 张表，发出 2 份，共 6 格：要人填 4 格，系统填好 2 格" in listed
    assert listed.count("<tr data-row>") == line.copies
    assert reverse("returns:copy", args=[copy.pk]) in listed
    assert listed.count("填的内容您无权查看") == 1
    for wrong in ("?month=七月", "?unit=abc", "?unit=1e3"):  # never the numbers of all units instead
        assert client.get(reverse("returns:burden_copies") + wrong).status_code == 422
    assert "没有发出表" in client.get(reverse("returns:burden_copies") + "?month=2026-01").content.decode()
    actions.set_rate(actor=world.dispatcher, kind="number", minutes=Decimal(5), source="请6个村试填")
    with pytest.raises(Forbidden):
        actions.set_rate(actor=world.water, kind="number", minutes=Decimal(1), source="估计")
    story.issued(title="新的表", period="2026-Q2")
    assert burden.lines()[0].minutes == 22 + 2 * (5 + 8)


def test_the_author_is_led_through_the_screens(story: Story, client: Client) -> None:
    enter(client, story.world.water)
    about = {
        "title": "水库情况表", "purpose": "防汛", "ground": "", "frequency": "once", "period": "2026-Q2", "due_workdays": "3",
        "ends_on": "2026-08-31", "units": [str(story.world.units[HERE].pk)],
    }  # fmt: skip
    answer = client.post(reverse("returns:begin"), about)
    assert answer.status_code == 422
    assert "水库情况表" in answer.content.decode()
    answer = client.post(reverse("returns:begin"), about | {"ground": "古水利〔2026〕13号"})
    row = Form.objects.get()
    assert answer.headers["Location"] == reverse("returns:form", args=[row.pk])
    assert "收表情况" not in client.get(answer.headers["Location"]).content.decode()  # nobody was asked yet
    spec = {"name": "诉求登记数", "meaning": "登记的", "kind": "number", "measure": "件", "decimals": "0"}
    answer = client.post(reverse("returns:field_new", args=[row.pk]), spec)
    field = row.fields.get()
    assert answer.headers["Location"] == reverse("returns:decide", args=[row.pk, field.pk])
    assert "登记诉求（指标）" in client.get(answer.headers["Location"]).content.decode()
    told = {"means": "figure:registered", "decision": "again", "reason": ""}
    assert client.post(answer.headers["Location"], told).status_code == 422
    assert client.post(answer.headers["Location"], told | {"decision": "self"}).status_code == 302
    assert client.post(reverse("returns:step", args=[row.pk, "submit"]), {}).status_code == 302
    enter(client, story.world.dispatcher)
    assert "水库情况表" in client.get(reverse("returns:list") + "?tab=gate").content.decode()
    assert client.post(reverse("returns:step", args=[row.pk, "approve"]), {}).status_code == 302
    page = client.get(reverse("returns:form", args=[row.pk])).content.decode()
    assert "收表情况" in page


def test_a_form_of_many_fields_and_copies_costs_no_statement_for_each(
    story: Story, client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    world, row = story.world, story.issued(frequency="week", period="")
    draft = story.draft(title="很多项的表")
    for number in "甲乙丙丁戊己庚辛":
        actions.set_field(actor=world.water, pk=draft.pk, spec=actions.Spec(f"{number}渠长度", "修好的"))
    enter(client, world.water)
    with django_assert_max_num_queries(20):
        client.get(reverse("returns:form", args=[draft.pk]))
    story.traveller.shift(15 * DAY)
    actions.keep_up()
    copy, asked = row.copies.first(), list(row.fields.exclude(place=1))
    assert copy is not None
    with django_assert_max_num_queries(5):  # the copy's unit and form among them
        assert len(known.cells(copy, asked * 10)) == 20
    with django_assert_max_num_queries(8):
        assert len(list(listings.get("returns.collected").rows(world.water, {"form": str(row.pk)}))) > 6


def test_all_copies_are_counted_though_not_all_are_shown(
    story: Story, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = story.issued()
    monkeypatch.setattr(progress, "MOST", 1)
    story.traveller.shift(20 * DAY)
    page = enter(client, story.world.water).get(reverse("returns:form", args=[row.pk])).content.decode()
    assert "待填报 2" in page
    assert "过了期限没交 2" in page
    assert "只显示前面的，全部请导出。" in page


def weekly(story: Story, title: str, units: list[int] | None = None) -> Form:
    """Issue a form for every week; what another one asked already fills itself in."""
    more = {} if units is None else {"units": units}
    row = story.draft(frequency="week", period="", title=title, **more)
    for field in row.fields.filter(decision=""):
        actions.decide_field(actor=story.world.water, pk=row.pk, field_id=field.pk, decision="self")
    actions.submit(actor=story.world.water, pk=row.pk)
    return actions.approve(actor=story.world.dispatcher, pk=row.pk)


def test_asking_many_units_costs_no_statement_for_each(
    story: Story, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    village = story.world.units[HERE]
    units = [
        Unit.objects.create(
            name=f"第{number}村", kind=village.kind, level=village.level, division=village.division
        )
        for number in range(40)
    ]
    row = weekly(story, "很多单位的表", [one.pk for one in units])
    story.traveller.shift(8 * DAY)
    with django_assert_max_num_queries(
        60
    ):  # what is read first and kept counts too; one more for each would be 80
        assert keeping.ask(row) == len(units)
    assert {(copy.cells_asked, copy.cells_self) for copy in row.copies.all()} == {(2, 1)}


def test_a_form_that_cannot_be_asked_keeps_no_other_from_its_units(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken, whole = weekly(story, "甲表"), weekly(story, "乙表")
    there = known.cells_of

    def cells_of(copies: Any, fields: Any) -> Any:
        if any(copy.form_id == broken.pk for copy in copies):
            raise Missing("“登记隐患”来自“隐患”，这个功能没有安装，没有数字。")
        return there(copies, fields)

    monkeypatch.setattr(known, "cells_of", cells_of)
    story.traveller.shift(8 * DAY)
    actions.keep_up()
    assert (broken.copies.count(), whole.copies.count()) == (0, 2)
