"""The screens of notices in a real browser: accessible, nothing sideways, nothing blocked, at both widths."""

from typing import Any

import pytest
from playwright.sync_api import Page

from minfu.accounts.models import User
from minfu.accounts.tests import people
from minfu.kernel import clock
from minfu.notices import outbox
from minfu.notices.models import Caught, Channel, Delivery, Health, Urgency
from minfu.notices.outbox import To
from minfu.notices.tests import making
from tests.browser import DESK, PHONE, assert_axe_clean, assert_no_sideways_scroll, set_width

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WORDS = {"number": "20261123-0000001", "what": "道路 · 求助"}


@pytest.fixture
def channels(settings: Any) -> tuple[Channel, Channel]:
    """A channel that fares badly, the demo's catcher, and what became of some messages."""
    settings.MINFU_DEMO = True
    mail = {"host": "smtp.example.gov.cn", "port": "465", "security": "ssl", "sender": "minfu@example.gov.cn"}
    broken = making.channel("mail", "县局邮箱", settings=mail, secrets={"password": "x"}, for_staff=True)
    catcher = making.channel("catcher", "演示收集箱", for_residents=True, for_staff=True)
    now = clock.now()
    Health.objects.create(
        channel=broken, failures=3, closed_until=now.replace(year=2099), last_fault="unreachable connect"
    )
    notice = outbox.queue(To(unit_id=people.county_unit().pk), "cases.assigned", WORDS, subject=("case", 1))
    times = {"created_at": now, "due_at": now, "give_up_at": now}
    for way, state, fault in ((broken, "failed", "unreachable connect"), (None, "failed", "no_way")):
        Delivery.objects.create(
            notice=notice, channel=way, unit=people.county_unit(), recipient="g", urgency=Urgency.ALARM,
            state=state, fault=fault, **times,
        )  # fmt: skip
    Caught.objects.create(
        channel=catcher, delivery_id=1, at=now, reader="王* 138****1234", title="您有 2 条通知",
        body="1. 您反映的事情已办理\n2. 您反映的事情已答复", urgency=0, count=2,
    )  # fmt: skip
    return broken, catcher


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_the_screens_of_the_configuration(
    browser_page: Page, sign_in: Any, channels: tuple[Channel, Channel], width: int
) -> None:
    people.post(user := people.person("admin"), "administrator", people.county_unit())
    sign_in(user)
    set_width(browser_page, width)
    for address in (
        "", "new/sms/", "new/wecom_bot/", f"{channels[0].pk}/", "texts/", "texts/cases.one_time_code/zh-hans/", "quiet/",
        "sent/", "caught/",
    ):  # fmt: skip
        answer = browser_page.goto(f"/notices/config/{address}")
        assert answer is not None
        assert answer.ok, address
        assert_axe_clean(browser_page)
        assert_no_sideways_scroll(browser_page)


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_where_one_is_reached_and_whom_a_desk_phones(
    browser_page: Page, sign_in: Any, channels: tuple[Channel, Channel], width: int
) -> None:
    clerk = people.staff("clerk", "county_dispatcher", people.county_unit())
    Delivery.objects.filter(channel__isnull=False).delete()
    sign_in(User.objects.get(pk=clerk.user_id or 0))
    set_width(browser_page, width)
    for address, words in (("/notices/mine/", channels[0].name), ("/notices/phone/", "没有送到的紧急通知")):
        browser_page.goto(address)
        assert words in browser_page.inner_text("main")
        assert_axe_clean(browser_page)
        assert_no_sideways_scroll(browser_page)
