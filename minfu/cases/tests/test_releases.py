"""The public board: what is released by whom, which words are refused, who may withdraw, and what is never told."""

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from minfu.accounts.actor import Actor, resident
from minfu.cases import events
from minfu.cases.models import Case, Release
from minfu.cases.rules import actions, asking, disclosure, releases
from minfu.cases.rules.intake import Person
from minfu.cases.tests.api import Caller
from minfu.cases.tests.residents import words
from minfu.cases.tests.screens import client_of
from minfu.cases.tests.test_resident_follow import prove
from minfu.cases.tests.world import FENGPU, PINGHU, World
from minfu.disputes import door as disputes
from minfu.kernel import clock, record
from minfu.kernel.errors import Forbidden, Invalid, Missing, Refused
from minfu.kernel.steps import StepRefused
from minfu.notices.models import Notice

WHAT, DONE = "照明设施故障，夜间出行不便", "村里更换灯具，当晚恢复照明，并加了每周巡查"


def told(world: World, **more: object) -> Release:
    """Return a solved demand that the township's clerk has released."""
    case = world.at("solved", **more)
    return actions.release(actor=world.clerk, case_id=case.pk, what=WHAT, done=DONE)


def refused(world: World, case: Case, actor: Actor | None = None, **words_: str) -> Refused:
    """Return the refusal of a release."""
    with pytest.raises(Refused) as caught:
        actions.release(
            actor=actor or world.clerk,
            case_id=case.pk,
            what=words_.get("what", WHAT),
            done=words_.get("done", DONE),
        )
    return caught.value


def names(case: Case) -> list[str]:
    return [event.name for event in record.history((events.SUBJECT, case.pk))]


def test_a_clerk_releases_and_withdraws_on_screens(world: World) -> None:
    case = world.at("solved")
    desk = client_of(world, "clerk")
    assert case.number in words(desk.get("/cases/releases/"))
    page = words(desk.get(f"/cases/{case.pk}/release/"))
    assert "路灯不亮" in page
    assert "凤埔乡 凤埔" in page
    assert case.description not in page
    answer = desk.post(f"/cases/{case.pk}/release/", {"what": WHAT, "done": DONE})
    row = Release.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"/cases/releases/{row.pk}/")
    assert (row.state, row.village_code, row.unit) == ("released", "", world.units["fengpu"])
    assert row.month is not None
    assert row.month.day == 1
    assert names(case)[-1] == events.RELEASED
    assert Notice.objects.filter(event=events.RELEASED, subject_id=case.pk).exists()
    assert desk.post(f"/cases/releases/{row.pk}/", {"reason": ""}).status_code == 422
    assert desk.post(f"/cases/releases/{row.pk}/", {"reason": "写错了月份"}).status_code == 302
    row.refresh_from_db()
    assert (row.state, row.reason) == ("withdrawn", "写错了月份")
    last = record.history((events.SUBJECT, case.pk))[-1]
    assert (last.name, last.reason) == (events.RELEASE_WITHDRAWN, "写错了月份")
    with pytest.raises(StepRefused):
        actions.withdraw_release(actor=world.clerk, release_id=row.pk, reason="再撤一次")


def test_only_desks_of_the_area_and_none_that_did_the_work(world: World) -> None:
    case = world.at("solved")
    assert isinstance(refused(world, case, world.officer), Forbidden)
    assert isinstance(refused(world, case, world.leader), Forbidden)
    assert isinstance(refused(world, case, world.other_clerk), Missing)
    own = _done_by_desk(world)
    assert "本单位办的" in str(refused(world, own, world.clerk).message)
    actions.release(actor=world.dispatcher, case_id=own.pk, what=WHAT, done=DONE)
    row = told(world)
    with pytest.raises(Missing):
        actions.withdraw_release(actor=world.other_clerk, release_id=row.pk, reason="不归我")
    with pytest.raises(Forbidden):
        actions.withdraw_release(actor=world.officer, release_id=row.pk, reason="不归我")


def _done_by_desk(world: World) -> Case:
    """Return a solved demand that the township's desk did itself."""
    case = world.register(category_code="040102")
    assert case.lead == world.units["fengpu"]
    actions.accept(actor=world.clerk, case_id=case.pk)
    actions.report(actor=world.clerk, case_id=case.pk, what="换了线。")
    actions.verify(actor=world.dispatcher, case_id=case.pk, finding="看过。")
    return actions.confirm(actor=world.resident(case), case_id=case.pk, outcome="solved")


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"mode": "confidential"}, "保密"),
        ({"kind": "dispute", "category_code": "040101"}, "纠纷"),
    ],
)
def test_what_is_never_released(world: World, more: dict[str, str], sentence: str) -> None:
    disputes.load_defaults()
    case = world.at("solved", **more)
    assert sentence in str(refused(world, case, world.dispatcher).message)
    assert not releases.candidates(world.dispatcher).filter(pk=case.pk).exists()
    _database_refuses(world, case)


def test_a_complaint_about_a_unit_is_never_released(world: World) -> None:
    case = world.at("solved", kind="complaint", complained_unit_id=world.units["road"].pk)
    assert "反映单位" in str(refused(world, case, world.dispatcher).message)
    _database_refuses(world, case)
    page = client_of(world, "dispatcher").get(f"/cases/{case.pk}/release/")
    assert page.status_code == 409


def test_wrongdoing_is_never_released() -> None:
    case = Case(kind="wrongdoing", state="solved")
    assert "举报" in releases.never(case)


def _database_refuses(world: World, case: Case) -> None:
    """Whoever writes past the verb is refused too."""
    with pytest.raises(IntegrityError), transaction.atomic():
        Release.objects.create(
            case=case, state="released", kind="request", what=WHAT, done=DONE, released_by_id=world.clerk.post_id,
            released_at=clock.now(),
        )  # fmt: skip


def test_what_is_not_solved_is_not_released(world: World) -> None:
    case = world.at("asking")
    assert refused(world, case).code == "not_solved"
    _database_refuses(world, case)


def test_the_words_once_released_do_not_change(world: World) -> None:
    row = told(world)
    assert refused(world, row.case).code == "released_before"
    with pytest.raises(Exception, match="Cannot update"), transaction.atomic():
        Release.objects.filter(pk=row.pk).update(done="别的话")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("请打13800001234", "手机号"),
        ("请打１３８ ０００ ０１２３４", "手机号"),
        ("电话一三八零零零零一二三四", "手机号"),
        ("138-0000-1234联系", "手机号"),
        ("座机0593-3881234", "电话号码"),
        ("身份证11010519491231002X", "身份证"),
        ("卡号6222 0210 0111 6245 702", "银行卡"),
        ("闽J·12345的车", "车牌"),
        ("粤BD12345", "车牌"),
        ("写信到a.b@example.com", "邮箱"),
        ("林小满很满意", "反映人"),
        ("林 小 满很满意", "反映人"),
        ("反映说村口路灯坏了，晚上看不见路", "原话"),
        ("村口路灯坏了晚上看不见路", "原话"),
    ],
)
def test_words_that_tell_who_it_was_are_refused(world: World, text: str, sentence: str) -> None:
    case = world.at("solved")
    refusal = refused(world, case, done=text)
    assert isinstance(refusal, Invalid)
    assert sentence in "".join(refusal.fields["done"])
    answer = client_of(world, "clerk").post(
        f"/cases/{case.pk}/release/", {"what": WHAT, "done": text, "checked": "on"}
    )
    assert answer.status_code == 422
    assert sentence in words(answer)
    assert not Release.objects.exists()


def test_a_number_cut_in_two_is_found(world: World) -> None:
    case = world.at("solved")
    assert "手机号" in str(refused(world, case, what="联系138000", done="01234").message)


@pytest.mark.parametrize(
    "text", ["2026-11-22 修好", "2026年11月22日", "补了300米，花了12 万元", "3 天内办结", "第一批一共五十户"]
)
def test_dates_and_amounts_are_no_numbers_of_people(text: str) -> None:
    assert disclosure.refusals(text) == []


@given(st.from_regex(r"1[3-9]\d{9}", fullmatch=True), st.sampled_from(["", " ", "-", "·", "\u200b", " - "]))
def test_every_mobile_number_is_found_however_it_is_parted(number: str, sign: str) -> None:
    assert disclosure.refusals(f"联系{sign.join(number)}。") != []


def test_names_and_houses_are_warned_of_and_released_once_checked(world: World) -> None:
    case = world.at("solved")
    done = "给陈阿姨家和12号门前都换了灯"
    refusal = refused(world, case, done=done)
    assert isinstance(refusal, Invalid)
    said = "".join(refusal.fields["checked"])
    assert "陈阿姨" in said
    assert "12号" in said
    row = actions.release(actor=world.clerk, case_id=case.pk, what=WHAT, done=done, checked=True)
    assert row.state == "released"


def test_who_was_merged_in_is_not_named_either(world: World) -> None:
    main = world.at("handling")
    twin = world.register(person=Person(name="吴长庚", phone="13900001111"))
    actions.merge(actor=world.clerk, case_id=twin.pk, into_id=main.pk, reason="同一件事")
    for verb in ("_report", "_verify", "_confirm"):
        getattr(world, verb)(main)
    main.refresh_from_db()
    assert "反映人" in str(refused(world, main, done="吴长庚说亮了").message)


def test_a_solved_matter_that_is_reopened_leaves_the_board(world: World) -> None:
    main = world.at("handling")
    twin = world.register(person=Person(name="吴长庚", phone="13900001111"))
    actions.merge(actor=world.clerk, case_id=twin.pk, into_id=main.pk, reason="同一件事")
    for verb in ("_report", "_verify", "_confirm"):
        getattr(world, verb)(main)
    row = actions.release(actor=world.clerk, case_id=main.pk, what=WHAT, done=DONE)
    actions.confirm_merged(
        actor=world.resident(twin), case_id=twin.pk, outcome="not_solved", remark="还是不亮"
    )
    row.refresh_from_db()
    assert row.state == "withdrawn"
    assert not releases.public().exists()
    assert events.RELEASE_WITHDRAWN in names(main)


def test_the_resident_objects_before_and_after_and_may_change_their_mind(world: World) -> None:
    row = told(world)
    me = world.resident(row.case)
    actions.object_to_release(actor=me, case_id=row.case_id)
    row.refresh_from_db()
    assert row.state == "objected"
    assert Notice.objects.filter(event=events.RELEASE_OBJECTED, unit=world.units["fengpu"]).exists()
    assert refused(world, row.case).code == "objected"
    assert actions.object_to_release(actor=me, case_id=row.case_id) == row  # twice is once
    actions.allow_release(actor=me, case_id=row.case_id)
    actions.release(actor=world.clerk, case_id=row.case_id, what=WHAT, done=DONE)
    early = world.register()
    actions.object_to_release(actor=world.resident(early), case_id=early.pk)
    assert names(early)[-1] == events.RELEASE_OBJECTED


def test_only_who_is_the_resident_objects(world: World) -> None:
    row = told(world)
    receipt_only = resident(case_id=row.case_id, proof=asking.Proof.RECEIPT)
    for actor in (receipt_only, world.officer, world.clerk):
        with pytest.raises((Forbidden, Missing)):
            actions.object_to_release(actor=actor, case_id=row.case_id)
    with pytest.raises(Missing):
        actions.object_to_release(actor=world.resident(world.register()), case_id=row.case_id)


def test_a_program_of_the_desk_releases_and_withdraws(world: World) -> None:
    case = world.at("solved")
    clerk = Caller(world, "clerk")
    wrong = clerk.post(f"/cases/{case.pk}/release", {"what": WHAT, "done": "请打13800001234"})
    assert wrong.status_code == 422
    assert "手机号" in wrong.json()["detail"]
    made = clerk.post(f"/cases/{case.pk}/release", {"what": WHAT, "done": DONE, "village": False})
    assert made.status_code == 201
    assert made.json()["village"] == ""
    assert [one["id"] for one in clerk.get("/releases").json()["items"]] == [made.json()["id"]]
    assert Caller(world, "other_clerk").get("/releases").json()["items"] == []
    gone = Caller(world, "other_clerk").post(f"/releases/{made.json()['id']}/withdraw", {"reason": "x"})
    assert gone.status_code == 404
    done = clerk.post(f"/releases/{made.json()['id']}/withdraw", {"reason": "写得不好"})
    assert done.json()["state"] == "withdrawn"


def test_a_desk_elsewhere_is_offered_nothing(world: World) -> None:
    case = world.at("solved")
    assert case.number not in words(client_of(world, "other_clerk").get("/cases/releases/"))
    assert case.number in words(client_of(world, "dispatcher").get("/cases/releases/"))


# --- what everyone reads, and the resident's word ------------------------------------------------------------------


def test_everyone_reads_the_board_and_nothing_of_the_resident(client: Client, world: World) -> None:
    row = told(world)
    page = client.get("/solved/")
    assert WHAT in words(page)
    one = client.get(f"/solved/{row.pk}/")
    assert DONE in words(one)
    api = client.get("/api/v1/public/solved").json()
    assert [item["id"] for item in api["items"]] == [row.pk]
    assert client.get(f"/api/v1/public/solved/{row.pk}").json() == api["items"][0]
    for answer in (page, one, client.get("/api/v1/public/solved")):
        said = answer.content.decode()
        for secret in (row.case.number, row.case.description, row.case.receipt, "林小满", "13800001234"):
            assert secret not in said


def test_the_board_is_paged_by_key_and_narrowed(client: Client, world: World) -> None:
    rows = [told(world) for _turn in range(3)]
    first = client.get("/api/v1/public/solved?limit=2").json()
    assert [one["id"] for one in first["items"]] == [rows[2].pk, rows[1].pk]
    second = client.get(f"/api/v1/public/solved?limit=2&cursor={first['next_cursor']}").json()
    assert ([one["id"] for one in second["items"]], second["next_cursor"]) == ([rows[0].pk], "")
    for query, number in (
        (f"township={FENGPU}", 3), (f"township={PINGHU}", 0), ("category=04", 3), ("category=01", 0),
    ):  # fmt: skip
        assert len(client.get(f"/api/v1/public/solved?{query}").json()["items"]) == number
        assert (WHAT in words(client.get(f"/solved/?{query}"))) is bool(number)
    assert client.get("/api/v1/public/solved?township=x").status_code == 422
    assert client.get("/solved/?cursor=%00").status_code == 422
    assert WHAT in words(client.get("/solved/?township=x"))  # no choice: as if nothing was asked


def test_what_is_withdrawn_is_said_to_be(client: Client, world: World) -> None:
    row = told(world)
    actions.withdraw_release(actor=world.clerk, release_id=row.pk, reason="林小满家不愿意")
    for address in (f"/solved/{row.pk}/", f"/api/v1/public/solved/{row.pk}"):
        answer = client.get(address)
        assert answer.status_code == 410
        assert "撤下" in answer.content.decode()
        assert "林小满" not in answer.content.decode()
        assert WHAT not in answer.content.decode()
    assert "另有 1 件" in words(client.get("/solved/"))
    assert client.get("/api/v1/public/solved").json()["withdrawn"] == 1
    assert client.get("/solved/999999/").status_code == 404


def test_the_resident_takes_it_down_on_their_page(client: Client, world: World) -> None:
    row = told(world)
    address = f"/f/{row.case.receipt}/public/"
    stranger = client.post(address, {"wish": "object"})
    assert (stranger.status_code, stranger["Location"]) == (302, f"/f/{row.case.receipt}/prove/")
    assert client.get(f"/solved/{row.pk}/").status_code == 200
    prove(client, row.case)
    assert "公开不公开" in words(client.get(f"/f/{row.case.receipt}/"))
    assert WHAT in words(client.get(address))
    assert client.post(address, {"wish": "object"}).status_code == 302
    assert "不会放上公开栏" in words(client.get(address))
    assert client.get(f"/solved/{row.pk}/").status_code == 410
    desk = client_of(world, "clerk")
    assert "居民不同意公开" in words(desk.get("/cases/releases/"))
    assert desk.post(f"/cases/{row.case_id}/release/", {"what": WHAT, "done": DONE}).status_code == 409
    assert client.post(address, {"wish": "allow"}).status_code == 302
    assert "没有公开" in words(client.get(address))


def test_what_becomes_confidential_stands_there_no_longer(client: Client, world: World) -> None:
    row = told(world)
    Case.objects.filter(pk=row.case_id).update(restricted=True)
    assert WHAT not in words(client.get("/solved/"))
    assert client.get(f"/solved/{row.pk}/").status_code == 410
    assert client.get("/api/v1/public/solved").json()["items"] == []
