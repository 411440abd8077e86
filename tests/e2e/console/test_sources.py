"""Sources: created, their key copied and rotated, the snippet pasted, settings changed, deleted."""

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


def test_a_source_is_created_and_its_snippet_has_its_key(panel: Panel, browser: Browser) -> None:
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


def test_an_origin_that_is_refused_is_told_at_its_field(panel: Panel, browser: Browser) -> None:
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


def test_two_people_who_edit_a_source_choose(panel: Panel, browser: Browser, source: dict[str, Any]) -> None:
    panel.open(f"/sources/{source['id']}")
    panel.stack.admin(f"/v1/sources/{source['id']}", method="PATCH", json_body={"name": "Theirs"})
    browser.fill("role=textbox[name=Name]", "Mine")
    panel.press_button("Save")
    panel.has_text("Changed by another user")
    panel.has_text("Stored now")
    assert "Theirs" in browser.text(".version-conflict")
    panel.press_button("Save mine")
    browser.wait_for("document.querySelector('main h1')?.innerText === 'Mine'")


def test_the_events_that_arrive_are_shown(panel: Panel, browser: Browser, source: dict[str, Any]) -> None:
    event = f"Watched {uuid4().hex[:6]}"
    panel.open(f"/sources/{source['id']}")
    panel.has_text("Waiting for the first event")
    message = {"anonymousId": str(uuid4()), "event": event}
    sent = call(
        f"{panel.stack.api_url}/v1/track",
        method="POST",
        json_body=message,
        headers=basic(source["write_key"]),
    )
    assert sent.status == 200
    panel.has_text(event)


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
