"""Addresses without secrets, privacy signals of the browser, and linked domains."""

import json
import re

import pytest

from tests.e2e.browser import Browser
from tests.e2e.loopback import Site, StubApi
from tests.e2e.snippet.recorded import (
    EXTRAS_LOADED,
    NOTHING_STORED,
    STORED,
    names,
    sends_nothing,
    sent,
    snippet,
)

SECRET = "s3cr3t"
ADDRESSES = [
    f"/?token={SECRET}",
    f"/?a=1&access_token={SECRET}&b=2",
    f"/?ACCESS-TOKEN={SECRET}",
    f"/?user[reset_token]={SECRET}",
    f"/#access_token={SECRET}&id_token={SECRET}&state=1",
    f"/#/reset?token={SECRET}&step=2",
    f"/#/callback/token={SECRET}",
    f"/?code={SECRET}&state=1",
    f"/?password={SECRET}",
    f"/?new_passwd={SECRET}",
    f"/?api_key={SECRET}&apikey={SECRET}&key={SECRET}",
    f"/?client_secret={SECRET}",
    f"/?X-Amz-Signature={SECRET}&X-Amz-Security-Token={SECRET}",
    f"/?jwt={SECRET}&otp={SECRET}&sid={SECRET}&PHPSESSID={SECRET}",
    f"/;jsessionid={SECRET}?a=1",
    f"/?next=%2Fcallback%3Ftoken%3D{SECRET}%26a%3D1&b=2",
    f"/?next=https://shop.example/?token={SECRET}",
    f"/?SAMLResponse={SECRET}&ticket={SECRET}",
]


def test_secrets_in_urls_are_redacted(browser: Browser, shop: Site, stub: StubApi) -> None:
    shop.page("/", head=snippet(stub))
    for number, address in enumerate(ADDRESSES):
        shop.page(address.partition("?")[0].partition("#")[0], head=snippet(stub), title="Page")
        browser.goto(shop.url + "/" + f"?page={number}&token={SECRET}")
        browser.evaluate(f"location.href = {json.dumps(address)}")
        browser.wait_for(
            f"location.href.endsWith({json.dumps(address)}) && document.readyState === 'complete'"
        )
        sent(stub, 2 * number + 1)
    browser.goto(shop.url + "/?last=1")
    sent(stub, 2 * len(ADDRESSES) + 1)
    text = json.dumps([request["body"] for request in stub.requests])
    assert not re.findall(f".{{40}}{SECRET}.{{20}}", text)
    for kept in ("a=1", "b=2", "state=1", "step=2", "page=3"):
        assert kept in text


def test_other_query_parameters_are_kept(browser: Browser, shop: Site, stub: StubApi) -> None:
    url = shop.page("/authors", head=snippet(stub))
    query = "?author=ada&zipcode=123&design=1&keyword=boots&utm_source=codes&monkey=1"
    browser.goto(url + query)
    assert sent(stub, 1)[0]["properties"]["search"] == query


def test_more_parameters_can_be_redacted(browser: Browser, shop: Site, stub: StubApi) -> None:
    options = 'data-redact="email, user-id /reset/ /orders/"'
    url = shop.page("/reset/s3cr3t/now", head=snippet(stub, options))
    browser.goto(f"{url}?email=ada@example.com&user-id=42&femail=1#/orders/77?x=1")
    properties = sent(stub, 1)[0]["properties"]
    assert properties["path"] == "/reset//now"
    assert properties["search"] == "?email=&user-id=&femail=1"
    assert properties["url"] == f"{shop.url}/reset//now?email=&user-id=&femail=1#/orders/?x=1"


GPC = 'Object.defineProperty(navigator, "globalPrivacyControl", {get: () => true})'
DNT = 'Object.defineProperty(navigator, "doNotTrack", {get: () => "1"})'


@pytest.mark.parametrize(
    ("signal", "options", "tracks"),
    [
        (GPC, "", True),
        (GPC, 'data-honor="gpc"', False),
        (GPC, 'data-honor="dnt"', True),
        (DNT, 'data-honor="dnt gpc"', False),
        (DNT, 'data-honor="gpc"', True),
        ("0", 'data-honor="dnt gpc"', True),
    ],
)
def test_privacy_signals_of_the_browser_are_respected(
    browser: Browser, shop: Site, stub: StubApi, signal: str, options: str, tracks: bool
) -> None:
    browser.before_scripts(signal)
    browser.goto(shop.page("/", head=snippet(stub, options)))
    if tracks:
        sent(stub, 1)
        return
    browser.wait_for("crm.track")
    browser.evaluate("crm.track('Seen')")
    assert sends_nothing(stub)
    assert browser.evaluate(STORED) == NOTHING_STORED
    browser.evaluate("crm.consent(true)")
    assert names(sent(stub, 1)) == ["page /"]


LINKED = 'data-link-domains="shop.localhost, pay.localhost"'


def at(shop: Site, host: str, path: str) -> str:
    return shop.url.replace("127.0.0.1", host) + path


def test_a_visitor_keeps_the_anonymous_id_on_linked_domains(
    browser: Browser, shop: Site, stub: StubApi
) -> None:
    pay = at(shop, "www.pay.localhost", "/pay?a=1#top")
    other = at(shop, "other.localhost", "/other")
    links = (
        f'<a id="pay" href="{pay}"><b>Pay</b></a><a id="other" href="{other}">Other</a>'
        '<a id="own" href="/own">Own</a>'
    )
    for path in ("/", "/pay", "/other", "/own"):
        shop.page(path, links, head=snippet(stub, LINKED))
    browser.goto(at(shop, "www.shop.localhost", "/"))
    first = sent(stub, 1)[0]["anonymousId"]
    browser.wait_for(EXTRAS_LOADED)
    browser.click("#own")
    assert sent(stub, 2)[1]["properties"]["search"] == ""
    browser.click("#pay b")
    browser.wait_for("location.pathname === '/pay'")
    arrived = sent(stub, 3)[2]
    assert arrived["anonymousId"] == first
    assert first not in arrived["properties"]["url"]
    assert "a=1" in arrived["properties"]["search"]
    browser.evaluate("crm.track('Paid')")
    assert sent(stub, 4)[3]["anonymousId"] == first
    address = browser.evaluate("location.href")

    browser.click("#other")
    assert sent(stub, 5)[4]["anonymousId"] != first
    # A link of a stranger, and one that was copied: the referrer is none of the linked domains.
    browser.open()
    browser.goto(address)
    assert sent(stub, 6)[5]["anonymousId"] != first
    browser.open()
    browser.goto(at(shop, "other.localhost", "/other"))
    browser.evaluate(f"location.href = {json.dumps(address)}")
    browser.wait_for("location.pathname === '/pay'")
    assert first not in {m["anonymousId"] for m in sent(stub, 8)[6:]}


def test_links_have_no_anonymous_id_without_consent(browser: Browser, shop: Site, stub: StubApi) -> None:
    pay = at(shop, "www.pay.localhost", "/pay")
    options = LINKED + ' data-consent="required"'
    shop.page("/", f'<a href="{pay}">Pay</a>', head=snippet(stub, options))
    shop.page("/pay", head=snippet(stub, options))
    browser.goto(at(shop, "www.shop.localhost", "/"))
    browser.wait_for("crm.track")
    browser.evaluate("crm.consent(true); document.addEventListener('click', (e) => e.preventDefault())")
    sent(stub, 1)
    browser.wait_for(EXTRAS_LOADED)
    browser.click("a")
    assert "crm_id=" in browser.evaluate("document.querySelector('a').href")
    browser.evaluate("crm.consent(false)")
    browser.click("a")
    assert browser.evaluate("document.querySelector('a').href") == pay
