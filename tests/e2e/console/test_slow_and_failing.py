"""Every page with an API that is slow, fails, throttles, is unreachable, or has revoked the key."""

from collections.abc import Callable

import pytest

from tests.e2e.browser import Browser
from tests.e2e.console.pages import PAGES, READ_NOTHING
from tests.e2e.console.panel import KEY, Panel

READS = r"/v1/(?!me$)"
READING = [page for page in PAGES if page not in READ_NOTHING]
SHIFTS = """
  window.shifted = 0;
  new PerformanceObserver((list) => {
    for (const {value, hadRecentInput} of list.getEntries()) if (!hadRecentInput) window.shifted += value;
  }).observe({type: 'layout-shift', buffered: true});
"""
GOOD_SHIFT = 0.1
"""The limit of a good cumulative layout shift in Web Vitals."""


def _top(browser: Browser) -> float:
    return float(browser.evaluate("document.querySelector('main h1').getBoundingClientRect().top"))


@pytest.mark.parametrize("page", READING)
def test_a_slow_api_shows_a_skeleton_without_layout_shifts(
    panel: Panel, browser: Browser, ids: dict[str, str], page: str
) -> None:
    browser.before_scripts(SHIFTS)
    browser.hold(READS)
    panel.start(PAGES[page].format(**ids))
    browser.wait_for("document.querySelector('main h1')")
    browser.wait_for("document.querySelector('main .skeleton, main [aria-busy=true]')")
    assert not browser.evaluate("document.querySelector('[role=alert]')")
    top = _top(browser)
    browser.release()
    panel.is_shown()
    panel.is_still()
    assert _top(browser) == pytest.approx(top, abs=1)
    assert browser.evaluate("window.shifted") < GOOD_SHIFT
    assert browser.errors() == []


def _broken(browser: Browser) -> None:
    browser.intercept(READS, status=500, body={"code": "internal_error", "message": "boom", "details": {}})


def _throttled(browser: Browser) -> None:
    browser.intercept(READS, status=429, body={"message": "Too Many Requests"}, headers={"retry-after": "7"})


def _without_json(browser: Browser) -> None:
    browser.intercept(READS, status=503)


def _gone(browser: Browser) -> None:
    browser.let_through()
    browser.offline()


FAILURES: list[tuple[Callable[[Browser], None], str]] = [
    (_broken, "It was recorded. Try again in a moment."),
    (_throttled, "Try again in 7 seconds."),
    (_without_json, "Try again in a moment."),
    (_gone, "Check the connection, then try again."),
]


@pytest.mark.parametrize("page", READING)
def test_a_failing_api_is_explained_and_can_be_retried(
    panel: Panel, browser: Browser, ids: dict[str, str], page: str
) -> None:
    """The test retries after each failure; then the key is revoked and replaced."""
    FAILURES[0][0](browser)
    panel.start(PAGES[page].format(**ids))
    for fail, told in FAILURES:
        fail(browser)
        if fail is not _broken:
            _try_again(browser)
        browser.wait_for(f"document.querySelector('main [role=alert]')?.innerText.includes('{told}')")
        assert fail is not _broken or panel.violations() == []
    browser.offline(False)
    browser.intercept(READS, status=401, body={"code": "unauthorized", "message": "no such key"})
    _try_again(browser)
    browser.wait_for("document.querySelector('dialog[open] input[type=password]')")
    assert browser.evaluate(f"sessionStorage.getItem('{KEY}')") is None
    browser.let_through()
    browser.fill("dialog input[type=password]", panel.keys["admin"])
    browser.press("Enter")
    browser.wait_for("!document.querySelector('dialog[open], main [role=alert]')")
    panel.is_shown()


def _try_again(browser: Browser) -> None:
    browser.wait_for("document.querySelector('main .error-state button, main [role=alert] button')")
    browser.evaluate(
        "[...document.querySelectorAll('main [role=alert] button')].forEach((button) => button.click())"
    )


FORMS = [
    ("/lists", "New list"),
    ("/tags", "New tag"),
    ("/sources", "New source"),
    ("/keys", "New API key"),
    ("/webhooks", "New webhook"),
    ("/attributes", "New attribute"),
    ("/values", "New value"),
]


@pytest.mark.parametrize(("path", "button"), FORMS, ids=[path[1:] for path, _ in FORMS])
def test_input_is_kept_when_saving_fails_and_the_key_expires(
    panel: Panel, browser: Browser, path: str, button: str
) -> None:
    panel.open(path)
    panel.press_button(button)
    browser.fill("dialog >> role=textbox[name='Name']", "Of the reader")
    browser.break_changes("/v1/", status=500, body={"code": "internal_error", "message": "boom"})
    browser.click("dialog button[type=submit]")
    panel.has_text("It was recorded. Try again in a moment.")
    browser.break_changes("/v1/", status=401, body={"code": "unauthorized", "message": "no such key"})
    browser.click("dialog button[type=submit]")
    browser.wait_for("document.querySelector('dialog input[type=password]')")
    browser.fill("input[type=password]", panel.keys["admin"])
    browser.press("Enter")
    browser.wait_for("!document.querySelector('input[type=password]')")
    assert browser.evaluate(
        "[...document.querySelectorAll('dialog input')].some((one) => one.value === 'Of the reader')"
    )
