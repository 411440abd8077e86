"""The filters of the list of customers, kept as a segment that selects the same customers."""

import pytest

from tests.e2e.browser import Browser
from tests.e2e.console.panel import Panel
from tests.e2e.console.people import People
from tests.e2e.stack import Stack

ROWS = "document.querySelectorAll('tbody tr').length"


@pytest.fixture(scope="module")
def people(stack: Stack) -> People:
    found = People(stack)
    found.add("Olga", classes=["vip"], responsible="Rita Sales")
    found.add("Oleg", classes=["b2b"])
    found.add("Otto")
    found.are_listed()
    return found


def test_a_filter_is_saved_as_a_segment_with_as_many_customers(
    panel: Panel, browser: Browser, people: People
) -> None:
    name = f"Kept {people.city}"
    panel.open(f"{people.listed}&first_name.starts_with=Ol&class=vip,b2b")
    browser.wait_for(f"{ROWS} === 2")
    panel.press_button("Save as segment")
    panel.is_shown()
    assert panel.heading() == "New segment"
    panel.has_text("The condition is made from the filters of the list.")
    browser.wait_for("document.querySelector('.preview-count')?.innerText === '2 customers'")
    browser.fill('role=textbox[name="Name"]', name)
    panel.press_button("Create the segment")
    browser.wait_for("/segments\\/seg_/.test(location.pathname)")
    conditions = people.do(f"/v1/segments/{name.replace(' ', '%20')}")["condition"]["conditions"]
    assert {"type": "kind", "kind": "recognised"} in conditions
    either = [{"type": "class", "class": "vip"}, {"type": "class", "class": "b2b"}]
    assert {"type": "or", "conditions": either} in conditions


def test_filters_that_cannot_be_saved_as_a_segment_are_listed(
    panel: Panel, browser: Browser, people: People
) -> None:
    panel.open(f"{people.listed}&email.contains=example.com")
    browser.wait_for(f"{ROWS} === 3")
    panel.press_button("Save as segment")
    panel.has_text("A segment cannot express all of these filters")
    panel.has_text("E-mail contains")
    assert panel.violations() == []
    panel.press_button("Use the other filters")
    browser.wait_for("document.querySelector('.preview-count')?.innerText === '3 customers'")


def test_a_marketer_of_some_classes_is_not_offered_segments(panel: Panel, browser: Browser) -> None:
    panel.open("/customers?city=Berlin", role="agent")
    panel.has_text("Clear all")
    assert "Save as segment" not in browser.text("main")
