"""The snippet as customers paste it, and its messages that reached the API."""

import time
from collections.abc import Callable
from typing import Any

from tests.e2e.browser import Browser
from tests.e2e.loopback import StubApi

STORED = "JSON.stringify([document.cookie, localStorage.length])"
NOTHING_STORED = '["",0]'
TIMEOUT_S = 60
"""The timeout of requests that take less than a second on an idle machine."""

EXTRAS_LOADED = "document.querySelector('[src*=extras]')?.core.send"
"""An expression that is true once tracker-extras.js has run."""

_ANSWERED = """{
    window.answered = [];
    const send = fetch;
    window.fetch = (...given) => {
        const answer = send(...given), note = () => void answered.push(String(given[0]));
        answer.then(note, note);
        return answer;
    };
}"""


def snippet(stub: StubApi, options: str = "") -> str:
    return (
        "<script>window.crm = window.crm || []</script>"
        f'<script async src="{stub.url}/tracker.js" data-write-key="wk_test" {options}></script>'
    )


def note_answers(browser: Browser) -> None:
    """Let later pages record their completed requests, for `answered`."""
    browser.before_scripts(_ANSWERED)


def answered(browser: Browser, count: int, path: str = "/v1/batch") -> None:
    """Wait until a number of the page's requests has a response or has failed."""
    browser.wait_for(f"answered.filter((url) => url.includes({path!r})).length >= {count}")


def start(browser: Browser, url: str) -> None:
    """Load a page whose timers run only with `advance_clock`, and let it send its page view."""
    note_answers(browser)
    browser.freeze_clock()
    browser.goto(url)
    browser.wait_for("crm.track")
    browser.advance_clock(600)


def requests(stub: StubApi, count: int) -> int:
    """Wait until there is a number of requests, and return their number a moment later."""
    deadline = time.monotonic() + TIMEOUT_S
    while len(stub.requests) < count and time.monotonic() < deadline:
        time.sleep(0.05)
    time.sleep(0.3)
    return len(stub.requests)


def sent(stub: StubApi, count: int) -> list[dict[str, Any]]:
    """Wait until the API has accepted a number of messages, all that the test expects, and return them.

    A page sends unconfirmed messages of the previous page again; copies count as one message, as in the API.
    """
    return _sent_when(stub, lambda messages: len(messages) >= count)


def sent_with(stub: StubApi, *wanted: str) -> list[dict[str, Any]]:
    """Wait until the API has accepted messages with these names, perhaps among others; return all messages."""
    return _sent_when(stub, lambda messages: all(name in names(messages) for name in wanted))


def _sent_when(stub: StubApi, done: Callable[[list[dict[str, Any]]], bool]) -> list[dict[str, Any]]:
    deadline = time.monotonic() + TIMEOUT_S
    while not done(messages := _distinct(stub)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert done(messages), names(messages)
    return messages


def _distinct(stub: StubApi) -> list[dict[str, Any]]:
    first_copies: dict[str, dict[str, Any]] = {}
    for message in stub.messages():
        first_copies.setdefault(message["messageId"], message)
    return list(first_copies.values())


def sends_nothing(stub: StubApi) -> bool:
    time.sleep(1.2)
    return not stub.requests


def names(messages: list[dict[str, Any]]) -> list[str]:
    return [
        m.get("event") or f"{m['type']} {m.get('properties', {}).get('path', '')}".strip() for m in messages
    ]
