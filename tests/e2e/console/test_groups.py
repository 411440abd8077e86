"""Tags and lists: the cloud, who has one, and how they are managed; views saved in the list of customers."""

import json

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


def test_a_tag_of_the_cloud_lists_who_has_it(panel: Panel, browser: Browser, people: People) -> None:
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
def test_one_is_created_changed_and_deleted(
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


def test_a_name_that_is_taken_is_told(panel: Panel, browser: Browser, people: People) -> None:
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


def test_a_view_is_saved_found_again_and_deleted_with_a_way_back(
    panel: Panel, browser: Browser, people: People
) -> None:
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
    panel.press_button(f"Remove {name}")
    panel.has_text(f"The view {name} was deleted.")
    browser.wait_for(
        f"![...document.querySelectorAll('.view-name')].some((one) => one.innerText === {json.dumps(name)})"
    )
    panel.press_button("Undo")
    browser.wait_for(
        f"[...document.querySelectorAll('.view-name')].some((one) => one.innerText === {json.dumps(name)})"
    )
