"""The checks every walk relies on find what they are for, and nothing leaves the machine."""

import pytest
from playwright.sync_api import Error, Page

from tests.browser import assert_axe_clean, assert_no_sideways_scroll

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

FAULTS = """() => document.querySelector("main").insertAdjacentHTML("beforeend",
  '<img src="/static/nothing.png"><p id="again">一</p><p id="wide">二</p>')"""


def test_a_page_with_faults_does_not_pass(browser_page: Page) -> None:
    browser_page.goto("/login/")
    assert_axe_clean(browser_page)
    browser_page.evaluate(FAULTS)
    with pytest.raises(AssertionError, match=r"image-alt: .*img"):
        assert_axe_clean(browser_page)
    browser_page.evaluate("document.getElementById('wide').id = 'again'")
    with pytest.raises(AssertionError, match=r"ids that stand twice on the page: \['again'\]"):
        assert_axe_clean(browser_page)
    browser_page.evaluate("document.body.style.minWidth = '2000px'")
    with pytest.raises(AssertionError, match="wider than the screen"):
        assert_no_sideways_scroll(browser_page)


@pytest.mark.parametrize("address", ["http://minfu.example/", "http://192.0.2.1/"])
def test_no_request_leaves_the_machine(browser_page: Page, address: str) -> None:
    with pytest.raises(Error, match="ERR_NAME_NOT_RESOLVED"):
        browser_page.goto(address)
