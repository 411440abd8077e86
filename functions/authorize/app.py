"""Lambda authorizer (payload 2.0, simple answers): names the API key; the gate of each function decides.

It always lets the request through, because an HTTP API cannot shape the 401 and 403 that it answers itself.
"""

from typing import Any

from crm.services.api_keys import authenticate


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    found = authenticate((event.get("headers") or {}).get("authorization", ""))
    if isinstance(found, str):
        return {"isAuthorized": True, "context": {"problem": found}}
    return {
        "isAuthorized": True,
        "context": {"principal": found.id, "scopes": " ".join(sorted(found.scopes))},
    }
