"""Sources: creation, copies and rotation of the key, the snippet, settings, deletion."""

import time
from typing import Any
from uuid import uuid4

import pytest

from tests.e2e.browser import Browser
from tests.e2e.console.panel import Panel
from tests.e2e.console.settings import make
from tests.e2e.stack import Stack, basic, call

KEY = "document.querySelector('pre[aria-label=\"Write key\"]').innerText"


@pytest.fixture
def source(stack: Stack) -> dict[str, Any]:
    return make(stack, "/v1/sources", {"name": f"Console {uuid4().hex[:6]}", "kind": "web"})


def test_the_snippet_of_a_created_source_has_its_key(panel: Panel, browser: Browser) -> None:
    name = f"Made {uuid4().hex[:6]}"
    panel.open("/sources")
    panel.press_button("New source")
    browser.fill("role=textbox[name=Name]", name)
    browser.fill("role=textbox[name='Allowed origins']", "https://shop.example")
    browser.press("Tab")
    panel.press_button("Create")
    browser.wait_for("document.querySelector('pre[aria-label=Snippet]')")
    assert panel.heading() == name
    key = browser.evaluate(KEY)
    assert key.startswith("wk_")
    snippet = browser.evaluate("document.querySelector('pre[aria-label=Snippet]').innerText")
    assert f'data-write-key="{key}"' in snippet
    assert f"{panel.stack.api_url}/tracker.js" in snippet


def test_a_refused_origin_is_shown_at_its_field(panel: Panel, browser: Browser) -> None:
    panel.open("/sources")
    panel.press_button("New source")
    browser.fill("role=textbox[name=Name]", "Anything")
    browser.fill("role=textbox[name='Allowed origins']", "https://*.com")
    panel.press_button("Create")
    panel.has_text("sites of other owners")
    assert browser.evaluate("document.querySelector('textarea').getAttribute('aria-invalid')") == "true"


def test_a_key_is_rotated_and_the_former_one_retires(
    panel: Panel, browser: Browser, source: dict[str, Any]
) -> None:
    panel.open(f"/sources/{source['id']}")
    panel.press_button("Rotate")
    browser.click("dialog button[type=submit]")
    browser.wait_for(f"{KEY} !== {source['write_key']!r}")
    panel.has_text("The former key works until")
    panel.has_text(source["write_key"])


def test_a_concurrent_change_of_a_source_is_a_choice(
    panel: Panel, browser: Browser, source: dict[str, Any]
) -> None:
    panel.open(f"/sources/{source['id']}")
    panel.stack.admin(f"/v1/sources/{source['id']}", method="PATCH", json_body={"name": "Theirs"})
    browser.fill("role=textbox[name=Name]", "Mine")
    panel.press_button("Save")
    panel.has_text("Changed by another user")
    panel.has_text("Stored now")
    assert "Theirs" in browser.text(".version-conflict")
    panel.press_button("Save mine")
    browser.wait_for("document.querySelector('main h1')?.innerText === 'Mine'")


def send(panel: Panel, source: dict[str, Any], **message: Any) -> int:
    """Send an event to the source, and return the status."""
    headers = basic(source["write_key"])
    url = f"{panel.stack.api_url}/v1/track"
    return call(url, method="POST", json_body=message, headers=headers).status


def shown(browser: Browser) -> list[str]:
    return list(
        browser.evaluate(
            "[...document.querySelectorAll('.source-event summary')].map((one) => one.innerText)"
        )
    )


def test_arriving_events_are_shown_with_their_details(
    panel: Panel, browser: Browser, source: dict[str, Any]
) -> None:
    mark = uuid4().hex[:6]
    panel.open(f"/sources/{source['id']}")
    panel.has_text("Waiting for the first event")
    panel.calls()
    assert (
        send(panel, source, anonymousId=f"b-{mark}", event=f"Watched {mark}", properties={"sku": mark}) == 200
    )
    panel.has_text(f"Watched {mark}")
    assert {call for call in panel.calls() if "rejected" not in call} == {
        f"GET /v1/sources/{source['id']}/events"
    }
    browser.click(".source-event summary")
    browser.wait_for(
        f"document.querySelector('.source-event .json')?.innerText.includes('\"sku\": \"{mark}\"')"
    )
    assert panel.violations() == []
    browser.click(".source-event-customer")
    browser.wait_for("location.pathname.includes('/customers/')")


def test_a_rejected_event_is_shown_with_its_reason(
    panel: Panel, browser: Browser, source: dict[str, Any]
) -> None:
    panel.open(f"/sources/{source['id']}")
    assert send(panel, source, userId="u-1", event="") == 400
    browser.wait_for("document.querySelector('.source-event summary')?.innerText.includes('Rejected')")
    browser.click(".source-event summary")
    panel.has_text("event")
    browser.click("role=link[name='Correct it and send it again']")
    panel.is_shown()
    browser.wait_for("document.querySelectorAll('.rejected-list > li').length === 1")
    assert source["name"] in browser.text(".rejected-list > li")
    browser.evaluate(
        "(() => { const select = document.querySelector('.rejected-filters select'); select.value = '';"
        " select.dispatchEvent(new Event('change', {bubbles: true})); })()"
    )
    browser.wait_for("!location.search.includes('source')")


def test_the_events_are_paused_and_filtered_by_name(
    panel: Panel, browser: Browser, source: dict[str, Any]
) -> None:
    for event in ("Cart Viewed", "Order Completed"):
        assert send(panel, source, userId=f"u-{uuid4().hex}", event=event) == 200
    panel.open(f"/sources/{source['id']}")
    browser.wait_for("document.querySelectorAll('.source-event').length === 2")
    browser.fill("role=textbox[name='Filter by name of the event']", "order")
    browser.wait_for("document.querySelectorAll('.source-event').length === 1")
    assert "Order Completed" in shown(browser)[0]
    panel.press_button("Pause")
    panel.has_text("Paused")
    panel.calls()
    assert send(panel, source, userId="u-1", event="Order Refunded") == 200
    time.sleep(4)
    assert f"GET /v1/sources/{source['id']}/events" not in panel.calls()
    assert len(shown(browser)) == 1
    panel.press_button("Resume")
    browser.wait_for("document.querySelectorAll('.source-event').length === 2")


def test_a_source_is_deleted(panel: Panel, browser: Browser, source: dict[str, Any]) -> None:
    panel.open(f"/sources/{source['id']}")
    panel.press_button("Delete")
    browser.click("dialog .button-danger")
    panel.goes_to("/sources")
    panel.has_text(f"{source['name']} deleted.")


def test_a_marketer_reads_sources_and_is_offered_no_change(
    panel: Panel, browser: Browser, source: dict[str, Any]
) -> None:
    panel.open(f"/sources/{source['id']}", role="marketer")
    panel.has_text(source["write_key"])
    names = browser.evaluate("[...document.querySelectorAll('main button')].map((one) => one.innerText)")
    assert not {"Rotate", "Delete", "Save"} & set(names)


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("sources", {}),
        ("api-keys", {"scopes": ["profiles:read"]}),
        ("webhooks", {"url": "https://hooks.example.com", "events": ["Profile Erased"]}),
    ],
    ids=["sources", "keys", "webhooks"],
)
def test_a_long_name_without_blanks_stays_in_its_cell_on_a_phone(
    panel: Panel, browser: Browser, stack: Stack, path: str, body: dict[str, Any]
) -> None:
    make(stack, f"/v1/{path}", {"name": "W" * 80, **body})
    browser.resize(375, 740)
    panel.open(f"/{path.removeprefix('api-')}")
    cells = "[...document.querySelectorAll('tbody th')]"
    assert browser.evaluate(f"{cells}.some((one) => one.innerText.includes('WWW'))")
    assert browser.evaluate(f"{cells}.every((one) => one.scrollWidth <= one.clientWidth)")
