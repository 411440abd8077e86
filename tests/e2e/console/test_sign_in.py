"""Sign-in with a key, and the storage of the key."""

from tests.e2e.browser import Browser
from tests.e2e.console.customers import Made
from tests.e2e.console.panel import KEY, Panel

FIELD = "input[type=password]"


def sign_in(panel: Panel, key: str, path: str = "") -> None:
    panel.browser.goto(panel.url + path)
    panel.browser.wait_for(f"document.querySelector('{FIELD}')")
    panel.browser.fill(FIELD, key)
    panel.browser.press("Enter")


def test_signing_in_opens_the_requested_page(panel: Panel, browser: Browser) -> None:
    sign_in(panel, panel.keys["admin"], "/customers?kind=anonymous")
    panel.is_shown()
    assert panel.heading() == "Customers"
    assert panel.path() == "/customers?kind=anonymous"
    panel.has_text("local admin")


def test_the_key_is_in_no_url_and_only_in_the_session(panel: Panel, browser: Browser) -> None:
    sign_in(panel, f"  {panel.keys['admin']} ")
    panel.goes_to("/customers")
    assert [request for request in browser.requests() if panel.keys["admin"] in request] == []
    assert browser.evaluate(f"sessionStorage.getItem('{KEY}')") == panel.keys["admin"]
    assert browser.evaluate("Object.values(localStorage).join()") == ""
    assert browser.cookies() == []
    browser.goto(f"{panel.url}/customers")
    panel.is_shown()


def test_signing_out_removes_the_key(panel: Panel, browser: Browser) -> None:
    panel.open("/customers")
    browser.click(".account button")
    browser.click('role=menuitem[name="Sign out"]')
    browser.wait_for(f"document.querySelector('{FIELD}')")
    assert browser.evaluate(f"sessionStorage.getItem('{KEY}')") is None


def test_an_invalid_key_is_not_sent(panel: Panel, browser: Browser) -> None:
    for typed, told in [
        ("", "43 characters"),
        ("wk_" + "A" * 22, "a write key"),
        ("sk_short", "43 characters"),
    ]:
        sign_in(panel, typed)
        panel.has_text(told)
    assert panel.calls() == []


def test_an_unknown_key_is_reported(panel: Panel, browser: Browser) -> None:
    sign_in(panel, "sk_" + "A" * 43)
    panel.has_text("The API does not know this key")
    assert panel.violations() == []


def test_a_revoked_key_leads_to_the_sign_in_page(panel: Panel, browser: Browser) -> None:
    browser.before_scripts(f"sessionStorage.setItem('{KEY}', 'sk_{'A' * 43}')")
    browser.goto(f"{panel.url}/customers")
    panel.has_text("no longer accepts the key of this tab")


def test_an_unreachable_api_is_reported(panel: Panel, browser: Browser) -> None:
    browser.goto(panel.url)
    browser.wait_for(f"document.querySelector('{FIELD}')")
    browser.offline()
    browser.fill(FIELD, panel.keys["admin"])
    browser.press("Enter")
    panel.has_text("Check the connection")
    browser.offline(False)
    browser.press("Enter")
    panel.is_shown()


def test_an_unknown_page_links_to_the_customers(panel: Panel, browser: Browser) -> None:
    panel.open("/no/such/page")
    assert panel.heading() == "There is no such page"
    browser.click("main a")
    panel.goes_to("/customers")


def test_the_theme_is_selected_and_stored(panel: Panel, browser: Browser) -> None:
    panel.open("/customers")
    browser.click(".account button")
    browser.click('role=menuitemradio[name="Dark"]')
    assert browser.evaluate("document.documentElement.dataset.theme") == "dark"
    browser.goto(f"{panel.url}/customers")
    panel.is_shown()
    assert browser.evaluate("document.documentElement.dataset.theme") == "dark"


def _expire(panel: Panel, browser: Browser) -> None:
    """Let the API refuse the key until the next sign-in."""
    browser.intercept("/v1/", status=401, body={"code": "unauthorized", "message": "no such key"})


def _sign_in_again(panel: Panel, browser: Browser, role: str) -> None:
    browser.wait_for(f"document.querySelector('dialog {FIELD}')")
    browser.let_through()
    browser.fill(FIELD, panel.keys[role])
    browser.press("Enter")
    browser.wait_for(f"!document.querySelector('{FIELD}')")
    panel.is_shown()


NOTE = "main textarea"


def test_input_is_kept_when_a_key_with_other_scopes_signs_in(
    panel: Panel, browser: Browser, made: Made
) -> None:
    """Mary is in the class that the agent may see, so her card stays open for each of the keys."""
    panel.open(f"/customers/{made()}")
    browser.fill(NOTE, "Prefers tea")
    for role, sees in (("marketer", False), ("agent", False), ("admin", True)):
        _expire(panel, browser)
        browser.evaluate("document.querySelector('main .note-form button').click()")
        _sign_in_again(panel, browser, role)
        assert browser.evaluate(f"document.querySelector('{NOTE}').value") == "Prefers tea"
        offered = browser.evaluate(
            "[...document.querySelectorAll('nav a')].some((a) => a.innerText === 'API keys')"
        )
        assert offered is sees


def test_a_page_forbidden_to_the_new_key_is_explained(panel: Panel, browser: Browser) -> None:
    panel.open("/keys")
    panel.press_button("New API key")
    browser.fill("dialog >> role=textbox[name='Name']", "Reception")
    _expire(panel, browser)
    browser.click("dialog button[type=submit]")
    browser.wait_for("document.querySelector('dialog input[type=password]')")
    browser.let_through()
    browser.fill(FIELD, panel.keys["marketer"])
    browser.press("Enter")
    panel.has_text("Your key may not open this page")
