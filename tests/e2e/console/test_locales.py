"""Dates, numbers and money as the reader's locale writes them; days of the deployment's time zone."""

import re

import pytest

from tests.e2e.browser import Browser
from tests.e2e.console.panel import Panel


@pytest.fixture(params=["de-DE", "ja-JP"])
def locale(request: pytest.FixtureRequest, browser: Browser) -> str:
    browser.open(locale=request.param)
    return str(request.param)


MONEY = {"de-DE": "84,00\xa0£", "ja-JP": "£84.00"}
NUMBER = {"de-DE": "1.234.567,5", "ja-JP": "1,234,567.5"}
DATE = {"de-DE": r"\b26\.11\.2026\b|\b\d{2}\.\d{2}\.20\d{2}\b", "ja-JP": r"\b20\d{2}/\d{2}/\d{2}\b"}
AGO = {"de-DE": r"gestern|vor \d+|vorgestern", "ja-JP": r"昨日|前|一昨日"}


def test_a_card_is_written_by_the_locale(panel: Panel, browser: Browser, customer: str, locale: str) -> None:
    panel.open(f"/customers/{customer}")
    browser.wait_for("document.querySelector('.stat')")
    text = str(browser.evaluate("document.querySelector('main').innerText"))
    assert MONEY[locale] in text
    assert re.search(DATE[locale], text), text
    assert re.search(AGO[locale], text), text
    assert not re.search(r"\bago\b|\byesterday\b", text)


def test_numbers_are_grouped_by_the_locale(panel: Panel, browser: Browser, locale: str) -> None:
    panel.open("/customers")
    written = browser.evaluate(
        "import(document.querySelector('script[src]').src).then(({formatNumber}) => formatNumber(1234567.5))"
    )
    assert written == NUMBER[locale]


def test_motion_is_reduced_for_those_who_ask_for_it(panel: Panel, browser: Browser) -> None:
    browser.hold("/v1/profiles")
    panel.start("/customers")
    browser.prefer("light", motion="reduce")
    browser.wait_for("document.querySelector('.bone')")
    assert browser.evaluate("getComputedStyle(document.querySelector('.bone')).animationDuration") == "1e-05s"
    browser.release()
    panel.is_shown()
