"""The middle column of the card: the timeline, notes and tasks."""

import uuid

from tests.e2e.browser import Browser
from tests.e2e.console.customers import Made, choose, profile_of
from tests.e2e.console.panel import Panel
from tests.e2e.stack import Stack, basic, call

QUICK = """
window.pauses = [];
const later = window.setTimeout;
window.setTimeout = (act, pause, ...rest) => {
  if (pause >= 5000) window.pauses.push(pause);
  return later(act, pause >= 5000 ? pause / 50 : pause, ...rest);
};
"""
"""Lets the page wait a fiftieth of what it means to, and notes what that was."""


def test_new_activities_appear_in_the_timeline(
    panel: Panel, browser: Browser, stack: Stack, made: Made
) -> None:
    user = f"card-{uuid.uuid4().hex}"
    panel.open(f"/customers/{made(identities={'user_id': user})}")
    panel.has_text("Created by hand")
    order = {"order_id": user, "total": 12.5, "currency": "EUR"}
    event = {"userId": user, "event": "Order Completed", "properties": order}
    call(f"{stack.api_url}/v1/track", method="POST", json_body=event, headers=basic(stack.write_key))
    panel.has_text("Order Completed")
    browser.wait_for("document.querySelector('.stats').innerText.includes('12.50')")


def test_an_idle_timeline_is_polled_less_often_and_never_in_a_hidden_tab(
    panel: Panel, browser: Browser, made: Made
) -> None:
    browser.before_scripts(QUICK)
    panel.open(f"/customers/{made()}")
    # Segments of other tests add entries, too, after which the pauses start again.
    browser.wait_for("window.pauses.join().includes('5000,7500,11250,16875')")
    pauses = browser.evaluate("window.pauses")
    assert max(pauses) <= 60_000
    browser.evaluate("Object.defineProperty(document, 'hidden', {value: true, configurable: true})")
    panel.calls()
    browser.wait_for(f"window.pauses.length >= {len(pauses) + 3}")
    assert len(panel.calls()) <= 1, "the one that was on its way"
    browser.evaluate(
        "delete document.hidden; document.dispatchEvent(new Event('visibilitychange')); window.pauses = []"
    )
    browser.wait_for("window.pauses.length >= 1")
    assert panel.calls()


def test_the_timeline_is_filtered_and_activities_show_details_and_source(
    panel: Panel, browser: Browser, customer: str
) -> None:
    panel.open(f"/customers/{customer}")
    choose(browser, ".timeline-filter select", "shopping")
    panel.goes_to(f"/customers/{customer}?category=shopping")
    browser.wait_for(
        "[...document.querySelectorAll('.entry-title')].every((one) => /Order|Product/.test(one.innerText))"
    )
    browser.click(".entry:has-text('Order Completed') button")
    panel.has_text("Blue mug")
    assert not browser.text(".entry-who").startswith("src_")
    assert panel.violations() == []


def test_a_note_is_written_by_keyboard_alone(panel: Panel, browser: Browser, made: Made) -> None:
    panel.open(f"/customers/{made()}")
    browser.evaluate("document.querySelector('.middle .tab').focus()")
    panel.tab_to("Note")
    browser.press(*"Ring twice")
    panel.tab_to("Add note")
    browser.press("Enter")
    panel.has_text("The note was added.")
    browser.wait_for("document.querySelector('.entry').innerText.includes('Ring twice')")
    assert "You" in browser.text(".entry")


def test_a_note_is_edited_deleted_and_restored(
    panel: Panel, browser: Browser, stack: Stack, made: Made
) -> None:
    mary = made()
    stack.admin(f"/v1/profiles/{mary}/notes", method="POST", json_body={"text": "Ring twice"})
    panel.open(f"/customers/{mary}?tab=notes")
    browser.click(".note >> text=Edit")
    browser.fill(".note textarea", "Ring once")
    browser.click(".note button[type=submit]")
    browser.wait_for("document.querySelector('.note-text')?.innerText === 'Ring once'")
    panel.press_button("Delete note")
    panel.has_text("No notes")
    panel.press_button("Undo")
    browser.wait_for("document.querySelector('.note-text')?.innerText === 'Ring once'")


def test_a_task_is_created_edited_and_finished(
    panel: Panel, browser: Browser, stack: Stack, made: Made
) -> None:
    mary = made()
    panel.open(f"/customers/{mary}?tab=tasks")
    panel.press_button("Add task")
    browser.fill("dialog input >> nth=0", "Call back")
    browser.fill("dialog textarea", "About the invoice")
    choose(browser, "dialog .field:nth-child(2) select", "high")
    browser.fill("dialog input >> nth=1", "grace@example.com")
    browser.press("Enter")
    browser.wait_for("!document.querySelector('dialog') && document.querySelector('.task')")
    browser.click(".task-name")
    browser.fill("dialog input >> nth=0", "Call back today")
    browser.press("Enter")
    panel.has_text("Call back today")
    panel.press_button("Finish: Call back today")
    panel.has_text("“Call back today” is done.")
    (task,) = stack.admin(f"/v1/profiles/{mary}/tasks").json()["tasks"]
    chosen = {name: task[name] for name in ("name", "description", "status", "priority", "assignee")}
    assert chosen == {
        "name": "Call back today",
        "description": "About the invoice",
        "status": "done",
        "priority": "high",
        "assignee": "grace@example.com",
    }
    assert profile_of(stack, mary)["last_seen"] is None, "a task is no activity of the customer"
