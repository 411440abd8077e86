"""Exports, jobs, rejected events and health: made, downloaded, cancelled, replayed and retried."""

import json
import uuid
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from tests.e2e.browser import Browser
from tests.e2e.console.panel import Panel
from tests.e2e.stack import basic, call

LINK = """[...document.querySelectorAll('tbody tr')].find((row) => row.innerText.includes('All customers'))
  ?.querySelector('a[download]')?.href"""
"""Of the newest export of all customers; other tests export some of them."""
AT = "2026-11-21T19:30:00.000Z"


def job(**fields: Any) -> dict[str, Any]:
    """Return a job as the API shows it."""
    return {
        "id": "b" * 32,
        "kind": "bulk",
        "state": "running",
        "progress": {"done": 3, "total": 10, "seconds_left": 42},
        "counts": {"changed": 300},
        "failed_profiles": [],
        "started_by": "key:k",
        "created_at": AT,
        "updated_at": AT,
        "started_at": AT,
        "finished_at": None,
        "result": None,
        "error": None,
        "last_failure": None,
        **fields,
    }


def test_customers_are_exported_and_the_file_is_downloaded(panel: Panel, browser: Browser) -> None:
    panel.open("/exports", role="marketer")
    former = json.dumps(browser.evaluate(LINK))  # of another export, if there is one
    panel.press_button("Export customers")
    browser.wait_for("document.querySelector('dialog')")
    assert panel.violations() == []
    browser.click("dialog button[type=submit]")
    panel.has_text("Export started.")
    browser.wait_for(f"![undefined, {former}].includes({LINK})")
    with urlopen(browser.evaluate(LINK), timeout=30) as file:  # noqa: S310 - of the local stack
        assert b"ada@example.com" in file.read()


def test_a_job_shows_its_progress_and_is_cancelled(panel: Panel, browser: Browser) -> None:
    browser.intercept(r"/v1/jobs\?", body={"jobs": [job()], "next_cursor": None}, status=200)
    panel.open("/jobs", role="marketer")
    panel.has_text("About 42 seconds left")
    panel.press_button("Cancel job")
    panel.has_text("A cancelled job cannot be continued.")
    assert panel.violations() == []
    browser.intercept(r"/cancel$", body=job(state="cancelled"), status=200)
    browser.click("dialog button[type=submit]")
    panel.has_text("Job cancelled.")
    assert f"POST /v1/jobs/{'b' * 32}/cancel" in panel.calls()


def test_a_job_is_opened(panel: Panel, browser: Browser, ids: dict[str, str]) -> None:
    panel.open(f"/jobs?job={ids['import']}")
    browser.wait_for("document.querySelector('dialog .facts')")
    assert ids["import"] in browser.text("dialog")
    assert panel.violations() == []
    browser.press("Escape")
    panel.goes_to("/jobs")


@pytest.fixture
def rejected(panel: Panel) -> str:
    """Send an event without a name, which is rejected; return its user id."""
    user = f"r{uuid.uuid4().hex[:12]}"
    stack = panel.stack
    body = {"userId": user, "type": "track", "event": ""}
    answer = call(f"{stack.api_url}/v1/track", method="POST", json_body=body, headers=basic(stack.write_key))
    assert answer.status == 400, answer
    return user


def test_a_rejected_event_is_corrected_and_replayed(panel: Panel, browser: Browser, rejected: str) -> None:
    panel.open("/rejected")
    own = f".rejected-list > li:has-text('{rejected}')"  # other tests send events that are rejected, too
    browser.click(f"{own} >> .rejected-actions button:last-child")
    browser.click(f"{own} >> [role=alert]")
    browser.click(f"{own} >> .rejected-actions button:first-child")
    browser.fill("dialog textarea", f'{{"userId": "{rejected}", "type": "track", "event": "Signed Up"}}')
    assert panel.violations() == []
    panel.press_button("Replay corrected")
    panel.has_text("Event replayed.")
    browser.wait_for(f"!document.querySelector('.rejected-list')?.textContent.includes('{rejected}')")


def test_a_message_that_is_not_json_is_corrected_and_replayed(panel: Panel, browser: Browser) -> None:
    user, stack = f"r{uuid.uuid4().hex[:12]}", panel.stack
    broken = f'{{"userId": "{user}", "type": "track", "event": "Signed Up"'
    headers = {**basic(stack.write_key), "content-type": "application/json"}
    request = Request(f"{stack.api_url}/v1/track", broken.encode(), headers)  # noqa: S310 - of the local stack
    with pytest.raises(HTTPError, match="400"):
        urlopen(request, timeout=30)  # noqa: S310 - of the local stack
    panel.open("/rejected")
    browser.click(f".rejected-list > li:has-text('{user}') >> .rejected-actions button:first-child")
    browser.wait_for("document.querySelector('dialog button[type=submit]:disabled')")
    browser.fill("dialog textarea", broken + "}")
    panel.press_button("Replay corrected")
    panel.has_text("Event replayed.")
    assert stack.profile_when("user_id", user, activities=1)


def test_a_marketer_reads_rejected_events_without_being_offered_a_replay(
    panel: Panel, browser: Browser, rejected: str
) -> None:
    panel.open("/rejected", role="marketer")
    browser.wait_for(f"document.querySelector('.rejected-list')?.textContent.includes('{rejected}')")
    assert not browser.evaluate("document.querySelector('.rejected-actions')")


def test_stuck_profiles_are_shown_with_advice_and_retried(
    panel: Panel, browser: Browser, customer: str
) -> None:
    problem = {
        "code": "profiles_stuck",
        "what": "Profiles cannot be saved",
        "what_to_do": "Retry them",
        "since": AT,
        "count": 1,
        "unlisted_failures": 0,
        "profile_ids": [customer],
        "culprit_ids": [],
        "job_ids": [],
        "queue": None,
    }
    body = {"status": "degraded", "checked_at": AT, "problems": [problem]}
    browser.intercept(r"/v1/health$", body=body, status=200)
    panel.open("/health", role="marketer")
    panel.has_text("Something is stuck")
    assert browser.evaluate(f"[...document.links].some(({{href}}) => href.endsWith('/customers/{customer}'))")
    assert panel.violations() == []
    panel.press_button("Retry stuck customers")
    panel.has_text("being retried")


def test_a_limited_agent_is_offered_none_of_these_pages(panel: Panel, browser: Browser) -> None:
    panel.open("/customers", role="agent")
    names = browser.text("#side")
    assert not [name for name in ("Imports", "Exports", "Jobs", "Rejected events", "Health") if name in names]
