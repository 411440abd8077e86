"""Webhooks: created with a secret shown once, tested, rotated, changed, deleted; failed deliveries sent again."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest

from tests.e2e.browser import Browser
from tests.e2e.console.panel import Panel
from tests.e2e.console.settings import make_webhook
from tests.e2e.stack import Stack
from tests.support.webhook_receiver import Receiver, receiver

SECRET = "document.querySelector('dialog pre')?.innerText.startsWith('whsec_')"


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


@pytest.fixture
def receiving() -> Iterator[Receiver]:
    """Start a receiver of webhooks on this machine."""
    with receiver() as there:
        yield there


@pytest.fixture
def received(stack: Stack, receiving: Receiver) -> Iterator[str]:
    """Open the page of a webhook for test events only, since other tests change memberships of segments."""
    name = f"Hook {uuid4().hex[:6]}"
    never_sent = {"type": "event", "event": name}
    segment = stack.admin(
        "/v1/segments", method="POST", json_body={"name": name, "condition": never_sent}
    ).json()
    events = {"events": ["Segment Entered"], "segments": [segment["id"]]}
    body = {"name": name, "url": receiving.url, **events}
    made = stack.admin("/v1/webhooks", method="POST", json_body=body).json()
    yield f"/webhooks/{made['id']}"
    stack.admin(f"/v1/webhooks/{made['id']}", method="DELETE")
    stack.admin(f"/v1/segments/{segment['id']}", method="DELETE")


def first_row_has(browser: Browser, text: str) -> None:
    browser.wait_for(f"document.querySelector('tbody tr')?.innerText.includes({text!r})")


def test_a_test_is_delivered_and_its_result_appears(
    panel: Panel, browser: Browser, receiving: Receiver, received: str
) -> None:
    panel.open(received)
    panel.has_text("Nothing has been sent in the last 3 days")
    panel.press_button("Send a test")
    panel.has_text("A test is being sent.")
    first_row_has(browser, "Delivered")
    first_row_has(browser, "204")
    assert len(receiving.received) == 1
    panel.press_button("Webhook Tested")
    browser.wait_for("document.querySelector('dialog .json')?.innerText.includes('webhook_id')")
    assert panel.violations() == []


def test_a_refused_delivery_shows_its_response_and_next_attempt_and_can_be_replayed(
    panel: Panel, browser: Browser, receiving: Receiver, received: str
) -> None:
    receiving.answer, receiving.content = (500, {}), b"no such contact: <b>ada</b>"
    panel.open(received)
    panel.press_button("Send a test")
    first_row_has(browser, "Will be retried")
    first_row_has(browser, "500")
    panel.press_button("Webhook Tested")
    panel.has_text("Next attempt")
    panel.has_text("no such contact: <b>ada</b>")
    assert panel.violations() == []
    panel.press_button("Close")
    receiving.answer, receiving.content = (204, {}), b""
    panel.press_button("Send again: Webhook Tested")
    panel.has_text("1 delivery is sent again.")
    first_row_has(browser, "Delivered")
    ids = {request.headers["webhook-id"] for request in receiving.received}
    assert (len(ids), len(receiving.received) >= 2) == (1, True)


def test_a_failed_delivery_is_stored_and_can_be_replayed(
    panel: Panel, browser: Browser, stack: Stack, receiving: Receiver, received: str
) -> None:
    receiving.answer = (410, {})
    panel.open(received)
    panel.press_button("Send a test")
    first_row_has(browser, "Failed")
    stack.admin(f"/v1{received}", method="PATCH", json_body={"enabled": True})
    receiving.answer = (204, {})
    browser.click("role=tab[name='Failed']")
    first_row_has(browser, "410")
    panel.press_button("Send again: Webhook Tested")
    panel.has_text("None: everything has been delivered or is being retried.")
    browser.click("role=tab[name='Last 3 days']")
    first_row_has(browser, "Delivered")


def test_a_marketer_reads_webhooks_and_is_offered_no_change(
    panel: Panel, browser: Browser, webhook: dict[str, Any]
) -> None:
    panel.open(f"/webhooks/{webhook['id']}", role="marketer")
    panel.has_text(webhook["url"])
    names = browser.evaluate("[...document.querySelectorAll('main button')].map((one) => one.innerText)")
    assert names == ["Last 3 days", "Failed"]
