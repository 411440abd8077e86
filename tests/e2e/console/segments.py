"""Create segments for tests of the console, and read them through the API."""

import time
from typing import Any
from uuid import uuid4

from tests.e2e.stack import PROJECTION_TIMEOUT, Stack

BUYERS: dict[str, Any] = {"type": "event", "event": "Order Completed"}


def unique(name: str) -> str:
    """Return a name that no other run has used."""
    return f"Console {name} {uuid4().hex[:8]}"


def create(stack: Stack, name: str, condition: dict[str, Any] | None = None) -> str:
    """Create a segment, which is static without a condition; wait until it is ready, and return its id."""
    body = {"name": name, "type": "dynamic" if condition else "static", "condition": condition}
    answer = stack.admin("/v1/segments", method="POST", json_body=body)
    assert answer.status == 201, answer
    return str(answer.json()["id"])


def read(stack: Stack, id_: str) -> dict[str, Any]:
    answer = stack.admin(f"/v1/segments/{id_}")
    assert answer.status == 200, answer
    return dict(answer.json())


def ready(stack: Stack, id_: str) -> dict[str, Any]:
    """Wait until a segment's job has completed, and return the segment."""
    deadline = time.monotonic() + PROJECTION_TIMEOUT * 2
    while (segment := read(stack, id_))["state"] == "building":
        assert time.monotonic() < deadline, segment
        time.sleep(0.5)
    return segment


def has(stack: Stack, id_: str, count: int) -> None:
    """Wait until a segment contains a number of customers."""
    deadline = time.monotonic() + PROJECTION_TIMEOUT
    while (segment := read(stack, id_))["count"] != count:
        assert time.monotonic() < deadline, segment
        time.sleep(0.2)


def change(stack: Stack, id_: str, **body: Any) -> None:
    answer = stack.admin(f"/v1/segments/{id_}", method="PATCH", json_body=body)
    assert answer.status == 200, answer


def buyers(stack: Stack) -> str:
    """Return the id of the segment of buyers, which is kept for later runs."""
    name = "Console buyers"
    known = {one["name"]: one["id"] for one in stack.admin("/v1/segments").json()["segments"]}
    id_ = str(known.get(name) or create(stack, name, BUYERS))
    ready(stack, id_)
    return id_
