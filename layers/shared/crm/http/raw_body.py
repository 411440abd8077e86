"""The body of a request as it was sent: API Gateway passes bodies that are not text as base64."""

import base64
from collections.abc import Mapping
from typing import Any


def raw_body(event: Mapping[str, Any]) -> bytes:
    """Return the body as it was sent, empty if there is none. Raises ValueError for invalid base64."""
    body: str = event.get("body") or ""
    if event.get("isBase64Encoded"):
        return base64.b64decode(body)
    return body.encode(errors="surrogatepass")
