"""Checks of every page: axe finds no violation, and the page fits the screen."""

from itertools import product
from pathlib import Path

import pytest

from tests.e2e.browser import Browser
from tests.e2e.console.pages import PAGES
from tests.e2e.console.panel import SEEN, Panel

SIZES = {375: 740, 768: 1024, 1280: 860}
SCHEMES = ("light", "dark")
SIGNED_OUT = ""
STOPS = 25


@pytest.mark.parametrize("page", [*PAGES, SIGNED_OUT], ids=lambda page: page or "sign-in")
def test_every_page_is_accessible_and_fits(
    panel: Panel, browser: Browser, ids: dict[str, str], pictures: Path, page: str
) -> None:
    """A page is opened once for all widths, light and dark, since opening takes longest."""
    if page:
        panel.open(PAGES[page].format(**ids))
        assert browser.evaluate("document.querySelectorAll('h1').length") == 1
        assert browser.evaluate("document.title") == f"{panel.heading()} · Console"
    else:
        browser.goto(panel.url)
        browser.wait_for("document.querySelector('form')")
    found = []
    for width, scheme in product(SIZES, SCHEMES):
        browser.resize(width, SIZES[width])
        browser.prefer(scheme)
        panel.is_still()
        browser.screenshot(pictures / f"console-{page or 'sign-in'}-{width}-{scheme}.png")
        found += [f"{width} {scheme}: {violation}" for violation in panel.violations()]
        if browser.evaluate("document.documentElement.scrollWidth") > width:
            found.append(f"{width} {scheme}: wider than the screen")
    found += _reflow(browser)
    found += _hidden_focus(browser)
    assert found == []
    assert browser.errors() == []


def _reflow(browser: Browser) -> list[str]:
    """At 400 % of a window of 1280 px: nothing is read by scrolling in two directions."""
    browser.resize(320, 512)
    width = browser.evaluate("document.documentElement.scrollWidth")
    return [f"wider than the screen at 400 %: {width}"] if width > 320 else []


def _hidden_focus(browser: Browser) -> list[str]:
    """On a phone, whose header stays at the top: what has the focus is seen at the first stops of Tab."""
    browser.resize(375, 740)
    found = []
    for _ in range(STOPS):
        browser.press("Tab")
        found.append(str(browser.evaluate(SEEN)))
    return [reason for reason in found if reason]
