"""Import files through the API, for tests of their pages."""

import time
import uuid
from typing import Any
from urllib.request import Request, urlopen

from tests.e2e.console.settings import make
from tests.e2e.stack import PROJECTION_TIMEOUT, Stack

_ROWS = "E-Mail;Vorname;Ort\nmia@{mark}.example;Mia;Kiel\nnot an address;Leo;Bonn\n"


def upload(stack: Stack, name: str, content: str) -> str:
    """Send a file to the bucket by the link that the API gives; return its key."""
    body = content.encode()
    target = make(stack, "/v1/imports/uploads", {"name": name, "size": len(body)})
    request = Request(target["url"], body, target["headers"], method=target["method"])  # noqa: S310 - http only
    with urlopen(request, timeout=60) as answer:  # noqa: S310 - as above
        assert answer.status == 200
    return str(target["key"])


def imported(stack: Stack, key: str) -> dict[str, Any]:
    """Import a file, and return the import once it is done."""
    begun = stack.admin("/v1/imports", method="POST", json_body={"key": key})
    assert begun.status == 202, begun
    deadline = time.monotonic() + PROJECTION_TIMEOUT
    while time.monotonic() < deadline:
        found: dict[str, Any] = stack.admin(f"/v1/imports/{begun.json()['id']}").json()
        if found["state"] not in {"queued", "running"}:
            return found
        time.sleep(0.2)
    raise AssertionError("the import has not ended")


def file_ids(stack: Stack) -> dict[str, str]:
    """Return the ids in the addresses of the pages about imports, by the names in `PAGES`."""
    key = upload(stack, "guests.csv", _ROWS.format(mark=f"f{uuid.uuid4().hex[:10]}"))
    return {"file": key, "import": imported(stack, key)["id"]}
