"""What who told of a hazard takes along; and that nothing of who they are is left once their time is over."""

import json
from datetime import timedelta

import pytest
import time_machine
from django.apps import apps

from minfu.cases.models import Case
from minfu.cases.rules import actions as demands
from minfu.cases.rules import own_data, retention
from minfu.cases.tests.world import World
from minfu.hazards import events
from minfu.hazards.models import Hazard
from minfu.hazards.rules import actions
from minfu.hazards.tests import story
from minfu.kernel import clock
from minfu.kernel.models import Event

pytestmark = pytest.mark.django_db

NAME, PHONE = "林小满", "13800001234"


def ended(world: World) -> Hazard:
    """Return a hazard through alarm, rectification and both checks to its end, told by a named person."""
    row = story.reported(world)
    actions.inspect(actor=world.clerk, pk=row.pk, gone=False, finding="还有半截")
    actions.raise_alarm(actor=world.officer, pk=row.pk, reason="墙在晃")
    actions.report(actor=world.officer, pk=row.pk, what="全拆了")
    actions.inspect(actor=world.clerk, pk=row.pk, gone=True, finding="没有了")
    case = Case.objects.get(pk=row.case_id)
    demands.confirm(actor=world.resident(case), case_id=case.pk, outcome="solved", satisfaction=5)
    return story.fresh(row)


def test_who_told_of_it_takes_along_what_became_of_it(world: World) -> None:
    row = ended(world)
    told = json.loads(json.dumps(list(own_data.bundle(Case.objects.get(pk=row.case_id)))))
    assert [one["类型"] for one in told] == ["隐患", "隐患"], "the demand, and its file"
    one = told[1]
    assert (one["编号"], one["内容"], one["等级"]) == (row.number, row.what, "一般隐患")
    assert [check["结果"] for check in one["复查"]] == ["还在", "已经消除"]
    assert [work["什么"] for work in one["整改"]] == ["拆了危墙，清了砖。", "全拆了"]


def test_others_demands_are_not_in_it(world: World) -> None:
    ended(world)
    other = world.register(person=story.nobody(), mode="anonymous")
    assert [one["编号"] for one in own_data.bundle(other)] == [other.number]


def test_nothing_says_who_told_of_it_once_their_time_is_over(world: World) -> None:
    row = ended(world)
    with time_machine.travel(clock.now() + timedelta(days=3 * 366)):
        while retention.erase_due():
            pass
        case = Case.objects.get(pk=row.case_id)
        assert case.reporter is not None
        assert case.reporter.erased_at is not None
        kept = [
            list(model._default_manager.values()) for model in apps.get_app_config("hazards").get_models()
        ]
        history = Event.objects.filter(subject_type__in=[events.SUBJECT, "case"]).values()
        held = str(kept) + json.dumps(list(history), default=str, ensure_ascii=False)
    assert "全拆了" in held, "what was done stays"
    for secret in (NAME, PHONE):
        assert secret not in held
