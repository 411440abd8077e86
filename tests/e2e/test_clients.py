"""Every client, unmodified, tells the same story; the same person is known afterwards, even if all is sent twice."""

import json
import subprocess
import time
import uuid
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from segment.analytics import Client as SegmentPython  # type: ignore[import-untyped]

from tests.e2e.browser import Browser
from tests.e2e.loopback import Site
from tests.e2e.stack import Stack
from tests.e2e.story import ORDER, Visitor, assert_known, server_calls

PAUSE = 0.05
"""Seconds between two calls: no visitor does two things within a network's jitter."""

BROWSER_CLIENTS = {
    "segment": """
        <script src="/sdk/@segment/analytics-next/dist/umd/index.js"></script>
        <script>
          sdk = AnalyticsNext.AnalyticsBrowser.load({writeKey: "WRITE_KEY", cdnURL: "API_URL"});
          sdk.page();
          sdk.ready(() => { isReady = true });
        </script>""",
    "rudderstack": """
        <script src="/sdk/@rudderstack/analytics-js/dist/npm/legacy/bundled/umd/index.js"></script>
        <script>
          sdk = new rudderanalytics.RudderAnalytics();
          sdk.load("WRITE_KEY", "API_URL", {configUrl: "API_URL"});
          sdk.page();
          sdk.ready(() => { isReady = true });
        </script>""",
    "snippet": """
        <script async src="API_URL/tracker.js" data-write-key="WRITE_KEY" onload="isReady = true"></script>""",
}
ANONYMOUS_ID = {
    "segment": "sdk.user().then((user) => user.anonymousId())",
    "rudderstack": "sdk.getAnonymousId()",
    "snippet": "crm.anonymousId()",
}


@pytest.mark.parametrize("compressed", [False, True], ids=["plain", "gzip"])
def test_segment_python(stack: Stack, api_url: str, compressed: bool) -> None:
    visitor, anonymous_id = Visitor(), str(uuid.uuid4())
    failures: list[Any] = []
    client = SegmentPython(
        stack.write_key,
        host=api_url,
        upload_size=4,
        gzip=compressed,
        on_error=lambda error, batch: failures.append((error, batch)),
    )
    for method, message in server_calls(visitor, anonymous_id):
        getattr(client, method)(**as_python(message))
        time.sleep(PAUSE)
    client.shutdown()
    assert not failures
    assert_known(stack, visitor, anonymous_id)


def as_python(message: dict[str, Any]) -> dict[str, Any]:
    names = {
        "anonymousId": "anonymous_id",
        "userId": "user_id",
        "groupId": "group_id",
        "previousId": "previous_id",
    }
    return {names.get(name, name): value for name, value in message.items()}


def test_segment_node(stack: Stack, api_url: str, node_clients: Path) -> None:
    visitor, anonymous_id = Visitor(), str(uuid.uuid4())
    # The SDK takes the API's origin and the path of its batches, not one address with a path.
    address = urlsplit(api_url)
    told = {
        "host": f"{address.scheme}://{address.netloc}",
        "path": f"{address.path}/v1/batch",
        "writeKey": stack.write_key,
        "calls": server_calls(visitor, anonymous_id),
        "pauseMs": PAUSE * 1000,
    }
    answer = subprocess.run(  # noqa: S603 - our own driver
        ["node", "clients/segment_node.mjs", json.dumps(told)],  # noqa: S607 - whichever Node the developer uses
        cwd=node_clients.parent,
        capture_output=True,
        check=True,
        timeout=60,
        text=True,
    )
    assert json.loads(answer.stdout) == {"failures": []}
    assert_known(stack, visitor, anonymous_id)


@pytest.mark.parametrize("name", BROWSER_CLIENTS)
def test_browser_client(name: str, stack: Stack, api_url: str, browser: Browser, shop: Site) -> None:
    visitor = Visitor()
    # RudderStack's SDK takes no address with a dollar sign in it.
    address = api_url.replace("$", "%24") if name == "rudderstack" else api_url
    head = BROWSER_CLIENTS[name].replace("API_URL", address).replace("WRITE_KEY", stack.write_key)
    sdk = "crm" if name == "snippet" else "sdk"
    for path in ("/", "/shoes"):
        browser.goto(shop.page(path, head=head))
        browser.wait_for("window.isReady")
        time.sleep(PAUSE)
    for method, *arguments in browser_calls(visitor):
        browser.evaluate(f"void {sdk}.{method}(...{json.dumps(arguments)})")
        time.sleep(PAUSE)
    anonymous_id = browser.evaluate(ANONYMOUS_ID[name])
    browser.goto(shop.page("/thanks", head=head))
    assert_known(stack, visitor, anonymous_id)
    assert browser.complaints() == []


def browser_calls(visitor: Visitor) -> list[tuple[Any, ...]]:
    """What happens on the second page: (method, arguments...), the same for all browser SDKs."""
    return [
        ("track", "Product Viewed", {"sku": "B-1"}),
        ("identify", visitor.user_id, {"email": visitor.email, "name": "Ada"}),
        ("track", "Product Added", {"sku": "B-1"}),
        ("track", "Order Completed", ORDER),
        ("group", visitor.group, {"plan": "gold"}),
        ("alias", visitor.user_id, visitor.former),
    ]
