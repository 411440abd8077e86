"""The search box of every page: one request finds a customer by the beginning of a text, or by a whole id or phone."""

import json
from collections.abc import Callable

import pytest

from tests.e2e.browser import Browser
from tests.e2e.console.panel import Panel
from tests.e2e.console.people import People
from tests.e2e.stack import Stack

Search = Callable[[str], str]


@pytest.fixture(scope="module")
def people(stack: Stack) -> People:
    found = People(stack)
    mark = found.city[5:]
    attributes = {
        "last_name": f"Noether{mark}",
        "company": f"Works {mark}",
        "phone": f"+4915{int(mark, 16):010}",
    }
    found.add(f"Emmy{mark}", attributes=attributes)
    found.are_listed()
    return found


@pytest.fixture
def search(panel: Panel, browser: Browser) -> Search:
    """Press `/`, type into the search box, and return the first proposal."""

    def first(text: str) -> str:
        browser.evaluate("document.querySelector('main h1').focus()")
        browser.press("/")
        assert browser.evaluate("document.activeElement.getAttribute('role')") == "combobox"
        browser.fill('role=combobox[name="Search customers"]', text)
        browser.wait_for("document.querySelector('.search [role=option], .search .combobox-none')")
        browser.wait_for("!/Type how/.test(document.querySelector('.search .combobox-list').innerText)")
        return browser.text(".search .combobox-list").partition("\n")[0]

    return first


@pytest.mark.parametrize("by", ["name", "last_name", "email", "company", "id", "phone"])
def test_a_customer_is_found_by_texts_and_ids(panel: Panel, people: People, search: Search, by: str) -> None:
    mark = people.city[5:]
    name = f"Emmy{mark}"
    texts = {
        "name": f"emmy{mark[:6]}",
        "last_name": f"NOETHER{mark}",
        "email": f"{name.lower()}.{mark[:4]}",
        "company": f"works {mark}",
        "id": people.ids[name],
        "phone": f"+4915{int(mark, 16):010}",
    }
    panel.open("/customers")
    assert search(texts[by]) == f"{name} Noether{mark}"
    assert panel.calls().count("GET /v1/search") == 1


def test_arrows_choose_and_enter_opens_the_card(panel: Panel, browser: Browser, search: Search) -> None:
    panel.open("/customers")
    search("ada")
    browser.press("ArrowDown", "ArrowUp", "Enter")
    browser.wait_for("location.pathname.split('/').at(-2) === 'customers'")
    browser.wait_for("document.activeElement.tagName === 'H1'")


def test_a_search_without_results_explains_what_is_searched(
    panel: Panel, browser: Browser, search: Search
) -> None:
    panel.open("/customers")
    search("nobody is called so")
    panel.has_text("No customer begins like this.")
    browser.press("Escape")
    browser.wait_for("!document.querySelector('.search .combobox-list')")


def test_a_failed_search_is_reported(panel: Panel, browser: Browser, search: Search) -> None:
    panel.open("/customers")
    browser.intercept(
        r"/v1/search", status=503, body={"code": "unavailable", "message": "throttled", "details": {}}
    )
    search("ada")
    panel.has_text("This could not be searched.")


def test_a_limited_agent_finds_own_customers_only(panel: Panel, search: Search) -> None:
    panel.open("/customers", role="agent")
    assert search("ada love").startswith("No customer begins")
    panel.open("/customers", role="agent")
    assert search("katherine") == "Katherine Johnson"


def test_a_slash_in_a_text_field_is_typed(panel: Panel, browser: Browser) -> None:
    panel.open("/customers")
    browser.click("aside summary:has-text('Company')")
    browser.fill('aside >> role=textbox[name="Company"]', "A")
    browser.press("/")
    assert json.dumps(browser.evaluate("document.activeElement.value")) == '"A/"'
