"""The snippet on bad networks: retries, a bounded queue, and the last messages of a page."""

import pytest

from tests.e2e.browser import Browser
from tests.e2e.loopback import Site, StubApi
from tests.e2e.snippet.recorded import answered, names, note_answers, requests, sent, snippet, start


@pytest.mark.parametrize("status", [503, 429])
def test_a_temporary_failure_is_retried(browser: Browser, shop: Site, stub: StubApi, status: int) -> None:
    stub.next_answers = [(status, {}), (status, {"retry-after": "3"})]
    start(browser, shop.page("/", head=snippet(stub)))
    answered(browser, 1)
    browser.advance_clock(490)
    assert requests(stub, 1) == 1
    browser.advance_clock(520)
    answered(browser, 2)
    browser.advance_clock(2990)
    assert requests(stub, 2) == 2
    browser.advance_clock(20)
    [message] = sent(stub, 1)

    first, second, third = stub.requests
    assert first["body"]["batch"] == second["body"]["batch"] == third["body"]["batch"] == [message]
    browser.wait_for("!Object.keys(localStorage).some((key) => key.startsWith('crmjs_q_'))")


def test_a_permanently_refused_message_is_dropped(browser: Browser, shop: Site, stub: StubApi) -> None:
    stub.next_answers = [(400, {})]
    note_answers(browser)
    browser.goto(shop.page("/", head=snippet(stub)))
    answered(browser, 1)
    browser.evaluate("crm.track('Later')")
    assert names(sent(stub, 1)) == ["Later"]


def test_the_queue_is_limited_and_survives_navigation(browser: Browser, shop: Site, stub: StubApi) -> None:
    stub.next_answers = [(503, {"retry-after": "60"})]
    note_answers(browser)
    browser.goto(shop.page("/", head=snippet(stub)))
    answered(browser, 1)
    browser.evaluate("for (let n = 0; n < 150; n++) crm.track('E' + n)")
    browser.goto(shop.page("/next", head=snippet(stub)))

    delivered = names(sent(stub, 100))
    assert delivered[:99] == [f"E{n}" for n in range(51, 150)]
    assert delivered[99:] == ["page /next"]
    assert max(len(r["body"]["batch"]) for r in stub.requests) == 20


def test_queued_events_are_sent_when_the_page_is_closed(browser: Browser, shop: Site, stub: StubApi) -> None:
    browser.goto(shop.page("/", head=snippet(stub)))
    sent(stub, 1)
    browser.evaluate("crm.track('Last words')")
    browser.close_page()
    assert names(sent(stub, 2)) == ["page /", "Last words"]


def test_queued_events_are_sent_when_the_page_is_hidden(browser: Browser, shop: Site, stub: StubApi) -> None:
    start(browser, shop.page("/", head=snippet(stub)))
    answered(browser, 1)
    browser.evaluate("""
        crm.track("Hidden");
        Object.defineProperty(document, "hidden", {get: () => true});
        document.dispatchEvent(new Event("visibilitychange"));
    """)
    assert names(sent(stub, 2)) == ["page /", "Hidden"]
