"""Fixtures of the console's tests: a tab with the console, and the users who sign in."""

import uuid
from functools import partial
from typing import Any

import pytest

from tests.e2e.browser import Browser
from tests.e2e.console import segments
from tests.e2e.console.customers import Made, make_customer
from tests.e2e.console.imported import file_ids
from tests.e2e.console.panel import Mount, Panel
from tests.e2e.console.settings import settings_ids
from tests.e2e.files import until
from tests.e2e.stack import Stack


@pytest.fixture
def panel(stack: Stack, browser: Browser, described: dict[str, str]) -> Panel:
    """Return the console without a signed-in user; nothing is kept from other tests."""
    keys = {
        "admin": described["api_key"],
        "marketer": described["marketer_key"],
        "agent": described["agent_key"],
    }
    return Panel(browser, stack, keys)


@pytest.fixture(scope="session")
def customer(stack: Stack) -> str:
    """Return the id of Ada, who is in the sample traffic."""
    return str(until(partial(_with_orders, stack))["id"])


@pytest.fixture(scope="session")
def segment(stack: Stack) -> str:
    """Return the id of a segment that is ready and contains Ada."""
    return segments.buyers(stack)


@pytest.fixture(scope="session")
def ids(stack: Stack, customer: str, segment: str) -> dict[str, str]:
    """Return the ids in the addresses of pages, by the names in `PAGES`."""
    return {"customer": customer, "segment": segment, **settings_ids(stack), **file_ids(stack)}


def _with_orders(stack: Stack) -> dict[str, Any] | None:
    """Return Ada's id, once both orders of the sample traffic are projected."""
    ada = stack.owner_of("email", "ada@example.com")
    return ada if ada and ada["totals"]["orders"] >= 2 else None


@pytest.fixture
def made(stack: Stack) -> Made:
    """Return a function that creates a customer from these parts."""
    return partial(make_customer, stack)


@pytest.fixture(scope="session")
def defined(stack: Stack) -> str:
    """Return the name of an event, and of the segment and the score about it.

    The names of an aggregate and an expression begin with it.
    """
    word = f"card_{uuid.uuid4().hex[:8]}"
    recent, year = {"within_days": 30}, {"within_days": 365}
    for path, body in (
        ("segments", {"name": word, "condition": {"type": "event", "event": word, "window": recent}}),
        ("scores", {"name": word, "rules": [{"event": word, "points": 10}]}),
        ("aggregates", {"name": f"{word}_count", "event": word, "function": "count", "window": year}),
        ("expressions", {"name": f"{word}_kiel", "text": 'attributes.city == "Kiel"'}),
    ):
        answer = stack.admin(f"/v1/{path}", method="POST", json_body=body)
        assert answer.status == 201, answer
    return word


@pytest.fixture
def mount(panel: Panel, browser: Browser) -> Mount:
    """Return a function that shows an expression's result instead of the page, with everything of core.js in scope."""
    panel.open("/customers")

    def show(expression: str) -> None:
        browser.evaluate(
            "import(document.querySelector('script[src]').src).then((core) => { with (core) {"
            "  render(null, document.getElementById('app'));"
            "  const main = document.getElementById('app').appendChild(document.createElement('main'));"
            "  main.className = 'main';"
            f"  render(h(Fragment, null, {expression}), main);"
            "}})"
        )

    return show
