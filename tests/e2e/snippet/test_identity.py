"""The identities of a message: logout, refusal and their cookies, and invalid ids."""

import pytest

from tests.e2e.browser import Browser
from tests.e2e.loopback import Site, StubApi
from tests.e2e.snippet.recorded import names, sends_nothing, sent, snippet

DOMAIN = 'data-cookie-domain=".shop.localhost"'


@pytest.fixture
def site(shop: Site) -> Site:
    """A site on a subdomain, where host-only and domain cookies are possible."""
    shop.url = shop.url.replace("127.0.0.1", "www.shop.localhost")
    return shop


def cookies(browser: Browser) -> list[tuple[str, str]]:
    return sorted((cookie["domain"], cookie["value"]) for cookie in browser.cookies())


def test_reset_creates_a_new_anonymous_id_with_a_domain_cookie(
    browser: Browser, site: Site, stub: StubApi
) -> None:
    browser.goto(site.page("/", head=snippet(stub)))
    first = sent(stub, 1)[0]["anonymousId"]
    assert cookies(browser) == [("www.shop.localhost", first)]

    browser.goto(site.page("/domain", head=snippet(stub, DOMAIN)))
    assert sent(stub, 2)[1]["anonymousId"] == first
    assert cookies(browser) == [(".shop.localhost", first)]

    browser.evaluate("crm.identify('ada'); crm.reset(); crm.track('Next person')")
    second = sent(stub, 4)[3]["anonymousId"]
    assert second != first
    assert cookies(browser) == [(".shop.localhost", second)]

    browser.goto(site.page("/again", head=snippet(stub, DOMAIN)))
    assert sent(stub, 5)[4]["anonymousId"] == second


@pytest.mark.parametrize("options", ["", DOMAIN, 'data-cookie-domain=".other.example"'])
def test_reset_and_refusal_handle_two_existing_cookies(
    browser: Browser, site: Site, stub: StubApi, options: str
) -> None:
    """An earlier version set both cookies."""
    browser.goto(site.page("/blank"))
    for domain in ("", ";domain=.shop.localhost"):
        browser.evaluate(f"document.cookie = 'crmjs=old{len(domain)};path=/;max-age=999' + '{domain}'")
    browser.goto(site.page("/", head=snippet(stub, options)))
    sent(stub, 1)
    browser.evaluate("crm.reset()")
    assert cookies(browser) == []
    browser.evaluate("crm.track('Next person')")
    assert not sent(stub, 2)[1]["anonymousId"].startswith("old")
    assert len(cookies(browser)) == 1
    browser.evaluate("crm.consent(false)")
    assert cookies(browser) == []


def test_a_page_that_becomes_cookieless_deletes_stored_data(
    browser: Browser, site: Site, stub: StubApi
) -> None:
    browser.goto(site.page("/", head=snippet(stub, DOMAIN)))
    browser.wait_for("crm.track")
    browser.evaluate("crm.identify('ada')")
    first = sent(stub, 2)[0]["anonymousId"]
    browser.goto(site.page("/cookieless", head=snippet(stub, "data-cookieless")))
    cookieless = sent(stub, 3)[2]
    assert cookieless["anonymousId"] != first
    assert "userId" not in cookieless
    assert cookies(browser) == []
    assert browser.evaluate("localStorage.length") == 0


def test_a_refusal_applies_when_a_page_becomes_cookieless(
    browser: Browser, site: Site, stub: StubApi
) -> None:
    browser.goto(site.page("/", head=snippet(stub)))
    sent(stub, 1)
    browser.evaluate("crm.consent(false)")
    stub.requests.clear()
    browser.goto(site.page("/cookieless", head=snippet(stub, "data-cookieless")))
    browser.goto(site.page("/next", head=snippet(stub, "data-cookieless")))
    assert sends_nothing(stub)


def test_a_page_that_starts_to_require_consent_deletes_stored_data(
    browser: Browser, site: Site, stub: StubApi
) -> None:
    browser.goto(site.page("/", head=snippet(stub)))
    first = sent(stub, 1)[0]["anonymousId"]
    stub.requests.clear()
    browser.goto(site.page("/required", head=snippet(stub, 'data-consent="required"')))
    assert sends_nothing(stub)
    assert cookies(browser) == []
    assert browser.evaluate("localStorage.length") == 0
    browser.evaluate("crm.consent(true)")
    assert sent(stub, 1)[0]["anonymousId"] != first


def test_placeholder_user_ids_are_ignored(browser: Browser, site: Site, stub: StubApi) -> None:
    browser.goto(site.page("/", head=snippet(stub)))
    browser.wait_for("crm.track")
    browser.evaluate("""
        const unset = [0, "0", "", " ", "undefined", "NULL", "null", null, undefined, NaN, "NaN", "none", false, true,
          "[object Object]", "anonymous", "Guest", "-1", -1, "00000000-0000-0000-0000-000000000000", "{{user.id}}"];
        for (const id of unset) { crm.identify(id, {city: "London"}); crm.group(id); crm.alias(id, "old") }
        crm.identify({}.id);
        crm.alias("ada", 0);
        crm.track("Seen");
        crm.identify(42n); crm.group(7); crm.track("Seen by 42");
        crm.identify(42); crm.identify("42"); crm.identify(null, {plan: "gold"});
        crm.track("Seen by 42 again");
    """)
    messages = sent(stub, 31)
    seen = next(m for m in messages if m.get("event") == "Seen")
    assert not [
        m for m in messages[: messages.index(seen)] if m["type"] in ("group", "alias") or "userId" in m
    ]
    later = [m for m in messages if m.get("event", "").startswith("Seen by 42")]
    assert [(m["userId"], m["context"]["groupId"]) for m in later] == [("42", "7")] * 2
    assert len({m["anonymousId"] for m in messages}) == 1
    assert messages[-2]["traits"] == {"plan": "gold"}
    assert names([messages[0]]) == ["page /"]
