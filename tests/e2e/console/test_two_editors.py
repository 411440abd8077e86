"""Concurrent edits of one object: both states are shown for a choice, and no input is lost."""

from collections.abc import Callable
from uuid import uuid4

import pytest

from tests.e2e.browser import Browser
from tests.e2e.console.panel import Panel
from tests.e2e.console.settings import make
from tests.e2e.stack import Stack


class EditConflict:
    """A user of the console with an open editor, and a colleague who uses the API."""

    def __init__(self, panel: Panel, stack: Stack, path: str, field: str = "description") -> None:
        self.panel, self.browser, self.stack, self.path, self.field = panel, panel.browser, stack, path, field

    def stored(self) -> str:
        answer = self.stack.admin(self.path)
        assert answer.status == 200, answer
        return str(answer.json()[self.field])

    def provoke(self, label: str) -> None:
        """Save after the colleague has saved; assert that the choice shows the input of both."""
        change = {self.field: "Of the colleague"}
        assert self.stack.admin(self.path, method="PATCH", json_body=change).status == 200
        self.browser.fill(f'dialog >> role=textbox[name="{label}"]', "Of the reader")
        self.browser.click("dialog button[type=submit]")
        self.browser.wait_for(
            "document.querySelector('.version-conflict')?.innerText.includes('Of the colleague')"
        )
        assert self.browser.evaluate("document.querySelector('.version-conflict').innerText").count(
            "Of the reader"
        )
        assert self.stored() == "Of the colleague"

    def keep_own_input(self) -> None:
        self.panel.press_button("Save mine")
        self.browser.wait_for("!document.querySelector('dialog')")
        assert self.stored() == "Of the reader"


def _tag(stack: Stack, name: str) -> str:
    return f"/v1/tags/{make(stack, '/v1/tags', {'name': name})['id']}"


def _list(stack: Stack, name: str) -> str:
    return f"/v1/lists/{make(stack, '/v1/lists', {'name': name})['id']}"


@pytest.mark.parametrize(("page", "create"), [("tags", _tag), ("lists", _list)])
def test_concurrent_edits_of_a_tag_or_list_are_a_choice(
    panel: Panel, browser: Browser, stack: Stack, page: str, create: Callable[[Stack, str], str]
) -> None:
    name = f"two {uuid4().hex[:6]}"
    edit = EditConflict(panel, stack, create(stack, name))
    panel.open(f"/{page}")
    panel.press_button(f"Actions for {name}")
    browser.click("role=menuitem[name=Edit]")
    edit.provoke("Description")
    edit.keep_own_input()


def test_an_edit_that_loses_the_race_to_be_saved_is_a_choice(
    panel: Panel, browser: Browser, stack: Stack
) -> None:
    """Another request saves between the API's check of the version and its write: 409 instead of 412."""
    name = f"two {uuid4().hex[:6]}"
    edit = EditConflict(panel, stack, _tag(stack, name))
    panel.open("/tags")
    panel.press_button(f"Actions for {name}")
    browser.click("role=menuitem[name=Edit]")
    lost = {"code": "version_conflict", "message": "changed in the meantime", "details": {}}
    browser.break_changes(edit.path, status=409, body=lost)
    edit.provoke("Description")
    browser.let_through()
    edit.keep_own_input()


def test_concurrent_edits_of_an_attribute_are_a_choice(panel: Panel, browser: Browser, stack: Stack) -> None:
    name = f"two_{uuid4().hex[:6]}"
    make(stack, "/v1/attributes", {"name": name, "type": "text", "label": name})
    edit = EditConflict(panel, stack, f"/v1/attributes/{name}")
    panel.open("/attributes")
    panel.press_button(f"Edit {name}")
    edit.provoke("Description")
    panel.press_button("Take what is stored")
    browser.wait_for("!document.querySelector('.version-conflict')")
    assert browser.evaluate(
        "[...document.querySelectorAll('dialog input')].some((one) => one.value === 'Of the colleague')"
    )


def test_concurrent_edits_of_a_value_are_a_choice(panel: Panel, stack: Stack) -> None:
    name = f"two_{uuid4().hex[:6]}"
    body = {"name": name, "text": 'attributes.city == "Kiel"'}
    made = make(stack, "/v1/expressions", body)
    edit = EditConflict(panel, stack, f"/v1/expressions/{made['id']}")
    panel.open("/values?kind=expressions")
    panel.press_button(f"Edit {name}")
    edit.provoke("Description")
    edit.keep_own_input()


def test_concurrent_edits_of_a_segment_are_a_choice(panel: Panel, browser: Browser, stack: Stack) -> None:
    name = f"Two {uuid4().hex[:6]}"
    made = make(stack, "/v1/segments", {"name": name, "type": "static"})
    edit = EditConflict(panel, stack, f"/v1/segments/{made['id']}")
    panel.open(f"/segments/{made['id']}")
    browser.click(".segment-menu button")
    browser.click(".segment-menu [role=menuitem]:first-child")
    edit.provoke("Description")
    edit.keep_own_input()


def test_concurrent_edits_of_a_mapping_are_a_choice(
    panel: Panel, browser: Browser, stack: Stack, ids: dict[str, str]
) -> None:
    name = f"two_{uuid4().hex[:6]}"
    columns = [{"column": "E-Mail", "to": "identity", "name": "email"}]
    make(stack, "/v1/import-mappings", {"name": name, "columns": columns})
    panel.open(f"/imports/new?key={ids['file']}&mapping={name}")
    browser.wait_for("document.querySelector('.draft-summary')")
    path = f"/v1/import-mappings/{name}"
    answer = stack.admin(path, method="PATCH", json_body={"tags": ["Of the colleague"]})
    assert answer.status == 200, answer
    browser.fill('role=spinbutton[name="Lines to skip"]', "0")
    browser.wait_for("document.querySelector('.draft-summary').innerText.includes('hanged')")
    panel.press_button("Start import")
    browser.click("dialog button[type=submit]")
    browser.wait_for("document.querySelector('.version-conflict')?.innerText.includes('Of the colleague')")
    assert stack.admin(path).json()["tags"] == ["Of the colleague"]
    panel.press_button("Take what is stored")
    browser.wait_for("!document.querySelector('dialog, .badge-accent')")
