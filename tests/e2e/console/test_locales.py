"""Dates, numbers and money as the reader's locale writes them; days of the deployment's time zone."""

import re

import pytest

from tests.e2e.browser import Browser
from tests.e2e.console.panel import Panel


@pytest.fixture(params=["de-DE", "ja-JP", "fr-FR"])
def locale(request: pytest.FixtureRequest, browser: Browser) -> str:
    browser.open(locale=request.param)
    return str(request.param)


MONEY = {"de-DE": "84,00\xa0£", "ja-JP": "£84.00", "fr-FR": "84,00\xa0£GB"}
NUMBER = {"de-DE": "1.234.567,5", "ja-JP": "1,234,567.5", "fr-FR": "1\u202f234\u202f567,5"}
DATE = {
    "de-DE": r"\b\d{2}\.\d{2}\.20\d{2}\b",
    "ja-JP": r"\b20\d{2}/\d{2}/\d{2}\b",
    "fr-FR": r"\b\d{2}/\d{2}/20\d{2}\b",
}
FOREIGN = r"gestern|vor \d+|昨日|前|hier\b|il y a|\bNov\b|\bnov\."


def test_the_profile_is_formatted_by_the_locale(
    panel: Panel, browser: Browser, customer: str, locale: str
) -> None:
    panel.open(f"/customers/{customer}")
    browser.wait_for("document.querySelector('.stat')")
    text = str(browser.evaluate("document.querySelector('main').innerText"))
    assert MONEY[locale] in text
    assert re.search(DATE[locale], text), text
    assert re.search(r"\bago\b|\byesterday\b|just now", text), text
    assert not re.search(FOREIGN, text), text


def test_texts_are_in_one_language(panel: Panel, browser: Browser, locale: str) -> None:
    """No sentence mixes two languages: lists are joined, and times are told, in the language of the texts."""
    panel.open("/customers")
    written = browser.evaluate(
        "import(document.querySelector('script[src]').src).then(({formatList, formatAgo, formatDateTime}) => ["
        "formatList(['a', 'b']), formatAgo('2026-03-01T12:00:00Z', Date.parse('2026-03-01T15:00:00Z')),"
        "formatDateTime('2026-03-01T12:00:00Z')])"
    )
    assert written[:2] == ["a and b", "3 hr. ago"]
    assert not re.search(r"[^\W\d_]", written[2]), written[2]


def test_numbers_are_grouped_by_the_locale(panel: Panel, browser: Browser, locale: str) -> None:
    panel.open("/customers")
    written = browser.evaluate(
        "import(document.querySelector('script[src]').src).then(({formatNumber}) => formatNumber(1234567.5))"
    )
    assert written == NUMBER[locale]


def test_motion_is_reduced_if_requested(panel: Panel, browser: Browser) -> None:
    browser.hold("/v1/profiles")
    panel.start("/customers")
    browser.prefer("light", motion="reduce")
    browser.wait_for("document.querySelector('.bone')")
    assert browser.evaluate("getComputedStyle(document.querySelector('.bone')).animationDuration") == "1e-05s"
    browser.release()
    panel.is_shown()
