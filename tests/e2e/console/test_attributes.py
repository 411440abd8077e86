"""Attributes: declared with a type, edited, archived and restored."""

from typing import Any
from uuid import uuid4

import pytest

from tests.e2e.browser import Browser
from tests.e2e.console.panel import Panel
from tests.e2e.console.settings import make
from tests.e2e.stack import Stack


@pytest.fixture
def attribute(stack: Stack) -> dict[str, Any]:
    return make(stack, "/v1/attributes", {"name": f"console_{uuid4().hex[:6]}"})


def test_an_attribute_is_declared_with_choices(panel: Panel, browser: Browser) -> None:
    name = f"size_{uuid4().hex[:6]}"
    panel.open("/attributes")
    panel.press_button("New attribute")
    browser.fill("dialog >> role=textbox[name=Name]", name)
    browser.evaluate(
        "(() => { const select = document.querySelector('dialog select'); select.value = 'choice';"
        " select.dispatchEvent(new Event('change', {bubbles: true})); })()"
    )
    panel.press_button("Create")
    browser.wait_for("document.querySelector('dialog .is-wrong textarea')")
    browser.fill("role=textbox[name=Choices]", "S\nM\nL")
    panel.press_button("Create")
    browser.wait_for("!document.querySelector('dialog')")
    panel.has_text(name)
    assert panel.stack.admin(f"/v1/attributes/{name}").json()["choices"] == ["S", "M", "L"]


def test_an_attribute_is_renamed(panel: Panel, browser: Browser, attribute: dict[str, Any]) -> None:
    panel.open("/attributes")
    panel.press_button(f"Edit {attribute['label']}")
    label = f"Renamed {uuid4().hex[:6]}"
    browser.fill("dialog >> role=textbox[name=Label]", label)
    panel.press_button("Save")
    panel.has_text(label)


def test_an_attribute_is_archived_and_restored(
    panel: Panel, browser: Browser, attribute: dict[str, Any]
) -> None:
    panel.open("/attributes")
    panel.press_button(f"Archive {attribute['label']}")
    panel.has_text(f"{attribute['label']} archived. Its values stay.")
    panel.press_button("Undo")
    panel.has_text("Undone.")
    assert not panel.stack.admin(f"/v1/attributes/{attribute['name']}").json()["archived"]


def test_an_agent_reads_attributes_and_is_offered_no_change(panel: Panel, browser: Browser) -> None:
    panel.open("/attributes", role="agent")
    panel.has_text("Email")
    assert not browser.evaluate("document.querySelectorAll('main .button').length")
