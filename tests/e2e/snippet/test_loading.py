"""The loading of the snippet: late, blocked, twice, under another name, on a prerendered page."""

import time
from pathlib import Path

import pytest

from tests.e2e.browser import Browser
from tests.e2e.loopback import Site, StubApi
from tests.e2e.snippet.recorded import names, sends_nothing, sent, snippet

DOCS = Path(__file__).parents[3] / "docs/tracker.md"
STUB = DOCS.read_text().partition("<script>")[2].partition("</script>")[0]


def pasted(src: str, options: str = "") -> str:
    """Return the lines of docs/tracker.md to paste."""
    return f'<script>{STUB}</script><script async src="{src}/tracker.js" data-write-key="wk_test" {options}></script>'


CALLS = """
    crm.track("A", cart); cart.step = 2; crm.page("Cart"); crm.identify("ada"); crm.group("acme");
    crm.alias("ada", "old");
    crm.reset(); crm.consent(true); crm.ready(() => { window.isReady = crm.anonymousId() });
    crm.push(["track", "B"]);"""


def test_calls_before_the_script_is_loaded_are_sent(browser: Browser, shop: Site, stub: StubApi) -> None:
    early = f"<script>cart = {{step: 1}}; {CALLS}</script>"
    browser.goto(shop.page("/", head=pasted(stub.url) + early))
    browser.wait_for("window.isReady")
    messages = sent(stub, 7)
    assert [m["type"] for m in messages] == ["page", "track", "page", "identify", "group", "alias", "track"]
    assert messages[1]["properties"] == {"step": 1}
    assert browser.evaluate("isReady") == messages[-1]["anonymousId"]
    assert browser.errors() == []


def test_a_blocked_script_does_not_break_the_page(browser: Browser, shop: Site) -> None:
    page = f"<button onclick='{CALLS.replace(chr(39), '')} window.isBought = true'>Buy</button>"
    browser.goto(shop.page("/", page, head="<script>cart = {}</script>" + pasted(shop.url + "/blocked")))
    browser.click("button")
    assert browser.evaluate("window.isBought") is True
    assert browser.evaluate("crm.anonymousId() === undefined")
    assert not [text for text in browser.errors() if "TypeError" in text]


def test_an_early_reference_works_after_loading(browser: Browser, shop: Site, stub: StubApi) -> None:
    browser.goto(shop.page("/", head=pasted(stub.url) + "<script>const early = crm</script>"))
    browser.wait_for("crm.loaded")
    browser.evaluate("early.track('Early'); early.push(['track', 'Pushed'])")
    assert names(sent(stub, 3)) == ["page /", "Early", "Pushed"]


@pytest.mark.parametrize("own", ["{open: () => 'own'}", "function () { return 'own' }", "'own'"])
def test_an_existing_global_of_the_site_is_not_overwritten(
    browser: Browser, shop: Site, stub: StubApi, own: str
) -> None:
    head = f"<script>crm = {own}; before = crm</script>"
    plain = f'<script async src="{stub.url}/tracker.js" data-write-key="wk_test"></script>'
    browser.goto(shop.page("/", head=head + plain))
    assert names(sent(stub, 1)) == ["page /"]
    assert browser.evaluate("crm === before && !crm.track")
    assert [text for text in browser.warnings() if "data-name" in text]

    browser.goto(shop.page("/named", head=head + plain.replace("async", 'async data-name="acme"')))
    browser.wait_for("window.acme")
    browser.evaluate("acme.track('Named')")
    assert names(sent(stub, 3)) == ["page /", "page /named", "Named"]
    assert browser.evaluate("crm === before")


def test_an_element_named_crm_does_not_block_the_global(browser: Browser, shop: Site, stub: StubApi) -> None:
    plain = f'<div id="crm"></div><script src="{stub.url}/tracker.js" data-write-key="wk_test"></script>'
    browser.goto(shop.page("/", plain))
    browser.evaluate("crm.track('Named')")
    assert names(sent(stub, 2)) == ["page /", "Named"]


def test_two_scripts_of_one_key_send_events_once(browser: Browser, shop: Site, stub: StubApi) -> None:
    both = (
        pasted(stub.url)
        + pasted(stub.url)
        + snippet(stub, 'data-name="acme"').replace("window.crm", "window.acme")
    )
    browser.goto(shop.page("/", head=both + "<script>acme.push(['track', 'By another name'])</script>"))
    browser.wait_for("window.acme.track && crm.loaded")
    browser.evaluate("crm.track('A'); acme.track('B'); history.pushState({}, '', '/next')")
    sent(stub, 5)
    time.sleep(0.8)
    assert sorted(names(stub.messages())) == ["A", "B", "By another name", "page /", "page /next"]


def test_a_missing_write_key_is_logged_in_the_browser_console(
    browser: Browser, shop: Site, stub: StubApi
) -> None:
    browser.goto(shop.page("/", head=f'<script src="{stub.url}/tracker.js"></script>'))
    assert [text for text in browser.warnings() if "data-write-key" in text]
    browser.goto(shop.page("/", head=f'<script src="{stub.url}/tracker.js" data-write-key=""></script>'))
    assert sends_nothing(stub)
    assert browser.errors() == []


PRERENDERED = """
    let isShown = false;
    Object.defineProperty(document, "prerendering", {get: () => !isShown});
    window.show = () => { isShown = true; document.dispatchEvent(new Event("prerenderingchange")) };"""


def test_a_prerendered_page_sends_nothing_until_it_is_shown(
    browser: Browser, shop: Site, stub: StubApi
) -> None:
    browser.before_scripts(PRERENDERED)
    browser.goto(shop.page("/", '<form data-track-form="x"></form>', head=snippet(stub)))
    browser.wait_for("crm.track")
    browser.evaluate(
        "cart = {step: 1}; crm.identify('ada'); crm.track('Seen', cart); crm.consent(true); cart.step = 2"
    )
    browser.evaluate(
        "history.pushState({}, '', '/next'); document.dispatchEvent(new Event('visibilitychange'))"
    )
    assert sends_nothing(stub)
    assert browser.evaluate("JSON.stringify([document.cookie, localStorage.length])") == '["",0]'
    browser.evaluate("show(); crm.track('After')")
    page, ada, seen, after = sent(stub, 4)
    assert names([page, seen, after]) == ["page /next", "Seen", "After"]
    assert ada["userId"] == "ada"
    assert seen["properties"] == {"step": 1}


def test_the_snippet_works_with_frozen_prototypes(browser: Browser, shop: Site, stub: StubApi) -> None:
    """Hardened JavaScript freezes them, so that arrays cannot have their own `push`."""
    frozen = (
        "<script>[Object, Array, Function, String].forEach((one) => Object.freeze(one.prototype))</script>"
    )
    browser.goto(shop.page("/", head=frozen + snippet(stub)))
    browser.wait_for("crm.track")
    browser.evaluate("crm.track('Viewed', {list: [1, {a: 'b'}]}); crm.push(['track', 'Pushed'])")
    _, viewed, pushed = sent(stub, 3)
    assert (viewed["properties"], pushed["event"]) == ({"list": [1, {"a": "b"}]}, "Pushed")
    assert browser.errors() == []
