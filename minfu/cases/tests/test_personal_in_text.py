"""Telephones, numbers and names inside a demand's words: starred for readers without need, shown for a stated purpose."""

from typing import Any

import pytest
from django.test import Client

from minfu.accounts.models import User
from minfu.cases import events
from minfu.cases.models import Case
from minfu.cases.rules import actions, retention
from minfu.cases.rules.intake import Person
from minfu.cases.rules.reporters import may_read_words
from minfu.cases.tests.api import Caller
from minfu.cases.tests.world import FENGPU_VILLAGES, World
from minfu.kernel import record
from minfu.kernel.errors import Forbidden, Invalid, Missing
from minfu.registry.models import Reveal
from minfu.registry.vault import Purpose

SECRETS = ("13905931234", "张小明", "35092219900307123X", "2单元501")
WORDS = "我叫张小明，身份证35092219900307123X，住3栋2单元501室，楼道灯坏了，请打13905931234。"
WHY = Purpose("contact", "电话核实楼道位置")


def told(world: World, **how: Any) -> Case:
    return world.register(description=WORDS, **how)


def seen_by(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.getvalue().decode()


def holds_secret(page: str) -> list[str]:
    return [one for one in SECRETS if one in page]


@pytest.mark.parametrize(
    "page", ["/cases/?scope=all", "/cases/{pk}/", "/cases/{pk}/print/", "/cases/{pk}/step/remark/"]
)
def test_on_screens_and_papers_stand_stars(world: World, client: Client, page: str) -> None:
    case = told(world)
    client.force_login(User.objects.get(username="clerk"))
    shown = seen_by(client, page.format(pk=case.pk))
    assert holds_secret(shown.replace(case.number, "")) == []
    assert "楼道灯坏了" in shown or "我叫张*" in shown


def test_other_systems_and_the_field_see_stars(world: World, client: Client) -> None:
    case = told(world)
    found = Caller(world, "clerk").get(f"/cases/{case.pk}").json()
    assert holds_secret(found["description"]) == []
    assert "楼道灯坏了" in found["description"]
    client.force_login(User.objects.get(username="worker"))
    assert holds_secret(seen_by(client, f"/field/{case.pk}/")) == []


def test_who_works_on_it_reads_the_words_for_a_purpose_and_the_look_is_recorded(world: World) -> None:
    case = told(world)
    with pytest.raises(Invalid):
        actions.reveal(actor=world.clerk, case_id=case.pk, purpose=Purpose("contact", ""))
    found = actions.reveal(actor=world.clerk, case_id=case.pk, purpose=WHY)
    assert found.words == WORDS
    assert Reveal.objects.filter(identity=case.reporter_id).count() == 1
    rows = record.history((events.SUBJECT, case.pk))
    assert [row.reason for row in rows if row.name == events.REVEALED] == [WHY.explanation]


def test_the_words_of_an_anonymous_demand_can_be_read_too_but_not_those_of_a_confidential_one(
    world: World,
) -> None:
    village = FENGPU_VILLAGES[0]
    nobody = told(world, mode="anonymous", person=Person())
    with pytest.raises(Invalid):
        actions.reveal(actor=world.officer, case_id=nobody.pk, purpose=Purpose("nosuch", "看一看"))
    found = actions.reveal(actor=world.officer, case_id=nobody.pk, purpose=WHY)
    assert (found.words, found.contact.phone) == (WORDS, "")
    secret = told(world, mode="confidential")
    assert may_read_words(world.clerk, secret)
    with pytest.raises(Forbidden):
        actions.reveal(actor=world.officer, case_id=secret.pk, purpose=WHY)
    about_us = told(
        world, mode="anonymous", person=Person(), kind="complaint", complained_unit_id=world.units[village].pk
    )
    assert not may_read_words(world.officer, about_us)


def test_where_nothing_is_starred_there_are_no_words_to_reveal(world: World) -> None:
    plain = world.register(description="村口路灯坏了三天。", mode="anonymous", person=Person())
    assert plain.personal == []
    assert not may_read_words(world.clerk, plain)
    with pytest.raises((Missing, Forbidden)):
        actions.reveal(actor=world.clerk, case_id=plain.pk, purpose=WHY)


def test_once_the_identity_is_erased_the_words_keep_only_stars(world: World) -> None:
    case = world.at("solved")
    Case.objects.filter(pk=case.pk).update(description=WORDS, personal=[[2, 5, "name"], [39, 50, "phone"]])
    case.refresh_from_db()
    assert holds_secret(case.shown_description) == [
        "35092219900307123X",
        "2单元501",
    ]  # those two are not among the spans
    retention.erase_now(case, "居民要求", world.clerk.stamp)
    kept = Case.objects.get(pk=case.pk)
    assert "张小明" not in kept.description
    assert "13905931234" not in kept.description
    assert kept.personal == []
