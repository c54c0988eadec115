"""Every step through its form: allowed for the right one, refused for others, stale, clicked twice, nothing typed lost."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from minfu.cases import events, states
from minfu.cases.forms.steps import FORMS
from minfu.cases.models import Approval, Case, Help
from minfu.cases.rules import access, actions
from minfu.cases.rules.intake import Spot
from minfu.cases.tests.desk import fresh, sign_in, step_url, take, text
from minfu.cases.tests.world import FENGPU_VILLAGES, PINGHU_VILLAGES, World
from minfu.kernel import clock, record

HOSTILE = "<script>alert(1)</script>'; DROP TABLE cases_case; --"
Make = Callable[[World], Case]


def _objected(world: World) -> Case:
    return actions.object_to(actor=world.officer, case_id=world.register().pk, reason="不归村里管")


def _paused(world: World) -> Case:
    case = world.at("handling")
    until = timezone.localdate(clock.now()) + timedelta(days=10)
    row = actions.ask_pause(
        actor=world.officer, case_id=case.pk, until=until, ground="expert", reason="等鉴定"
    )
    actions.decide(actor=world.clerk, approval_id=row.pk, grant=True)
    return Case.objects.get(pk=case.pk)


def _merged(world: World) -> Case:
    main, double = world.register(), world.register()
    return actions.merge(actor=world.clerk, case_id=double.pk, into_id=main.pk)


def _three_failed(world: World) -> Case:
    case = world.at("asking")
    actions.attempt(actor=world.clerk, case_id=case.pk, reached=False)
    return case


@dataclass
class Way:
    """A step: how the demand comes to where it may be taken, who takes it, what is typed, where it leads, who may not."""

    name: str
    make: Make
    who: str
    state: str
    typed: dict[str, Any] = field(default_factory=dict)
    unit: str = ""
    forbidden: tuple[str, ...] = ("officer",)


def _in(*states_: str, **more: Any) -> Make:
    return lambda world: world.at(states_[0], **more)


def _waiting(world: World) -> Case:
    return world.register(category_code="")


def _question(world: World) -> Case:
    return world.register(category_code="", kind="consultation")


def _soon() -> str:
    return (timezone.localdate(clock.now()) + timedelta(days=5)).isoformat()


WAYS = [
    Way("assign", _waiting, "clerk", "assigned", {"reason": "请尽快"}, FENGPU_VILLAGES[0]),
    Way("answer", _question, "clerk", "asking", {"text": "下月开始受理。"}),
    Way("accept", _in("assigned"), "officer", "handling", forbidden=("clerk",)),
    Way("object", _in("assigned"), "officer", "objected", {"reason": "归交通局管"}, forbidden=("clerk",)),
    Way("uphold", _objected, "clerk", "waiting", {"decision": "成立"}),
    Way("overrule", _objected, "clerk", "assigned", {"decision": "不成立"}),
    Way("report", _in("handling"), "officer", "reported", {"text": "换了灯", "settled_level": "village"}, forbidden=("clerk",)),
    Way("verify", _in("reported"), "clerk", "asking", {"finding": "现场看过"}),
    Way("send_back", _in("reported"), "clerk", "handling", {"finding": "还是黑的"}),
    Way("confirm", _in("asking"), "clerk", "solved", {"outcome": "solved", "satisfaction": "5"}),
    Way("note", _in("handling"), "officer", "handling", {"text": "已到现场", "contacted": "on"}, forbidden=("clerk",)),
    Way("call_help", _in("handling"), "officer", "handling", {"task": "来看线路"}, "road", forbidden=("clerk",)),
    Way("ask_extension", _in("handling"), "officer", "handling", {"amount": "2", "ground": "complex", "reason": "等"},
        forbidden=("clerk",)),
    Way("ask_pause", _in("handling"), "officer", "handling", {"until": "soon", "ground": "expert", "reason": "等"},
        forbidden=("clerk",)),
    Way("ask_deferral", _in("handling"), "officer", "handling", {"until": "soon", "ground": "funds", "reason": "等"},
        forbidden=("clerk",)),
    Way("resume", _paused, "officer", "handling", forbidden=()),
    Way("reassign", _in("handling"), "clerk", "assigned", {"reason": "换一家"}, "fengpu"),
    Way("divert", _waiting, "clerk", "diverted", {"diversion": "petition"}),
    Way("unmerge", _merged, "clerk", "assigned", {"reason": "不是同一件"}),
    Way("withdraw", _in("assigned"), "clerk", "withdrawn", {"reason": "居民说不用了"}),
    Way("place", _waiting, "clerk", "waiting", {"village": FENGPU_VILLAGES[1]}),
    Way("classify", _waiting, "clerk", "assigned", {"category": "040101", "kind": "request", "urgency": "urgent"}),
    Way("attempt", _in("asking"), "clerk", "asking", {"reached": "no", "channel": "phone"}),
    Way("remark", _in("handling"), "clerk", "handling", {"text": "请留意"}, forbidden=("auditor",)),
]  # fmt: skip


def _typed(world: World, way: Way) -> dict[str, Any]:
    typed = {name: _soon() if value == "soon" else value for name, value in way.typed.items()}
    return {**typed, "unit": world.units[way.unit].pk} if way.unit else typed


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.name)
def test_a_step_is_taken_through_its_form_by_the_right_one(world: World, way: Way) -> None:
    case = way.make(world)
    client = sign_in(way.who)
    page = client.get(step_url(case, way.name))
    assert page.status_code == 200
    assert str(states.CASE.step(way.name).label) in text(page)
    answer = take(client, case, way.name, **_typed(world, way))
    assert answer.status_code == 302, text(answer)
    case.refresh_from_db()
    assert case.state == way.state
    assert case.number in text(client.get(answer.headers["Location"]))


@pytest.mark.parametrize("way", [one for one in WAYS if one.forbidden], ids=lambda way: way.name)
def test_a_step_is_refused_to_who_plays_another_part_and_hidden_from_other_areas(
    world: World, way: Way
) -> None:
    case = way.make(world)
    for name in way.forbidden:
        client = sign_in(name)
        assert client.get(step_url(case, way.name)).status_code == 403
        before = case.state
        assert take(client, case, way.name, **_typed(world, way)).status_code == 403
        case.refresh_from_db()
        assert case.state == before
    outside = sign_in("other_clerk")
    assert outside.get(step_url(case, way.name)).status_code == 404
    assert take(outside, case, way.name, **_typed(world, way)).status_code == 404


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.name)
def test_a_second_click_does_nothing_and_says_nothing_wrong(world: World, way: Way) -> None:
    case = way.make(world)
    client, page = sign_in(way.who), fresh(case)
    typed = {**page, **_typed(world, way)}
    assert client.post(step_url(case, way.name), typed).status_code == 302
    told = len(record.history((events.SUBJECT, case.pk)))
    again = client.post(step_url(case, way.name), typed)
    assert again.status_code == 302, text(again)
    assert len(record.history((events.SUBJECT, case.pk))) == told


def test_every_step_a_person_takes_has_a_form(world: World) -> None:
    by_approval = {"pause", "defer"}
    staffs = {step.name for step in states.CASE.steps if step.by != "reporter"}
    assert staffs - by_approval == set(FORMS)


@pytest.mark.parametrize("state", ["assigned", "handling", "reported", "asking", "solved"])
@pytest.mark.parametrize("name", ["officer", "clerk", "dispatcher", "leader", "auditor"])
def test_the_buttons_are_the_steps_the_rules_allow(world: World, state: str, name: str) -> None:
    case = world.at(state)
    page = sign_in(name).get(reverse("cases:case", args=[case.pk]))
    drawn = {button.step.name for button in (*page.context["main"], *page.context["rare"])}
    assert drawn == {step.name for step in access.next_steps(getattr(world, name), case)}
    client = sign_in(name)
    for step in drawn:
        assert client.get(step_url(case, step)).status_code == 200


def test_a_stale_page_says_what_changed_and_keeps_what_was_typed(world: World) -> None:
    case = world.at("handling")
    page = fresh(case)
    actions.note(actor=world.officer, case_id=case.pk, what="同事刚写的进展")
    words = f"我写了很久的办结报告 {HOSTILE}"
    client = sign_in("officer")
    # The officer's own note was taken in another window: still another step than this one.
    answer = client.post(step_url(case, "report"), {**page, "text": words, "settled_level": "village"})
    shown = text(answer)
    assert answer.status_code == 409
    assert "同事刚写的进展" in shown
    assert "我写了很久的办结报告 &lt;script&gt;" in shown
    assert "<script>alert" not in shown
    case.refresh_from_db()
    assert case.state == "handling"
    again = client.post(step_url(case, "report"), {**fresh(case), "text": words, "settled_level": "village"})
    assert again.status_code == 302
    assert f'name="version" value="{case.version}"' in shown


def test_a_step_no_longer_allowed_keeps_the_text_and_says_so(world: World) -> None:
    case = world.at("reported")
    page = fresh(case)
    actions.verify(actor=world.dispatcher, case_id=case.pk, finding="县里看过")
    answer = sign_in("clerk").post(step_url(case, "verify"), {**page, "finding": "我也去看过"})
    assert answer.status_code == 409
    assert "我也去看过" in text(answer)
    assert "县里看过" in text(answer)
    without = sign_in("clerk").post(step_url(case, "verify"), {"finding": "我也去看过"})
    assert without.status_code == 409
    assert "待居民确认" in text(without)


@pytest.mark.parametrize(
    ("name", "make", "who", "typed", "sentence"),
    [
        ("assign", _waiting, "clerk", {"reason": "没选单位"}, "请选择“责任单位”。"),
        ("report", _in("handling"), "officer", {"settled_level": "village"}, "请填写“做了什么、结果如何”。"),
        ("report", _in("handling"), "officer", {"text": "长" * 4000, "settled_level": "village"}, "最多 3000 字"),
        ("ask_extension", _in("handling"), "officer", {"amount": "99", "ground": "complex", "reason": "要"}, "延期可填 1 到 5"),
        ("ask_pause", _in("handling"), "officer", {"until": "2020-01-01", "ground": "expert", "reason": "等"},
         "日期应在明天之后"),
        ("confirm", _in("asking"), "clerk", {"outcome": "not_solved"}, "请说说哪里没有解决"),
        ("place", _waiting, "clerk", {"village": "999999999999"}, "没有这个选项"),
        ("merge", _waiting, "clerk", {"into": HOSTILE[:30]}, "编号应像"),
        ("merge", _waiting, "clerk", {"into": "20261122-9999999"}, "没有找到这件诉求"),
        ("link", _waiting, "clerk", {"other": "20261122-9999999"}, "没有找到"),
        ("close_unconfirmed", _three_failed, "clerk", {}, "须在不同日期联系 3 次"),
        ("object", _in("assigned"), "officer", {"reason": "\x00不归我"}, "无法识别的字符"),
    ],
)  # fmt: skip
def test_a_refusal_is_a_sentence_at_the_field_and_nothing_typed_is_lost(
    world: World, name: str, make: Make, who: str, typed: dict[str, str], sentence: str
) -> None:
    case = make(world)
    before = case.state
    answer = take(sign_in(who), case, name, **typed)
    page = text(answer)
    assert answer.status_code in (404, 409, 422)
    assert sentence in page
    assert "<script>alert" not in page
    if "\x00" not in "".join(typed.values()) and answer.status_code != 404:
        for value in (value for key, value in typed.items() if key not in ("village", "grid")):
            assert value in page or value in page.replace("&#x27;", "'").replace("&lt;", "<").replace(
                "&gt;", ">"
            )
    case.refresh_from_db()
    assert case.state == before


def test_merging_shows_the_other_demand_first(world: World) -> None:
    main, double = world.register(description="主单:路灯坏了"), world.register(description="重复:还是那盏灯")
    client = sign_in("clerk")
    shown = take(client, double, "merge", into=main.number)
    assert shown.status_code == 200
    assert "主单:路灯坏了" in text(shown)
    double.refresh_from_db()
    assert double.state == "assigned"
    done = take(client, double, "merge", into=main.number, shown=main.pk, reason="同一盏")
    assert done.status_code == 302
    double.refresh_from_db()
    assert (double.state, double.merged_into_id) == ("merged", main.pk)
    page = text(client.get(reverse("cases:case", args=[main.pk])))
    assert double.number in page


def test_likely_duplicates_are_offered_to_merge_into(world: World) -> None:
    with time_machine.travel(datetime.now(UTC) - timedelta(days=61)):
        world.register(description="两个月前的路灯")
    same_grid = world.register(description="同一网格的路灯")
    others = [world.register(description=f"同村的路灯{number}") for number in range(5)]
    world.register(description="别的事", category_code="040102")
    world.register(description="保密的路灯", mode="confidential")
    world.register(description="外乡的路灯", spot=Spot(village_code=PINGHU_VILLAGES[0]))
    world.at("asking", description="已经修好的路灯")
    double = world.register(description="重复的路灯")
    Case.objects.filter(pk__in=[one.pk for one in others]).update(grid=None)
    client = sign_in("clerk")
    form = client.get(step_url(double, "merge")).context["form"]
    offered = [value for value, _label in form.fields["likely"].choices]
    assert offered == [same_grid.number, *(one.number for one in others[:0:-1]), "other"]
    assert "同一网格的路灯" in text(client.get(step_url(double, "merge")))
    neither = take(client, double, "merge", likely="other")
    assert neither.status_code == 422
    assert "请选一单，或填对方的编号。" in text(neither)
    shown = take(client, double, "merge", likely=same_grid.number)
    assert shown.status_code == 200
    assert "并入这一单" in text(shown)
    done = take(client, double, "merge", likely=same_grid.number, shown=same_grid.pk)
    assert done.status_code == 302
    double.refresh_from_db()
    assert double.merged_into == same_grid


def test_a_number_typed_goes_before_the_choice(world: World) -> None:
    first, second, double = (world.register(description=f"第{number}盏灯") for number in range(3))
    Case.objects.filter(pk=double.pk).update(grid=None)
    client = sign_in("clerk")
    typed = {"likely": first.number, "into": second.number}
    assert "第1盏灯" in text(take(client, double, "merge", **typed))
    assert take(client, double, "merge", **typed, shown=second.pk).status_code == 302
    double.refresh_from_db()
    assert double.merged_into == second


def test_where_nothing_is_alike_only_the_number_is_asked(world: World) -> None:
    lost = world.register(category_code="", spot=Spot())
    form = sign_in("clerk" if lost.desk == world.units["fengpu"] else "dispatcher").get(
        step_url(lost, "merge")
    )
    assert "likely" not in form.context["form"].fields
    assert form.context["form"].fields["into"].required


def test_a_foreign_demand_can_neither_be_merged_into_nor_linked(world: World) -> None:
    case = world.register()
    foreign = world.register(spot=Spot(village_code=PINGHU_VILLAGES[0]), description="外乡镇的秘密内容")
    client = sign_in("clerk")
    shown = take(client, case, "merge", into=foreign.number)
    assert "外乡镇的秘密内容" not in text(shown)
    assert "没有找到这件诉求" in text(shown)
    assert "外乡镇的秘密内容" not in text(take(client, case, "link", other=foreign.number))


def test_linked_demands_show_each_other(world: World) -> None:
    one, other = world.register(), world.register()
    client = sign_in("clerk")
    assert take(client, one, "link", other=other.number).status_code == 302
    assert other.number in text(client.get(reverse("cases:case", args=[one.pk])))
    assert one.number in text(client.get(reverse("cases:case", args=[other.pk])))


def test_placing_offers_the_likely_places_first_and_sends_it_on(world: World) -> None:
    case = world.register(spot=Spot(address="凤埔乡"), category_code="040101")
    assert case.village_code == ""
    client = sign_in("clerk")
    page = client.get(step_url(case, "place") + f"?pick={FENGPU_VILLAGES[0]}")
    assert re.search(rf'value="{FENGPU_VILLAGES[0]}"[^>]* selected', text(page))
    answer = take(client, case, "place", village=FENGPU_VILLAGES[0], grid=world.grid.pk)
    assert answer.status_code == 302
    case.refresh_from_db()
    assert (case.state, case.grid_id) == ("assigned", world.grid.pk)


def test_a_demand_sent_out_of_sight_leads_back_to_the_list(world: World) -> None:
    case = world.register(category_code="040202")
    assert case.lead == world.units["water"]
    client = sign_in("water")
    actions.object_to(actor=world.water, case_id=case.pk, reason="不归水利管")
    desk = sign_in("dispatcher")
    assert take(desk, case, "uphold", decision="成立").status_code == 302
    assert client.get(reverse("cases:case", args=[case.pk])).status_code == 404


def test_the_suggestion_stands_first_with_its_reason(world: World) -> None:
    case = world.at("asking")
    actions.confirm(actor=world.resident(case), case_id=case.pk, outcome="not_solved", remark="还是黑的")
    page = text(sign_in("clerk").get(step_url(case, "assign")))
    assert "建议：凤埔村村委会" in page
    assert page.index("凤埔村村委会") < page.index("际头村村委会")
    assert "县水利局" in page


def test_what_is_reserved_for_departments_is_not_offered_to_villages(world: World) -> None:
    case = world.at("asking")
    actions.confirm(actor=world.resident(case), case_id=case.pk, outcome="not_solved", remark="还是黑的")
    actions.classify(actor=world.clerk, case_id=case.pk, category_code="040201")
    page = text(sign_in("clerk").get(step_url(case, "assign")))
    assert "县水利局" in page
    assert "际头村村委会" not in page


def test_splitting_makes_a_demand_of_each_part_and_keeps_what_was_typed(world: World) -> None:
    case = world.register(category_code="", description="路灯坏了,另外水也停了")
    client = sign_in("clerk")
    parts = {
        "p0-description": "路灯坏了",
        "p0-category": "040101",
        "p0-kind": "request",
        "p1-kind": "request",
    }
    missing = take(client, case, "split", count="2", **parts)
    assert missing.status_code == 422
    assert "路灯坏了</textarea>" in text(missing)
    more = take(client, case, "split", count="2", more="1", **parts)
    assert more.status_code == 200
    assert "第 3 单" in text(more)
    typed = {**parts, "p1-description": "水停了", "p1-category": "040202", "count": "2", "reason": "两件事"}
    page = fresh(case)
    assert client.post(step_url(case, "split"), {**page, **typed}).status_code == 302
    case.refresh_from_db()
    assert case.state == "split"
    assert {one.category.code for one in case.split_cases.select_related("category") if one.category} == {
        "040101",
        "040202",
    }
    assert client.post(step_url(case, "split"), {**page, **typed}).status_code == 302
    assert case.split_cases.count() == 2


# --- requests, help, contact -------------------------------------------------------------------------------------


def _asked(world: World) -> Approval:
    case = world.at("handling")
    return actions.ask_extension(
        actor=world.officer, case_id=case.pk, amount=2, ground="complex", reason="等配件"
    )


def test_a_request_is_decided_by_a_second_person_with_a_reason_for_no(world: World) -> None:
    row = _asked(world)
    url = reverse("cases:decide", args=[row.pk])
    assert sign_in("officer").get(url).status_code == 403
    assert sign_in("other_clerk").get(url).status_code == 404
    client = sign_in("leader")
    assert "等配件" in text(client.get(url))
    refused = client.post(url, {"grant": "no", "decision": ""})
    assert refused.status_code == 422
    assert "请写明不批准的原因" in text(refused)
    assert client.post(url, {"grant": "yes"}).status_code == 302
    row.refresh_from_db()
    assert row.state == "granted"
    assert client.post(url, {"grant": "yes"}).status_code == 302


def test_a_helper_comes_and_finishes_and_nobody_else_does(world: World) -> None:
    case = world.at("handling")
    row = actions.call_help(
        actor=world.officer, case_id=case.pk, unit_id=world.units["road"].pk, task="看线路"
    )
    come, finish = (reverse("cases:help", args=[row.pk, name]) for name in ("come", "finish"))
    assert sign_in("water").post(come, {}).status_code == 404
    assert sign_in("clerk").post(come, {}).status_code == 403
    client = sign_in("road")
    assert come in text(client.get(reverse("cases:case", args=[case.pk])))
    assert client.post(come, {}).status_code == 302
    assert client.post(finish, {"result": ""}).status_code == 422
    assert client.post(finish, {"result": "换了线"}).status_code == 302
    assert Help.objects.get().state == "done"


def test_a_contact_is_shown_for_a_purpose_and_both_records_say_who_looked(world: World) -> None:
    case = world.register()
    url = reverse("cases:reveal", args=[case.pk])
    client = sign_in("clerk")
    page = text(client.get(reverse("cases:case", args=[case.pk])))
    assert "138****1234" in page
    assert "13800001234" not in page
    without = client.post(url, {"purpose": "contact", "explanation": ""})
    assert without.status_code == 422
    assert "13800001234" not in text(without)
    shown = client.post(url, {"purpose": "contact", "explanation": "电话核实位置"})
    assert "13800001234" in text(shown)
    assert "no-store" in shown.headers["Cache-Control"]
    last = record.history((events.SUBJECT, case.pk))[-1]
    assert (last.name, last.reason, last.actor_user_id) == (
        events.REVEALED,
        "电话核实位置",
        world.clerk.user_id,
    )
    assert "联系本人了解情况" in text(client.get(reverse("cases:case", args=[case.pk])))


def test_the_unit_complained_about_sees_neither_who_nor_how_to_look(world: World) -> None:
    case = world.register(
        kind="complaint", complained_unit_id=world.units[FENGPU_VILLAGES[0]].pk, category_code="040102"
    )
    client = sign_in("officer")
    page = client.get(reverse("cases:case", args=[case.pk]))
    assert "138****1234" not in text(page)
    answer = client.post(
        reverse("cases:reveal", args=[case.pk]), {"purpose": "contact", "explanation": "想知道是谁"}
    )
    assert answer.status_code == 403
    assert "13800001234" not in text(answer)


def test_the_receipt_is_not_shown_to_the_unit_in_charge(world: World) -> None:
    """Whoever holds the receipt speaks as the resident."""
    case = world.at("asking")
    assert case.receipt not in text(sign_in("officer").get(reverse("cases:case", args=[case.pk]))).replace(
        " ", ""
    )
