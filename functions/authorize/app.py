"""Identify the API key of a request as Lambda authorizer (payload 2.0, simple responses); the gates decide.

It admits every request, because an HTTP API cannot shape its own 401 and 403 responses.
"""

from typing import Any

from crm.observability import traced
from crm.services.access.api_keys import authenticate


@traced
def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    found = authenticate((event.get("headers") or {}).get("authorization", ""))
    if isinstance(found, str):
        return {"isAuthorized": True, "context": {"problem": found}}
    context = {"principal": found.id, "scopes": _joined(found.scopes)}
    if found.classes is not None:
        context["classes"] = _joined(found.classes)
    return {"isAuthorized": True, "context": context}


def _joined(names: frozenset[str]) -> str:
    # API Gateway passes only texts to the functions, not lists.
    return " ".join(sorted(names))
