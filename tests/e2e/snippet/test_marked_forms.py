"""Marked forms: captured fields, fields that are never captured, and events that are no submission."""

import time
from typing import Any

from tests.e2e.browser import Browser
from tests.e2e.loopback import Site, StubApi
from tests.e2e.snippet.recorded import EXTRAS_LOADED, sent, snippet

CARD = "4111 1111 1111 1111"
PRIVATE = [
    f'autocomplete="billing cc-number" value="{CARD}"',
    'autocomplete="section-a cc-csc" value="123"',
    'autocomplete="SHIPPING CC-EXP" value="12/30"',
    'autocomplete="webauthn current-password" value="hunter2"',
    'autocomplete="current-password webauthn" value="hunter2"',
    'autocomplete="new-password" value="hunter2"',
    'autocomplete="one-time-code" value="123456"',
    'type="password" value="hunter2"',
    'type="hidden" value="t0k3n"',
    'id="cardNumber" value="4242"',
    'id="card-number-2" value="4242"',
    'id="ccnum" value="4242"',
    'id="cvc" value="123"',
    'id="card_cvv" value="123"',
    'id="securityCode" value="123"',
    'id="iban" value="DE89370400440532013000"',
    'id="bank_iban" value="DE89370400440532013000"',
    'id="accountNumber" value="532013000"',
    'id="ssn" value="078-05-1120"',
    'id="social-security-number" value="078-05-1120"',
    'id="pin" value="1234"',
    'id="userPin" value="1234"',
    'id="passwort" value="geheim"',
    'id="pwd" value="geheim"',
    'style="-webkit-text-security: disc" value="geheim"',
    f'value="{CARD}"',
    f'value="my card is {CARD} 12/30, thanks"',
    'value="5555-5555-5555-4444"',
    'value="378282246310005"',
    'type="tel" value="4111111111111111"',
    'disabled value="off"',
]
CAPTURED = {
    "shipping": 'id="shipping" value="express"',
    "opinion": 'id="opinion" value="good"',
    "order": 'value="4111 1111 1111 1112"',
    "phone": 'value="+4111 1111 1111 111"',
    "gtin": 'value="9783161484100"',
    "postcard": 'id="topcard" value="x"',
    "compass": 'id="compass" value="north"',
    "tokens": 'autocomplete="shipping street-address" value="Main Street 1"',
}


def test_secrets_are_never_captured(browser: Browser, shop: Site, stub: StubApi) -> None:
    private = "".join(f'<input name="x{number}" {attributes}>' for number, attributes in enumerate(PRIVATE))
    captured = "".join(f'<input name="{name}" {attributes}>' for name, attributes in CAPTURED.items())
    named = "".join(
        f'<input name="{name}" value="1234">'
        for name in (
            "cardnumber",
            "card[number]",
            "cvc",
            "iban",
            "ssn",
            "pin",
            "user[password]",
            "otp-code",
            "CVV2",
        )
    )
    rest = """
        <fieldset disabled><input name="in_disabled" value="1"></fieldset>
        <output name="total">12</output><object name="object"></object>
        <textarea name="note">card 4242 4242 4242 4242</textarea>
        <div data-track-ignore><input name="ignored" value="1"></div>
        <button name="send" value="send">Send</button>"""
    form = f'<form data-track-form="pay" onsubmit="return false">{private}{captured}{named}{rest}</form>'
    browser.goto(shop.page("/", form, head=snippet(stub)))
    browser.wait_for("crm.track")
    browser.click("[name=send]")
    _, submitted, *_ = sent(stub, 2)
    assert submitted["properties"]["fields"].keys() == CAPTURED.keys()
    assert browser.errors() == []


def test_a_revealed_password_field_is_not_captured(browser: Browser, shop: Site, stub: StubApi) -> None:
    form = """
        <form data-track-form="login" onsubmit="return false"><input name="user" value="ada">
        <input type="password" name="one"><button type="button" id="eye">Show</button><button id="send">Log in</button>
        </form>"""
    browser.goto(shop.page("/", form, head=snippet(stub)))
    browser.wait_for("crm.track")
    # Shown before it is used; one that the page adds later, and one that it puts in the place of another.
    browser.evaluate("""
        document.querySelector("[name=one]").type = "text";
        const form = document.querySelector("form");
        const later = Object.assign(document.createElement("input"), {type: "password", name: "two"});
        form.append(later);
        setTimeout(() => { later.setAttribute("type", "text"); later.value = "hunter2" }, 50);
        const shown = Object.assign(document.createElement("input"), {type: "text", name: "three", value: "hunter2"});
        form.append(Object.assign(document.createElement("input"), {type: "password", name: "three"}));
        setTimeout(() => { form.three.replaceWith(shown); window.ready = true }, 50);
    """)
    browser.wait_for("window.ready")
    browser.fill("[name=one]", "hunter2")
    browser.click("#send")
    _, submitted = sent(stub, 2)
    assert submitted["properties"]["fields"] == {"user": "ada"}


def test_forms_added_later_are_captured(browser: Browser, shop: Site, stub: StubApi) -> None:
    browser.goto(shop.page("/", "<main></main>", head=snippet(stub)))
    browser.wait_for("crm.track")
    browser.evaluate("""document.querySelector("main").innerHTML =
        '<form data-track-form="late" onsubmit="return false"><input name="email" type="email"></form>'""")
    browser.fill("[name=email]", "ada@example.com")
    browser.wait_for(EXTRAS_LOADED)
    browser.press("Enter")
    _, submitted, identified = sent(stub, 3)
    assert submitted["properties"]["fields"] == {"email": "ada@example.com"}
    assert identified["traits"] == {"email": "ada@example.com"}


def submissions(stub: StubApi) -> list[dict[str, Any]]:
    return [m for m in sent(stub, 0) if m.get("event") == "Form Submitted"]


REFUSING = """
    <form data-track-form="contact" action="/thanks"><input name="email"><p></p><button>Send</button></form>
    <script>
      document.querySelector("form").addEventListener("submit", (event) => {{
        const {{email}} = event.target.elements;
        if (email.value) return;
        event.preventDefault();
        {mark}
      }});
    </script>"""
MARKS = [
    'email.setAttribute("aria-invalid", "true")',
    'email.setCustomValidity("Please fill in your address")',
    'document.querySelector("p").textContent = "Please fill in your address"',
    'document.querySelector("form").classList.add("wrong"); event.stopPropagation()',
]


def test_a_prevented_submission_is_not_captured(browser: Browser, shop: Site, stub: StubApi) -> None:
    shop.page("/thanks", "Thanks")
    for number, mark in enumerate(MARKS):
        form = REFUSING.format(mark=mark)
        browser.goto(shop.page(f"/form-{number}", form, head=snippet(stub)))
        sent(stub, 3 * number + 1)
        browser.click("button")
        time.sleep(0.7)
        assert len(submissions(stub)) == number, mark
        browser.evaluate("document.querySelector('[name=email]').setCustomValidity('')")
        browser.fill("[name=email]", "ada@example.com")
        browser.click("button")
        browser.wait_for("location.pathname === '/thanks'")
        sent(stub, 3 * number + 3)
        assert len(submissions(stub)) == number + 1, mark
        assert submissions(stub)[-1]["properties"]["fields"] == {"email": "ada@example.com"}


def test_a_submission_by_script_is_captured_once(browser: Browser, shop: Site, stub: StubApi) -> None:
    shop.page("/api", "ok")
    form = """
        <form data-track-form="contact" action="/api"><input name="email" value="ada@example.com">
        <button>Send</button></form><p></p>
        <script>
          document.querySelector("form").addEventListener("submit", (event) => {
            event.preventDefault();
            document.querySelector("p").textContent = "Sending";
            fetch("/api").then(() => (document.querySelector("p").textContent = "Thanks"));
          });
        </script>"""
    browser.goto(shop.page("/", form, head=snippet(stub)))
    sent(stub, 1)
    browser.click("button")
    browser.click("button")
    sent(stub, 3)
    time.sleep(0.7)
    assert len(submissions(stub)) == 1


def test_a_double_click_is_one_submission(browser: Browser, shop: Site, stub: StubApi) -> None:
    form = """
        <form data-track-form="contact" onsubmit="return false"><input name="email" value="ada@example.com">
        <button>Send</button></form>"""
    browser.goto(shop.page("/", form, head=snippet(stub)))
    sent(stub, 1)
    browser.evaluate("{ const button = document.querySelector('button'); button.click(); button.click() }")
    browser.click("button")
    sent(stub, 3)
    browser.fill("[name=email]", "bob@example.com")
    browser.click("button")
    sent(stub, 5)
    emails = [m["properties"]["fields"]["email"] for m in submissions(stub)]
    assert emails == ["ada@example.com", "bob@example.com"]


def test_fields_named_like_form_properties_are_captured(browser: Browser, shop: Site, stub: StubApi) -> None:
    names = ["reset", "action", "elements", "submit", "getAttribute", "dataset", "id", "nodeName", "toString"]
    fields = "".join(f'<input name="{name}" value="1">' for name in names)
    form = f'<form data-track-form="odd" onsubmit="return false">{fields}<button id="go">Go</button></form>'
    browser.goto(shop.page("/", form, head=snippet(stub)))
    sent(stub, 1)
    browser.evaluate("document.querySelector('#go').click()")
    assert sent(stub, 2)[1]["properties"] == {"form": "odd", "fields": dict.fromkeys(names, "1")}
    assert browser.errors() == []
