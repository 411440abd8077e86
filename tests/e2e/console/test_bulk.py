"""Selections of customers in the list, across pages and filters, and bulk actions on them."""

import json
from collections.abc import Callable

import pytest

from tests.e2e.browser import Browser
from tests.e2e.console.panel import Panel
from tests.e2e.console.people import People
from tests.e2e.stack import Stack, call

Act = Callable[..., None]


@pytest.fixture
def people(stack: Stack) -> People:
    found = People(stack)
    for name in ("Anna", "Bella", "Cilla"):
        found.add(name)
    found.are_listed()
    return found


@pytest.fixture
def act(panel: Panel, browser: Browser) -> Act:
    """Choose an action of the bar, fill in its dialog, start it, and wait until its job is over."""

    def do(action: str, fill: Callable[[], None] = lambda: None, outcome: str = "Done") -> None:
        if action not in browser.evaluate(
            "[...document.querySelectorAll('.selection-direct')].map((one) => one.innerText)"
        ):
            browser.click(".selection-some .menu-button")
            browser.click(f'role=menuitem[name="{action}"]')
        else:
            browser.click(f".selection-direct:has-text('{action}')")
        fill()
        browser.click("dialog button[type=submit]")
        browser.wait_for("!document.querySelector('dialog[open]')")
        panel.has_text(f"{action}: {outcome}")
        panel.is_shown()

    return do


def _select(panel: Panel, *names: str) -> None:
    for name in names:
        panel.browser.click(f'role=checkbox[name="Select {name}"]')


def _propose(browser: Browser, label: str, text: str) -> Callable[[], None]:
    def fill() -> None:
        browser.fill(f'dialog >> role=combobox[name="{label}"]', text)
        browser.wait_for(f"document.querySelector('[role=option]')?.innerText.includes({json.dumps(text)})")
        browser.press("Enter")

    return fill


def test_selected_customers_are_tagged_and_untagged(
    panel: Panel, browser: Browser, people: People, act: Act
) -> None:
    tag = f"bulk {people.city[5:]}"
    panel.open(people.listed)
    _select(panel, "Anna", "Bella")
    panel.has_text("2 selected")
    act("Add tags", _propose(browser, "Tags", tag), "Done: 2 changed")
    assert [people.profile(name)["tags"] for name in people.ids] == [[tag], [tag], []]
    act("Remove tags", _propose(browser, "Tags", tag), "Done: 2 changed")
    people.when(lambda: people.profile("Anna")["tags"] == [])


def test_customers_of_several_filters_are_added_to_a_new_list(
    panel: Panel, browser: Browser, people: People, act: Act
) -> None:
    name = f"Picked {people.city}"
    panel.open(f"{people.listed}&first_name=Anna")
    _select(panel, "Anna")
    panel.press_button("Remove First name is Anna")
    browser.wait_for("document.querySelectorAll('tbody tr').length === 3")
    _select(panel, "Cilla")
    act("Add to list", _propose(browser, "List", name), "Done: 2 changed")
    listed = next(one for one in people.do("/v1/lists")["lists"] if one["name"] == name)
    people.when(lambda: people.do(f"/v1/lists/{listed['id']}")["count"] == 2)


def test_all_matching_customers_are_added_to_a_list(
    panel: Panel, browser: Browser, people: People, act: Act
) -> None:
    name = f"Smart {people.city}"
    panel.open(people.listed)
    _select(panel, "Anna")
    panel.press_button("Select all that match")
    panel.has_text("All that match are selected")
    act("Add to list", _propose(browser, "List", name), "Done: 3 changed")
    panel.press_button("Clear all")
    browser.click("aside summary:has-text('Lists')")
    browser.fill('aside >> role=combobox[name="Search lists"]', name)
    browser.wait_for(f"document.querySelector('[role=option]')?.innerText.includes({json.dumps(name)})")
    browser.press("Enter")
    browser.wait_for("document.querySelectorAll('tbody tr').length === 3")


def test_attributes_and_the_responsible_user_are_set(
    panel: Panel, browser: Browser, people: People, act: Act
) -> None:
    panel.open(people.listed)
    browser.click('role=checkbox[name="Select all rows"]')

    def company() -> None:
        _propose(browser, "Attribute", "Company")()
        browser.fill('dialog >> role=textbox[name="Company: value"]', "Engines Ltd")

    act("Set attributes", company, "Done: 3 changed")
    act("Set responsible", lambda: browser.fill("dialog input", "Rita"), "Done: 3 changed")
    anna = people.profile("Anna")
    assert (anna["attributes"]["company"], anna["responsible"]) == ("Engines Ltd", "Rita")


def test_selected_customers_are_merged(panel: Panel, browser: Browser, people: People, act: Act) -> None:
    panel.open(people.listed)
    _select(panel, "Anna", "Bella")
    act("Merge")
    assert sorted(people.profile("Anna")["members"]) == sorted([people.ids["Anna"], people.ids["Bella"]])


def test_selected_customers_are_deleted_and_listed_as_deleted(
    panel: Panel, browser: Browser, people: People, act: Act
) -> None:
    panel.open(people.listed)
    _select(panel, "Cilla")
    act("Delete", outcome="Done: 1 changed")
    browser.wait_for("document.querySelectorAll('tbody tr').length === 2")
    browser.click("[data-tab=deleted]")
    panel.has_text("Cilla")


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_all_matching_customers_are_exported_and_the_file_is_downloaded(
    panel: Panel, browser: Browser, people: People, form: str
) -> None:
    panel.open(people.listed)
    panel.press_button("Export")
    browser.wait_for("document.querySelector('dialog select')")
    browser.evaluate(
        "(() => {const one = document.querySelector('dialog select');"
        f"one.value = '{form}'; one.dispatchEvent(new Event('change', {{bubbles: true}}))}})()"
    )
    browser.click("dialog button[type=submit]")
    panel.has_text("Export: Done: 3 exported")
    file = call(str(browser.evaluate("document.querySelector('.job a').href")))
    assert file.body.startswith(b"PK" if form == "xlsx" else b"\xef\xbb\xbf")
    assert not browser.evaluate("document.querySelector('.selection')")


def test_a_job_is_cancelled(panel: Panel, browser: Browser, people: People) -> None:
    queued = people.do("/v1/jobs?limit=1")["jobs"]
    job = (queued[0] if queued else {}) | {
        "id": "job_waits",
        "kind": "bulk",
        "state": "running",
        "counts": {},
    }
    job["progress"] = {"done": 1, "total": 4, "seconds_left": None}
    panel.open(people.listed)
    browser.intercept(r"/v1/(bulk|jobs/job_waits)$", status=200, body=job)
    browser.intercept(r"/v1/jobs/job_waits/cancel", status=200, body=job | {"state": "cancelled"})
    _select(panel, "Anna")
    browser.click(".selection-direct:has-text('Add tags')")
    _propose(browser, "Tags", "never")()
    browser.click("dialog button[type=submit]")
    panel.press_button("Cancel")
    panel.has_text("Cancelled. Changes that were made remain.")
    panel.has_text("Add tags: Cancelled")


def test_missing_input_and_refusals_of_the_api_are_shown(
    panel: Panel, browser: Browser, people: People
) -> None:
    panel.open(people.listed)
    _select(panel, "Anna")
    browser.click(".selection-direct:has-text('Add tags')")
    browser.click("dialog button[type=submit]")
    panel.has_text("Choose something first.")
    refused = {"code": "too_many_jobs", "message": "too many jobs are waiting", "details": {}}
    browser.intercept(r"/v1/bulk", status=409, body=refused)
    _propose(browser, "Tags", "never")()
    browser.click("dialog button[type=submit]")
    panel.has_text("Too many jobs are waiting")
    assert panel.violations() == []
    browser.press("Escape")
    browser.wait_for("!document.querySelector('dialog[open]')")
    assert panel.focused() == "Add tags"


@pytest.mark.parametrize(("role", "missing"), [("marketer", {"Delete"}), ("agent", {"Delete", "Export"})])
def test_only_permitted_actions_are_offered(
    panel: Panel, browser: Browser, role: str, missing: set[str]
) -> None:
    browser.resize(700, 800)
    panel.open("/customers", role=role)
    browser.click("tbody tr:first-child .checkbox input")
    browser.click(".selection-all .menu-button")
    offered = set(
        browser.evaluate("[...document.querySelectorAll('[role=menuitem]')].map((one) => one.innerText)")
    )
    every = {"Add tags", "Add to list", "Set attributes", "Set responsible", "Export", "Delete"}
    assert every - offered == missing
