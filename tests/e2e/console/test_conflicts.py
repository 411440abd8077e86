"""Conflicts: the people who claim an identity side by side, and its owner chosen."""

import json
import time
from uuid import uuid4

import pytest

from tests.e2e.browser import Browser
from tests.e2e.console.panel import Panel
from tests.e2e.stack import PROJECTION_TIMEOUT, Stack, basic, call


@pytest.fixture
def disputed(stack: Stack) -> tuple[str, str]:
    """An e-mail address that two users claim, and the user who does not own it."""
    name = uuid4().hex[:6]
    mail, first, second = f"both-{name}@example.com", f"first-{name}", f"second-{name}"
    for user in (first, second):
        traits = {"email": mail, "first_name": user.title()}
        headers = basic(stack.write_key)
        call(
            f"{stack.api_url}/v1/identify",
            method="POST",
            json_body={"userId": user, "traits": traits},
            headers=headers,
        )
        stack.profile_when("user_id", user, activities=1)
    deadline = time.monotonic() + PROJECTION_TIMEOUT
    while not _claimed(stack, mail):
        assert time.monotonic() < deadline, f"nobody disputes {mail}"
        time.sleep(0.3)
    return mail, second


def _claimed(stack: Stack, mail: str) -> bool:
    found = stack.admin("/v1/conflicts?type=email&limit=1000").json()["conflicts"]
    return any(one["identity"]["value"] == mail for one in found)


def test_a_conflict_is_settled_side_by_side(
    panel: Panel, browser: Browser, disputed: tuple[str, str]
) -> None:
    mail, loser = disputed
    panel.open("/conflicts?reason=overruled")
    panel.press_button(f"Settle {mail}")
    browser.wait_for("document.querySelectorAll('.claim').length === 2")
    browser.wait_for(f"document.querySelector('.claims').innerText.includes({json.dumps(loser)})")
    browser.click(f"role=button[name='Choose: {loser.title()}']")
    panel.has_text(f"{mail} is settled.")
    assert not _claimed(panel.stack, mail)


def test_what_the_api_refuses_is_told_in_the_dialog(
    panel: Panel, browser: Browser, disputed: tuple[str, str]
) -> None:
    mail, _ = disputed
    refused = {
        "identity": {"type": "email", "value": mail},
        "code": "not_a_claimer",
        "message": "it has changed",
    }
    browser.intercept(
        "/v1/conflicts/settle", status=200, body={"settled": [], "failed": [refused], "more": False}
    )
    panel.open("/conflicts")
    panel.press_button(f"Settle {mail}")
    browser.wait_for("document.querySelectorAll('.claim').length === 2")
    browser.click(".claim:first-child .button")
    panel.has_text("It has changed.")
