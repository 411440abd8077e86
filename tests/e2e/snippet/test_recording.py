"""The snippet's messages in a real browser, on a page of another origin than the API."""

import re
import time

from tests.e2e.browser import Browser
from tests.e2e.loopback import Site, StubApi
from tests.e2e.snippet.recorded import names, sent, snippet

UUID4 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


def test_a_page_view_has_the_visitor_the_page_and_the_campaign(
    browser: Browser, shop: Site, stub: StubApi
) -> None:
    url = shop.page("/shoes", head=snippet(stub), title="Shoes")
    browser.goto(f"{url}?utm_source=news&utm_campaign=spring&size=42")

    [message] = sent(stub, 1)
    page = {
        "path": "/shoes",
        "referrer": "",
        "search": "?utm_source=news&utm_campaign=spring&size=42",
        "title": "Shoes",
        "url": f"{url}?utm_source=news&utm_campaign=spring&size=42",
    }
    assert message["type"] == "page"
    assert message["properties"] == message["context"]["page"] == page
    assert message["context"]["campaign"] == {"source": "news", "name": "spring"}
    assert message["context"]["locale"] == "en-GB"
    assert message["context"]["screen"]["width"] == 1280
    assert message["context"]["timezone"]
    assert UUID4.fullmatch(message["anonymousId"])
    assert UUID4.fullmatch(message["messageId"])
    [request] = stub.requests
    assert request["path"] == "/stage/$default/v1/batch"
    assert request["content_type"].startswith("text/plain")
    assert request["body"]["writeKey"] == "wk_test"
    assert request["body"]["sentAt"] >= message["timestamp"]


def test_the_visitor_keeps_the_anonymous_id(browser: Browser, shop: Site, stub: StubApi) -> None:
    browser.goto(shop.page("/one", head=snippet(stub)))
    first = sent(stub, 1)[0]["anonymousId"]
    browser.goto(shop.page("/two", head=snippet(stub)))
    assert sent(stub, 2)[1]["anonymousId"] == first
    browser.evaluate("localStorage.clear()")
    browser.goto(shop.page("/three", head=snippet(stub)))
    assert sent(stub, 3)[2]["anonymousId"] == first
    browser.evaluate("document.cookie = 'crmjs=;max-age=0;path=/'")
    browser.goto(shop.page("/four", head=snippet(stub)))
    assert sent(stub, 4)[3]["anonymousId"] == first


def test_calls_made_before_the_snippet_has_loaded_are_kept_in_order(
    browser: Browser, shop: Site, stub: StubApi
) -> None:
    early = "<script>crm = []; crm.push(['track', 'A']); crm.push(['nonsense'], ['track', 'B'])</script>"
    browser.goto(shop.page("/", head=early + snippet(stub)))
    assert names(sent(stub, 3)) == ["page /", "A", "B"]


def test_events_in_the_same_millisecond_keep_their_order(browser: Browser, shop: Site, stub: StubApi) -> None:
    browser.goto(shop.page("/", head=snippet(stub)))
    browser.wait_for("crm.track")
    browser.evaluate("for (let n = 0; n < 50; n++) crm.track('E' + n)")
    messages = sent(stub, 51)
    assert [m["event"] for m in messages[1:]] == [f"E{n}" for n in range(50)]
    times = [m["timestamp"] for m in messages]
    assert times == sorted(set(times))


def test_single_page_navigation_counts_each_address_once(browser: Browser, shop: Site, stub: StubApi) -> None:
    browser.goto(shop.page("/", head=snippet(stub), title="Home"))
    sent(stub, 1)
    browser.evaluate(
        "history.pushState({}, '', '/cart'); history.replaceState({}, '', '/cart'); document.title = 'Cart'"
    )
    sent(stub, 2)
    browser.evaluate("location.hash = 'terms'")
    browser.evaluate("history.replaceState({}, '', '/cart?step=2')")
    sent(stub, 3)
    browser.evaluate("history.pushState({}, '', '#/pay')")
    sent(stub, 4)
    browser.evaluate("history.back()")
    messages = sent(stub, 5)
    time.sleep(0.8)

    assert [m["properties"]["url"].removeprefix(shop.url) for m in messages] == [
        "/",
        "/cart",
        "/cart?step=2",
        "/cart?step=2#/pay",
        "/cart?step=2",
    ]
    assert len(stub.messages()) == 5
    assert messages[1]["properties"]["title"] == "Cart"
    assert messages[1]["properties"]["referrer"] == f"{shop.url}/"


def test_identify_group_alias_and_reset(browser: Browser, shop: Site, stub: StubApi) -> None:
    browser.goto(shop.page("/", head=snippet(stub)))
    browser.wait_for("crm.track")
    browser.evaluate("""
        crm.identify("ada", {email: "ada@example.com"});
        crm.group("acme", {plan: "gold"});
        crm.track("Seen");
        crm.identify({city: "London"});
        crm.alias("ada", "old-device");
        crm.identify("bob");
        crm.reset();
        crm.track("Seen again");
    """)
    page, ada, acme, seen, city, alias, bob, again = sent(stub, 8)
    assert (ada["userId"], ada["traits"]) == ("ada", {"email": "ada@example.com"})
    assert (acme["groupId"], acme["traits"], acme["userId"]) == ("acme", {"plan": "gold"}, "ada")
    assert (seen["userId"], seen["context"]["groupId"]) == ("ada", "acme")
    assert (city["userId"], city["traits"]) == ("ada", {"city": "London"})
    assert (alias["userId"], alias["previousId"]) == ("ada", "old-device")
    assert bob["userId"] == "bob"
    assert "userId" not in again
    assert page["anonymousId"] == alias["anonymousId"]
    # Another user on this browser, and then a signed-out visitor, each with a different anonymous id.
    assert len({m["anonymousId"] for m in (page, bob, again)}) == 3


def test_a_marked_form_is_captured_without_secrets(browser: Browser, shop: Site, stub: StubApi) -> None:
    form = """
        <form data-track-form="contact" onsubmit="return false">
          <input name="name" value="Ada"><input type="email" name="mail" value="ada@example.com">
          <input type="tel" name="mobile" value="+48 600 100 200"><input name="unfilled">
          <input type="password" name="secret" value="hunter2">
          <input type="hidden" name="token" value="t0k3n">
          <input name="card" autocomplete="cc-number" value="4111111111111111">
          <div data-track-ignore><textarea name="private">diary</textarea></div>
          <input type="checkbox" name="topics" value="news" checked>
          <input type="checkbox" name="topics" value="offers" checked>
          <input type="checkbox" name="topics" value="jobs">
          <select name="size" multiple><option selected>S</option><option selected>M</option></select>
          <button name="send" value="send">Send</button>
        </form>
        <form onsubmit="return false"><input name="q" value="shoes"><button id="other">Find</button></form>"""
    browser.goto(shop.page("/", form, head=snippet(stub)))
    browser.wait_for("crm.track")
    browser.click("#other")
    browser.click("[name=send]")

    page, submitted, identified = sent(stub, 3)
    assert submitted["event"] == "Form Submitted"
    assert submitted["properties"] == {
        "form": "contact",
        "fields": {
            "name": "Ada",
            "mail": "ada@example.com",
            "mobile": "+48 600 100 200",
            "topics": ["news", "offers"],
            "size": ["S", "M"],
        },
    }
    assert identified["type"] == "identify"
    assert identified["traits"] == {"email": "ada@example.com", "phone": "+48 600 100 200"}
    assert page["anonymousId"] == identified["anonymousId"]


def test_the_page_is_not_disturbed(browser: Browser, shop: Site, stub: StubApi) -> None:
    twice = snippet(stub) + snippet(stub)
    browser.goto(shop.page("/", head=twice))
    sent(stub, 1)
    time.sleep(0.8)
    assert len(stub.messages()) == 1
    shop.page("/framed", head=snippet(stub))
    browser.goto(shop.page("/sandbox", '<iframe sandbox="allow-scripts" src="/framed"></iframe>'))
    assert "page /framed" in names(sent(stub, 2))
    assert browser.errors() == []
