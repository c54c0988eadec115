"""What a party may take along of a mediation: their own side of it, and nothing of the other."""

import json
from typing import Any

from minfu.cases.models import Case
from minfu.cases.rules import own_data
from minfu.cases.rules.intake import Person
from minfu.cases.tests.world import World
from minfu.disputes.models import Mediation, Party
from minfu.disputes.rules import actions
from minfu.disputes.tests import story
from minfu.kernel import record
from minfu.registry import vault
from minfu.registry.models import Identity
from minfu.registry.rules.purposes import PURPOSES
from minfu.registry.vault import Contact


def taken(case: Case) -> list[dict[str, Any]]:
    """Return what whoever told ``case`` takes along of mediations."""
    return [one for one in own_data.bundle(case) if one["类型"] == "人民调解"]


def told_by(world: World, name: str, phone: str) -> Case:
    """Return a demand of another kind, told by somebody."""
    return world.register(person=Person(name=name, phone=phone))


def identity(row: Mediation, side: str) -> Identity:
    found = Party.objects.get(mediation=row, side=side).identity
    assert found is not None
    return found


def test_who_told_it_takes_their_own_side_along(world: World) -> None:
    row = story.agreed(world)
    (one,) = taken(Case.objects.get(pk=row.case_id))
    assert (one["编号"], one["您是哪一方"], one["姓名"]) == (row.number, "甲方", "林小满")
    assert one["您是否同意调解"]["结果"] == "同意"
    assert [sitting["地点"] for sitting in one["您参加过的调解"]] == ["凤埔村调解室"]
    assert one["协议"][0]["协议内容"].startswith("乙方在十日内")
    said = json.dumps(one, ensure_ascii=False)
    for secret in ("陈阿福", "13900002222", "凤埔村三组", "乙方说可以改道"):
        assert secret not in said, secret


def test_the_other_side_takes_theirs_and_not_what_was_told_about_them(world: World) -> None:
    row = story.agreed(world)
    (one,) = taken(told_by(world, "陈阿福", "13900002222"))
    assert (one["您是哪一方"], one["姓名"], one["住址"]) == ("乙方", "陈阿福", "凤埔村三组")
    said = json.dumps(one, ensure_ascii=False)
    for secret in ("林小满", "13800001234", row.facts):
        assert secret not in said, secret


def test_who_only_shares_the_telephone_is_told_nothing(world: World) -> None:
    story.agreed(world)
    assert taken(told_by(world, "陈大嫂", "13900002222")) == []
    assert taken(told_by(world, "", "13900002222")) == []


def test_it_says_who_looked_and_at_which_sittings_one_was(world: World) -> None:
    row = story.begun(world)
    mine = Party.objects.get(mediation=row, side="a")
    other = Party.objects.get(mediation=row, side="b")
    actions.hold(
        actor=world.mediator, pk=row.pk, sitting=story.sitting(row, parties=[other.pk], place="乙方家")
    )
    purpose = next(one for one in PURPOSES if one.code == "mediate")
    vault.reveal(identity(row, "a"), actor=world.mediator, purpose=vault.Purpose(purpose.code, "约时间"))
    (one,) = taken(Case.objects.get(pk=row.case_id))
    assert one["您参加过的调解"] == [], mine
    assert [(look["用途"], look["说明"]) for look in one["谁看过您的联系方式"]] == [(purpose.label, "约时间")]


def test_what_was_erased_is_taken_by_nobody(world: World) -> None:
    row = story.agreed(world)
    case = Case.objects.get(pk=row.case_id)
    stamp: record.Stamp = world.clerk.stamp
    vault.erase([identity(row, "a")], ground="request", basis="应本人要求", stamp=stamp)  # type: ignore[arg-type]  # wrong or looser on purpose
    case.refresh_from_db()
    assert "林小满" not in json.dumps(list(own_data.bundle(case)), ensure_ascii=False)
    assert Contact("陈阿福", "13900002222", "", "凤埔村三组") == vault.own_contact(identity(row, "b"))
