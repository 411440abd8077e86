"""The right column of the card: segments, scores, values."""

from tests.e2e.browser import Browser
from tests.e2e.console.customers import Made, create_customer_with_event
from tests.e2e.console.panel import Panel
from tests.e2e.stack import Stack


def test_segments_show_their_reason_and_next_change(
    panel: Panel, browser: Browser, stack: Stack, made: Made, defined: str
) -> None:
    panel.open(f"/customers/{create_customer_with_event(stack, made, defined)}")
    browser.click(f".segment button:has-text('{defined}')")
    panel.has_text("In the segment")
    panel.has_text("if nothing happens")
    panel.has_text(f"Did “{defined}” within 30 days")
    assert panel.violations() == []
    panel.press_button("Keep out by hand")
    panel.has_text("Kept out by hand")
    browser.press("Escape")
    browser.wait_for(f"!document.querySelector('.segments').innerText.includes('{defined}')")


def test_scores_show_their_ledger_and_accept_manual_points(
    panel: Panel, browser: Browser, stack: Stack, made: Made, defined: str
) -> None:
    panel.open(f"/customers/{create_customer_with_event(stack, made, defined)}")
    panel.has_text(f"{defined}_count")
    panel.has_text(f"{defined}_kiel")
    panel.press_button(f"Add points: {defined}")
    browser.fill("dialog input >> nth=0", "25")
    browser.fill("dialog input >> nth=1", "Helped at the fair")
    browser.press("Enter")
    panel.has_text(f"25 points for {defined}.")
    panel.press_button(f"Ledger of {defined}")
    panel.has_text("Total: 35")
    panel.has_text("Helped at the fair")
    assert panel.violations() == []
