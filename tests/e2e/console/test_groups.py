"""Tags and lists: the cloud, their customers, and their management; saved views of the list of customers."""

import json
from typing import Any
from uuid import uuid4

import pytest

from tests.e2e.browser import Browser
from tests.e2e.console.panel import Panel
from tests.e2e.console.people import People
from tests.e2e.stack import Stack

ROWS = "document.querySelectorAll('tbody tr').length"


@pytest.fixture(scope="module")
def people(stack: Stack) -> People:
    found = People(stack)
    found.add("Tina", tags=[f"cloud, {found.city[5:]}"])
    found.add("Toni", tags=[f"cloud, {found.city[5:]}"])
    found.add("Tony")
    found.are_listed()
    return found


def test_a_tag_of_the_cloud_opens_its_customers(panel: Panel, browser: Browser, people: People) -> None:
    tag = f"cloud, {people.city[5:]}"
    panel.open("/tags")
    browser.fill('main >> role=searchbox[name="Search"]', tag)
    browser.wait_for("document.querySelectorAll('.cloud-tag').length === 1")
    assert browser.text(".cloud-tag").split() == [*tag.split(), "2"]
    browser.click(".cloud-tag")
    panel.is_shown()
    browser.wait_for(f"{ROWS} === 2")
    panel.has_text(f"Tag is {tag}")


@pytest.mark.parametrize("page", ["tags", "lists"])
def test_a_tag_or_list_is_created_changed_and_deleted(
    panel: Panel, browser: Browser, people: People, page: str
) -> None:
    name = f"Made {people.city}"
    panel.open(f"/{page}")
    panel.press_button("New tag" if page == "tags" else "New list")
    browser.press("Enter")
    panel.has_text("Enter a name.")
    browser.fill('dialog >> role=textbox[name="Name"]', name)
    browser.press("Enter")
    panel.has_text(f"{name} was created.")
    panel.press_button(f"Actions for {name}")
    browser.click('role=menuitem[name="Edit"]')
    browser.fill('dialog >> role=textbox[name="Description"]', "Seen at the fair")
    browser.click("dialog button[type=submit]")
    panel.has_text("Seen at the fair")
    panel.press_button(f"Actions for {name}")
    browser.click('role=menuitem[name="Delete"]')
    panel.press_button("Delete")
    panel.has_text(f"{name} was deleted.")
    browser.wait_for(
        f"[...document.querySelectorAll('tbody th')].every((one) => one.innerText !== {json.dumps(name)})"
    )


def test_a_taken_name_is_reported(panel: Panel, browser: Browser, people: People) -> None:
    panel.open("/tags")
    panel.press_button("New tag")
    browser.fill('dialog >> role=textbox[name="Name"]', f"cloud, {people.city[5:]}")
    browser.press("Enter")
    browser.wait_for("document.querySelector('dialog .error-note')")


def test_a_limited_agent_sees_own_numbers_and_changes_nothing(
    panel: Panel, browser: Browser, people: People
) -> None:
    panel.open("/tags", role="agent")
    browser.fill('main >> role=searchbox[name="Search"]', f"cloud, {people.city[5:]}")
    browser.wait_for("document.querySelectorAll('.cloud-tag').length === 1")
    assert browser.text(".cloud-tag").endswith("0")
    assert not browser.evaluate("document.querySelector('main .button-primary, main .menu-button')")


def choose_for_view(browser: Browser, panel: Panel, name: str, entry: str) -> None:
    """Choose from the menu of a saved view."""
    panel.press_button(f"Actions for the view {name}")
    browser.click(f"role=menuitem[name='{entry}']")


def saved_view(panel: Panel, people: People, prefix: str) -> dict[str, Any]:
    """Create a saved view of the customers whose first name begins with this."""
    body = {
        "name": f"View {uuid4().hex[:8]}",
        "filter": {"first_name.starts_with": prefix},
        "sort": "name",
    }
    return dict(panel.stack.admin("/v1/views", method="POST", json_body=body).json())


def open_views(panel: Panel, browser: Browser, path: str) -> None:
    panel.open(path)
    browser.click("aside summary:has-text('Saved views')")
    browser.wait_for("document.querySelector('.view-name')")


def test_a_view_is_saved_opened_and_deleted_with_undo(panel: Panel, browser: Browser, people: People) -> None:
    name = f"View {people.city}"
    panel.open(f"{people.listed}&first_name.starts_with=To")
    browser.wait_for(f"{ROWS} === 2")
    browser.click("aside summary:has-text('Saved views')")
    browser.fill('aside >> role=textbox[name="Name of the view"]', name)
    browser.press("Enter")
    panel.has_text(f"The view {name} was saved.")
    panel.press_button("Clear all")
    browser.click(f"aside >> role=link[name='{name}']")
    browser.wait_for(f"{ROWS} === 2")
    assert browser.evaluate("document.querySelector('[aria-sort=ascending]').innerText") == "Name"
    choose_for_view(browser, panel, name, "Delete")
    panel.has_text(f"The view {name} was deleted.")
    browser.wait_for(
        f"![...document.querySelectorAll('.view-name')].some((one) => one.innerText === {json.dumps(name)})"
    )
    panel.press_button("Undo")
    browser.wait_for(
        f"[...document.querySelectorAll('.view-name')].some((one) => one.innerText === {json.dumps(name)})"
    )


def test_a_view_is_renamed_with_undo(panel: Panel, browser: Browser, people: People) -> None:
    view = saved_view(panel, people, "To")
    open_views(panel, browser, people.listed)
    choose_for_view(browser, panel, view["name"], "Rename")
    browser.fill("dialog >> role=textbox[name='Name of the view']", f"New {view['name']}")
    assert panel.violations() == []
    panel.press_button("Save")
    browser.wait_for(f"document.querySelector('.views').innerText.includes('New {view['name']}')")
    panel.press_button("Undo")
    browser.wait_for(f"!document.querySelector('.views').innerText.includes('New {view['name']}')")


def test_a_view_is_overwritten_with_the_current_filters(
    panel: Panel, browser: Browser, people: People
) -> None:
    view = saved_view(panel, people, "Zz")
    open_views(panel, browser, f"{people.listed}&first_name.starts_with=To")
    choose_for_view(browser, panel, view["name"], "Save what is shown here")
    panel.has_text(f"The view {view['name']} now shows what the list shows.")
    stored = panel.stack.admin(f"/v1/views/{view['id']}").json()
    assert stored["filter"]["first_name.starts_with"] in ("To", ["To"])
    name = json.dumps(view["name"])
    browser.wait_for(
        f"[...document.querySelectorAll('.view-name[aria-current]')].some((one) => one.innerText === {name})"
    )


def test_a_concurrent_change_of_a_view_is_a_choice(panel: Panel, browser: Browser, people: People) -> None:
    view = saved_view(panel, people, "To")
    open_views(panel, browser, people.listed)
    theirs = {"name": f"Theirs {people.city}"}
    panel.stack.admin(f"/v1/views/{view['id']}", method="PATCH", json_body=theirs)
    choose_for_view(browser, panel, view["name"], "Rename")
    browser.fill("dialog >> role=textbox[name='Name of the view']", f"Mine {people.city}")
    panel.press_button("Save")
    panel.has_text("Changed by another user")
    panel.has_text(theirs["name"])
    panel.press_button("Save mine")
    browser.wait_for(f"document.querySelector('.views').innerText.includes('Mine {people.city}')")
