"""The page of an unsubscribe link, used by keyboard in a real browser, and by a mail program."""

import re
import time
from pathlib import Path
from typing import Any
from urllib.parse import quote
from urllib.request import Request, urlopen

import pytest

from tests.e2e.browser import Browser
from tests.e2e.stack import Stack, basic, call

FOCUSED = "document.activeElement"


@pytest.fixture
def person(stack: Stack) -> str:
    """Create a customer with a consent to text messages from a page, and to emails from staff; return the id."""
    user = f"unsubscribe-{time.time_ns()}"
    event = {
        "userId": user,
        "traits": {"email": f"{user}@example.com"},
        "context": {"consent": {"categoryPreferences": {"sms": True}}},
    }
    sent = call(
        f"{stack.api_url}/v1/identify", method="POST", json_body=event, headers=basic(stack.write_key)
    )
    assert sent.status == 200
    id_ = str(stack.profile_when("user_id", user, activities=1)["id"])
    consent = {"state": "granted", "proof": "[x] E-mails, please", "source": "counter 3"}
    given = stack.admin(f"/v1/profiles/{id_}/consents/email", method="PUT", json_body=consent)
    assert given.status == 200, given
    # A reader of mail to the address sees only identities that trusted sources linked to the person.
    joined = {"identity": {"type": "email", "value": f"{user}@example.com"}, "owner": id_}
    settled = stack.admin("/v1/conflicts/settle", method="POST", json_body={"conflicts": [joined]})
    assert settled.status == 200, settled
    return id_


@pytest.fixture
def link(stack: Stack, person: str) -> dict[str, Any]:
    answer = stack.admin(f"/v1/profiles/{person}/unsubscribe-link?channel=email")
    assert answer.status == 200, answer
    return dict(answer.json())


def ledger_of(stack: Stack, person: str) -> list[tuple[str, str, str, str | None]]:
    """Return the ledger's key, state, source and proof, newest first."""
    ledger = stack.admin(f"/v1/profiles/{person}/consents").json()["ledger"]
    return [(row["key"], row["state"], row["source"], row["proof"]) for row in ledger]


def ticks(browser: Browser) -> list[bool]:
    return list(
        browser.evaluate("[...document.querySelectorAll('[type=checkbox]')].map((box) => box.checked)")
    )


def go_to(browser: Browser, words: str) -> None:
    """Press Tab until the element with this text has the focus, which must be visible."""
    for _ in range(10):
        browser.press("Tab")
        named = f"({FOCUSED}.labels?.[0] ?? {FOCUSED}).textContent"
        if browser.evaluate(named) == words:
            style = browser.evaluate(f"getComputedStyle({FOCUSED}).outlineStyle")
            assert style == "solid", "the focus cannot be seen"
            return
    raise AssertionError(f"Tab does not reach {words!r}")


def send(browser: Browser, key: str) -> str:
    """Press the key that submits the form, and return the text of the next page."""
    browser.evaluate("document.body.id = 'former'")
    browser.press(key)
    browser.wait_for("!document.getElementById('former') && document.querySelector('[role=status]')")
    # Screen readers read the result, which has the focus as soon as the page is drawn.
    browser.wait_for(f"{FOCUSED}.getAttribute('role') === 'status'")
    return browser.text("[role=status]")


def test_the_page_can_be_used_by_keyboard(
    stack: Stack, browser: Browser, person: str, link: dict[str, Any], pictures: Path
) -> None:
    assert browser.goto(link["url"]) == 200
    assert browser.text(".sender") == "Sample shop"  # as infra/local/deployment.py says
    assert ticks(browser) == [True, True]
    go_to(browser, "E-mail")
    browser.press("Space")
    browser.screenshot(pictures / "unsubscribe-focus.png")
    go_to(browser, "Save")
    assert send(browser, "Enter") == "Your choices are saved."
    assert ticks(browser) == [False, True]
    browser.screenshot(pictures / "unsubscribe-saved.png")

    go_to(browser, "E-mail")
    browser.press("Space")
    go_to(browser, "Text messages (SMS)")
    browser.press("Space")
    assert send(browser, "Enter") == "Your choices are saved."  # Enter in a field is Save
    assert ticks(browser) == [True, False]

    go_to(browser, "Unsubscribe from all of these")
    assert send(browser, "Space") == "You are unsubscribed from all of these."
    assert ticks(browser) == [False, False]

    go_to(browser, "Text messages (SMS)")
    browser.press("Space")
    go_to(browser, "Save")
    assert send(browser, "Enter") == "Your choices are saved."
    assert ticks(browser) == [False, True]
    assert browser.errors() == []
    assert browser.cookies() == []

    question = "What may we send you?"
    assert ledger_of(stack, person)[:6] == [
        ("sms", "granted", "unsubscribe", f"{question} [x] Text messages (SMS)"),
        ("email", "denied", "unsubscribe", "Unsubscribe from all of these"),
        ("email", "granted", "unsubscribe", f"{question} [x] E-mail"),
        ("sms", "denied", "unsubscribe", f"{question} [ ] Text messages (SMS)"),
        ("email", "denied", "unsubscribe", f"{question} [ ] E-mail"),
        ("email", "granted", "counter 3", "[x] E-mails, please"),
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_fits_every_screen(
    browser: Browser, link: dict[str, Any], pictures: Path, scheme: str
) -> None:
    browser.prefer(scheme)
    browser.goto(link["url"])
    browser.screenshot(pictures / f"unsubscribe-{scheme}.png")
    browser.resize(320, 640)
    browser.screenshot(pictures / f"unsubscribe-{scheme}-320.png")
    assert browser.evaluate("document.documentElement.scrollWidth") <= 320
    smallest = "Math.min(...[...document.querySelectorAll('button, .choice')].map((one) => one.offsetHeight))"
    assert browser.evaluate(smallest) >= 44
    browser.resize(1280, 900)


def test_an_invalid_link_is_reported(
    stack: Stack, browser: Browser, link: dict[str, Any], pictures: Path
) -> None:
    assert browser.goto(link["url"][:-2]) == 404
    assert browser.text("h1") == "This link does not work"
    browser.screenshot(pictures / "unsubscribe-wrong.png")


def test_one_click_unsubscribe_works_in_both_forms(stack: Stack, person: str, link: dict[str, Any]) -> None:
    """The request has only the message's data, in both forms that RFC 8058 allows."""
    url = re.fullmatch(r"<(https?://[^>]+)>", link["headers"]["List-Unsubscribe"])
    assert url
    field = link["headers"]["List-Unsubscribe-Post"]
    name, _, value = field.partition("=")
    multipart = f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n--b--\r\n'
    forms = {"application/x-www-form-urlencoded": field, "multipart/form-data; boundary=b": multipart}
    for content_type, body in forms.items():
        request = Request(url[1], body.encode(), {"content-type": content_type}, method="POST")  # noqa: S310
        with urlopen(request, timeout=60) as answer:  # noqa: S310 - http only
            assert (answer.status, answer.url) == (200, quote(url[1], safe=":/$"))
    assert ledger_of(stack, person)[0] == ("email", "denied", "unsubscribe", "one-click (RFC 8058)")
    assert [row[1] for row in ledger_of(stack, person) if row[2] == "unsubscribe"] == ["denied"]
