"""The outbox: texts, readers, inbox, phone list, states, night."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import DatabaseError, IntegrityError, transaction
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from minfu.accounts.models import Role, Unit, User
from minfu.accounts.tests import people
from minfu.kernel import calendar, record
from minfu.kernel.errors import Forbidden, Missing
from minfu.kernel.models import Event
from minfu.kernel.steps import StepRefused
from minfu.notices import outbox, states, tasks, texts
from minfu.notices.models import Notice
from minfu.notices.outbox import To
from minfu.notices.tests import making
from minfu.registry import vault

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
ABOUT = {"number": "20261123-0000001", "due": "11月27日"}


def queue(to: To, subject: int = 1, **more: Any) -> Notice:
    return outbox.queue(to, "test.due", ABOUT, subject=("test", subject), **more)


def resident(desk: Unit | None = None) -> To:
    identity = vault.create(vault.Contact("王小明", "13800001234"))
    return To(identity_id=identity.pk, desk_id=desk.pk if desk else None)


# Texts


def test_a_text_is_registered_once_with_plain_placeholders() -> None:
    with pytest.raises(ValueError, match="registered twice"):
        texts.register("test.due", "a", "b")
    for wrong in ("{0}", "{a.b}", "{a[0]}", "{}"):
        with pytest.raises(ValueError, match="plain names"):
            texts.register("test.wrong", wrong, "")
    with pytest.raises(ValueError, match="two pages"):
        texts.link("test", str)


def test_a_context_fills_exactly_the_placeholders() -> None:
    unit = people.unit()
    with pytest.raises(LookupError):
        outbox.build(To(unit_id=unit.pk), "test.unknown", {}, subject=("test", 1))
    for wrong in ({"number": "1"}, {**ABOUT, "phone": "13800001234"}):
        with pytest.raises(ValueError, match="wants"):
            outbox.build(To(unit_id=unit.pk), "test.due", wrong, subject=("test", 1))


def test_values_are_shown_as_they_are() -> None:
    words = texts.words("test.due", {"number": "{due} <b>", "due": "%s"})
    assert words == texts.Words("{due} <b> 即将到期", "请在 %s 前办结。")
    assert texts.address_of("test", 7) == "/test/7/"
    assert texts.address_of("other", 7) == ""


# Writing


def test_queue_is_one_statement(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    unit = people.unit()
    with django_assert_num_queries(1):
        queue(To(unit_id=unit.pk))
    with django_assert_num_queries(1):
        Notice.objects.bulk_create(
            outbox.build(To(unit_id=unit.pk), "test.due", ABOUT, subject=("test", number))
            for number in range(20)
        )


def test_the_first_state_follows_the_reader() -> None:
    user = people.person("a")
    staff, of_resident = queue(To(user_id=user.pk)), queue(resident())
    assert (staff.state, staff.planned) == (states.PENDING, True)
    assert (of_resident.state, of_resident.why, of_resident.planned) == (states.NO_CHANNEL, "no_way", True)
    assert staff.event == "test.due"


def test_with_a_channel_messages_wait_to_be_sent() -> None:
    making.channel(for_residents=True)
    waits = queue(resident())
    assert (waits.state, waits.planned) == (states.PENDING, False)


@pytest.mark.parametrize("to", [To(), To(unit_id=1, user_id=1), To(unit_id=1, desk_id=1)])
def test_a_notice_has_exactly_one_reader(to) -> None:
    unit, user = people.unit(), people.person("a")
    real = To(
        unit_id=unit.pk if to.unit_id else None,
        user_id=user.pk if to.user_id else None,
        desk_id=unit.pk if to.desk_id else None,
    )
    with pytest.raises(IntegrityError, match="notice_"), transaction.atomic():
        queue(real)


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        (["sent", "read"], True),
        (["no_channel", "told"], True),
        (["sent", "no_channel"], False),
        (["read", "pending"], False),
        (["told"], False),
        (["sent", "pending"], False),
    ],
)
def test_the_database_keeps_the_state_table(path, allowed) -> None:
    notice = queue(To(unit_id=people.unit().pk))

    def walk() -> None:
        for state in path:
            Notice.objects.filter(pk=notice.pk).update(state=state)

    if allowed:
        walk()
    else:
        with pytest.raises(DatabaseError, match="no step leads"), transaction.atomic():
            walk()
    with pytest.raises(DatabaseError, match="no initial state"), transaction.atomic():
        Notice.objects.create(
            unit=people.unit(), state="read", created_at=NOON, not_before=NOON, subject_id=1
        )


# Secrets


def code_for(desk: Unit | None = None, template: str = "test.code") -> Notice:
    return outbox.queue(resident(desk), template, {"code": "493817"}, subject=("test", 1))


def in_the_table() -> str:
    """Return all that stands in the table of notices, as whoever reads the database sees it."""
    return str(list(Notice.objects.values()))


def test_a_secret_is_sealed_and_reaches_its_reader() -> None:
    making.channel(for_residents=True)
    notice = code_for()
    assert notice.context == {}
    assert "493817" not in in_the_table()
    notice.refresh_from_db()
    assert outbox.written(notice).body == "验证码 493817。"
    assert texts.words(notice.template, notice.context).body == "验证码 （已失效）。"
    with pytest.raises(DatabaseError, match="notice_secret_ends"), transaction.atomic():
        Notice.objects.filter(pk=notice.pk).update(state="sent")
    Notice.objects.filter(pk=notice.pk).update(state="sent", secret=None, secret_until=None)


def test_a_desk_reads_out_only_what_it_has_to_say() -> None:
    link = outbox.queue(resident(), "test.link", {"link": "https://x/abc"}, subject=("test", 1))
    assert (link.state, link.secret) == ("no_channel", None), "nobody would send it: it is not kept"
    assert outbox.spoken(link).body == "请问解决了没有?"
    code = code_for()
    assert outbox.spoken(code).body == "验证码 493817。"


def test_a_message_that_waits_to_be_sent_shows_no_desk_its_link() -> None:
    making.channel(for_residents=True)
    link = outbox.queue(resident(), "test.link", {"link": "https://x/abc"}, subject=("test", 1))
    assert outbox.written(link).body == "请点 https://x/abc"
    assert outbox.spoken(link).body == "请问解决了没有?"


def test_a_secret_of_another_readers_notice_does_not_open() -> None:
    one, other = code_for(), code_for()
    one.secret = other.secret
    assert outbox.spoken(one).body == "验证码 （已失效）。"


def test_secrets_end_when_told_and_by_themselves() -> None:
    clerk = people.staff("a")
    told, late = code_for(people.unit()), code_for(people.unit(), "test.brief")
    outbox.mark_told(told.pk, actor=clerk)
    told.refresh_from_db()
    assert (told.secret, told.secret_until) == (None, None)
    with time_machine.travel(late.created_at + timedelta(minutes=10), tick=False):
        assert outbox.spoken(late).body == "验证码 （已失效）。"
        assert tasks.forget_secrets() is None
    late.refresh_from_db()
    assert (late.state, late.secret) == ("no_channel", None)


def test_secrets_are_for_residents_and_stand_in_the_body() -> None:
    with pytest.raises(ValueError, match="only residents"):
        outbox.build(To(unit_id=1), "test.code", {"code": "1"}, subject=("test", 1))
    for title, body in (("{code}", "{code}"), ("a", "b")):
        with pytest.raises(ValueError, match="must stand in the body"):
            texts.register("test.wrong", title, body, secrets=["code"])


# Night


@pytest.mark.parametrize(
    ("wanted", "due"),
    [
        ("2026-11-23 07:29", "2026-11-23 07:30"),
        ("2026-11-23 07:30", "2026-11-23 07:30"),
        ("2026-11-23 20:59", "2026-11-23 20:59"),
        ("2026-11-23 21:00", "2026-11-24 07:30"),
        ("2026-12-31 23:30", "2027-01-01 07:30"),
        ("2026-11-24 00:00", "2026-11-24 07:30"),
    ],
)
def test_reminders_wait_for_the_morning(wanted, due) -> None:
    at = datetime.fromisoformat(wanted).replace(tzinfo=calendar.CHINA)
    to = To(unit_id=people.unit().pk)
    assert queue(to, at=at, reminder=True).not_before == datetime.fromisoformat(due).replace(
        tzinfo=calendar.CHINA
    )
    assert queue(to, at=at).not_before == at


# Inbox


def test_the_inbox_holds_the_units_and_the_persons_notices_that_are_due() -> None:
    mine = people.staff("a")
    people.divisions()
    other = people.unit("乙镇便民服务中心", "desk", people.OTHER_TOWNSHIP)
    with time_machine.travel(NOON, tick=False) as traveller:
        seen = {queue(To(unit_id=mine.unit_id)), queue(To(user_id=mine.user_id))}
        queue(To(unit_id=other.pk))
        queue(To(user_id=people.person("b").pk))
        queue(resident(people.unit()))
        later = queue(To(unit_id=mine.unit_id), at=NOON + timedelta(hours=1))
        assert set(outbox.inbox(mine)) == seen
        assert outbox.unread_count(mine) == 2
        traveller.shift(timedelta(hours=1))
        assert set(outbox.inbox(mine)) == {*seen, later}


def test_reading_marks_only_ones_own(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    mine, theirs = people.staff("a"), people.staff("b", where=people.county_unit())
    notice, foreign = queue(To(unit_id=mine.unit_id)), queue(To(unit_id=theirs.unit_id))
    assert outbox.mark_read([notice.pk, foreign.pk], actor=mine) == 1
    assert outbox.mark_read([notice.pk], actor=mine) == 0
    notice.refresh_from_db()
    assert (notice.state, notice.done_by_label) == ("read", mine.label)
    assert outbox.unread_count(theirs) == 1
    with django_assert_num_queries(1):
        outbox.unread_count(mine)


def test_the_count_is_bounded() -> None:
    mine = people.staff("a")
    Notice.objects.bulk_create(
        outbox.build(To(unit_id=mine.unit_id), "test.due", ABOUT, subject=("test", number))
        for number in range(120)
    )
    assert outbox.unread_count(mine) == outbox.MOST_COUNTED


@pytest.fixture
def desk(client: Client) -> Client:
    """A township clerk at work."""
    actor = people.staff("a")
    client.force_login(User.objects.get(pk=actor.user_id or 0))
    return client


def test_the_inbox_page(desk: Client) -> None:
    assert "没有未读通知" in desk.get("/notices/").content.decode()
    unit = people.unit()
    notice = queue(To(unit_id=unit.pk), subject=7)
    page = desk.get("/notices/").content.decode()
    assert "20261123-0000001 即将到期" in page
    assert "请在 11月27日 前办结。" in page
    assert desk.get(f"/notices/{notice.pk}/")["Location"] == "/test/7/"
    assert "没有未读通知" in desk.get("/notices/").content.decode()
    assert "甲镇便民服务中心 · 平台值班员 已读" in desk.get("/notices/?all=1").content.decode()


def test_the_inbox_turns_pages_and_marks_the_page_read(desk: Client) -> None:
    unit = people.unit()
    Notice.objects.bulk_create(
        outbox.build(To(unit_id=unit.pk), "test.due", {**ABOUT, "number": f"N{number}"}, subject=("test", 1))
        for number in range(45)
    )
    first = desk.get("/notices/").content.decode()
    numbers = [str(one) for one in Notice.objects.order_by("-pk").values_list("pk", flat=True)]
    assert "N44 即将到期" in first
    assert "N4 即将到期" not in first
    second = desk.get("/notices/", {"after": numbers[39]}).content.decode()
    assert "N4 即将到期" in second
    desk.post("/notices/read/", {"notice": [*numbers[:40], "x", "9" * 99]})
    assert Notice.objects.filter(state="pending").count() == 5


def test_who_runs_the_software_is_not_told_what_units_are_told_about_demands() -> None:
    dispatcher, runs_it = people.staff("d", "county_dispatcher"), people.staff("a", "administrator")
    assert dispatcher.unit_id == runs_it.unit_id
    of_unit, of_person = queue(To(unit_id=runs_it.unit_id)), queue(To(user_id=runs_it.user_id))
    assert list(outbox.inbox(dispatcher)) == [of_unit]
    assert list(outbox.inbox(runs_it)) == [of_person]


def test_another_units_notice_is_not_there(desk: Client) -> None:
    other = queue(To(unit_id=people.county_unit().pk))
    assert desk.get(f"/notices/{other.pk}/").status_code == 404
    desk.post("/notices/read/", {"notice": [other.pk]})
    other.refresh_from_db()
    assert other.state == "pending"


@pytest.mark.parametrize("role", [role for role in Role if role != Role.PARTNER])  # a program has no screens
def test_every_role_reads_notices_and_desks_phone(client: Client, role) -> None:
    user = people.person("a")
    people.post(user, role, people.county_unit())
    client.force_login(user)
    assert client.get("/notices/").status_code == 200
    phones = role in {"township_clerk", "county_dispatcher"}
    assert client.get("/notices/phone/").status_code == (200 if phones else 403)


# Phone list


def test_a_desk_phones_the_residents_of_its_area(desk: Client) -> None:
    assert "没有需要电话通知的居民" in desk.get("/notices/phone/").content.decode()
    mine, village = people.unit(), people.unit("甲一村村委会", "village", people.VILLAGE)
    other = people.unit("乙镇便民服务中心", "desk", people.OTHER_TOWNSHIP)
    near, below = queue(resident(mine)), queue(resident(village))
    far, nobodys = queue(resident(other)), queue(resident())
    page = desk.get("/notices/phone/").content.decode()
    assert "138****1234" in page
    assert "王*" in page
    assert "王小明" not in page
    assert "13800001234" not in page
    dispatcher = people.staff("c", "county_dispatcher", people.county_unit())
    clerk = people.staff("d")
    assert list(outbox.to_phone(clerk)) == [near, below]
    assert list(outbox.to_phone(dispatcher)) == [near, below, far, nobodys]
    for hidden in (far, nobodys):
        assert desk.post(f"/notices/{hidden.pk}/told/").status_code == 404
    assert desk.post(f"/notices/{near.pk}/told/").status_code == 302
    again = desk.post(f"/notices/{near.pk}/told/")
    assert again.status_code == 409
    assert "当前状态是“已电话告知”" in again.content.decode()
    assert list(outbox.to_phone(clerk)) == [below]
    assert outbox.count_to_phone(dispatcher) == 3
    event = Event.objects.get(subject_type="notice", subject_id=near.pk)
    assert event.name == "notice.told"
    assert event.data == {"subject": ["test", 1], "template": "test.due"}


def test_telling_needs_the_right_and_a_resident() -> None:
    notice, clerk = queue(resident(people.unit())), people.staff("a")
    with pytest.raises(Forbidden):
        outbox.mark_told(notice.pk, actor=people.staff("b", "township_leader"))
    staff = queue(To(unit_id=clerk.unit_id))
    with pytest.raises(Missing):
        outbox.mark_told(staff.pk, actor=clerk)
    outbox.mark_told(notice.pk, actor=clerk)
    with pytest.raises(StepRefused):
        outbox.mark_told(notice.pk, actor=clerk)


def test_the_event_has_a_sentence() -> None:
    assert str(record.sentence("notice.told")) == "已电话告知居民"
