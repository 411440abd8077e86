"""Addresses with an unknown filter or value, as in an old bookmark: the page shows a message."""

import re

import pytest

from tests.e2e.browser import Browser
from tests.e2e.console.pages import PAGES
from tests.e2e.console.panel import Panel

NOTE = ".address-note"
UNKNOWN_VALUES = [
    (
        "/jobs?state=finished",
        "“finished” is not a value of “state”.",
        "queued, running, done, failed, cancelled",
    ),
    ("/jobs?kind=x", "“x” is not a value of “kind”.", "import, export, bulk"),
    ("/imports?state=new", "“new” is not a value of “state”.", "queued, running"),
    ("/tasks?status=late", "“late” is not a value of “status”.", "open, in_progress, done, cancelled"),
    ("/conflicts?reason=x", "“x” is not a value of “reason”.", "overruled, closed, shared, joined"),
    ("/attributes?shown=all", "“all” is not a value of “shown”.", "current, archived"),
    ("/values?kind=sums", "“sums” is not a value of “kind”.", "aggregates, scores, expressions"),
    ("/segments?shown=all", "“all” is not a value of “shown”.", "active, archived"),
    ("/customers?kind=x&sort=age", "“age” is not a value of “sort”.", "recognised, anonymous, all, deleted"),
    ("/customers/{customer}?category=x", "“x” is not a value of “category”.", "shopping"),
    ("/segments/{segment}?view=x", "“x” is not a value of “view”.", "members, keptOut, definition"),
]


@pytest.mark.parametrize(("path", "said", "known"), UNKNOWN_VALUES, ids=[path for path, *_ in UNKNOWN_VALUES])
def test_an_unknown_value_is_reported_with_the_valid_ones(
    panel: Panel, browser: Browser, ids: dict[str, str], path: str, said: str, known: str
) -> None:
    panel.open(path.format(**ids))
    shown = browser.evaluate(f"document.querySelector('{NOTE}').textContent")
    assert said in shown
    assert known in shown
    assert not browser.evaluate("document.querySelector('[role=alert]')")


@pytest.mark.parametrize("page", PAGES)
def test_an_unknown_filter_is_reported_on_every_page(
    panel: Panel, browser: Browser, ids: dict[str, str], page: str
) -> None:
    path = PAGES[page].format(**ids)
    panel.open(path)
    assert not browser.evaluate(f"document.querySelector('{NOTE}')"), "nothing is said of a known address"
    panel.open(f"{path}{'&' if '?' in path else '?'}citty=Kiel")
    assert "“citty”, which this page does not know" in browser.text(NOTE)
    panel.press_button("Remove from the address")
    browser.wait_for(f"!document.querySelector('{NOTE}')")
    assert panel.path().replace("%2F", "/") == path


def test_the_filters_of_customers_are_listed_and_known_ones_apply(panel: Panel, browser: Browser) -> None:
    panel.open("/customers?kind=all&citty=Kiel&city=Nowhere")
    panel.has_text("City is Nowhere")
    browser.click(f"{NOTE} summary")
    assert {"city", "city.contains"} <= set(re.split(r"[,\s]+", browser.text(NOTE)))
    assert panel.violations() == []
