"""Webhooks: created with a secret shown once, tested, rotated, changed, deleted; failed deliveries sent again."""

from typing import Any
from uuid import uuid4

import pytest

from tests.e2e.browser import Browser
from tests.e2e.console.panel import Panel
from tests.e2e.console.settings import make_webhook
from tests.e2e.stack import Stack

SECRET = "document.querySelector('dialog pre')?.innerText.startsWith('whsec_')"
FAILED = {
    "id": "dlv_1",
    "event_id": "evt_1",
    "event_type": "Profile Updated",
    "body": {},
    "attempts": 9,
    "status": 500,
    "error": None,
    "first_attempt_at": "2026-11-28T10:00:00.000Z",
    "died_at": "2026-11-29T10:00:00.000Z",
    "expires_at": "2026-12-29T10:00:00.000Z",
}


@pytest.fixture
def webhook(stack: Stack) -> Any:
    made = make_webhook(stack, f"Hook {uuid4().hex[:6]}")
    yield made
    stack.admin(f"/v1/webhooks/{made['id']}", method="DELETE")


def test_a_webhook_is_created_and_its_secret_shown_once(panel: Panel, browser: Browser) -> None:
    name = f"Made {uuid4().hex[:6]}"
    panel.open("/webhooks")
    panel.press_button("New webhook")
    browser.fill("dialog >> role=textbox[name=Name]", name)
    browser.fill("dialog >> role=textbox[name=Address]", "ftp://hooks.example.com")
    panel.press_button("Create")
    panel.has_text("must begin with https://")
    browser.fill("dialog >> role=textbox[name=Address]", "https://hooks.example.com/in")
    browser.click("role=checkbox[name='Profile Created']")
    panel.press_button("Create")
    browser.wait_for(SECRET)
    panel.press_button("I have copied it")
    browser.wait_for(f"document.querySelector('main h1')?.innerText === {name!r}")
    panel.press_button("Delete")
    browser.click("dialog .button-danger")
    panel.goes_to("/webhooks")


def test_a_secret_is_rotated(panel: Panel, browser: Browser, webhook: dict[str, Any]) -> None:
    panel.open(f"/webhooks/{webhook['id']}")
    panel.press_button("Rotate")
    browser.click("dialog .button-danger")
    browser.wait_for(SECRET)
    panel.press_button("I have copied it")
    panel.has_text("The former secret signs as well until")


def test_a_test_is_sent(panel: Panel, webhook: dict[str, Any]) -> None:
    panel.open(f"/webhooks/{webhook['id']}")
    panel.press_button("Send a test")
    panel.has_text("A test has been sent.")


def test_failed_deliveries_are_listed_and_sent_again(
    panel: Panel, browser: Browser, webhook: dict[str, Any]
) -> None:
    browser.intercept(r"/deliveries\?", status=200, body={"deliveries": [FAILED], "next_cursor": None})
    browser.intercept(r"/deliveries/dlv_1/replay", status=202, body={"replayed": 1, "more": False})
    panel.open(f"/webhooks/{webhook['id']}")
    browser.wait_for("document.querySelector('tbody tr')?.innerText.includes('500')")
    panel.press_button("Send Profile Updated again")
    panel.has_text("1 delivery is sent again.")


def test_a_marketer_reads_webhooks_and_is_offered_no_change(
    panel: Panel, browser: Browser, webhook: dict[str, Any]
) -> None:
    panel.open(f"/webhooks/{webhook['id']}", role="marketer")
    panel.has_text(webhook["url"])
    assert not browser.evaluate("document.querySelectorAll('main .button').length")
