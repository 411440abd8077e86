"""The snippet on networks and servers that fail in unusual ways."""

import pytest

from tests.e2e.browser import Browser
from tests.e2e.loopback import Site, StubApi
from tests.e2e.snippet.recorded import (
    answered,
    names,
    note_answers,
    requests,
    sent,
    sent_with,
    snippet,
    start,
)

FAILING = """
    window.isDown = true;
    const send = fetch;
    window.fetch = (...given) => isDown ? Promise.reject(new TypeError("down")) : send(...given);"""


AGES = ["2147484", "99999999999", "1e400", "Fri, 31 Dec 9999 23:59:59 GMT"]


@pytest.mark.parametrize("wanted", AGES)
def test_a_retry_after_beyond_the_timer_limit_is_capped(
    browser: Browser, shop: Site, stub: StubApi, wanted: str
) -> None:
    stub.next_answers = [(429, {"retry-after": wanted})] * 3
    start(browser, shop.page("/", head=snippet(stub)))
    answered(browser, 1)
    browser.advance_clock(60_000)
    assert requests(stub, 1) == 1
    browser.evaluate("dispatchEvent(new Event('online')); crm.track('Later')")
    browser.advance_clock(1000)
    assert requests(stub, 1) == 1
    browser.advance_clock(86_400_000 - 60_000)
    assert requests(stub, 2) == 2


@pytest.mark.parametrize("wanted", ["-1", "soon", "0", "Thu, 01 Jan 1970 00:00:00 GMT"])
def test_an_invalid_retry_after_is_ignored(browser: Browser, shop: Site, stub: StubApi, wanted: str) -> None:
    stub.next_answers = [(503, {"retry-after": wanted})]
    start(browser, shop.page("/", head=snippet(stub)))
    answered(browser, 1)
    browser.advance_clock(300)
    assert requests(stub, 1) == 1
    browser.advance_clock(1000)
    assert names(sent(stub, 1)) == ["page /"]


def test_a_hanging_request_is_aborted_and_retried(browser: Browser, shop: Site, stub: StubApi) -> None:
    stub.next_answers = [(0, {})]
    start(browser, shop.page("/", head=snippet(stub)))
    assert requests(stub, 1) == 1
    browser.evaluate("crm.track('Later')")
    browser.advance_clock(29_000)
    assert requests(stub, 1) == 1
    browser.advance_clock(2000)
    answered(browser, 1)
    browser.advance_clock(2000)
    assert names(sent(stub, 2)) == ["page /", "Later"]


def test_queued_events_are_sent_when_the_network_returns(browser: Browser, shop: Site, stub: StubApi) -> None:
    browser.before_scripts(FAILING)
    start(browser, shop.page("/", head=snippet(stub)))
    for _ in range(8):
        browser.advance_clock(60_000)
    browser.evaluate("crm.track('Offline'); isDown = false; dispatchEvent(new Event('online'))")
    assert names(sent(stub, 2)) == ["page /", "Offline"]


def test_a_fetch_that_throws_is_retried(browser: Browser, shop: Site, stub: StubApi) -> None:
    browser.before_scripts(FAILING.replace("Promise.reject(new TypeError('down'))", "nothing()"))
    start(browser, shop.page("/", head=snippet(stub)))
    browser.evaluate("isDown = false")
    browser.advance_clock(1100)
    assert names(sent(stub, 1)) == ["page /"]


OWN_LISTENERS = """<script>
    addEventListener("visibilitychange", () => document.hidden && crm.track("LCP"), true);
    document.addEventListener("visibilitychange", () => document.hidden && crm.track("CLS"));
    onvisibilitychange = () => document.hidden && crm.track("INP");
    addEventListener("pagehide", () => crm.track("Left"));
</script>"""
HIDE = """
    Object.defineProperty(document, "hidden", {configurable: true, get: () => true});
    document.dispatchEvent(new Event("visibilitychange", {bubbles: true}));"""


@pytest.mark.parametrize("order", ["before", "after"])
def test_events_tracked_while_the_page_is_closed_are_sent(
    browser: Browser, shop: Site, stub: StubApi, order: str
) -> None:
    """The library web-vitals does so. Each message has a separate request, so they arrive in any order."""
    head = OWN_LISTENERS + snippet(stub) if order == "before" else snippet(stub) + OWN_LISTENERS
    browser.goto(shop.page("/", head=head))
    tracked = ["page /"]
    assert names(sent(stub, 1)) == tracked
    if order == "after":
        browser.evaluate(HIDE)
        tracked += ["CLS", "LCP"]
        assert sorted(names(sent(stub, len(tracked)))) == sorted(tracked)
    browser.goto(shop.page("/elsewhere"))
    tracked += ["CLS", "LCP", "Left"]
    assert sorted(names(sent(stub, len(tracked)))) == sorted(tracked)


def test_a_hidden_page_sends_batches(browser: Browser, shop: Site, stub: StubApi) -> None:
    browser.goto(shop.page("/", head=snippet(stub)))
    sent(stub, 1)
    # Timers of one page run in the order of their times, however late they are.
    browser.evaluate(HIDE + "for (let n = 0; n < 5; n++) setTimeout(() => crm.track('E' + n), 1200 + n * 20)")
    sent(stub, 6)
    assert len(stub.requests) == 2


def test_two_write_keys_on_one_origin_have_separate_queues(
    browser: Browser, shop: Site, stub: StubApi
) -> None:
    one = snippet(stub)
    two = (
        snippet(stub, 'data-name="other"')
        .replace("wk_test", "wk_test_2")
        .replace("window.crm", "window.other")
    )
    stub.next_answers = [(503, {"retry-after": "60"})] * 2
    note_answers(browser)
    browser.goto(shop.page("/both", head=one + two))
    browser.wait_for("crm.track && other.track")
    browser.evaluate("crm.track('Of one'); other.track('Of two')")
    answered(browser, 2)
    browser.goto(shop.page("/one", head=one))
    assert names(sent(stub, 3)) == ["page /both", "Of one", "page /one"]
    browser.goto(shop.page("/two", head=two))
    assert names(sent(stub, 6))[3:] == ["page /both", "Of two", "page /two"]
    keys = {request["body"]["writeKey"] for request in stub.requests[-1:]}
    assert keys == {"wk_test_2"}


def test_the_sizes_of_the_queue_and_of_requests_are_limited(
    browser: Browser, shop: Site, stub: StubApi
) -> None:
    stub.next_answers = [(503, {"retry-after": "60"})]
    note_answers(browser)
    browser.goto(shop.page("/", head=snippet(stub)))
    answered(browser, 1)
    browser.evaluate("for (let n = 0; n < 40; n++) crm.track('E' + n, {text: 'ä'.repeat(10000)})")
    assert browser.evaluate("JSON.stringify(localStorage).length") < 300_000
    browser.goto(shop.page("/next", head=snippet(stub)))
    delivered = names(sent_with(stub, "page /next"))
    assert delivered[:-1] == [f"E{n}" for n in range(41 - len(delivered), 40)]
    assert delivered[-1] == "page /next"
    assert max(len(r["body"]["batch"]) for r in stub.requests) <= 3
