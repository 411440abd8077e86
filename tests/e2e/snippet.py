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
    """The first messages the API accepted, as soon as there are that many."""
    deadline = time.monotonic() + 10
    while len(stub.messages()) < count and time.monotonic() < deadline:
        time.sleep(0.05)
    assert len(stub.messages()) >= count, stub.messages()
    return stub.messages()


def stays_silent(stub: StubApi) -> bool:
    time.sleep(1.2)
    return not stub.requests


def names(messages: list[dict[str, Any]]) -> list[str]:
    return [m.get("event") or f"{m['type']} {m['properties']['path']}" for m in messages]
