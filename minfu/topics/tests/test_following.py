"""The software's part: demands join topics, people are counted, restricted ones never enter, nobody's decision is undone."""

import pytest
from time_machine import TimeMachineFixture

from minfu.cases.models import Case
from minfu.cases.rules import actions as demands
from minfu.cases.rules.intake import Person
from minfu.cases.tests.world import FENGPU, FENGPU_VILLAGES, PINGHU_VILLAGES, World
from minfu.language import topics as language
from minfu.topics.models import Membership, Progress, Topic
from minfu.topics.rules import actions, following
from minfu.topics.tests.story import OTHERS, PLANT, WATER, found, of, tell


def test_demands_of_one_matter_join_and_people_are_counted_not_messages(world: World) -> None:
    tell(world, OTHERS, first=500)
    plant = tell(world, PLANT)
    again = tell(
        world, ["镇南搅拌站夜里罐车噪音还是吵"] * 3, person=Person(name="林小满", phone="13800000001")
    )
    water = tell(world, WATER, village=FENGPU_VILLAGES[1], first=20)
    assert following.follow() == len(OTHERS) + len(PLANT) + 3 + len(WATER)
    topic, other = of(plant[-1]), of(water[-1])
    assert topic != other
    assert {of(one) for one in again} == {topic}
    assert (topic.demands, topic.people, topic.recent) == (len(PLANT) + 3, len(PLANT), len(PLANT))
    assert "搅拌站" in topic.title
    assert (topic.place, topic.townships) == (FENGPU_VILLAGES[0], [FENGPU])
    assert (other.people, other.place) == (len(WATER), FENGPU_VILLAGES[1])
    assert following.follow() == 0


def test_a_topic_over_two_townships_lies_in_both(world: World) -> None:
    topic = found(world)
    case = tell(world, ["镇南搅拌站的罐车开到我们平湖，夜里噪音大"], village=PINGHU_VILLAGES[0], first=40)[0]
    following.follow()
    topic = of(case)
    assert topic.place == ""
    assert topic.townships == sorted([FENGPU, PINGHU_VILLAGES[0][:9] + "000"])


def test_whoever_leaves_no_name_counts_once_a_day(world: World) -> None:
    topic = found(world)
    tell(world, PLANT[:4], mode="anonymous", person=Person())
    following.follow()
    before, topic = topic, Topic.objects.get(pk=topic.pk)
    assert topic.demands == before.demands + 4
    assert topic.people == before.people + 1


def test_restricted_demands_never_enter_and_leave_when_they_become_so(world: World) -> None:
    topic = found(world)
    secret = tell(world, ["镇南搅拌站夜里罐车噪音，我怕报复"], mode="confidential")[0]
    following.follow()
    assert not Membership.objects.filter(case_id=secret.pk).exists()
    open_one = tell(world, ["镇南搅拌站夜里罐车噪音，还打人"], first=30)[0]
    following.follow()
    assert of(open_one) == topic
    demands.classify(
        actor=world.clerk, case_id=open_one.pk, category_code="010101", kind="dispute", urgency="normal"
    )
    following.follow()
    assert not Membership.objects.filter(case_id=open_one.pk).exists()
    assert Topic.objects.get(pk=topic.pk).people == topic.people


def test_a_title_goes_with_the_demand_that_said_it(world: World) -> None:
    topic = found(world)
    said = next(
        one.pk
        for one in Case.objects.filter(pk__in=topic.memberships.values("case_id"))
        if topic.title in one.description
    )
    demands.classify(
        actor=world.clerk, case_id=said, category_code="010101", kind="dispute", urgency="normal"
    )
    following.follow()
    after = Topic.objects.get(pk=topic.pk)
    assert after.demands == topic.demands - 1
    assert after.title
    assert after.title != topic.title


def test_titles_hold_no_personal_data(world: World) -> None:
    topic = found(
        world,
        ["搅拌站罐车夜里噪音大，打13905910000找林大山", *(f"{text}，电话13905910000" for text in PLANT)],
    )
    assert "1390591" not in topic.title


def test_another_worker_goes_on_where_the_first_ended(world: World) -> None:
    topic = found(world)
    following.forget()  # as after a start: texts are rebuilt from what is stored
    case = tell(world, ["镇南搅拌站罐车夜里噪音太吵"], first=60)[0]
    assert following.follow() == 1
    assert of(case) == topic


def test_a_batch_that_fails_is_read_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    tell(world, [*OTHERS, *PLANT])

    def die(*_args: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(following, "_look_again", die)
        with pytest.raises(KeyboardInterrupt):
            following.follow()
    assert not Membership.objects.exists()
    assert following.follow() == len(OTHERS) + len(PLANT)
    assert Membership.objects.count() == len(OTHERS) + len(PLANT)


def _remembered() -> set[tuple[int | None, bool, frozenset[int]]]:
    """Return what the worker remembers: row, whether people decided about it, texts. Who is alone is in no row."""
    memory = following._kept[0]
    stream = memory.stream
    return {
        (memory.topic_of.get(one), one in stream.kept, frozenset(stream.members(one)))
        for one in stream.topics()
    }


def test_after_a_decision_only_what_it_touched_is_remembered_anew(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    topic = found(world)
    told = tell(world, WATER, village=FENGPU_VILLAGES[1], first=20)
    following.follow()
    water = of(told[-1])
    chosen = list(topic.memberships.values_list("case_id", flat=True)[:2])
    secret = tell(world, ["镇南搅拌站夜里罐车噪音，还打人"], first=30)[0]
    following.follow()
    rebuilt = following._rebuilt

    def never(_stamp: object) -> None:
        raise AssertionError

    with monkeypatch.context() as patched:
        patched.setattr(following, "_rebuilt", never)
        part = actions.split(actor=world.clerk, pk=topic.pk, case_ids=chosen, title="搅拌站粉尘")
        actions.rename(actor=world.clerk, pk=part.pk, title="粉尘")
        actions.merge(actor=world.clerk, pk=water.pk, into=topic.pk)
        demands.classify(
            actor=world.clerk, case_id=secret.pk, category_code="010101", kind="dispute", urgency="normal"
        )
        late = tell(world, ["镇南搅拌站罐车夜里噪音太吵"], first=60)[0]
        assert following.follow() == 1
        brought_up = _remembered()
    assert of(late).pk in {topic.pk, part.pk}
    assert secret.pk not in {key for *_rest, keys in brought_up for key in keys}
    following._kept[:] = [rebuilt(Progress.objects.get().stamp)]
    assert brought_up == _remembered()


def test_after_more_decisions_than_are_kept_the_texts_are_rebuilt(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    topic = found(world)
    monkeypatch.setattr(following, "MOST_DECIDED", 2)
    for number in range(3):
        actions.rename(actor=world.clerk, pk=topic.pk, title=f"搅拌站{number}")
    before = following._kept[0]
    tell(world, ["镇南搅拌站罐车夜里噪音太吵"], first=60)
    assert following.follow() == 1
    assert following._kept[0] is not before


def test_the_web_holds_no_texts(world: World, client: object) -> None:
    found(world)
    following.forget()
    actions.rename(actor=world.clerk, pk=Topic.objects.latest("people").pk, title="搅拌站")
    assert not following._kept


def test_what_is_a_month_old_cools(world: World, time_machine: TimeMachineFixture) -> None:
    topic = found(world)
    assert topic.heat > 0
    assert following.cool() == 0
    time_machine.move_to(topic.last_at.replace(year=topic.last_at.year + 1))
    assert following.cool() >= 1
    topic.refresh_from_db()
    assert (topic.heat, topic.recent, topic.people) == (0, 0, len(PLANT))


def test_the_newest_are_read_first_in_a_county_that_has_many(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    cases = tell(world, [*OTHERS, *PLANT])
    monkeypatch.setattr(language, "HELD", len(PLANT))
    following.follow()
    assert set(Membership.objects.values_list("case_id", flat=True)) == {
        one.pk for one in cases[-len(PLANT) :]
    }
    assert Progress.objects.get().cursor > 0
