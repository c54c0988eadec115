"""What people do with topics: each verb allowed beside refused, and the software that never undoes it."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from minfu.cases.tests.screens import user_of
from minfu.cases.tests.world import World
from minfu.kernel import clock, record
from minfu.kernel.errors import Forbidden, Invalid, Missing, Stale
from minfu.kernel.steps import StepRefused
from minfu.notices.models import Notice
from minfu.topics import events
from minfu.topics.models import Membership, Topic
from minfu.topics.rules import actions, following
from minfu.topics.tests.story import PLANT, WATER, found, of, tell


def soon(days: int = 20) -> date:
    """Return a day ahead."""
    return timezone.localdate(clock.now()) + timedelta(days=days)


def names(topic: Topic) -> list[str]:
    """Return what was recorded of a topic."""
    return [event.name for event in record.history((events.SUBJECT, topic.pk))]


def test_what_people_named_and_dismissed_stays(world: World) -> None:
    topic = found(world)
    with pytest.raises(Forbidden):
        actions.rename(actor=world.leader, pk=topic.pk, title="搅拌站")
    with pytest.raises(Missing):
        actions.rename(actor=world.other_clerk, pk=topic.pk, title="搅拌站")
    actions.rename(actor=world.clerk, pk=topic.pk, title="镇南搅拌站", version=1)
    with pytest.raises(Stale):
        actions.dismiss(actor=world.clerk, pk=topic.pk, reason="已有专班", version=1)
    actions.dismiss(actor=world.clerk, pk=topic.pk, reason="已有专班")
    with pytest.raises(StepRefused):
        actions.dismiss(actor=world.clerk, pk=topic.pk, reason="已有专班")
    tell(world, PLANT, first=100)
    following.follow()
    topic.refresh_from_db()
    assert (topic.title, topic.state, topic.demands) == ("镇南搅拌站", "dismissed", 2 * len(PLANT))
    actions.restore(actor=world.clerk, pk=topic.pk)
    assert names(topic) == [events.RENAMED, events.DISMISSED, events.RESTORED]
    with pytest.raises(IntegrityError), transaction.atomic():
        Topic.objects.filter(pk=topic.pk).update(state="dismissed", pinned=False)


def test_what_people_put_together_stays_together(world: World) -> None:
    topic = found(world)
    water = tell(world, WATER, first=30)
    following.follow()
    other = of(water[0])
    with pytest.raises(Invalid):
        actions.merge(actor=world.clerk, pk=other.pk, into=other.pk)
    actions.merge(actor=world.clerk, pk=other.pk, into=topic.pk, reason="同一家企业")
    number = Membership.objects.filter(topic=topic).count()
    more = tell(world, [*PLANT, *WATER], first=60)
    following.follow()
    assert {of(one).pk for one in water} == {topic.pk}
    topic.refresh_from_db()
    other.refresh_from_db()
    assert (other.state, other.merged_into_id, other.demands) == ("merged", topic.pk, 0)
    assert Membership.objects.filter(topic=topic).count() == topic.demands == number + len(more)
    assert names(topic) == [events.RECEIVED]


def test_what_people_took_out_stays_out(world: World) -> None:
    topic = found(world)
    chosen = list(topic.memberships.values_list("case_id", flat=True)[:2])
    with pytest.raises(Invalid):
        actions.split(actor=world.clerk, pk=topic.pk, case_ids=[999_999], title="粉尘")
    with pytest.raises(Invalid):
        actions.split(
            actor=world.clerk,
            pk=topic.pk,
            case_ids=topic.memberships.values_list("case_id", flat=True),
            title="粉尘",
        )
    apart = actions.split(actor=world.clerk, pk=topic.pk, case_ids=chosen, title="粉尘")
    tell(world, PLANT, first=100)
    following.follow()
    assert set(chosen) <= set(
        Membership.objects.filter(topic=apart, pinned=True).values_list("case_id", flat=True)
    )
    topic.refresh_from_db()
    apart.refresh_from_db()
    assert topic.demands + apart.demands == 2 * len(PLANT)
    assert names(apart) == [events.BEGUN]


def test_a_matter_of_the_month_is_reported_by_its_unit_and_verified_by_another(world: World) -> None:
    topic, road = found(world), world.units["road"]
    given: dict[str, Any] = {"owner_id": road.pk, "due_on": soon(), "task": "降噪"}
    wrongs: tuple[dict[str, Any], ...] = (
        {"owner_id": world.units["pinghu"].pk},
        {"due_on": soon(-1)},
        {"task": " "},
    )
    for wrong in wrongs:
        with pytest.raises(Invalid):
            actions.take_up(actor=world.leader, pk=topic.pk, **{**given, **wrong})
    with pytest.raises(Missing):
        actions.report(actor=world.road, pk=topic.pk, result="搬走了")
    actions.take_up(actor=world.leader, pk=topic.pk, owner_id=road.pk, due_on=soon(), task="夜间不生产")
    assert Notice.objects.filter(unit=road, template="topics.taken_up_notice").count() == 1
    with pytest.raises(Forbidden):
        actions.report(actor=world.clerk, pk=topic.pk, result="搬走了")
    actions.report(actor=world.road, pk=topic.pk, result="22 点后停产，加了围挡。")
    with pytest.raises(Forbidden):
        actions.verify(actor=world.road, pk=topic.pk, finding="看过")
    actions.send_back(actor=world.clerk, pk=topic.pk, finding="夜里还有车")
    actions.report(actor=world.road, pk=topic.pk, result="夜间罐车改道。")
    solved = actions.verify(actor=world.clerk, pk=topic.pk, finding="夜里去看过两次")
    assert (solved.state, solved.result) == ("solved", "夜间罐车改道。")
    again = actions.take_up(actor=world.leader, pk=topic.pk, owner_id=road.pk, due_on=soon(), task="又吵了")
    down = actions.put_down(actor=world.leader, pk=again.pk, reason="转日常")
    assert (down.state, down.owner_id) == ("open", None)


def test_the_forms_take_each_step(world: World, client: Client) -> None:
    topic, road = found(world), world.units["road"]
    case_id = topic.memberships.values_list("case_id", flat=True)[0]
    steps: tuple[tuple[str, str, dict[str, Any]], ...] = (
        ("clerk", "rename", {"title": "搅拌站"}),
        ("clerk", "split", {"title": "粉尘", "case_ids": [case_id]}),
        ("clerk", "dismiss", {"reason": "已有专班"}),
        ("clerk", "restore", {}),
        ("leader", "take_up", {"owner_id": road.pk, "due_on": soon().isoformat(), "task": "夜间不生产"}),
        ("road", "report", {"result": "停了"}),
        ("clerk", "send_back", {"finding": "没停"}),
        ("road", "report", {"result": "真停了"}),
        ("clerk", "verify", {"finding": "看过"}),
    )
    for name, step, given in steps:
        client.force_login(user_of(world, name))
        address = f"/topics/{topic.pk}/step/{step}/"
        assert client.get(address).status_code == 200, step
        answer = client.post(address, {"version": Topic.objects.get(pk=topic.pk).version, **given})
        assert answer.status_code == 302, (step, answer.content.decode()[-3000:])
    assert client.get(f"/topics/{topic.pk}/step/verify/").status_code == 409
    assert client.get(f"/topics/{topic.pk}/step/take_up/").status_code == 200
    assert "真停了" in client.get(f"/topics/{topic.pk}/").content.decode()
