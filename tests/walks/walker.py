"""Someone who walks through minfu in a browser of their own: a staff member at a keyboard, or anyone with a phone.

Desks are worked with the keyboard alone: keys that the screen names, Tab, arrows, Enter. Phones are tapped. Every page that
was not seen before by this kind of person is checked: axe, nothing inline, nothing wider than the screen.
"""

import re
from typing import Any

from playwright.sync_api import Browser, Locator, Page, expect

from minfu.accounts.models import User
from minfu.accounts.tests.people import PASSWORD
from minfu.cases.models import Case
from tests.browser import (
    DESK,
    PHONE,
    assert_axe_clean,
    assert_no_sideways_scroll,
    assert_nothing_inline,
    listen,
    open_profile,
)

MOST_TABS = 80
#: Drawn by a library of others; all it shows stands in a table beside it.
DRAWN_BY_OTHERS = (".leaflet-container",)


def give_passwords() -> None:
    """Give everyone in the county the password that ``Walker.sign_in`` types."""
    for user in User.objects.all():
        user.set_password(PASSWORD)
        user.must_change_password = False
        user.save()


class Walker:
    """A person at a browser. ``seen`` is shared by all walkers of a test: a kind of page is checked once."""

    def __init__(self, browser: Browser, url: str, seen: set[str], *, name: str = "", width: int = DESK):
        """Open a browser; ``name`` is the user name of a staff member, empty for a resident."""
        self.name, self.width, self.seen = name, width, seen
        self.context = open_profile(browser, url, width=width)
        self.page: Page = self.context.new_page()
        self.complaints = listen(self.page)

    def leave(self) -> None:
        """Close the browser; fail if a script failed or the content policy blocked something."""
        self.context.close()
        assert self.complaints == []

    # --- what everyone does ---

    def go(self, path: str) -> None:
        """Open an address."""
        self.page.goto(path)
        self.look()

    def look(self) -> None:
        """Check the page as it is now, if this person did not see its like before."""
        path = re.sub(r"(?<=/)(\d+|[\w-]{16,}|[0-9a-f-]{36})(?=/)", "…", self.page.url.split("?")[0])
        dialog = self.page.locator("dialog[open] #dialog-title")
        step = dialog.inner_text() if dialog.count() else ""
        state = self.page.locator(".matter-line .state").first
        kind = f"{self.width} {path} {step} {state.inner_text() if state.count() else ''}"
        if kind in self.seen:
            return
        self.seen.add(kind)
        assert_axe_clean(self.page, exclude=DRAWN_BY_OTHERS)
        assert_no_sideways_scroll(self.page)
        assert_nothing_inline(self.page)

    def sees(self, *texts: str) -> None:
        """Wait until the page shows all of the texts."""
        for text in texts:
            expect(self.page.locator("body")).to_contain_text(text)

    def misses(self, *texts: str) -> None:
        """Fail if the page shows one of the texts."""
        for text in texts:
            expect(self.page.locator("body")).not_to_contain_text(text)

    # --- a phone: fingers ---

    def tap(self, label: str, role: Any = "button") -> None:
        """Tap a button or link by its label, and wait for the page it leads to."""
        with self.page.expect_navigation():
            self.page.get_by_role(role, name=label).first.tap()
        self.look()

    def pick(self, name: str, value: str) -> None:
        """Tap one of several answers, by its whole line."""
        self.page.locator(f"label:has([name={name}][value='{value}'])").tap()
        expect(self.page.locator(f"[name={name}][value='{value}']")).to_be_checked()

    def write(self, name: str, text: str) -> None:
        """Write into a field."""
        self.page.locator(f"[name={name}]").fill(text)

    def tap_step(self, label: str, **fields: str) -> None:
        """Take a next step with a finger: open it, fill its fields, send; a message says that it was done."""
        step = self.page.locator("#next :is(a, button), #matter .matter-ask :is(a, button)").filter(
            has_text=label
        )
        step.first.tap()
        dialog = self.page.get_by_role("dialog")
        if fields:
            expect(dialog.locator("#dialog-title")).to_have_text(label)
            self.look()
        for name, value in fields.items():
            self._tap_in(dialog, name, value)
        if fields:
            dialog.locator("form button").last.tap()
        self.done()

    def tap_more(self, label: str, **fields: str) -> None:
        """Take one of the field's further steps ("别的操作") with a finger, as ``tap_step`` does at the desk."""
        self.page.locator(".field-more summary").tap()
        self.page.locator(".field-more a").filter(has_text=label).tap()
        dialog = self.page.get_by_role("dialog")
        expect(dialog.locator("#dialog-title")).to_have_text(label)
        self.look()
        for name, value in fields.items():
            self._tap_in(dialog, name, value)
        dialog.locator("form button").last.tap()
        self.done()

    def _tap_in(self, dialog: Locator, name: str, value: str) -> None:
        """Fill one field of a dialog: text, a tick, or a list one types in."""
        field = dialog.locator(f"[name={name}]").first
        if field.get_attribute("data-combo-on"):
            dialog.locator(f"#{field.get_attribute('id')} + .combo input").fill(value)
            dialog.locator(".combo-list [role=option]").first.tap()
        elif field.get_attribute("type") == "checkbox":
            field.tap()
        else:
            field.fill(value)

    # --- a desk: the keyboard alone ---

    def sign_in(self) -> None:
        """Sign in with name and password."""
        self.go("/login/")
        if self.width == PHONE:
            self.page.get_by_label("用户名").fill(self.name)
            self.page.get_by_label("密码").fill(PASSWORD)
            self.page.get_by_role("button", name="登录", exact=True).tap()
        else:
            # A browser gives the first field the focus when it first paints, which may be after it has loaded.
            expect(self.page.get_by_label("用户名")).to_be_focused()
            self.type(self.name)
            self.press("Tab")
            self.type(PASSWORD)
            self.press("Enter")
        self.page.wait_for_url(lambda url: "/login/" not in url)
        self.look()

    def press(self, *keys: str) -> None:
        """Press keys one after the other."""
        for key in keys:
            self.page.keyboard.press(key)

    def turn_to(self, key: str) -> None:
        """Go to a page of the navigation: ``g``, then its letter."""
        with self.page.expect_navigation():
            self.press("g", key)
        self.look()

    def type(self, text: str) -> None:
        """Type into what has the focus."""
        self.page.keyboard.insert_text(text)

    def reach(self, target: Locator) -> None:
        """Press Tab until ``target`` has the focus."""
        expect(target).to_be_visible()
        for _turn in range(MOST_TABS):
            if target.evaluate("one => one === document.activeElement"):
                return
            self.press("Tab")
        raise AssertionError(f"{target} cannot be reached with Tab")

    def open_case(self, number: str) -> None:
        """Find a demand by its number: ``/``, number, Enter."""
        self.press("/")
        self.type(number)
        with self.page.expect_navigation():
            self.press("Enter")
        expect(self.page.locator(".matter-number")).to_contain_text(number)
        self.look()

    def open_from_list(self, case: Case) -> None:
        """Walk down the list with ``j`` and open the demand with Enter."""
        rows = self.page.locator("a[data-row]")
        expect(rows.first).to_be_visible()
        wanted = rows.and_(self.page.locator(f"[href*='/cases/{case.pk}/']"))
        for _row in range(rows.count()):
            self.press("j")
            if wanted.evaluate("one => one === document.activeElement"):
                break
        expect(wanted).to_be_focused()
        self.press("Enter")
        expect(self.page.locator(".matter-number")).to_contain_text(case.number)
        self.look()

    def choose(self, label: str) -> None:
        """Press the key that the screen writes beside a next step; the tenth and later are reached with Tab."""
        steps = self.page.locator("#next :is(a, button), #matter .matter-ask :is(a, button)")
        button = steps.filter(has_text=label).first
        expect(button).to_be_visible()
        if key := button.get_attribute("data-key"):
            self.press(key)
        else:
            self.reach(button)
            self.press("Enter")

    def begin(self, label: str, title: str = "") -> Locator:
        """Choose a next step and return its dialog, headed by ``title`` (the step's own label unless told)."""
        self.choose(label)
        dialog = self.page.get_by_role("dialog")
        expect(dialog.locator("#dialog-title")).to_have_text(title or label)
        self.look()
        return dialog

    def take(self, label: str, title: str = "", **fields: Any) -> None:
        """Take a next step: fill its fields by name in the order given, then send; a message says that it was done."""
        dialog = self.begin(label, title)
        for name, value in fields.items():
            self.fill(dialog, name, value)
        self.send(dialog)

    def fill(self, dialog: Locator, name: str, value: Any) -> None:
        """Fill one field by the keyboard: text, a combo, a select, radio buttons, a tick."""
        field = dialog.locator(f"[name={name}]").first
        kind = field.evaluate("one => one.dataset.comboOn ? 'combo' : one.type")
        if kind == "combo":
            self._fill_combo(dialog, field, value)
        elif kind == "radio":
            self._fill_radio(dialog.locator(f"[name={name}]"), value)
        elif kind == "checkbox":
            self.reach(field)
            self.press("Space")
        elif kind == "select-one":
            self.reach(field)
            self.type_keys(field, value)
        elif kind == "date":
            self.reach(field)
            field.fill(value.isoformat())  # in which order a day is typed depends on the machine
        else:
            self.reach(field)
            self.press("Control+a")
            self.type(value)

    def type_keys(self, field: Locator, value: str) -> None:
        """Walk through a select with the arrows until it shows ``value``."""
        for _option in range(MOST_TABS):
            if value in field.evaluate("one => one.selectedOptions[0].text"):
                return
            self.press("ArrowDown")
        raise AssertionError(f"no option {value}")

    def _fill_combo(self, dialog: Locator, field: Locator, value: str) -> None:
        box = dialog.locator(f"#{field.get_attribute('id')} + .combo input")
        self.reach(box)
        self.press("Control+a")
        self.type(value)
        expect(dialog.locator(".combo-list:not([hidden]) [role=option]").first).to_contain_text(value)
        self.press("Enter")
        expect(box).to_have_value(re.compile(re.escape(value)))

    def _fill_radio(self, group: Locator, value: str) -> None:
        wanted = group.and_(self.page.locator(f"[value='{value}']"))
        for _turn in range(MOST_TABS):
            if group.evaluate_all("all => all.includes(document.activeElement)"):
                break
            self.press("Tab")
        self.press("Space")
        for _option in range(group.count()):
            if wanted.is_checked():
                return
            self.press("ArrowDown")
        expect(wanted).to_be_checked()

    def send(self, dialog: Locator) -> None:
        """Go to the button and press Enter; the page comes back with a message."""
        self.reach(dialog.locator("form button").last)
        self.press("Enter")
        self.done()

    def done(self) -> None:
        """Wait for the message that a step was taken."""
        expect(self.page.locator("dialog[open]")).to_have_count(0)
        expect(self.page.locator(".message").first).to_be_visible()
        self.page.wait_for_load_state("load")
        self.look()

    def history(self) -> list[tuple[str, str]]:
        """Return the lines of the history on the screen, oldest first: what happened, and by whom and when."""
        lines = self.page.locator("#next .history-item")
        found = [
            (
                str(line.locator(".history-what").inner_text()),
                str(line.locator(".history-who").inner_text()),
            )
            for line in lines.all()
        ]
        return found[::-1]
