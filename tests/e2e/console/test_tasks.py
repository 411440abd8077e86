"""Tasks: listed by assignee, finished from the list, opened again."""

from uuid import uuid4

import pytest

from tests.e2e.browser import Browser
from tests.e2e.console.customers import Made
from tests.e2e.console.panel import Panel
from tests.e2e.console.settings import make
from tests.e2e.stack import Stack


@pytest.fixture
def assignee(stack: Stack, customer: str) -> str:
    """Create a user with one task, which has the user's name."""
    name = f"agent-{uuid4().hex[:6]}"
    body = {"name": f"Call for {name}", "assignee": name, "priority": "high", "due": "2020-01-01"}
    make(stack, f"/v1/profiles/{customer}/tasks", body)
    return name


def test_a_task_is_found_by_assignee_and_finished(panel: Panel, browser: Browser, assignee: str) -> None:
    panel.open("/tasks")
    browser.fill("role=combobox[name=Assignee]", assignee)
    panel.goes_to(f"/tasks?assignee={assignee}")
    browser.wait_for("document.querySelectorAll('tbody tr').length === 1")
    panel.has_text("Overdue")
    browser.click(f"role=checkbox[name='Finish Call for {assignee}']")
    panel.has_text(f"“Call for {assignee}” is done.")
    panel.press_button("Undo")
    browser.wait_for("!document.querySelector('tbody input:checked')")
    assert panel.stack.admin(f"/v1/tasks?assignee={assignee}").json()["tasks"][0]["status"] == "open"


def test_assignees_of_tasks_are_proposed(panel: Panel, browser: Browser, assignee: str) -> None:
    panel.open("/tasks?status=done")
    browser.fill("role=combobox[name=Assignee]", assignee[:-2])
    browser.wait_for(
        f"[...document.querySelectorAll('[role=option]')].some((one) => one.innerText.includes('{assignee}'))"
    )


def test_tasks_are_filtered_by_status(panel: Panel, browser: Browser, assignee: str) -> None:
    panel.open(f"/tasks?assignee={assignee}&status=done")
    panel.has_text("Nothing to do")
    panel.open(f"/tasks?assignee={assignee}&status=open")
    panel.has_text(f"Call for {assignee}")


def test_a_task_links_to_its_customer(panel: Panel, browser: Browser, stack: Stack, made: Made) -> None:
    name = f"agent-{uuid4().hex[:6]}"
    mary = made()
    make(stack, f"/v1/profiles/{mary}/tasks", {"name": "Call back", "assignee": name})
    panel.open(f"/tasks?assignee={name}", role="marketer")
    browser.click("role=link[name='Mary Somerville']")
    panel.goes_to(f"/customers/{mary}")
