"""Identify the API key of a request as Lambda authorizer (payload 2.0, simple responses); the gates decide.

It admits every request, because an HTTP API cannot shape its own 401 and 403 responses.
"""

import time
from typing import Any

from crm.observability import traced
from crm.services.access import key_uses
from crm.services.access.api_keys import authenticate


@traced
def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    found = authenticate((event.get("headers") or {}).get("authorization", ""))
    if isinstance(found, str):
        return {"isAuthorized": True, "context": {"problem": found}}
    key_uses.record_use(found, now=_received_at(event))
    context = {"principal": found.id, "scopes": _joined(found.scopes)}
    if found.classes is not None:
        context["classes"] = _joined(found.classes)
    return {"isAuthorized": True, "context": context}


def _received_at(event: dict[str, Any]) -> int:
    # The request's own time, in milliseconds; emulators leave it out.
    given = event.get("requestContext", {}).get("timeEpoch")
    return given if isinstance(given, int) else time.time_ns() // 1_000_000


def _joined(names: frozenset[str]) -> str:
    # API Gateway passes only texts to the functions, not lists.
    return " ".join(sorted(names))
