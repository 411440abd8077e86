"""Three whole tasks without a mouse. The focus is visible at each stop of Tab, and it returns after dialogs."""

import json
from uuid import uuid4

import pytest

from tests.e2e.browser import Browser
from tests.e2e.console.contested import claimed, contested_email
from tests.e2e.console.customers import Made, profile_of
from tests.e2e.console.panel import SEEN, Panel
from tests.e2e.stack import Stack


class Keys:
    """A user with only a keyboard."""

    def __init__(self, panel: Panel) -> None:
        self.panel, self.browser = panel, panel.browser

    def goes_to(self, name: str) -> None:
        """Press Tab until the element with this name has the focus, which must be visible at each stop."""
        for _ in range(80):
            if name in self.panel.focused():
                return
            self.browser.press("Tab")
            assert self.browser.evaluate(SEEN) == ""
        raise AssertionError(f"Tab never reaches {name}")

    def goes_down_to(self, name: str) -> None:
        """Press the down arrow from row to row until the element with this name has the focus."""
        for _ in range(200):
            if name == self.label():
                return
            self.browser.press("ArrowDown")
            assert self.browser.evaluate(SEEN) == ""
        raise AssertionError(f"the arrow never reaches {name}")

    def label(self) -> str:
        """Return the label of the focused element, if it differs from its text."""
        return str(self.browser.evaluate("document.activeElement.getAttribute('aria-label')"))

    def types(self, text: str) -> None:
        self.browser.press(*text)

    def chooses(self, field: str, text: str) -> None:
        """Type into a combobox, and take the first proposal."""
        self.goes_to(field)
        self.types(text)
        self.browser.wait_for(
            f"document.querySelector('[role=option]')?.innerText.includes({json.dumps(text)})"
        )
        self.browser.press("Enter")


@pytest.fixture
def keys(panel: Panel) -> Keys:
    return Keys(panel)


def test_a_customer_is_found_and_tagged(
    panel: Panel, browser: Browser, keys: Keys, stack: Stack, made: Made
) -> None:
    name, tag = f"Quinn{uuid4().hex[:8]}", f"tag {uuid4().hex[:6]}"
    quinn = made(attributes={"first_name": name})
    panel.open("/customers")
    browser.press("/")
    keys.types(name)
    browser.wait_for(f"document.querySelector('[role=option]')?.innerText.includes('{name}')")
    browser.press("Enter")
    panel.goes_to(f"/customers/{quinn}")
    browser.wait_for(
        f"document.activeElement.innerText === '{name} Somerville' || document.activeElement.matches('h1')"
    )
    keys.goes_to("Add tag")
    browser.press("Enter")
    browser.wait_for("document.activeElement.matches('input')")
    keys.types(tag)
    browser.wait_for(f"document.querySelector('[role=option]')?.innerText.includes('{tag}')")
    browser.press("Enter")
    panel.has_text("Undo")
    browser.wait_for("document.activeElement.innerText === 'Add tag'")
    assert profile_of(stack, quinn)["tags"] == [tag]
    browser.press("Control+z")
    panel.has_text("Undone.")
    assert profile_of(stack, quinn)["tags"] == []


def test_a_segment_is_built_and_saved(panel: Panel, browser: Browser, keys: Keys, stack: Stack) -> None:
    name, tag = f"By keys {uuid4().hex[:6]}", f"keys {uuid4().hex[:6]}"
    assert stack.admin("/v1/tags", method="POST", json_body={"name": tag}).status == 201
    panel.open("/segments/new")
    browser.wait_for("document.querySelector('.conditions')")
    keys.goes_to("Name")
    keys.types(name)
    keys.chooses("Add a condition", "Tag")
    browser.wait_for("document.querySelector('.node')")
    browser.wait_for("document.activeElement.labels?.[0].innerText === 'Tag'")
    keys.types(tag)
    browser.wait_for(f"document.querySelector('[role=option]')?.innerText.includes('{tag}')")
    browser.press("Enter")
    browser.wait_for("document.querySelector('.preview-count')")
    keys.goes_to("Create the segment")
    browser.press("Enter")
    browser.wait_for(f"document.querySelector('main h1')?.innerText === '{name}'")
    browser.wait_for("document.activeElement.matches('h1')")
    found = stack.admin("/v1/segments").json()["segments"]
    assert [one["condition"]["conditions"] for one in found if one["name"] == name] == [
        [{"type": "tag", "tag": tag}]
    ]


def test_a_conflict_is_settled(panel: Panel, browser: Browser, keys: Keys, stack: Stack) -> None:
    mail, loser = contested_email(stack)
    panel.open("/conflicts?reason=overruled")
    keys.goes_to("Settle")
    keys.goes_down_to(f"Settle {mail}")
    browser.press("Enter")
    browser.wait_for("document.querySelectorAll('.claim').length === 2")
    browser.press("Escape")
    browser.wait_for(f"document.activeElement.getAttribute('aria-label') === 'Settle {mail}'")
    browser.press("Enter")
    browser.wait_for(f"document.querySelector('.claims')?.innerText.includes({json.dumps(loser)})")
    while keys.label() != f"Choose: {loser.title()}":
        browser.press("Tab")
    browser.press("Enter")
    panel.has_text(f"{mail} is settled.")
    browser.wait_for("document.activeElement.matches('h1')")
    assert not claimed(stack, mail)
