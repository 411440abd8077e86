"""API keys: created with scopes and classes, shown once, revoked."""

from uuid import uuid4

from tests.e2e.browser import Browser
from tests.e2e.console.panel import Panel


def test_a_key_is_created_for_a_role_shown_once_and_revoked(panel: Panel, browser: Browser) -> None:
    name = f"Agent {uuid4().hex[:6]}"
    panel.open("/keys")
    panel.press_button("New API key")
    browser.fill("role=textbox[name=Name]", name)
    browser.evaluate(
        "(() => { const select = document.querySelector('dialog select'); select.value = 'agent';"
        " select.dispatchEvent(new Event('change', {bubbles: true})); })()"
    )
    browser.fill("role=combobox[name='Limited to classes']", "vip")
    browser.wait_for("document.querySelector('[role=option]')?.innerText.startsWith('vip')")
    browser.press("Enter")
    panel.press_button("Create")
    browser.wait_for("document.querySelector('dialog pre')?.innerText.startsWith('sk_')")
    panel.has_text("It is shown only once")
    panel.press_button("I have copied it")
    browser.wait_for("!document.querySelector('dialog')")
    panel.has_text(name)
    assert "sk_" not in browser.evaluate("document.body.innerText")
    panel.press_button(f"Revoke {name}")
    browser.click("dialog .button-danger")
    panel.has_text(f"{name} revoked.")
    row = f"[...document.querySelectorAll('tbody tr')].find((row) => row.innerText.includes({name!r})).innerText"
    browser.wait_for(f"{row}.includes('Revoked')")
    mine = panel.stack.admin("/v1/me").json()["name"]
    assert browser.evaluate(row).count(f"by {mine}") == 2
    assert "Not used" in browser.evaluate(row)


def test_a_missing_name_is_shown_at_its_field(panel: Panel, browser: Browser) -> None:
    panel.open("/keys")
    panel.press_button("New API key")
    panel.press_button("Create")
    browser.wait_for("document.querySelector('dialog .field-error')")
    assert browser.evaluate("document.querySelector('dialog input').getAttribute('aria-invalid')") == "true"


def test_a_marketer_is_not_offered_keys(panel: Panel, browser: Browser) -> None:
    panel.open("/customers", role="marketer")
    assert not browser.evaluate("!!document.querySelector('a[href$=\"/keys\"]')")
    panel.open("/keys", role="marketer")
    panel.has_text("Your key may not open this page")
