"""The unmodified SDKs for servers, and the settings that point each at the API; all send their stories in parallel."""

import json
import subprocess
import time
import uuid
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from customerio.analytics.client import Client as CustomerIo  # type: ignore[import-untyped]
from hightouch.htevents.client import Client as Hightouch  # type: ignore[import-untyped]
from rudderstack.analytics.client import Client as RudderStack  # type: ignore[import-untyped]
from segment.analytics import Client as Segment  # type: ignore[import-untyped]

from tests.e2e.story import Call, Story, Visitor, server_calls

PAUSE = 0.05
"""The seconds between two calls, above a network's jitter."""

Python = Callable[..., Any]

PYTHON: Mapping[str, Python] = {
    "segment-analytics-python": Segment,
    "segment-analytics-python, gzipped": partial(Segment, gzip=True),
    "customerio-cdp-analytics": partial(CustomerIo, gzip=True),
    "events-sdk-python": Hightouch,
    "rudder-sdk-python": RudderStack,
}
NODE: Mapping[str, frozenset[str]] = {
    "@segment/analytics-node": frozenset(),
    "@customerio/cdp-analytics-node": frozenset(),
    "customerio-node": frozenset(),
    "@rudderstack/rudder-sdk-node": frozenset(),
    "@june-so/analytics-node": frozenset({"alias"}),
    "@dittofeed/sdk-node": frozenset({"alias", "group"}),
    "@jitsu/js": frozenset({"alias", "screen"}),
}
"""The SDKs on Node, with the types of calls that they do not have."""

SDKS = (*PYTHON, *NODE)


class PublishedEvent(NamedTuple):
    """A story, and the failures that the SDK reported."""

    story: Story
    failures: list[str]


def send_all(api_url: str, write_key: str, node_directory: Path) -> dict[str, PublishedEvent]:
    """Send a separate story by each SDK; return the results by SDK."""
    stories = {sdk: Story(Visitor(), str(uuid.uuid4()), NODE.get(sdk, frozenset())) for sdk in SDKS}
    node = _start_node(api_url, write_key, node_directory, {sdk: stories[sdk] for sdk in NODE})
    with ThreadPoolExecutor(len(PYTHON)) as threads:
        shown = {
            sdk: threads.submit(_send_story, client, api_url, write_key, stories[sdk])
            for sdk, client in PYTHON.items()
        }
        failures = {sdk: outcome.result() for sdk, outcome in shown.items()}
    answer, _ = node.communicate(timeout=180)
    assert node.returncode == 0
    failures |= json.loads(answer)
    return {sdk: PublishedEvent(story, failures[sdk]) for sdk, story in stories.items()}


def _send_story(client: Python, api_url: str, write_key: str, story: Story) -> list[str]:
    failures: list[str] = []
    sdk = client(
        write_key, host=api_url, upload_size=4, on_error=lambda error, _batch: failures.append(repr(error))
    )
    for method, message in server_calls(story):
        getattr(sdk, method)(**_as_python(message))
        time.sleep(PAUSE)
    sdk.shutdown()
    return failures


def _as_python(message: Mapping[str, Any]) -> dict[str, Any]:
    names = {
        "anonymousId": "anonymous_id",
        "userId": "user_id",
        "groupId": "group_id",
        "previousId": "previous_id",
    }
    return {names.get(name, name): value for name, value in message.items()}


def _start_node(
    api_url: str, write_key: str, directory: Path, stories: Mapping[str, Story]
) -> subprocess.Popen[str]:
    calls: dict[str, list[Call]] = {sdk: server_calls(story) for sdk, story in stories.items()}
    process = subprocess.Popen(
        ["node", "clients/server_sdks.mjs"],  # noqa: S607 - whichever Node the developer uses
        cwd=directory,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin
    json.dump(
        {"apiUrl": api_url, "writeKey": write_key, "pauseMs": PAUSE * 1000, "calls": calls}, process.stdin
    )
    process.stdin.close()
    process.stdin = None
    return process
