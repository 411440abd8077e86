"""Concurrent edits of one card, and a failing API: no input is lost."""

from tests.e2e.browser import Browser
from tests.e2e.console.customers import Made, change, profile_of
from tests.e2e.console.panel import Panel
from tests.e2e.stack import Stack

FIELD = ".attribute-form input"


def _edit_city_after_a_colleague(
    panel: Panel, browser: Browser, stack: Stack, mary: str, colleague: dict[str, str]
) -> None:
    panel.open(f"/customers/{mary}")
    panel.press_button("Edit: City")
    browser.fill(FIELD, "Hamburg")
    change(stack, mary, attributes=colleague)
    browser.press("Enter")


def test_a_concurrent_edit_of_a_field_is_a_choice(
    panel: Panel, browser: Browser, stack: Stack, made: Made
) -> None:
    mary = made()
    _edit_city_after_a_colleague(panel, browser, stack, mary, {"city": "Bonn"})
    browser.wait_for("document.querySelector('.collision-choice')")
    panel.has_text("was Kiel")
    values = browser.evaluate(
        "[...document.querySelectorAll('.collision-value')].map((one) => one.innerText)"
    )
    assert values == ["Hamburg", "Bonn"]
    assert panel.violations() == []
    panel.press_button("Back to editing")
    assert browser.evaluate(f"document.querySelector('{FIELD}').value") == "Hamburg"
    browser.evaluate(f"document.querySelector('{FIELD}').focus()")
    browser.press("Enter")
    browser.wait_for("document.querySelector('.collision-choice')")
    browser.click("dialog button[type=submit]")
    panel.has_text("City: Kiel → Hamburg")
    assert profile_of(stack, mary)["attributes"]["city"] == "Hamburg"


def test_the_value_of_a_colleague_can_be_kept(
    panel: Panel, browser: Browser, stack: Stack, made: Made
) -> None:
    mary = made()
    _edit_city_after_a_colleague(panel, browser, stack, mary, {"city": "Bonn"})
    browser.click(".collision-option >> nth=1")
    browser.click("dialog button[type=submit]")
    browser.wait_for("!document.querySelector('.attribute-form')")
    panel.has_text("Bonn")
    assert profile_of(stack, mary)["attributes"]["city"] == "Bonn"


def test_concurrent_edits_of_different_fields_are_both_saved(
    panel: Panel, browser: Browser, stack: Stack, made: Made
) -> None:
    mary = made()
    _edit_city_after_a_colleague(panel, browser, stack, mary, {"last_name": "Greig"})
    panel.has_text("City: Kiel → Hamburg")
    panel.has_text("Greig")
    attributes = profile_of(stack, mary)["attributes"]
    assert (attributes["city"], attributes["last_name"]) == ("Hamburg", "Greig")


def test_input_is_kept_when_a_colleague_clears_the_field(
    panel: Panel, browser: Browser, stack: Stack, made: Made
) -> None:
    mary = made()
    panel.open(f"/customers/{mary}")
    panel.press_button("Edit: City")
    browser.fill(FIELD, "Hamburg")
    change(stack, mary, attributes={"city": None})
    browser.wait_for("document.querySelector('.entry').innerText.includes('Changed City')")
    browser.press("Enter")
    panel.has_text("Changed by another user")
    browser.click("dialog button[type=submit]")
    panel.has_text("City: Kiel → Hamburg")
    assert profile_of(stack, mary)["attributes"]["city"] == "Hamburg"


def test_a_failed_edit_keeps_the_input(panel: Panel, browser: Browser, made: Made) -> None:
    mary = made()
    panel.open(f"/customers/{mary}")
    refused = {"code": "unavailable", "message": "the table is throttled: try again", "details": {}}
    panel.press_button("Edit: City")
    browser.fill(FIELD, "Hamburg")
    browser.intercept(rf"/v1/profiles/{mary}$", status=503, body=refused)
    browser.press("Enter")
    panel.has_text("The table is throttled: try again.")
    assert browser.evaluate(f"document.querySelector('{FIELD}').value") == "Hamburg"
    browser.let_through()
    browser.press("Enter")
    panel.has_text("City: Kiel → Hamburg")


def test_a_concurrent_change_of_a_task_is_a_choice(
    panel: Panel, browser: Browser, stack: Stack, made: Made
) -> None:
    mary = made()
    path = f"/v1/profiles/{mary}/tasks"
    task = stack.admin(path, method="POST", json_body={"name": "Call"}).json()["id"]
    panel.open(f"/customers/{mary}?tab=tasks")
    browser.click(".task-name")
    browser.fill("dialog input >> nth=0", "Call in the evening")
    stack.admin(f"{path}/{task}", method="PATCH", json_body={"name": "Write", "priority": "urgent"})
    browser.press("Enter")
    panel.has_text("Name: theirs Write, yours Call in the evening")
    browser.click("dialog button[type=submit]")
    browser.wait_for("!document.querySelector('dialog')")
    (kept,) = stack.admin(path).json()["tasks"]
    assert (kept["name"], kept["priority"]) == ("Call in the evening", "urgent")


def test_a_concurrent_change_of_a_note_is_a_choice(
    panel: Panel, browser: Browser, stack: Stack, made: Made
) -> None:
    mary = made()
    path = f"/v1/profiles/{mary}/notes"
    note = stack.admin(path, method="POST", json_body={"text": "Ring twice"}).json()["id"]
    panel.open(f"/customers/{mary}?tab=notes")
    browser.click(".note >> text=Edit")
    browser.fill(".note textarea", "Ring once")
    stack.admin(f"{path}/{note}", method="PATCH", json_body={"text": "Do not ring"})
    browser.click(".note button[type=submit]")
    panel.has_text("Do not ring")
    panel.press_button("Save mine")
    browser.wait_for("!document.querySelector('.note textarea')")
    (kept,) = stack.admin(path).json()["notes"]
    assert kept["text"] == "Ring once"
