"""The page of the API's documentation works under the strict content security policy."""

import pytest
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_the_documentation_opens_and_breaks_no_policy(browser_page: Page) -> None:
    said: list[str] = []
    browser_page.on("console", lambda message: said.append(message.text))
    browser_page.goto("/api/v1/docs")
    operation = browser_page.get_by_text("登记诉求", exact=True)
    expect(operation).to_be_visible()
    operation.click()
    expect(browser_page.get_by_text("Idempotency-Key").first).to_be_visible()
    assert [text for text in said if "Content Security Policy" in text or "rror" in text] == []
