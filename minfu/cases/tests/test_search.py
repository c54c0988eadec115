"""Searching by words: what one may see is found by its words, by how they are said, nearly; nothing else ever is."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from minfu.accounts.actor import Actor
from minfu.cases import states
from minfu.cases.models import Case, Kind, SearchEntry, SearchProgress
from minfu.cases.rules import access, actions, retention, search_entries, search_gather, search_pairs
from minfu.cases.rules.intake import Person, Spot
from minfu.cases.rules.lists import Filters
from minfu.cases.rules.search import search
from minfu.cases.rules.search_gather import Narrowing
from minfu.cases.tests.api import Caller
from minfu.cases.tests.desk import sign_in, text
from minfu.cases.tests.world import FENGPU_VILLAGES, PINGHU_VILLAGES, World
from minfu.kernel.errors import Forbidden, Invalid
from minfu.language.pairs import written

pytestmark = pytest.mark.django_db
FARM = "农业补贴一直没有发到手上，请查一查。"
LAMP = "村口路灯坏了，晚上看不见路"
NOISE = "夜里工地施工噪音很大，老人睡不着"
CALL = "请给我打电话，号码是13812345678，村里断水三天"
HERE, THERE = Spot(village_code=FENGPU_VILLAGES[0]), Spot(village_code=PINGHU_VILLAGES[0])


def _follow() -> None:
    """Do what the jobs do."""
    search_entries.keep_up()
    search_pairs.learn()


def _found(actor: Actor, typed: str, days: int = 0, **narrowed: str) -> list[int]:
    found = search(actor, typed, Narrowing(Filters.parse(narrowed), days))
    return [hit.case.pk for hit in found.hits]


def test_words_pinyin_initials_traditional_and_wrong_characters_find_a_demand(world: World) -> None:
    farm, lamp, noise = (world.register(description=one) for one in (FARM, LAMP, NOISE))
    _follow()
    for typed in (
        "农业", "农业补贴", "農業補貼", "nongye", "NongYe", "ny", "nybt", "农业 手上", "手上，农业", "农业补帖", "农业不贴",
        "农业布铁", "农业的补贴", "农补贴发到", "查一查农业", "农 业",
    ):  # fmt: skip
        assert _found(world.clerk, typed)[:1] == [farm.pk], typed
    assert _found(world.clerk, "噪音") == _found(world.clerk, "zaoyin") == [noise.pk]
    assert _found(world.clerk, "工地施工噪声") == [noise.pk]
    assert lamp.pk in _found(world.clerk, "凤埔村路灯")
    assert set(_found(world.clerk, "路灯不亮")) == {farm.pk, lamp.pk, noise.pk}, (
        "the category is searched, too"
    )
    assert _found(world.clerk, "路灯")[0] == lamp.pk, "what the text says itself counts, too"
    assert _found(world.clerk, "卫星") == _found(world.clerk, "weixing") == []


def test_exact_comes_before_near_and_near_says_so(world: World) -> None:
    world.register(description="全力抢修水管", category_code="")
    exact = world.register(description="权利没有保障", category_code="")
    _follow()
    found = search(world.dispatcher, "权利", Narrowing())
    assert found.hits[0].case.pk == exact.pk
    assert not found.near
    near = search(world.dispatcher, "权力", Narrowing())
    assert near.near
    assert len(near.hits) == 2


def test_what_is_no_word_is_refused_with_advice(world: World) -> None:
    for typed in (
        "",
        " ",
        "路",
        "，。！",
        "🙂",
        "13800001234",
        "123456789012",
        "350922199001011234",
        "'; --",
        "%_\\%",
    ):
        with pytest.raises(Invalid):
            search(world.clerk, typed, Narrowing())
    for typed in ("路灯" * 50_000, "<b>alert(1)</b>", "a" * 100_000, "xi" * 1_000, "\x00路灯\ud800"):
        search(world.clerk, typed, Narrowing())
    with pytest.raises(Forbidden):
        search(world.administrator, "路灯", Narrowing())


def test_personal_data_in_a_text_find_nothing(world: World) -> None:
    case = world.register(description=CALL)
    _follow()
    assert _found(world.clerk, "断水三天") == [case.pk]
    for typed in ("12345678号", "138 断水", "1381234 断水", "5678断水", "小满断水", "13812345678断水"):
        found = search(world.clerk, typed, Narrowing())
        assert not any(set("0123456789") & set("".join(hit.fit.marked)) for hit in found.hits), typed
    stored = "".join(map(written, SearchEntry.objects.get().keys))
    assert not set("0123456789") & set(stored)


def _varied(world: World) -> list[Case]:
    """Demands that different people may see, each with the same words in it."""
    told: list[dict[str, Any]] = [
        {},
        {"mode": "confidential"},
        {"kind": "wrongdoing"},
        {"kind": "complaint", "complained_unit_id": world.units[FENGPU_VILLAGES[0]].pk},
        {"kind": "wrongdoing", "complained_unit_id": world.units["fengpu"].pk},
        {"kind": "dispute", "category_code": "010101"},
        {"kind": "dispute"},
        {"spot": THERE},
        {"spot": THERE, "kind": "dispute"},
        {"spot": Spot(address="县里某处"), "category_code": ""},
        {"category_code": "040202", "spot": THERE},
        {"mode": "anonymous", "person": Person()},
    ]
    made = [world.register(description=f"{LAMP}，第{n}处断桥", **more) for n, more in enumerate(told)]
    made.append(world.register(world.worker, description=f"{LAMP}断桥", door="visit", spot=THERE))
    actions.accept(actor=world.officer, case_id=made[0].pk)
    actions.call_help(
        actor=world.officer, case_id=made[0].pk, unit_id=world.units["road"].pk, task="帮忙看看"
    )
    actions.place(actor=world.dispatcher, case_id=made[9].pk, village_code=PINGHU_VILLAGES[1])
    return made


def test_everyone_finds_what_they_may_see_and_nothing_else(world: World) -> None:
    made = _varied(world)
    _follow()
    for name, actor in world.actors.items():
        if name == "administrator":
            continue
        visible = set(
            access.cases_for(actor).filter(pk__in=[one.pk for one in made]).values_list("pk", flat=True)
        )
        assert set(_found(actor, "断桥")) == visible, name
        assert set(_found(actor, "断侨")) == visible, name
    assert len(set(_found(world.clerk, "断桥"))) > 2
    assert world.clerk.unit_id  # whoever loses sight of it finds it no longer, entry or not
    kept = SearchEntry.objects.count()
    Case.objects.filter(pk=made[0].pk).update(restricted=True)
    assert made[0].pk not in _found(world.officer, "断桥") or world.officer.unit_id == made[0].lead_id
    assert SearchEntry.objects.count() == kept


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_two_characters_of_what_one_may_see_find_it(world: World, data: st.DataObject) -> None:
    if not Case.objects.exists():
        for one in (FARM, LAMP, NOISE):
            world.register(description=one)
            world.register(description=one, spot=THERE, mode="confidential")
        _follow()
    actor = world.actors[
        data.draw(st.sampled_from(["clerk", "other_clerk", "officer", "dispatcher", "leader", "water"]))
    ]
    case = data.draw(st.sampled_from(list(Case.objects.order_by("pk"))))
    words = search_entries.words(case)
    run = data.draw(st.sampled_from([one for part in (words.title, words.told) for one in _runs(part)]))
    assert (case.pk in _found(actor, run)) == access.cases_for(actor).filter(pk=case.pk).exists(), run


def _runs(part: str) -> list[str]:
    return [f"{one}{other}" for one, other in pairwise(part) if one.isalpha() and other.isalpha()]


def test_the_marks_of_an_actor_never_hide_what_they_may_see(world: World) -> None:
    _varied(world)
    _follow()
    keys = {entry.case_id: set(entry.keys) for entry in SearchEntry.objects.all()}
    for name, actor in world.actors.items():
        marks = search_gather.reach(actor)
        for pk in access.cases_for(actor).values_list("pk", flat=True):
            assert marks is None or keys[pk] & set(marks), name


def test_a_search_is_narrowed_by_place_kind_state_and_time(world: World) -> None:
    with time_machine.travel(datetime.now(UTC) - timedelta(days=50)):
        old = world.register(description=LAMP)
    here, there = (
        world.register(description=LAMP, kind="hazard"),
        world.register(description=LAMP, spot=THERE),
    )
    taken = world.at("handling", description=LAMP)
    _follow()
    who = world.dispatcher
    assert set(_found(who, "路灯", days=30)) == {here.pk, there.pk, taken.pk}
    assert set(_found(who, "路灯", days=90)) == {old.pk, here.pk, there.pk, taken.pk}
    assert _found(who, "路灯", township=PINGHU_VILLAGES[0][:9] + "000") == [there.pk]
    assert _found(who, "路灯", village=PINGHU_VILLAGES[0], kind="request") == [there.pk]
    assert _found(who, "路灯", kind="hazard") == [here.pk]
    assert _found(who, "路灯", state=states.HANDLING) == [taken.pk]
    assert set(_found(who, "路灯", category="04")) == {old.pk, here.pk, there.pk, taken.pk}
    assert _found(who, "路灯", category="01") == _found(who, "路灯", state=states.SOLVED) == []


def test_a_new_demand_is_found_at_once_and_a_change_after_the_next_look(world: World) -> None:
    case = world.register(description=LAMP)
    assert _found(world.clerk, "路灯") == [case.pk], "before any job ran"
    _follow()
    assert _found(world.clerk, "线路老化") == []
    actions.classify(actor=world.clerk, case_id=case.pk, category_code="040102")
    search_entries.keep_up()
    assert _found(world.clerk, "线路老化") == [case.pk]


def test_what_is_erased_leaves_the_index_and_what_ended_stays_findable(world: World) -> None:
    case = world.at("solved", description=CALL)
    _follow()
    with time_machine.travel(datetime.now(UTC) + timedelta(days=900)):
        assert retention.erase_due()
        _follow()
    assert _found(world.clerk, "断水三天") == [case.pk]
    assert not set("0123456789") & set("".join(map(written, SearchEntry.objects.get().keys)))


def test_entries_are_made_for_an_installation_that_has_none_and_anew_when_a_name_changes(
    world: World, django_capture_on_commit_callbacks: Any
) -> None:
    cases = [world.register(description=f"{LAMP} {n}") for n in range(3)]
    search_entries.keep_up()
    assert SearchEntry.objects.count() == 3
    SearchEntry.objects.all().delete()
    told: list[int] = []
    assert search_entries.make_anew(told.append) == 3
    assert told[-1] == 3
    before = SearchEntry.objects.get(pk=cases[0].pk).keys
    Case.objects.filter(pk=cases[0].pk).update(description="另一件事")
    SearchProgress.objects.update(names="other names")
    search_entries.keep_up()
    assert SearchEntry.objects.get(pk=cases[0].pk).keys != before
    assert SearchProgress.objects.get().below == 0


# --- screens and API -----------------------------------------------------------------------------------------------


def _ask(client: Client, typed: str, **more: str) -> Any:
    return client.post(reverse("site:search"), {"q": typed, **more}, follow=True)


def test_the_one_box_leads_to_numbers_and_to_words(world: World) -> None:
    case = world.register(description=f"{LAMP}<script>alert(1)</script>")
    _follow()
    clerk = sign_in("clerk")
    assert _ask(clerk, case.number).redirect_chain[-1][0] == reverse("cases:case", args=[case.pk])
    answer = _ask(clerk, "路燈")
    shown = text(answer)
    assert "<mark>路灯</mark>" in shown
    assert "<script>alert" not in shown
    assert case.number in shown
    assert "路" not in answer.redirect_chain[-1][0], "no word stands in the address"
    again = clerk.get(answer.redirect_chain[-1][0] + "&kind=hazard")
    assert "没有找到" in text(again)
    assert _ask(clerk, "000000000000").status_code == 404
    assert _ask(clerk, "路").status_code == 422
    assert "过期" in text(clerk.get(reverse("cases:search") + "?s=none"))
    assert "没有找到" in text(_ask(sign_in("other_clerk"), "路燈"))


def test_pages_hold_what_was_found_and_a_wrong_page_is_the_nearest(world: World) -> None:
    made = [world.register(description=f"{LAMP}{n}") for n in range(23)]
    _follow()
    clerk = sign_in("clerk")
    first = _ask(clerk, "路灯")
    address = first.redirect_chain[-1][0]
    assert "23" in text(first)
    last = text(clerk.get(f"{address}&page=2"))
    assert last.count('search-row"') == 3
    assert text(clerk.get(f"{address}&page=99")).count('search-row"') == 3
    assert text(clerk.get(f"{address}&page=x")).count('search-row"') == 20
    assert clerk.get(f"{address}&state=nonsense").status_code == 422
    assert len(made) == 23


def test_programs_search_as_screens_do(world: World) -> None:
    case = world.register(description=CALL)
    _follow()
    told = Caller(world, "clerk").post("/cases/find", {"text": "断水"}).json()
    assert [one["case"]["id"] for one in told["items"]] == [case.pk]
    assert "13812345678" not in told["items"][0]["excerpt"]
    assert told["items"][0]["words"] == ["断水"]
    assert Caller(world, "clerk").post("/cases/find", {"text": "水"}).status_code == 422
    assert Caller(world, "administrator").post("/cases/find", {"text": "断水"}).status_code == 403
    assert Caller(world, "other_clerk").post("/cases/find", {"text": "断水"}).json()["items"] == []
    narrowed = {"text": "断水", "kind": str(Kind.HAZARD), "days": 7, "limit": 5}
    assert Caller(world, "clerk").post("/cases/find", narrowed).json()["items"] == []
