"""Told once, reused: allowed beside refused, and PostgreSQL behind both."""

import re
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from minfu.accounts.models import User
from minfu.answers import door, events
from minfu.answers.models import Answer
from minfu.answers.rules import access, actions, matching, naming
from minfu.answers.rules.declared import Declaration
from minfu.answers.tests import story
from minfu.cases.tests.world import FENGPU, FENGPU_VILLAGES, PINGHU_VILLAGES, World
from minfu.kernel import record
from minfu.kernel.errors import Forbidden, Invalid, Missing, Stale

HERE, NEXT = FENGPU_VILLAGES
KEY = "households"


def tell(actor: Any, value: str = "312", area: str = HERE, period: str = "", item: str = KEY) -> Answer:
    return actions.tell(actor=actor, item=item, area=area, period=period, value=value, source="村级台账")


def declare(world: World, name: str, **more: Any) -> Any:
    told = {"name": name, "meaning": "口径", "origin": "测试"} | more
    return actions.declare(actor=world.dispatcher, asked=Declaration(**told))


def test_told_once_and_known_everywhere_as_of_its_day(
    world: World, traveller: time_machine.Traveller
) -> None:
    tell(world.officer)
    found = door.known(KEY, HERE, "")
    assert found is not None
    assert (found.value, found.text, found.told_by, found.age_days) == (
        Decimal(312),
        "312",
        "凤埔村村委会",
        0,
    )
    assert door.known(KEY, NEXT, "") is None
    traveller.shift(30 * 86400)
    tell(world.officer, "1,315 户")
    asked = [(KEY, HERE, "2026-07"), (KEY, HERE, ""), (KEY, HERE, "2026-H1"), ("nothing", HERE, "")]
    many = door.known_many(asked)
    assert [many[one].text if one in many else "" for one in asked] == ["312", "1,315", "", ""]
    assert many[KEY, HERE, "2026-07"].age_days == 30


def test_of_a_period_that_is_over_and_of_its_kind(world: World) -> None:
    key = declare(world, "新修机耕路", span="half", measure="公里", decimals=1).key
    tell(world.officer, "2.5", period="2026-H1", item=key)
    assert door.known(key, HERE, "2026-H1").value == Decimal("2.5")  # type: ignore[union-attr]  # told just now
    assert door.known(key, HERE, "2025-H2") is None
    for wrong in ("2026-H2", "2026-Q1", "嗯"):
        with pytest.raises(Invalid) as refused:
            tell(world.officer, "1", period=wrong, item=key)
        assert list(refused.value.fields) == ["period"]


def test_a_unit_tells_for_itself_and_its_area_only(world: World) -> None:
    tell(world.officer)
    tell(world.clerk, area=NEXT)
    tell(world.dispatcher, area="c")
    for actor, area in (
        (world.officer, NEXT), (world.officer, FENGPU), (world.other_clerk, HERE), (world.water, HERE), (world.leader, HERE),
    ):  # fmt: skip
        with pytest.raises(Forbidden):
            tell(actor, area=area)
    own = declare(world, "办公用房面积", whose="unit", measure="平方米").key
    tell(world.water, "240", area=f"u{world.water.unit_id}", item=own)
    with pytest.raises(Forbidden):
        tell(world.water, "240", area=f"u{world.road.unit_id}", item=own)
    of_water = declare(world, "自来水入户户数", owner_id=world.water.unit_id).key
    tell(world.water, area=HERE, item=of_water)
    with pytest.raises(Invalid, match="按地方填"):
        tell(world.water, area=f"u{world.water.unit_id}", item=of_water)


def test_a_correction_leaves_the_old_value_visible(world: World, client: Client) -> None:
    first = tell(world.officer)
    assert tell(world.officer) == first  # the same told again changes nothing
    with pytest.raises(Invalid):
        actions.correct(actor=world.officer, pk=first.pk, value="312", reason="核对")
    second = actions.correct(actor=world.officer, pk=first.pk, value="321", reason="漏了新村的户")
    with pytest.raises(Stale):
        actions.correct(actor=world.officer, pk=first.pk, value="322", reason="再改")
    with pytest.raises(Forbidden):
        actions.correct(actor=world.mediator, pk=second.pk, value="1", reason="试")
    assert door.known(KEY, HERE, "").text == "321"  # type: ignore[union-attr]  # told above
    actions.note_use(actor=world.clerk, answers=[second.pk], label="半年报", href="/returns/1/")
    client.force_login(
        User.objects.get(pk=world.officer.user_id or 0), backend="django.contrib.auth.backends.ModelBackend"
    )
    page = client.get(second.href).content.decode()
    assert all(one in page for one in ("321", "312", "漏了新村的户", "半年报", "已被更正"))
    listed = client.get(reverse("answers:list")).content.decode()
    assert "312" not in re.sub(r"\w{64}", "", listed)  # a form's token may hold any digits
    assert [one.name for one in record.history((events.SUBJECT, first.pk))] == [events.TOLD, events.CORRECTED]


def test_postgresql_keeps_what_was_told(world: World) -> None:
    row = tell(world.officer)
    changes: list[dict[str, Any]] = [{"number": 1}, {"told_by_user_id": 1}, {"area": NEXT}]
    for change in changes:
        with pytest.raises(DatabaseError), transaction.atomic():
            Answer.objects.filter(pk=row.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        Answer.objects.filter(pk=row.pk).delete()


@pytest.mark.parametrize("value", ["", "约三百", "3.5", "1e9", "9" * 20, "1,23", "NaN"])
def test_a_number_is_a_number(world: World, value: str) -> None:
    with pytest.raises(Invalid) as refused:
        tell(world.officer, value)
    assert list(refused.value.fields) == ["value"]
    assert tell(world.officer, "３１２").number == 312


def test_dates_and_texts_and_no_persons_in_them(world: World) -> None:
    day = declare(world, "村民代表会议召开日期", kind="date").key
    assert tell(world.officer, "2026年7月1日", item=day).day == date(2026, 7, 1)
    with pytest.raises(Invalid):
        tell(world.officer, "七月初", item=day)
    text = declare(world, "主导产业", kind="text").key
    assert door.typed(door.item(text), "  水蜜桃 ").value == "水蜜桃"
    with pytest.raises(Invalid, match="电话或证件号"):
        tell(world.officer, "联系林小满13800001234", item=text)


@pytest.mark.parametrize(
    ("name", "more"),
    [
        ("13800001234补贴金额", {}),
        ("户主姓名", {}),
        ("联系电话", {}),
        ("低保户家庭住址", {}),
        ("走访记录", {"about_person": True}),
    ],
)  # fmt: skip
def test_what_is_about_a_person_is_no_item(world: World, name: str, more: dict[str, Any]) -> None:
    with pytest.raises(Invalid, match="涉及具体的人"):
        declare(world, name, **more)
    assert declare(world, "登记手机号的户数").name == "登记手机号的户数"


def test_what_is_known_is_not_declared_again(world: World) -> None:
    door.load_defaults()
    for name in ("常住户数（户）", "登记诉求数", "受理群众诉求（件）"):
        with pytest.raises(Invalid, match="已经有了"):
            declare(world, name)
    with pytest.raises(Forbidden):
        actions.declare(actor=world.clerk, asked=Declaration("水库座数", "口径", origin="测试"))
    ended = actions.end(actor=world.dispatcher, key=KEY)
    assert ended.valid_to == date(2026, 7, 6)
    with pytest.raises(Invalid, match="已经停用"):
        tell(world.officer)
    assert declare(world, "常住户数").key != KEY


@pytest.mark.parametrize("name", ["登记群众诉求数", "群众诉求受理件数", "接到群众诉求", "接到诉求总数"])
def test_what_was_registered_is_known_by_the_names_forms_give_it(world: World, name: str) -> None:
    door.load_defaults()
    assert "figure:registered" not in {one.means for one in door.matches("接到信访件") if one.is_sure}
    assert ("figure:registered", "synonym") in {(one.means, one.how) for one in door.matches(name)}


def test_names_are_recognised_by_form_by_synonym_and_by_likeness(world: World) -> None:
    assert [one.key for one in door.items_like("1、常住户数（户）：")] == [KEY]
    first = door.matches("登記訴求數")[0]
    assert (first.means, first.how) == ("figure:registered", "same")
    assert not any(one.is_sure for one in door.matches("住户情况"))
    actions.set_synonym(actor=world.dispatcher, words="村内长住户", means=f"item:{KEY}", source="县里确定")
    assert door.matches("村内长住户")[0].how == "synonym"
    assert matching.matches("村内长住户", day=date(2026, 7, 5)) == []  # not yet
    with pytest.raises(Invalid):
        actions.set_synonym(actor=world.dispatcher, words="什么", means="item:nothing", source="县里确定")


@given(st.text(alphabet="登记诉求数总户（件）、1其中：", max_size=12))
def test_plain_names_are_plain_for_good(name: str) -> None:
    assert naming.plain(naming.plain(name)) == naming.plain(name)
    assert naming.likeness(name, name) in (0.0, 1.0)


def test_who_sees_what(world: World) -> None:
    mine = tell(world.officer)
    other = tell(world.other_clerk, area=PINGHU_VILLAGES[0])
    for actor, seen in (
        (world.worker, {mine}), (world.leader, {mine}), (world.other_officer, {other}), (world.water, {mine, other}),
    ):  # fmt: skip
        assert set(access.visible_to(actor)) == seen
    with pytest.raises(Missing):
        access.get_for(world.officer, other.pk)


def test_a_form_that_is_refused_keeps_what_was_typed(world: World, client: Client) -> None:
    client.force_login(
        User.objects.get(pk=world.officer.user_id or 0), backend="django.contrib.auth.backends.ModelBackend"
    )
    typed = {"area": HERE, "period": "2026-07-01", "value": "三百多", "source": "村级台账"}
    answer = client.post(reverse("answers:tell", args=[KEY]), typed)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "请填数字" in page
    assert 'value="三百多"' in page
    assert client.post(reverse("answers:tell", args=[KEY]), typed | {"value": "300"}).status_code == 302
    assert story.item().answers.get().as_of == date(2026, 7, 1)
