"""Forms of the API on networks that fail, and for users of keyboards and screen readers."""

import time
from typing import Any

import pytest

from tests.e2e.browser import Browser
from tests.e2e.loopback import Site, StubApi
from tests.e2e.snippet.recorded import TIMEOUT_S, answered, note_answers, sent, snippet

STATEMENTS = "document.querySelector('output').textContent"
FORM = """
    <form data-crm-form="frm_1"><label>E-mail <input name="email" type="email" aria-describedby="hint"></label>
    <span id="hint">We write once a month.</span><button>Subscribe</button></form>"""
TRANSLATED = FORM.replace("<form", '<form data-crm-unsent="Nicht gesendet."')
FAILING = """
    window.isDown = true;
    const send = fetch;
    window.fetch = (...given) =>
        isDown && /forms/.test(given[0]) ? Promise.reject(new TypeError("x")) : send(...given);"""


def open_form(browser: Browser, shop: Site, stub: StubApi, form: str = FORM) -> None:
    browser.goto(shop.page("/news", form, head=snippet(stub)))
    browser.fill("[name=email]", "ada@example.com")


def wrong(*errors: tuple[str, str]) -> tuple[int, dict[str, Any]]:
    shown = [{"field": field, "message": message} for field, message in errors]
    return 400, {"code": "invalid_form", "message": "Please look again.", "details": {"errors": shown}}


def submissions(stub: StubApi, count: int) -> list[dict[str, Any]]:
    deadline = time.monotonic() + TIMEOUT_S
    while len(stub.submissions) < count and time.monotonic() < deadline:
        time.sleep(0.05)
    return stub.submissions


def test_input_is_kept_without_a_connection(browser: Browser, shop: Site, stub: StubApi) -> None:
    browser.before_scripts(FAILING + "Object.defineProperty(navigator, 'onLine', {get: () => !isDown});")
    open_form(browser, shop, stub, TRANSLATED)
    for _ in range(3):
        browser.evaluate("document.querySelector('output')?.remove()")
        browser.click("button")
        browser.wait_for(f"{STATEMENTS} === 'Nicht gesendet.'")
        assert browser.evaluate("document.querySelector('[name=email]').value") == "ada@example.com"
        assert browser.evaluate("document.querySelector('form').getAttribute('aria-busy')") is None
    browser.evaluate("isDown = false")
    browser.click("button")
    browser.wait_for(f"{STATEMENTS} === 'Thanks.'")
    assert browser.evaluate("location.pathname") == "/news"


def test_input_is_kept_when_the_api_hangs(browser: Browser, shop: Site, stub: StubApi) -> None:
    stub.form_answers = [(0, {}), (0, {})]
    note_answers(browser)
    browser.freeze_clock()
    open_form(browser, shop, stub)
    for count in (1, 2):
        browser.click("button")
        assert len(submissions(stub, count)) == count
        assert browser.evaluate("document.querySelector('form').getAttribute('aria-busy')") == "true"
        browser.click("button")
        browser.advance_clock(21_000)
        answered(browser, count, "/v1/forms/")
        browser.advance_clock(100)
        browser.wait_for(f"/still here/.test({STATEMENTS})")
        assert browser.evaluate("document.querySelector('[name=email]').value") == "ada@example.com"
    browser.click("button")
    browser.wait_for(f"{STATEMENTS} === 'Thanks.'")
    # The API may have accepted the first request, so a retry sends the same submission.
    assert len({given["_submission_id"] for given in submissions(stub, 3)}) == 1
    browser.fill("[name=email]", "bob@example.com")
    browser.click("button")
    assert len({given["_submission_id"] for given in submissions(stub, 4)}) == 2


@pytest.mark.parametrize(
    "answer", [(502, {}), (503, {"message": "Try again in a moment."}), (429, {"message": "Wait."})]
)
def test_input_is_kept_when_the_api_fails(
    browser: Browser, shop: Site, stub: StubApi, answer: tuple[int, dict[str, Any]]
) -> None:
    stub.form_answers = [answer] * 2
    open_form(browser, shop, stub)
    for _ in range(2):
        browser.click("button")
        browser.wait_for(
            f"document.querySelector('output')?.textContent.includes({answer[1].get('message', 'still here')!r})"
        )
    assert browser.evaluate("document.querySelector('[name=email]').value") == "ada@example.com"
    browser.click("button")
    browser.wait_for(f"{STATEMENTS} === 'Thanks.'")


def test_error_messages_describe_their_fields(browser: Browser, shop: Site, stub: StubApi) -> None:
    form = FORM.replace(
        "<button>",
        """<fieldset><legend>How often?</legend><label><input type="radio" name="often" value="1"> Daily</label>
        <label><input type="radio" name="often" value="2"> Weekly</label></fieldset><button>""",
    )
    stub.form_answers = [
        wrong(("email", "is no address"), ("often", "must be chosen"), ("_consent:sms", "must be ticked")),
        wrong(("email", "is no address")),
    ]
    open_form(browser, shop, stub, form)
    browser.click("button")
    browser.wait_for(f"{STATEMENTS} !== ''")
    assert browser.evaluate(STATEMENTS) == "Please look again. _consent:sms: must be ticked"
    described = """
        const textOf = (id) => document.getElementById(id).textContent;
        const textsOf = (field) => field.getAttribute("aria-describedby").split(" ").map(textOf);
        [...document.querySelectorAll("input")].map(textsOf);
    """
    assert browser.evaluate(described) == [
        ["We write once a month.", "is no address"],
        ["must be chosen"],
        ["must be chosen"],
    ]
    assert browser.evaluate("document.querySelectorAll('span.crm-note').length") == 2
    assert browser.evaluate("document.querySelector('label').textContent.trim()") == "E-mail"
    assert browser.evaluate("document.activeElement.name") == "email"
    browser.click("button")
    browser.wait_for(f"{STATEMENTS} === 'Please look again.'")
    assert browser.evaluate(
        "[...document.querySelectorAll('[aria-invalid]')].map((field) => field.name)"
    ) == ["email"]
    browser.click("button")
    browser.wait_for(f"{STATEMENTS} === 'Thanks.'")
    assert (
        browser.evaluate("document.querySelector('[name=email]').getAttribute('aria-describedby')") == "hint"
    )
    assert browser.evaluate("document.querySelectorAll('[aria-invalid], span.crm-note').length") == 0


def test_a_button_may_be_named_as_a_property_of_its_form(browser: Browser, shop: Site, stub: StubApi) -> None:
    names = [
        "reset",
        "action",
        "elements",
        "submit",
        "method",
        "appendChild",
        "querySelectorAll",
        "setAttribute",
    ]
    buttons = "".join(f'<button type="button" name="{name}">x</button>' for name in names)
    stub.form_answers = [wrong(("email", "is no address"))]
    open_form(browser, shop, stub, FORM.replace("<button>", buttons + '<button id="go">'))
    browser.evaluate("document.querySelector('#go').click()")
    browser.wait_for("document.querySelector('[aria-invalid]')")
    browser.evaluate("document.querySelector('#go').click()")
    browser.wait_for(f"{STATEMENTS} === 'Thanks.'")
    assert browser.evaluate("document.querySelector('[name=email]').value") == ""
    assert not [text for text in browser.errors() if "TypeError" in text]


def test_a_submission_before_the_script_is_loaded_is_sent_later(
    browser: Browser, shop: Site, stub: StubApi
) -> None:
    browser.goto(shop.page("/news", "<main></main>", head=snippet(stub)))
    browser.wait_for("crm.track")
    browser.evaluate(
        f"document.querySelector('main').innerHTML = `{FORM}`; document.querySelector('button').click()"
    )
    browser.wait_for(f"document.querySelector('output') && {STATEMENTS} === 'Thanks.'")
    assert len(submissions(stub, 1)) == 1


def test_lists_are_sent_as_lists_with_an_old_library(browser: Browser, shop: Site, stub: StubApi) -> None:
    form = FORM.replace("<button>", '<input name="tag" value="a"><input name="tag" value="b"><button>')
    library = "<script>Array.prototype.toJSON = function () { return this.join() }</script>"
    open_form(browser, shop, stub, library + form)
    browser.click("button")
    [given] = submissions(stub, 1)
    assert given["tag"] == ["a", "b"]
    assert given["_anonymous_id"] == sent(stub, 1)[0]["anonymousId"]
    assert given["_context"]["page"]["path"] == "/news"
