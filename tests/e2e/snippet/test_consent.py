"""The data that the snippet stores and sends, depending on consent and configuration."""

from tests.e2e.browser import Browser
from tests.e2e.loopback import Site, StubApi
from tests.e2e.snippet.recorded import NOTHING_STORED, STORED, names, sends_nothing, sent, snippet


def test_nothing_is_stored_or_sent_before_consent(browser: Browser, shop: Site, stub: StubApi) -> None:
    browser.goto(shop.page("/", head=snippet(stub, 'data-consent="required"')))
    browser.wait_for("crm.track")
    browser.evaluate("crm.track('Before'); crm.identify('ada'); crm.group('g'); crm.alias('a'); crm.reset()")
    assert browser.evaluate("crm.anonymousId() === undefined")
    assert sends_nothing(stub)
    assert browser.evaluate(STORED) == NOTHING_STORED

    browser.evaluate("crm.consent(true); crm.track('After')")
    messages = sent(stub, 2)
    assert names(messages) == ["page /", "After"]
    assert all(m["context"]["consent"] == {"categoryPreferences": {"processing": True}} for m in messages)

    browser.goto(shop.page("/next", head=snippet(stub, 'data-consent="required"')))
    assert names(sent(stub, 3))[2] == "page /next"

    stub.requests.clear()
    browser.evaluate("crm.track('Unsent'); crm.consent(false); crm.track('Refused')")
    assert sends_nothing(stub)
    assert browser.evaluate(STORED) == NOTHING_STORED
    assert not browser.cookies()


def test_a_refusal_is_remembered_where_consent_is_not_required(
    browser: Browser, shop: Site, stub: StubApi
) -> None:
    browser.goto(shop.page("/", head=snippet(stub)))
    assert "consent" not in sent(stub, 1)[0]["context"]
    stub.requests.clear()
    browser.evaluate("crm.consent(false)")
    browser.goto(shop.page("/next", head=snippet(stub)))
    assert sends_nothing(stub)
    assert not browser.cookies()
    assert browser.evaluate("JSON.stringify(localStorage)") == '{"crmjs":"{\\"consent\\":false}"}'


def test_cookieless_mode_stores_nothing(browser: Browser, shop: Site, stub: StubApi) -> None:
    browser.goto(shop.page("/", head=snippet(stub, "data-cookieless")))
    browser.wait_for("crm.track")
    browser.evaluate("crm.identify('ada')")
    page, ada = sent(stub, 2)
    assert page["anonymousId"] == ada["anonymousId"]
    assert browser.evaluate(STORED) == NOTHING_STORED
    assert not browser.cookies()

    browser.goto(shop.page("/next", head=snippet(stub, "data-cookieless")))
    later = sent(stub, 3)[2]
    assert later["anonymousId"] != page["anonymousId"]
    assert "userId" not in later
