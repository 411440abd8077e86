"""Every unmodified client sends the same story, with the same resulting profile, even if all arrives twice."""

from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import nullcontext
from pathlib import Path

import pytest

from tests.e2e.browser import Browser
from tests.e2e.browser_sdks import BROWSER, visit
from tests.e2e.loopback import response_losing_proxy, site
from tests.e2e.server_sdks import SDKS, send_all
from tests.e2e.stack import Stack, basic, call
from tests.e2e.story import assert_known

Checks = Mapping[str, Future[None]]
"""The results by SDK; an error of an SDK fails the test that reads its result."""


@pytest.fixture(scope="module", params=["once", "answers lost"])
def retried_url(request: pytest.FixtureRequest, stack: Stack) -> Iterator[str]:
    """The API for servers: directly, and through a network that loses the first response to each message."""
    with (
        nullcontext(stack.api_url) if request.param == "once" else response_losing_proxy(stack.api_url) as url
    ):
        yield url


@pytest.fixture(scope="module")
def server_sdk_checks(stack: Stack, retried_url: str, node_clients: Path) -> Iterator[Checks]:
    start_workers(stack)
    shown = send_all(retried_url, stack.write_key, node_clients.parent)
    with ThreadPoolExecutor(4) as threads:
        yield {sdk: threads.submit(assert_known, stack, *story) for sdk, story in shown.items()}


@pytest.fixture(scope="module")
def browser_sdk_checks(stack: Stack, api_url: str, _browser: Browser) -> Iterator[Checks]:
    with site() as shop, ThreadPoolExecutor(4) as threads:
        checks: dict[str, Future[None]] = {}
        for sdk in BROWSER:
            _browser.open(beside=bool(checks))
            story = visit(sdk, _browser, shop, api_url=api_url, write_key=stack.write_key)
            checks[sdk] = threads.submit(assert_known, stack, story, _browser.errors())
        yield checks
        _browser.close()


def start_workers(stack: Stack) -> None:
    """Let the stack start a process for each client before the stories start.

    On a busy machine many starts at once take longer than a network does, and longer than the API takes for the latency
    of a client whose clock is right: the times of messages would be corrected.
    """

    def send(number: int) -> int:
        event = {"event": "Started", "anonymousId": f"start-{number}"}
        return call(
            f"{stack.api_url}/v1/track", method="POST", json_body=event, headers=basic(stack.write_key)
        ).status

    with ThreadPoolExecutor(len(SDKS)) as threads:
        assert set(threads.map(send, range(len(SDKS)))) == {200}


@pytest.mark.parametrize("sdk", SDKS)
def test_server_sdks_deliver_all_events(sdk: str, server_sdk_checks: Checks) -> None:
    server_sdk_checks[sdk].result()


@pytest.mark.parametrize("sdk", BROWSER)
def test_browser_sdks_deliver_all_events(sdk: str, browser_sdk_checks: Checks) -> None:
    browser_sdk_checks[sdk].result()
