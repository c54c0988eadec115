"""Only the resident says whether it was solved: what proves them at each door, and who may write down their word."""

import re
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client

from minfu.accounts.actor import Actor, resident
from minfu.accounts.models import Post, Role, User
from minfu.cases.models import Case
from minfu.cases.rules import access, actions, asking
from minfu.cases.rules.asking import Proof, Wanted
from minfu.cases.rules.intake import Person
from minfu.cases.tests.desk import sign_in, text
from minfu.cases.tests.residents import Resident, words
from minfu.cases.tests.world import FENGPU_VILLAGES, SINCE, World
from minfu.kernel.errors import Forbidden, Missing
from minfu.notices import outbox
from minfu.notices.models import Notice
from minfu.notices.tests import making

NOBODY = Person()


@pytest.fixture
def sent(db: None) -> None:
    """Let text messages leave the house."""
    making.gateway("http://127.0.0.1:1")


def link_of(case: Case) -> str:
    """Return the path of the link in the last message to the resident."""
    notice = Notice.objects.filter(subject_id=case.pk, identity__isnull=False).latest("pk")
    found = re.search(r"https?://[^/]+(/a/\S+)", outbox.written(notice).body)
    assert found is not None
    return found[1]


def say(client: Client, case: Case, outcome: str = "solved", **more: Any) -> Any:
    case.refresh_from_db()
    told = {"outcome": outcome, "remark": "", "version": case.version, **more}
    return client.post(f"/f/{case.receipt}/answer/", told)


def state(case: Case) -> str:
    case.refresh_from_db()
    return case.state


def asked(world: World, case: Case) -> Case:
    """Bring a demand to where its resident is asked: done by the village, verified by the township."""
    if case.state == "waiting":
        actions.assign(actor=world.dispatcher, case_id=case.pk, unit_id=world.officer.unit_id or 0)
    actions.accept(actor=world.officer, case_id=case.pk)
    actions.report(actor=world.officer, case_id=case.pk, what="换了灯泡。")
    return actions.verify(actor=world.clerk, case_id=case.pk, finding="看过")


# --- a number was left ---------------------------------------------------------------------------------------------


def test_the_link_of_a_message_answers_in_one_tap(client: Client, world: World, sent: None) -> None:
    case = world.at("asking", description="我家在三号楼")
    link = link_of(case)
    assert client.get(link)["Location"] == f"/f/{case.receipt}/"
    assert state(case) == "asking", "a telephone that looks at what is behind a link answers nothing"
    page = words(client.get(f"/f/{case.receipt}/"))
    assert "这件事解决了吗" in page
    assert "三号楼" not in page, "the link is for answering only"
    assert client.get(f"/f/{case.receipt}/withdraw/")["Location"].endswith("/prove/")
    assert say(client, case, satisfaction="5").status_code == 302
    assert state(case) == "solved"
    answer = case.answers.get()
    assert (answer.by_resident, answer.proof) == (True, "link")
    assert "居民本人(凭短信链接)" in text(sign_in("clerk").get(f"/cases/{case.pk}/"))


def test_nobody_is_telephoned_about_what_was_answered(client: Client, world: World) -> None:
    case = asked(world, world.register(actor=world.worker, door="proxy"))
    question = Notice.objects.get(template="cases.verified.resident", subject_id=case.pk)
    assert question.state == "no_channel"
    assert question in outbox.to_phone(world.clerk)
    actions.confirm(actor=world.clerk, case_id=case.pk, outcome="solved")
    question.refresh_from_db()
    assert (question.state, question.secret) == ("moot", None)
    assert question not in outbox.to_phone(world.clerk)


def test_the_link_stands_nowhere_to_be_read(client: Client, world: World, sent: None) -> None:
    case = world.at("asking")
    token = link_of(case).split("/")[2]
    assert token not in str(list(Notice.objects.values()))
    for name in ("clerk", "dispatcher"):
        assert token not in text(sign_in(name).get("/notices/phone/"))


@pytest.mark.parametrize(
    "spoil", [lambda one: one[:-3] + "/", lambda one: one.replace("-", "-9", 1), lambda _: "/a/x/"]
)
def test_a_link_that_was_not_sent_opens_nothing(client: Client, world: World, sent: None, spoil: Any) -> None:
    case = world.at("asking")
    answer = client.get(spoil(link_of(case)))
    assert answer.status_code == 404
    assert "这个链接不完整" in words(answer)


def test_a_link_is_good_for_one_asking(client: Client, world: World, sent: None) -> None:
    case = world.at("asking")
    old = link_of(case)
    client.get(old)
    say(client, case, "not_solved", remark="还是黑的")
    actions.assign(actor=world.clerk, case_id=case.pk, unit_id=world.officer.unit_id or 0)
    case.refresh_from_db()
    asked(world, case)
    for browser in (client, Client()):
        assert "上一次询问" in words(browser.get(old, follow=True))
        assert say(browser, case).status_code == 403
    assert state(case) == "asking"
    client.get(link_of(case))
    say(client, case)
    assert state(case) == "solved"


def test_the_receipt_alone_does_not_answer_where_a_number_was_left(client: Client, world: World) -> None:
    case = asked(world, world.register(actor=world.worker, door="proxy"))
    page = words(client.get(f"/f/{case.receipt}/"))
    assert "办得怎么样，由您说了算" in page
    assert "这件事解决了吗" not in page
    answer = say(client, case, "partly", remark="两盏好了一盏")
    assert answer.status_code == 403
    assert "请先确认是您本人" in words(answer)
    assert "两盏好了一盏" in words(answer), "what was typed is not lost"
    assert state(case) == "asking"
    with pytest.raises(Forbidden) as refusal:
        actions.confirm(
            actor=resident(case_id=case.pk, proof=Proof.RECEIPT), case_id=case.pk, outcome="solved"
        )
    assert refusal.value.code == "proof_needed"


# --- no number was left --------------------------------------------------------------------------------------------


def test_who_reported_in_their_own_browser_answers_by_receipt(client: Client, world: World) -> None:
    told = {"who": {"mode": "anonymous"}, "topic": {"topic": "040101"}}
    case = asked(world, Resident(client, told).report())
    assert asking.wanted(case) == Wanted.RECEIPT
    assert not any(access.may_see_receipt(one, case) for one in world.actors.values())
    assert say(Client(), case).status_code == 302
    assert case.answers.get().proof == "receipt"
    assert state(case) == "solved"


def test_who_did_the_work_took_it_in_and_so_the_receipt_proves_nothing(client: Client, world: World) -> None:
    case = asked(world, world.register(actor=world.worker, door="proxy", person=NOBODY))
    assert access.may_see_receipt(world.worker, case), "that is why"
    page = words(client.get(f"/f/{case.receipt}/"))
    assert "请您亲口告诉凤埔乡民富中心" in page
    assert "这件事解决了吗" not in page
    answer = say(client, case)
    assert answer.status_code == 403
    assert "由他们记下您的话" in words(answer)
    assert "不用办了" not in page
    assert client.post(f"/f/{case.receipt}/withdraw/", {"reason": "不用了"}).status_code == 302
    for proof in Proof.values:
        with pytest.raises(Forbidden):
            actions.withdraw(actor=resident(case_id=case.pk, proof=proof), case_id=case.pk, reason="不用了")
    assert state(case) == "asking"
    # A clerk of another unit asks and writes it down.
    actions.confirm(actor=world.clerk, case_id=case.pk, outcome="solved")
    assert (case.answers.get().by_resident, case.answers.get().proof) == (False, "")


def test_a_receipt_from_the_counter_of_another_unit_proves(client: Client, world: World) -> None:
    case = asked(world, world.register(door="counter", person=NOBODY))
    assert say(client, case).status_code == 302
    assert state(case) == "solved"


def test_it_stops_proving_once_that_unit_worked_on_it(world: World) -> None:
    case = world.at("handling", door="counter", person=NOBODY)
    assert asking.wanted(case) == Wanted.RECEIPT
    call = actions.call_help(
        actor=world.officer, case_id=case.pk, unit_id=world.clerk.unit_id or 0, task="帮忙"
    )
    assert asking.wanted(Case.objects.get(pk=case.pk)) == Wanted.CLERK
    actions.help_step(actor=world.clerk, help_id=call.pk, step="decline", result="来不了")
    assert asking.wanted(Case.objects.get(pk=case.pk)) == Wanted.RECEIPT


def test_a_person_with_posts_in_both_units_is_of_both(world: World) -> None:
    case = world.at("handling", door="counter", person=NOBODY)
    clerk = Post.objects.get(pk=world.clerk.post_id or 0)
    Post.objects.create(
        user=clerk.user, unit_id=world.officer.unit_id or 0, role=Role.VILLAGE_OFFICER, area_id=FENGPU_VILLAGES[0],
        period=(SINCE, None),
    )  # fmt: skip
    assert asking.wanted(case) == Wanted.CLERK


def test_nobody_was_given_the_receipt_of_an_imported_demand(world: World) -> None:
    case = world.register(door="import", person=NOBODY)
    assert asking.wanted(case) == Wanted.CLERK


# --- who may write down what the resident said ---------------------------------------------------------------------


def test_a_desk_that_answered_does_not_say_that_it_satisfied(world: World) -> None:
    case = world.register(kind="consultation", category_code="")
    actions.answer(actor=world.clerk, case_id=case.pk, answer_text="每周三办理。")
    assert "confirm" not in {step.name for step in access.next_steps(world.clerk, case)}
    with pytest.raises(Forbidden):
        actions.confirm(actor=world.clerk, case_id=case.pk, outcome="explained", satisfaction=5)
    notice = Notice.objects.get(template="cases.answered.resident")
    assert notice.desk == world.units["county"], "the desk that answered is not the one that asks"
    assert actions.confirm(actor=world.dispatcher, case_id=case.pk, outcome="explained").state == "explained"


def test_what_the_county_answered_another_person_of_it_writes_down(world: World) -> None:
    case = world.register(kind="consultation", category_code="")
    actions.answer(actor=world.dispatcher, case_id=case.pk, answer_text="每周三办理。")
    with pytest.raises(Forbidden):
        actions.confirm(actor=world.dispatcher, case_id=case.pk, outcome="explained")
    assert actions.confirm(actor=world.dispatcher2, case_id=case.pk, outcome="explained").state == "explained"


def test_a_desk_that_helped_neither_asks_nor_confirms(world: World) -> None:
    case = world.at("handling")
    call = actions.call_help(
        actor=world.officer, case_id=case.pk, unit_id=world.clerk.unit_id or 0, task="帮忙"
    )
    actions.help_step(actor=world.clerk, help_id=call.pk, step="finish", result="架了梯子")
    actions.report(actor=world.officer, case_id=case.pk, what="换了灯泡。")
    actions.verify(actor=world.dispatcher, case_id=case.pk, finding="电话问过")
    with pytest.raises(Forbidden):
        actions.confirm(actor=world.clerk, case_id=case.pk, outcome="solved")
    assert Notice.objects.get(template="cases.verified.resident").desk == world.units["county"]
    actions.confirm(actor=world.dispatcher, case_id=case.pk, outcome="solved")


def _also_clerk(world: World, who: Actor) -> Actor:
    """Return someone acting in a second post, as a clerk of the township."""
    post = Post.objects.create(
        user=User.objects.get(pk=who.user_id or 0), unit_id=world.clerk.unit_id or 0, role=Role.TOWNSHIP_CLERK,
        area_id=Post.objects.get(pk=world.clerk.post_id or 0).area_id, period=(SINCE, None),
    )  # fmt: skip
    return replace(world.clerk, user_id=who.user_id, post_id=post.pk)


def test_one_person_in_two_posts_does_not_judge_their_own_work(world: World) -> None:
    case = world.at("reported")
    twice = _also_clerk(world, world.officer)
    with pytest.raises(Forbidden) as refusal:
        actions.verify(actor=twice, case_id=case.pk, finding="看过")
    assert refusal.value.code == "second_person"
    actions.verify(actor=world.clerk, case_id=case.pk, finding="看过")
    with pytest.raises(Forbidden):
        actions.confirm(actor=twice, case_id=case.pk, outcome="solved")
    assert state(case) == "asking"


def test_a_withdrawal_that_a_desk_wrote_down_is_told_to_the_resident(world: World) -> None:
    case = world.register()
    actions.withdraw(actor=world.clerk, case_id=case.pk, reason="电话里说不用了")
    notice = Notice.objects.get(template="cases.withdrawn.resident")
    assert notice.desk == world.units["county"]
    own = world.register()
    actions.withdraw(actor=world.resident(own), case_id=own.pk, reason="自己修好了")
    assert not Notice.objects.filter(template="cases.withdrawn.resident", subject_id=own.pk).exists()


def test_who_phones_gets_to_the_demand_in_one_click(world: World) -> None:
    case = world.at("asking")
    assert f'href="/cases/{case.pk}/"' in text(sign_in("clerk").get("/notices/phone/"))
    own = Notice.objects.filter(unit_id=world.clerk.unit_id or 0, subject_id=case.pk).latest("pk")
    assert sign_in("clerk").get(f"/notices/{own.pk}/")["Location"] == f"/cases/{case.pk}/"


def test_a_link_of_a_demand_that_is_not_there(world: World) -> None:
    case = world.at("asking")
    token = asking.link(case).split("/")[-2]
    assert asking.read_link(token)[0] == case
    with pytest.raises(Missing):
        asking.read_link(token + "x")
    assert asking.link(world.register()) == ""
