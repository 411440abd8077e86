"""Aggregates, scores and expressions: created by fields or as JSON, errors at their place, refused while in use."""

from uuid import uuid4

from tests.e2e.browser import Browser
from tests.e2e.console.panel import Panel
from tests.e2e.console.settings import make


def test_an_aggregate_is_created_by_its_fields_and_deleted(panel: Panel, browser: Browser) -> None:
    name = f"console_{uuid4().hex[:6]}"
    panel.open("/values")
    panel.press_button("New value")
    browser.fill("dialog >> role=textbox[name=Name]", "Not a name")
    browser.fill("dialog >> role=textbox[name=Event]", "Order Completed")
    panel.press_button("Create")
    browser.wait_for("document.querySelector('dialog .is-wrong')?.innerText.includes('lower-case')")
    browser.fill("dialog >> role=textbox[name=Name]", name)
    panel.press_button("Create")
    browser.wait_for("!document.querySelector('dialog')")
    panel.press_button(f"Delete {name}")
    browser.click("dialog .button-danger")
    panel.has_text(f"{name} deleted.")


def test_an_error_in_an_expression_is_shown_at_its_field(panel: Panel, browser: Browser) -> None:
    panel.open("/values?kind=expressions")
    panel.press_button("New value")
    browser.fill("dialog >> role=textbox[name=Name]", f"console_{uuid4().hex[:6]}")
    browser.fill("dialog >> role=textbox[name=Expression]", "attributes.city == ")
    panel.press_button("Create")
    browser.wait_for("document.querySelector('dialog .is-wrong')?.innerText.includes('line 1')")


def test_a_used_value_shows_its_uses_and_cannot_be_deleted(panel: Panel, browser: Browser) -> None:
    name = f"used_{uuid4().hex[:6]}"
    make(panel.stack, "/v1/aggregates", {"name": name, "event": f"Never {name}", "function": "count"})
    text = {"name": f"{name}_twice", "text": f"2.0 * aggregates.{name}"}
    make(panel.stack, "/v1/expressions", text)
    panel.open("/values")
    panel.press_button(f"Delete {name}")
    browser.click("dialog .button-danger")
    panel.has_text("Used by")
    assert f"{name}_twice" in browser.text("dialog")
    assert browser.evaluate("document.querySelector('dialog .button-danger').disabled")


def test_an_agent_reads_values_and_is_offered_no_change(panel: Panel, browser: Browser) -> None:
    panel.open("/values", role="agent")
    assert not browser.evaluate("document.querySelectorAll('main .button').length")
