"""Manual creation of a customer, with consents."""

from tests.e2e.browser import Browser
from tests.e2e.console.panel import Panel
from tests.e2e.console.people import People
from tests.e2e.stack import Stack


def _fill(browser: Browser, **values: str) -> None:
    for label, value in values.items():
        browser.fill(f'dialog >> role=textbox[name="{label.replace("_", " ")}"]', value)


def test_a_customer_is_created_by_hand_with_consent(panel: Panel, browser: Browser, stack: Stack) -> None:
    email = f"{People(stack).city[5:]}@example.com"
    panel.open("/customers")
    panel.press_button("New customer")
    panel.press_button("Create")
    panel.has_text("Enter an e-mail address or a phone number")
    browser.fill('dialog >> role=textbox[name="E-mail"]', email)
    _fill(browser, First_name="Mary", Last_name="Somerville", City="Jedburgh", Responsible_user="Rita")
    browser.fill('dialog >> role=combobox[name="Tags"]', "by hand")
    browser.wait_for("document.querySelector('dialog [role=option]')")
    browser.press("Enter")
    browser.click("dialog .create-consents label:has-text('E-mail')")
    panel.press_button("Create")
    panel.has_text("Enter the wording")
    _fill(browser, **{"What the person agreed to, as it was worded": "Yes, send me news."})
    panel.press_button("Create")
    panel.has_text("Mary Somerville was created.")
    browser.wait_for("document.querySelector('main h1')?.innerText === 'Mary Somerville'")
    made = stack.owner_of("email", email)
    assert made
    assert (made["attributes"]["city"], made["responsible"]) == ("Jedburgh", "Rita")
    assert (made["tags"], made["consents"]["email"]["state"]) == (["by hand"], "granted")


def test_a_refusal_of_the_api_is_shown_at_its_field(panel: Panel, browser: Browser) -> None:
    panel.open("/customers")
    panel.press_button("New customer")
    browser.fill('dialog >> role=textbox[name="E-mail"]', "nope")
    browser.fill('dialog >> role=textbox[name="Phone"]', "12")
    panel.press_button("Create")
    browser.wait_for("document.querySelectorAll('dialog .field-error').length === 2")
    assert panel.violations() == []


def test_a_customer_who_exists_is_offered_instead(panel: Panel, browser: Browser, customer: str) -> None:
    panel.open("/customers")
    panel.press_button("New customer")
    browser.fill('dialog >> role=textbox[name="E-mail"]', "ada@example.com")
    panel.press_button("Create")
    panel.has_text("A customer with this address or number exists already.")
    browser.click("dialog .error-note a")
    panel.goes_to(f"/customers/{customer}")


def test_a_limited_agent_creates_customers_of_the_own_class(
    panel: Panel, browser: Browser, stack: Stack
) -> None:
    email = f"{People(stack).city[5:]}@example.com"
    panel.open("/customers", role="agent")
    panel.press_button("New customer")
    browser.fill('dialog >> role=textbox[name="E-mail"]', email)
    panel.press_button("Create")
    panel.has_text(f"{email} was created.")
    made = stack.owner_of("email", email)
    assert made
    assert made["classes"] == ["vip"]
