"""Take the pictures of the documentation: `make pictures`, which runs `python -m tests.e2e.console.pictures`.

Customers are created on the running stack, or on a new one. They are the same each time, so that pictures differ only
if pages have changed.
"""

import json
import os
import time
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.e2e.browser import Browser
from tests.e2e.console.panel import Panel
from tests.e2e.stack import Stack, basic, call

DOCS = Path(__file__).parents[3] / "docs/pictures"
STACK = Path(os.environ.get("STACK_JSON", ".local/stack.json"))
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
MARK = uuid.uuid4().hex[:6]
TAG = "Spring catalogue"
PEOPLE = [
    ("Mara Lindqvist", "Göteborg", "Nordljus AB", 1),
    ("Tomás Herrera", "Sevilla", "", 3),
    ("Aiko Tanaka", "Kyoto", "Komorebi", 5),
    ("Layla Haddad", "Beirut", "Cedar & Co", 9),
    ("Jonas Weber", "Hamburg", "Hafenlicht GmbH", 14),
    ("Chiara Romano", "Torino", "", 26),
    ("Nils Bakke", "Bergen", "Fjordglass", 40),
    ("Eva Dvořáková", "Praha", "", 55),
    ("Samuel Okoro", "Lagos", "Lumen Works", 70),
    ("Claire Dubois", "Lyon", "Atelier Dubois", 95),
    ("Wei Zhang", "Shanghai", "", 130),
]
PAGES = [("Home", "/"), ("Lamps", "/lamps"), ("Oak lamp", "/lamps/oak"), ("Checkout", "/checkout")]


def _events(stack: Stack, user: str, hours: int) -> None:
    """Send a visit with an order, as a shop does."""
    now = datetime.now(UTC)
    for step, (name, path) in enumerate(PAGES):
        at = (now - timedelta(hours=hours, minutes=40 - 9 * step)).isoformat()
        _send(
            stack,
            "page",
            {"userId": user, "name": name, "properties": {"url": f"https://shop.example.com{path}"}},
            at,
        )
    order = {
        "order_id": f"o-{MARK}-{user}",
        "total": 118.0,
        "currency": "EUR",
        "products": [{"name": "Oak lamp", "price": 59.0, "quantity": 2}],
    }
    at = (now - timedelta(hours=hours)).isoformat()
    _send(stack, "track", {"userId": user, "event": "Order Completed", "properties": order}, at)


def _send(stack: Stack, kind: str, body: dict[str, Any], at: str) -> None:
    headers = basic(stack.write_key)
    answer = call(
        f"{stack.api_url}/v1/{kind}", method="POST", json_body=body | {"timestamp": at}, headers=headers
    )
    assert answer.status == 200, answer


def _create(stack: Stack) -> str:
    """Create the customers; return the id of the first."""
    ids = []
    for name, city, company, hours in PEOPLE:
        first, last = name.split(" ", 1)
        user = f"{first}-{MARK}"
        attributes = {"first_name": first, "last_name": last, "city": city} | (
            {"company": company} if company else {}
        )
        body = {
            "identities": {"user_id": user, "email": f"{first.lower()}@{MARK}.example"},
            "attributes": attributes,
            "tags": [TAG, "Newsletter"],
            "consents": [{"channel": "email", "state": "granted", "proof": "Ticked on the checkout page"}],
            "responsible": "Rita Sales",
        }
        ids.append(_do(stack, "/v1/profiles", body)["id"])
        _events(stack, user, hours)
    _do(
        stack,
        f"/v1/profiles/{ids[0]}/notes",
        {"text": "Prefers a call in the morning. Asked for brass fittings."},
    )
    return str(ids[0])


def _do(stack: Stack, path: str, body: dict[str, Any]) -> Any:
    answer = stack.admin(path, method="POST", json_body=body)
    assert 200 <= answer.status < 300, answer
    return answer.json()


def _wait(stack: Stack, customer: str) -> None:
    """Wait until everything is projected."""
    for _ in range(240):
        profile = stack.admin(f"/v1/profiles/{customer}").json()
        listed = stack.admin(f"/v1/profiles?tag={TAG.replace(' ', '+')}").json()["profiles"]
        if profile["totals"]["activities"] > len(PAGES) and len(
            [one for one in listed if one["last_seen"]]
        ) >= len(PEOPLE):
            return
        time.sleep(0.5)
    raise AssertionError("the customers are not listed")


def main() -> None:
    described = json.loads(STACK.read_text())
    stack = Stack.of(described)
    customer = _create(stack)
    _wait(stack, customer)
    DOCS.mkdir(exist_ok=True)
    with Browser("chromium", CHROMIUM) as browser:
        panel = Panel(browser, stack, {"admin": described["api_key"]})
        for name, path, scheme in (
            ("customers", f"/customers?tag={TAG.replace(' ', '+')}", "light"),
            ("card", f"/customers/{customer}", "light"),
            ("segment", "/segments/new", "dark"),
        ):
            browser.open()
            browser.resize(1280, 800)
            browser.prefer(scheme)
            panel.open(path)
            if name == "segment":
                _begin_segment(panel)
            panel.is_still()
            browser.screenshot(DOCS / f"console-{name}.png", whole=False)


def _begin_segment(panel: Panel) -> None:
    browser = panel.browser
    browser.wait_for("document.querySelector('.conditions')")
    browser.fill("role=textbox[name=Name]", "Win back")
    panel.press_button("Start from a recipe")
    browser.click(".recipe >> nth=0")
    browser.wait_for("document.querySelector('.preview-count')")
    browser.evaluate("document.querySelector('.toast .button-icon')?.click()")


if __name__ == "__main__":
    main()
