"""Create customers for tests of their cards."""

import uuid
from collections.abc import Callable
from typing import Any

from tests.e2e.browser import Browser
from tests.e2e.console.panel import Panel
from tests.e2e.files import until
from tests.e2e.stack import Stack, basic, call

Made = Callable[..., str]
"""A function that creates a customer with these parts of `POST /v1/profiles`, and returns its id."""


def make_customer(stack: Stack, **parts: Any) -> str:
    """Create Mary, of Kiel, in the class vip, with changes by the given parts."""
    body = {
        "identities": {"email": f"card-{uuid.uuid4().hex}@example.com"},
        "attributes": {"first_name": "Mary", "last_name": "Somerville", "city": "Kiel"},
        "classes": ["vip"],
    }
    answer = stack.admin("/v1/profiles", method="POST", json_body=body | parts)
    assert answer.status == 201, answer
    return str(answer.json()["id"])


def profile_of(stack: Stack, customer: str) -> dict[str, Any]:
    return dict(stack.admin(f"/v1/profiles/{customer}").json())


def change(stack: Stack, customer: str, **changes: Any) -> None:
    assert stack.admin(f"/v1/profiles/{customer}", method="PATCH", json_body=changes).status == 200


def type_city(panel: Panel, browser: Browser, text: str) -> None:
    panel.press_button("Edit: City")
    browser.wait_for("document.activeElement.closest('.attribute-form')")
    browser.fill(".attribute-form input", text)
    browser.press("Enter")


def create_customer_with_event(stack: Stack, made: Made, event: str) -> str:
    """Create a customer with an event, and wait until everything is computed."""
    user = f"card-{uuid.uuid4().hex}"
    mary = made(identities={"user_id": user})
    call(
        f"{stack.api_url}/v1/track",
        method="POST",
        json_body={"userId": user, "event": event},
        headers=basic(stack.write_key),
    )

    def computed() -> bool | None:
        profile = profile_of(stack, mary)
        return True if event in profile["segments"] and profile["scores"].get(event) == 10 else None

    until(computed)
    return mary


def choose(browser: Browser, selector: str, value: str) -> None:
    """Choose an option as a user does."""
    browser.evaluate(
        f"(() => {{ const select = document.querySelector({selector!r}); select.value = {value!r};"
        " select.dispatchEvent(new Event('change', {bubbles: true})) })()"
    )
