"""Conflicts: the customers who claim an identity side by side, and the choice of its owner."""

import json

import pytest

from tests.e2e.browser import Browser
from tests.e2e.console.contested import claimed, contested_email
from tests.e2e.console.panel import Panel
from tests.e2e.stack import Stack


@pytest.fixture
def contested(stack: Stack) -> tuple[str, str]:
    return contested_email(stack)


def test_a_conflict_is_settled_side_by_side(
    panel: Panel, browser: Browser, contested: tuple[str, str]
) -> None:
    mail, loser = contested
    panel.open("/conflicts?reason=overruled")
    panel.press_button(f"Settle {mail}")
    browser.wait_for("document.querySelectorAll('.claim').length === 2")
    browser.wait_for(f"document.querySelector('.claims').innerText.includes({json.dumps(loser)})")
    browser.click(f"role=button[name='Choose: {loser.title()}']")
    panel.has_text(f"{mail} is settled.")
    assert not claimed(panel.stack, mail)


def test_a_refusal_of_the_api_is_shown_in_the_dialog(
    panel: Panel, browser: Browser, contested: tuple[str, str]
) -> None:
    mail, _ = contested
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
