"""Actions on a whole customer: merge, delete, erase, export."""

import json
import time
import uuid
from pathlib import Path

import pytest

from tests.e2e.browser import Browser
from tests.e2e.console.customers import Made, profile_of
from tests.e2e.console.panel import Panel
from tests.e2e.stack import PROJECTION_TIMEOUT, Stack, basic, call


def test_a_proposed_duplicate_is_merged_after_a_preview_and_unmerged_again(
    panel: Panel, browser: Browser, stack: Stack, made: Made
) -> None:
    last = f"Twin{uuid.uuid4().hex[:6]}"
    name = {"first_name": "Ann", "last_name": last, "zip": uuid.uuid4().hex[:8]}
    first = made(attributes=name | {"city": "Kiel"})
    second = made(attributes=name | {"city": "Bonn"})
    panel.open(f"/customers/{first}")
    panel.press_button("Merge")
    browser.wait_for("document.querySelector('.merge-candidate')")
    panel.has_text("same name and postal code")
    browser.click(".merge-candidate")
    browser.wait_for("document.querySelector('.merge-table')")
    row = browser.evaluate("document.querySelector('.is-conflict').innerText.split(/\\s+/)")
    assert row == ["City", "differs", "Kiel", "Bonn", "Bonn"]
    assert panel.violations() == []
    browser.click("dialog .button-primary")
    panel.has_text(f"Merged with Ann {last}.")
    assert set(profile_of(stack, first)["members"]) >= {first, second}
    panel.press_button("Undo")
    panel.has_text("Undone.")
    assert profile_of(stack, second)["id"] == second
    assert profile_of(stack, first)["attributes"]["city"] == "Kiel"


def test_a_customer_found_by_search_is_merged_and_separated_on_the_card(
    panel: Panel, browser: Browser, stack: Stack, made: Made
) -> None:
    last = f"Sought{uuid.uuid4().hex[:8]}"
    first, second = made(), made(attributes={"first_name": "Zoe", "last_name": last})
    panel.open(f"/customers/{first}")
    panel.press_button("Merge")
    browser.fill("dialog [role=combobox]", last)
    browser.wait_for("document.querySelector('dialog [role=option]')")
    browser.press("Enter")
    browser.wait_for("document.querySelector('.merge-table')")
    browser.click("dialog .button-primary")
    panel.has_text(f"Merged with Zoe {last}.")
    assert second in profile_of(stack, first)["members"]
    panel.press_button(f"Separate profile {second}")
    panel.has_text("The profile was separated.")
    assert profile_of(stack, second)["id"] == second


def test_the_deletion_of_a_customer_can_be_undone(
    panel: Panel, browser: Browser, stack: Stack, made: Made
) -> None:
    mary = made()
    panel.open(f"/customers/{mary}")
    panel.press_button("More actions")
    browser.click("role=menuitem[name=Delete]")
    panel.goes_to("/customers")
    assert stack.admin(f"/v1/profiles/{mary}").status == 404
    panel.press_button("Undo")
    panel.goes_to(f"/customers/{mary}")
    assert profile_of(stack, mary)["id"] == mary


def test_a_deleted_customer_can_be_restored_on_its_page(panel: Panel, stack: Stack, made: Made) -> None:
    mary = made()
    assert stack.admin(f"/v1/profiles/{mary}", method="DELETE").status == 204
    panel.open(f"/customers/{mary}")
    panel.has_text("This customer cannot be shown")
    assert panel.violations() == []
    panel.press_button("Restore")
    panel.has_text("Mary Somerville")


def wait_until_erased(stack: Stack, profile: str) -> None:
    """Wait until the job has marked the customer."""
    deadline = time.monotonic() + PROJECTION_TIMEOUT
    while stack.admin(f"/v1/profiles/{profile}").status != 404:
        assert time.monotonic() < deadline
        time.sleep(0.2)


def test_a_person_is_erased_and_the_receipt_is_shown(
    panel: Panel, browser: Browser, stack: Stack, made: Made
) -> None:
    mary = made()
    panel.open(f"/customers/{mary}")
    panel.press_button("More actions")
    browser.click("role=menuitem[name='Erase for ever']")
    browser.wait_for("document.querySelector('dialog .button-danger:disabled')")
    browser.fill("dialog >> role=textbox", "erase")
    browser.press("Enter")
    panel.has_text("The customer can no longer be read.")
    job = browser.text("dialog .code pre")
    receipt = stack.admin(f"/v1/jobs/{job}").json()
    assert (receipt["kind"], receipt["started_by"]) == ("erase", receipt["started_by"])
    wait_until_erased(stack, mary)
    # The job waits for two minutes before its last step.
    done = receipt | {"state": "done", "counts": {"profiles": 1, "activities": 2}}
    browser.intercept(rf"/v1/jobs/{job}", status=200, body=done)
    panel.has_text("The person was erased. This is the receipt.")
    assert "Activities\n2" in browser.text("dialog .facts")
    assert panel.violations() == []


def test_the_data_of_a_person_is_saved_as_a_file(panel: Panel, browser: Browser, made: Made) -> None:
    mary = made()
    browser.before_scripts(
        "URL.createObjectURL = (blob) => (blob.text().then((text) => (window.saved = text)), 'blob:x')"
    )
    panel.open(f"/customers/{mary}")
    panel.press_button("More actions")
    browser.click("role=menuitem[name='Everything held on the person']")
    panel.has_text("The file was saved.")
    browser.wait_for("window.saved")
    assert json.loads(browser.evaluate("window.saved"))["profile"]["id"] == mary


@pytest.fixture
def busy(stack: Stack) -> str:
    """Create a customer with more than 3 MB of data, and return the id."""
    user, events = f"busy-{uuid.uuid4().hex[:12]}", 0
    for _ in range(8):
        batch = [
            {
                "type": "track",
                "userId": user,
                "event": "Read",
                "properties": {f"p{n}": "x" * 900 for n in range(30)},
            }
            for _ in range(15)
        ]
        answer = call(
            f"{stack.api_url}/v1/batch",
            method="POST",
            json_body={"batch": batch},
            headers=basic(stack.write_key),
        )
        assert answer.status == 200, answer
        events += len(batch)
    return str(stack.profile_when("user_id", user, activities=events)["id"])


def test_a_file_of_more_than_3_mb_is_downloaded_from_the_bucket(
    panel: Panel, browser: Browser, busy: str
) -> None:
    panel.open(f"/customers/{busy}")
    panel.press_button("More actions")
    browser.click("role=menuitem[name='Everything held on the person']")
    panel.has_text("The file is large: its download has started.")
    deadline = time.monotonic() + PROJECTION_TIMEOUT
    while not browser.downloads() and time.monotonic() < deadline:
        time.sleep(0.2)
    (saved,) = browser.downloads()
    content = Path(saved["path"]).read_bytes()
    assert len(content) > 3_000_000
    assert json.loads(content)["profile"]["id"] == busy
    assert panel.keys["admin"] not in saved["url"]
    assert browser.errors() == []
    assert panel.path() == f"/customers/{busy}"


def test_an_erasure_can_include_publicly_linked_members(
    panel: Panel, browser: Browser, stack: Stack, made: Made
) -> None:
    mary = made()
    panel.open(f"/customers/{mary}")
    panel.press_button("More actions")
    browser.click("role=menuitem[name='Erase for ever']")
    browser.wait_for("document.querySelector('dialog .button-danger:disabled')")
    browser.click("dialog >> role=checkbox")
    browser.fill("dialog >> role=textbox", "erase")
    assert panel.violations() == []
    browser.requests()
    browser.press("Enter")
    panel.has_text("The customer can no longer be read.")
    (sent,) = [request for request in browser.requests() if request.startswith("DELETE ")]
    assert sent.endswith("?erase=true&include=all")
    wait_until_erased(stack, mary)
