"""The pages that the deployment serves, in a real browser."""

import time
from pathlib import Path

from tests.e2e.browser import Browser
from tests.e2e.files import until
from tests.e2e.stack import Stack


def test_the_demo_page_sends_events(stack: Stack, browser: Browser, pictures: Path) -> None:
    assert browser.goto(f"{stack.api_url}/demo?write_key={stack.write_key}") == 200
    user = f"demo-{time.time_ns()}"
    browser.click("#views a:nth-child(2)")
    browser.click("#products article:first-child button:nth-child(2)")
    browser.fill("#sign-in [name=user]", user)
    browser.fill("#sign-in [name=mail]", f"{user}@example.com")
    browser.click("#sign-in button")
    browser.click("[data-do=buy]")
    browser.click("#newsletter button")
    browser.wait_for("document.querySelectorAll('#messages li').length >= 7")
    browser.wait_for("[...document.querySelectorAll('.status')].every((one) => one.textContent === 'stored')")
    browser.screenshot(pictures / "demo.png")
    assert browser.errors() == []
    profile = stack.profile_when("user_id", user, activities=7)
    assert profile["totals"]["orders"] == 1


def test_the_demo_page_shows_sent_events_on_a_phone(stack: Stack, browser: Browser, pictures: Path) -> None:
    browser.resize(375, 667)
    browser.goto(f"{stack.api_url}/demo?write_key={stack.write_key}")
    browser.click("#products article:first-child button:nth-child(2)")
    browser.wait_for("document.querySelector('#latest .name')?.textContent === 'Product Added'")
    browser.wait_for("document.querySelector('#latest .status').textContent === 'stored'")
    place = browser.evaluate(
        "JSON.parse(JSON.stringify(document.querySelector('#latest').getBoundingClientRect()))"
    )
    assert (place["left"], place["right"], place["bottom"]) == (0, 375, 667)
    assert browser.evaluate("document.documentElement.scrollWidth") == 375
    browser.screenshot(pictures / "demo-phone.png")
    browser.click("#latest")
    browser.wait_for("document.querySelector('#messages li').getBoundingClientRect().top < 667")


def test_the_demo_page_asks_for_consent(stack: Stack, browser: Browser, pictures: Path) -> None:
    browser.goto(f"{stack.api_url}/demo?write_key={stack.write_key}&consent=required")
    browser.wait_for(
        "window.crm.loaded && getComputedStyle(document.getElementById('consent')).display === 'flex'"
    )
    assert browser.cookies() == []
    browser.screenshot(pictures / "demo-consent.png")
    browser.click("[data-do=accept]")
    browser.wait_for("document.querySelectorAll('#messages li').length === 1")
    browser.wait_for("document.querySelector('.status').textContent === 'stored'")


def test_the_api_reference_sends_requests(stack: Stack, browser: Browser, pictures: Path) -> None:
    until(lambda: stack.owner_of("email", "ada@example.com"))  # of the sample traffic
    browser.resize(1280, 900)
    assert browser.goto(f"{stack.api_url}/docs") == 200
    browser.wait_for("document.querySelectorAll('.opblock-tag').length > 10")
    browser.screenshot(pictures / "docs.png")
    tags = browser.evaluate("[...document.querySelectorAll('.opblock-tag')].map((one) => one.dataset.tag)")
    assert (tags[0], tags[-1]) == ("tracking", "aliases")

    browser.click("button.authorize")
    browser.fill("#auth-bearer-value", stack.api_key)
    browser.click(".auth-container:has(#auth-bearer-value) button.authorize")
    browser.click(".btn-done")
    browser.click("#operations-tag-profiles")
    browser.click("#operations-profiles-find_by_identity .opblock-summary-control")
    browser.fill("#operations-profiles-find_by_identity [placeholder=type]", "email")
    browser.fill("#operations-profiles-find_by_identity [placeholder=value]", "ada@example.com")
    browser.click("#operations-profiles-find_by_identity .execute")
    browser.wait_for("document.querySelector('.live-responses-table .response-col_status')")
    assert browser.text(".live-responses-table tbody .response-col_status").startswith("200")
    assert '"ada@example.com"' in browser.text(".live-responses-table tbody .response-col_description")
    browser.screenshot(pictures / "docs-answer.png")
    assert browser.errors() == []
