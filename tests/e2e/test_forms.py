"""Forms of the API in a real browser: used by keyboard, very fast, and without scripts."""

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.browser import Browser
from tests.e2e.loopback import Site
from tests.e2e.stack import Stack, call

WORDING = "Send me the newsletter by e-mail. I can leave it at any time."
DEFINITION: dict[str, Any] = {
    "name": "Newsletter",
    "fields": [
        {"name": "email", "attribute": "email", "label": "E-mail", "required": True},
        {"name": "first", "attribute": "first_name", "label": "First name", "placeholder": "Ada"},
        {"name": "age", "attribute": "age", "label": "Age", "type": "text"},
        {"name": "gender", "attribute": "gender", "label": "Gender"},
    ],
    "consents": [
        {"channel": "email", "wording": WORDING},
        {"channel": "processing", "wording": "Process my data as the privacy notice says.", "required": True},
    ],
    "success_text": "Thank you, we will write to you.",
    "error_text": "Please look at the fields below.",
}
SMALLEST_TARGET = """
    const targets = [...document.querySelectorAll("a, button, select, input:not([tabindex='-1'])")];
    const sizes = targets.map((one) => one.getBoundingClientRect()).flatMap(({width, height}) => [width, height]);
    Math.min(...sizes);
"""
STATEMENTS = "document.querySelector('output')?.textContent"


@dataclass(frozen=True)
class OnlineForm:
    """A form of the stack, and a new visitor."""

    stack: Stack
    id: str
    mail: str
    tag: str

    def embed(self, query: str = "") -> str:
        return f"{self.stack.api_url}/v1/forms/{self.id}/embed{query}"

    def fragment(self) -> str:
        return call(self.embed("?format=fragment")).body.decode()

    def snippet(self, options: str = "") -> str:
        return (
            f'<script async src="{self.stack.api_url}/tracker.js" data-write-key="{self.stack.write_key}" {options}>'
            "</script>"
        )

    def change(self, **changes: Any) -> None:
        assert self.stack.admin(f"/v1/forms/{self.id}", method="PATCH", json_body=changes).status == 200


@pytest.fixture
def form(stack: Stack) -> OnlineForm:
    unique = str(time.time_ns())
    tag = f"Newsletter {unique}"
    created = stack.admin("/v1/forms", method="POST", json_body=DEFINITION | {"tags": [tag]})
    assert created.status == 201, created
    return OnlineForm(stack, created.json()["id"], f"form-{unique}@example.com", tag)


def focused(browser: Browser) -> str:
    return str(browser.evaluate("document.activeElement.name || document.activeElement.type"))


def test_a_visitor_becomes_a_customer_by_keyboard(
    browser: Browser, shop: Site, form: OnlineForm, stack: Stack, pictures: Path
) -> None:
    url = shop.page("/news", form.fragment(), head=form.snippet(), title="News")
    browser.goto(f"{url}?utm_source=poster")
    browser.wait_for("window.crm?.loaded")
    browser.press("Tab")
    assert focused(browser) == "email"
    browser.press(*form.mail, "Tab", *"Ada", "Tab", "Tab", "Tab")
    assert focused(browser) == "_consent:email"
    browser.press("Space", "Tab", "Space", "Tab")
    assert focused(browser) == "submit"
    browser.screenshot(pictures / "form-pasted.png")
    browser.press("Enter")
    browser.wait_for(f"{STATEMENTS} === 'Thank you, we will write to you.'")
    assert browser.evaluate("document.querySelector('[name=email]').value") == ""
    assert browser.errors() == []

    profile = stack.profile_when("email", form.mail, activities=2)
    assert profile["kind"] == "recognised"
    assert profile["attributes"]["first_name"] == "Ada"
    assert profile["tags"] == [form.tag]
    assert profile["consents"].keys() == {"email", "processing"}
    assert {identity["type"] for identity in profile["identities"]} == {"email", "anonymous_id"}
    page, submitted = stack.timeline(profile["id"])
    assert (page["type"], submitted["type"], submitted["name"]) == ("page", "form", "Newsletter")
    assert submitted["context"]["page"]["title"] == "News"
    assert submitted["context"]["campaign"] == {"source": "poster"}
    ledger = stack.admin(f"/v1/profiles/{profile['id']}/consents").json()["ledger"]
    (proof,) = [row["proof"] for row in ledger if row["channel"] == "email"]
    assert proof == WORDING


def test_errors_are_shown_next_to_their_fields(
    browser: Browser, shop: Site, form: OnlineForm, stack: Stack, pictures: Path
) -> None:
    browser.goto(shop.page("/", form.fragment(), head=form.snippet()))
    browser.wait_for("window.crm?.loaded")
    browser.fill("[name=email]", form.mail)
    browser.fill("[name=age]", "about forty")
    browser.click("[name='_consent:processing']")
    browser.click("button")
    browser.wait_for(f"{STATEMENTS} === 'Please look at the fields below.'")
    assert browser.evaluate("document.querySelector('[aria-invalid]').name") == "age"
    assert focused(browser) == "age"
    note = "document.getElementById(document.activeElement.getAttribute('aria-describedby'))"
    assert "must be a number" in browser.evaluate(f"{note}.textContent")
    browser.screenshot(pictures / "form-wrong-in-place.png")

    browser.fill("[name=age]", "41")
    browser.press("Enter")
    browser.wait_for(f"{STATEMENTS} === 'Thank you, we will write to you.'")
    assert browser.evaluate("document.querySelectorAll('[aria-invalid], span.crm-note').length") == 0
    assert stack.profile_when("email", form.mail, activities=2)["attributes"]["age"] == 41


def test_a_double_click_submits_once(browser: Browser, shop: Site, form: OnlineForm, stack: Stack) -> None:
    form.change(redirect=shop.page("/thanks", "Thanks"))
    browser.goto(shop.page("/", form.fragment(), head=form.snippet()))
    browser.wait_for("window.crm?.loaded")
    browser.fill("[name=email]", form.mail)
    browser.click("[name='_consent:processing']")
    browser.evaluate("{ const button = document.querySelector('button'); button.click(); button.click() }")
    browser.wait_for("location.pathname === '/thanks'")
    profile = stack.profile_when("email", form.mail, activities=2)
    assert [activity["type"] for activity in stack.timeline(profile["id"])].count("form") == 1


def test_a_page_that_forbids_requests_submits_the_form_natively(
    browser: Browser, shop: Site, form: OnlineForm, stack: Stack
) -> None:
    policy = '<meta http-equiv="content-security-policy" content="connect-src \'none\'">'
    bare = """
        <form data-crm-form="{id}"><input type="email" name="email" aria-label="E-mail">
        <input type="checkbox" name="_consent:processing" aria-label="Process my data"><button name="submit">Go</button>
        </form>"""
    browser.goto(shop.page("/", bare.replace("{id}", form.id), head=policy + form.snippet()))
    browser.wait_for("window.crm?.loaded")
    anonymous_id = browser.evaluate("crm.anonymousId()")
    browser.fill("[name=email]", form.mail)
    browser.click("[name='_consent:processing']")
    browser.click("button")
    browser.wait_for("document.querySelector('h1')?.textContent === 'Thank you, we will write to you.'")
    profile = stack.profile_when("email", form.mail, activities=1)
    assert {"type": "anonymous_id", "value": anonymous_id} in profile["identities"]


def test_only_the_form_is_sent_without_tracking_consent(
    browser: Browser, shop: Site, form: OnlineForm, stack: Stack
) -> None:
    browser.goto(shop.page("/", form.fragment(), head=form.snippet('data-consent="required"')))
    browser.wait_for("window.crm?.loaded")
    browser.fill("[name=email]", form.mail)
    browser.click("[name='_consent:processing']")
    browser.click("button")
    browser.wait_for(f"{STATEMENTS} === 'Thank you, we will write to you.'")
    assert browser.cookies() == []
    profile = stack.profile_when("email", form.mail, activities=1)
    assert profile["identities"] == [{"type": "email", "value": form.mail}]


def test_the_form_works_without_scripts(browser: Browser, shop: Site, form: OnlineForm, stack: Stack) -> None:
    form.change(redirect=shop.page("/thanks", "<h1>Thanks</h1>"))
    browser.open(scripts=False)
    browser.goto(shop.page("/", form.fragment(), head=form.snippet()))
    browser.fill("[name=email]", form.mail)
    browser.click("[name='_consent:processing']")
    browser.press("Enter")
    assert browser.text("h1") == "Thanks"
    profile = stack.profile_when("email", form.mail, activities=1)
    (submitted,) = stack.timeline(profile["id"])
    assert submitted["context"]["page"]["url"].startswith(shop.url)


def test_the_embed_page_of_a_form_can_be_submitted(
    browser: Browser, shop: Site, form: OnlineForm, stack: Stack, pictures: Path
) -> None:
    browser.resize(480, 860)
    for scheme in ("light", "dark"):
        browser.prefer(scheme)
        assert browser.goto(form.embed()) == 200
        browser.press("Tab")
        browser.screenshot(pictures / f"form-{scheme}.png")
        browser.fill("[name=email]", form.mail)
        browser.fill("[name=age]", "about forty")
        browser.click("[name='_consent:processing']")
        browser.press("Enter")
        browser.wait_for("document.querySelector('[role=alert]')")
        assert browser.evaluate("document.querySelector('[name=email]').value") == form.mail
        assert browser.evaluate("document.querySelector('[name=_consent\\\\:processing]').checked") is True
        browser.click("[role=alert] a")
        assert focused(browser) == "age"
        browser.screenshot(pictures / f"form-wrong-{scheme}.png")
        assert browser.evaluate(SMALLEST_TARGET) >= 24
        browser.fill("[name=age]", "41")
        browser.press("Enter")
        browser.wait_for("document.querySelector('h1')?.textContent === 'Thank you, we will write to you.'")
        browser.screenshot(pictures / f"form-taken-{scheme}.png")
    assert stack.profile_when("email", form.mail, activities=1)["attributes"]["age"] == 41


def test_a_form_in_a_frame_redirects_the_visitor(browser: Browser, shop: Site, form: OnlineForm) -> None:
    form.change(redirect=shop.page("/thanks", "<h1>Thanks</h1>"), allowed_origins=[shop.url])
    browser.goto(shop.page("/", f'<iframe src="{form.embed()}" title="Newsletter" height="600"></iframe>'))
    browser.press("Tab", *form.mail, "Tab", "Tab", "Tab", "Tab", "Tab", "Space", "Enter")
    browser.wait_for("document.querySelector('h1')?.textContent === 'Thanks'")
    assert browser.errors() == []
