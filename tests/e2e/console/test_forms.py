"""Forms: created, edited beside a live preview, pasted, deleted."""

from typing import Any
from uuid import uuid4

import pytest

from tests.e2e.browser import Browser
from tests.e2e.console.panel import Panel
from tests.e2e.console.settings import make_form
from tests.e2e.stack import Stack

PREVIEW = "document.querySelector('.form-preview').innerText"


@pytest.fixture
def form(stack: Stack) -> dict[str, Any]:
    return make_form(stack, f"Newsletter {uuid4().hex[:6]}")


def test_a_form_is_created_and_opened(panel: Panel, browser: Browser) -> None:
    name = f"Contact {uuid4().hex[:6]}"
    panel.open("/forms")
    panel.press_button("New form")
    browser.fill("role=textbox[name=Name]", name)
    panel.press_button("Create")
    browser.wait_for("document.querySelector('.form-preview')")
    assert panel.heading() == name
    assert "E-mail *" in browser.evaluate(PREVIEW)


def test_the_preview_shows_every_change(panel: Panel, browser: Browser, form: dict[str, Any]) -> None:
    panel.open(f"/forms/{form['id']}")
    browser.fill("role=textbox[name='Text of the button']", "Join us")
    browser.wait_for(f"{PREVIEW}.includes('Join us')")
    panel.press_button("Add a field")
    browser.wait_for("document.querySelectorAll('.form-preview .input').length === 3")
    panel.press_button("Save")
    panel.has_text("Version 2")
    saved = panel.stack.admin(f"/v1/forms/{form['id']}").json()
    assert saved["submit_text"] == "Join us"
    assert len(saved["fields"]) == 3


def test_an_error_is_shown_at_its_field(panel: Panel, browser: Browser, form: dict[str, Any]) -> None:
    panel.open(f"/forms/{form['id']}")
    browser.fill("role=textbox[name=Wording]", "")
    panel.press_button("Save")
    browser.wait_for("document.querySelector('.is-wrong textarea')")


def test_the_form_is_shown_as_it_is_served(panel: Panel, browser: Browser, form: dict[str, Any]) -> None:
    panel.open(f"/forms/{form['id']}")
    browser.click("role=tab[name='As it is served']")
    browser.wait_for("document.querySelector('iframe.form-frame')")
    assert browser.evaluate("document.querySelector('iframe.form-frame').getAttribute('sandbox')") == ""
    assert browser.evaluate("fetch(document.querySelector('iframe').src).then(({status}) => status)") == 200
    # The script that signs in runs in the frame as well, and the sandbox refuses it the storage.
    assert [one for one in browser.errors() if "sandboxed" not in one] == []


def test_the_code_to_paste_is_shown_in_two_forms(
    panel: Panel, browser: Browser, form: dict[str, Any]
) -> None:
    panel.open(f"/forms/{form['id']}")
    browser.click("role=tab[name='Code to paste']")
    browser.wait_for("document.querySelectorAll('.form-beside pre').length === 2")
    frame, html = browser.evaluate(
        "[...document.querySelectorAll('.form-beside pre')].map((one) => one.innerText)"
    )
    assert f'src="{panel.stack.api_url}/v1/forms/{form["id"]}/embed"' in frame
    assert f'data-crm-form="{form["id"]}"' in html
    assert "Send me the newsletter." in html


def test_a_concurrent_change_of_a_form_is_a_choice(
    panel: Panel, browser: Browser, form: dict[str, Any]
) -> None:
    panel.open(f"/forms/{form['id']}")
    panel.stack.admin(f"/v1/forms/{form['id']}", method="PATCH", json_body={"submit_text": "Theirs"})
    browser.fill("role=textbox[name='Text of the button']", "Mine")
    panel.press_button("Save")
    panel.has_text("Stored now")
    panel.press_button("Take what is stored")
    browser.wait_for(f"{PREVIEW}.includes('Theirs')")


def test_a_form_is_deleted(panel: Panel, browser: Browser, form: dict[str, Any]) -> None:
    panel.open(f"/forms/{form['id']}")
    panel.press_button("Delete")
    browser.click("dialog .button-danger")
    panel.goes_to("/forms")
    assert panel.stack.admin(f"/v1/forms/{form['id']}").status == 404


def test_an_agent_sees_a_form_and_is_offered_no_change(
    panel: Panel, browser: Browser, form: dict[str, Any]
) -> None:
    panel.open(f"/forms/{form['id']}", role="agent")
    browser.wait_for("document.querySelector('.form-preview')")
    names = browser.evaluate("[...document.querySelectorAll('main button')].map((one) => one.innerText)")
    assert not {"Save", "Delete", "Add a field"} & set(names)
