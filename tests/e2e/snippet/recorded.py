"""The snippet as customers paste it, and what of it reached the API."""

import time
from typing import Any

from tests.e2e.loopback import StubApi

STORED = "JSON.stringify([document.cookie, localStorage.length])"
NOTHING_STORED = '["",0]'


def snippet(stub: StubApi, options: str = "") -> str:
    return (
        "<script>window.crm = window.crm || []</script>"
        f'<script async src="{stub.url}/tracker.js" data-write-key="wk_test" {options}></script>'
    )


def sent(stub: StubApi, count: int) -> list[dict[str, Any]]:
    """The messages the API accepted, as soon as there are that many.

    What was under way when a page was left is sent again by the next one; as for the API, copies are one message.
    """
    deadline = time.monotonic() + 10
    while len(_distinct(stub)) < count and time.monotonic() < deadline:
        time.sleep(0.05)
    assert len(_distinct(stub)) >= count, stub.messages()
    return _distinct(stub)


def _distinct(stub: StubApi) -> list[dict[str, Any]]:
    first_copies: dict[str, dict[str, Any]] = {}
    for message in stub.messages():
        first_copies.setdefault(message["messageId"], message)
    return list(first_copies.values())


def stays_silent(stub: StubApi) -> bool:
    time.sleep(1.2)
    return not stub.requests


def names(messages: list[dict[str, Any]]) -> list[str]:
    return [m.get("event") or f"{m['type']} {m['properties']['path']}" for m in messages]
