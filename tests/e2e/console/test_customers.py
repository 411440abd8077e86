"""The list of customers: filtered by kind, sorted in both directions, opened."""

from uuid import uuid4

import pytest

from tests.e2e.browser import Browser
from tests.e2e.console.customers import make_customer
from tests.e2e.console.panel import Panel
from tests.e2e.stack import Stack

NAMES = "[...document.querySelectorAll('tbody th a')].map((one) => one.innerText)"


def test_kinds_are_counted_and_selected(panel: Panel, browser: Browser) -> None:
    panel.open("/customers")
    assert browser.text("[role=tab][aria-selected=true]").startswith("Recognised")
    browser.wait_for("document.querySelectorAll('.tab-count').length === 3")
    browser.click("[data-tab=anonymous]")
    panel.goes_to("/customers?kind=anonymous")
    assert browser.evaluate("[...new Set(document.querySelectorAll('tbody .avatar-none'))].length") >= 1
    browser.back()
    panel.goes_to("/customers")


def test_the_list_and_its_counts_are_one_call(panel: Panel, browser: Browser) -> None:
    panel.open("/customers")
    browser.wait_for("document.querySelectorAll('.tab-count').length === 3")
    assert panel.calls() == ["GET /v1/me", "GET /v1/profiles"]


def test_the_list_is_sorted_in_both_directions(panel: Panel, browser: Browser) -> None:
    panel.open("/customers")
    panel.press_button("Name")
    panel.goes_to("/customers?sort=-name")
    browser.wait_for("document.querySelector('[aria-sort=descending]').innerText === 'Name'")
    assert browser.evaluate(NAMES)
    descending = browser.evaluate(NAMES)
    panel.press_button("Name")
    panel.goes_to("/customers?sort=name")
    browser.wait_for("document.querySelector('[aria-sort=ascending]')")
    browser.wait_for(f"{NAMES}[0] !== {descending[0]!r}")


def test_a_customer_is_opened_by_keyboard_alone(panel: Panel, browser: Browser) -> None:
    panel.open("/customers?sort=name")
    first, second = browser.evaluate(NAMES)[:2]
    browser.evaluate("document.querySelector('main h1').focus()")
    panel.tab_to(f"Select {first}")
    browser.press("Tab", "ArrowDown")
    assert panel.focused() == second
    browser.press("Enter")
    browser.wait_for("location.pathname.split('/').at(-2) === 'customers'")
    panel.is_shown()
    browser.wait_for("document.activeElement.tagName === 'H1'")
    assert panel.focused() == second


def test_the_first_link_skips_the_navigation(panel: Panel, browser: Browser) -> None:
    panel.open("/customers")
    browser.press("Tab")
    assert panel.focused() == "Skip to content"
    browser.press("Enter")
    assert browser.evaluate("document.activeElement.id") == "main"


def test_a_slow_api_shows_a_skeleton(panel: Panel, browser: Browser) -> None:
    browser.intercept(r"/v1/profiles", delay=1500)
    browser.before_scripts(f"sessionStorage.setItem('console.key', '{panel.keys['admin']}')")
    browser.goto(f"{panel.url}/customers")
    browser.wait_for("document.querySelectorAll('tbody .bone').length > 8")
    browser.wait_for("document.querySelectorAll('tbody th a').length > 0")


@pytest.mark.parametrize("role", ["marketer", "agent"])
def test_only_visible_customers_are_listed(panel: Panel, browser: Browser, role: str) -> None:
    panel.open("/customers?last_name=Johnson,Lovelace", role=role)
    names = browser.evaluate(NAMES)
    assert "Katherine Johnson" in names
    assert ("Ada Lovelace" in names) == (role == "marketer")


def test_the_menu_of_a_phone_opens_and_closes(panel: Panel, browser: Browser) -> None:
    browser.resize(375, 740)
    panel.open("/customers")
    assert browser.evaluate("getComputedStyle(document.querySelector('#side')).display") == "none"
    panel.press_button("Menu")
    browser.wait_for("getComputedStyle(document.querySelector('#side')).display !== 'none'")
    browser.press("Escape")
    browser.wait_for("getComputedStyle(document.querySelector('#side')).display === 'none'")


def test_long_names_do_not_push_columns_out_of_the_table(
    panel: Panel, browser: Browser, stack: Stack
) -> None:
    name = f"Long{uuid4().hex}"
    make_customer(
        stack,
        attributes={"first_name": name, "last_name": "W" * 200, "city": "Taumata" * 20},
        tags=["t" * 90],
    )
    for width in (375, 768, 1280, 1600):
        browser.resize(width, 900)
        panel.open(f"/customers?first_name.starts_with={name}")
        browser.wait_for("document.querySelector('main tbody')")
        table = "document.querySelector('main table')"
        assert browser.evaluate(f"{table}.offsetWidth <= {table}.parentElement.clientWidth"), width
