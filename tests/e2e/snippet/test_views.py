"""Page views of single-page applications, with each kind of routing, and of pages that send their own."""

import time

from tests.e2e.browser import Browser
from tests.e2e.loopback import Site, StubApi
from tests.e2e.snippet.recorded import sent, snippet, start


def paths(stub: StubApi) -> list[str]:
    return [m["properties"]["path"] + m["properties"]["search"] for m in sent(stub, 0)]


def test_routes_of_the_navigation_api_are_page_views(browser: Browser, shop: Site, stub: StubApi) -> None:
    router = """<script>
        navigation.addEventListener("navigate", (event) => event.canIntercept && event.intercept({handler() {
            document.title = location.pathname;
        }}));
    </script>"""
    browser.goto(shop.page("/", head=snippet(stub) + router))
    sent(stub, 1)
    browser.evaluate("navigation.navigate('/cart').finished.then(() => undefined)")
    sent(stub, 2)
    browser.evaluate("navigation.navigate('/pay', {history: 'replace'}).finished.then(() => undefined)")
    sent(stub, 3)
    browser.evaluate("navigation.updateCurrentEntry({state: 1})")
    browser.evaluate("navigation.back().finished.then(() => undefined)")
    sent(stub, 4)
    time.sleep(0.7)
    assert paths(stub) == ["/", "/cart", "/pay", "/"]


def test_typing_a_search_is_one_page_view(browser: Browser, shop: Site, stub: StubApi) -> None:
    field = "<input oninput=\"history.replaceState({}, '', `?q=${this.value}`)\">"
    start(browser, shop.page("/search", field, head=snippet(stub)))
    sent(stub, 1)
    browser.evaluate("document.querySelector('input').focus()")
    for letter in "boots":
        browser.press(letter)
        browser.advance_clock(900)
    browser.advance_clock(3000)
    sent(stub, 2)
    browser.advance_clock(10_000)
    time.sleep(0.3)
    assert paths(stub) == ["/search", "/search?q=boots"]


def test_a_redirect_of_a_router_is_one_page_view(browser: Browser, shop: Site, stub: StubApi) -> None:
    browser.goto(shop.page("/", head=snippet(stub)))
    sent(stub, 1)
    browser.evaluate("history.replaceState({}, '', '/old'); history.replaceState({}, '', '/'); 0")
    browser.evaluate("history.replaceState({}, '', '/a'); history.pushState({}, '', '/b'); 0")
    sent(stub, 2)
    time.sleep(1.5)
    assert paths(stub) == ["/", "/b"]


def test_late_titles_are_used(browser: Browser, shop: Site, stub: StubApi) -> None:
    start(browser, shop.page("/", head=snippet(stub), title="Home"))
    sent(stub, 1)
    browser.evaluate("""
        history.pushState({}, "", "/cart");
        crm.track("Cart Viewed");
        setTimeout(() => (document.title = "Cart"), 900);
    """)
    browser.advance_clock(1500)
    _, cart, viewed = sent(stub, 3)
    assert (cart["properties"]["title"], cart["context"]["page"]["title"]) == ("Cart", "Cart")
    assert viewed["event"] == "Cart Viewed"
    browser.evaluate("""
        history.pushState({}, "", "/pay");
        setTimeout(() => (document.title = "Pay"), 50);
        setTimeout(() => history.pushState({}, "", "/done"), 100);
        setTimeout(() => (document.title = "Done"), 150);
    """)
    browser.advance_clock(1500)
    pay, done = sent(stub, 5)[3:]
    assert [m["properties"]["title"] for m in (pay, done)] == ["Pay", "Done"]


def test_an_unchanged_title_delays_a_page_view_for_a_limited_time(
    browser: Browser, shop: Site, stub: StubApi
) -> None:
    start(browser, shop.page("/", head=snippet(stub), title="Shop"))
    sent(stub, 1)
    browser.evaluate("history.pushState({}, '', '/cart'); 0")
    browser.advance_clock(2100)
    assert sent(stub, 2)[1]["properties"]["title"] == "Shop"
    browser.evaluate("history.pushState({}, '', '/pay'); 0")
    browser.goto(shop.page("/elsewhere"))
    sent(stub, 3)


def test_manual_page_views_replace_automatic_ones(browser: Browser, shop: Site, stub: StubApi) -> None:
    """The calls have the arguments of Segment's page call."""
    browser.goto(shop.page("/", head=snippet(stub, 'data-pages="manual"')))
    browser.wait_for("crm.track")
    browser.evaluate("""
        crm.page(); crm.page("Name"); crm.page("Category", "Name"); crm.page("Category", "Name", {sku: 1});
        crm.page("Name", {sku: 2}); crm.page({sku: 3, title: "Own"}); crm.page(null, "Name");
        crm.page("Category", "Name", {name: "Own"}, {}, () => 1); crm.page("Name", null, {sku: 4});
    """)
    messages = sent(stub, 9)
    given = [(m.get("category"), m.get("name"), m["properties"].get("sku")) for m in messages]
    assert given == [
        (None, None, None),
        (None, "Name", None),
        ("Category", "Name", None),
        ("Category", "Name", 1),
        (None, "Name", 2),
        (None, None, 3),
        (None, "Name", None),
        ("Category", "Name", None),
        (None, "Name", 4),
    ]
    assert [m["properties"].get("category") for m in messages[:3]] == [None, None, "Category"]
    assert messages[5]["properties"]["title"] == "Own"
    assert messages[7]["properties"]["name"] == "Own"
    assert all(m["properties"]["path"] == "/" for m in messages)
