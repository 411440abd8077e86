"""A tab with the console, and who signs in to it."""

import os
from pathlib import Path

import pytest

from tests.e2e.browser import Browser
from tests.e2e.console.panel import Panel
from tests.e2e.stack import Stack


@pytest.fixture
def panel(stack: Stack, browser: Browser, described: dict[str, str]) -> Panel:
    """Nobody is signed in yet; nothing is kept from other tests."""
    keys = {
        "admin": described["api_key"],
        "marketer": described["marketer_key"],
        "agent": described["agent_key"],
    }
    return Panel(browser, stack, keys)


@pytest.fixture(scope="session")
def customer(stack: Stack) -> str:
    """The id of Ada, who comes with the sample traffic."""
    ada = stack.profile_when("email", "ada@example.com", activities=_activities(stack))
    return str(ada["id"])


def _activities(stack: Stack) -> int:
    ada = stack.owner_of("email", "ada@example.com")
    assert ada, "the sample traffic is not there yet"
    return int(ada["totals"]["activities"])


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """Where screenshots go: SCREENSHOTS, to look at them, or nowhere that lasts."""
    folder = Path(os.environ.get("SCREENSHOTS", tmp_path))
    folder.mkdir(parents=True, exist_ok=True)
    return folder
