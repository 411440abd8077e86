"""Lambda authorizer (payload 2.0, simple answers): names the API key; the gate of each function decides.

It always lets the request through, because an HTTP API cannot shape the 401 and 403 that it answers itself.
"""

from typing import Any

from crm.observability import traced
from crm.services.access.api_keys import authenticate


@traced
def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    found = authenticate((event.get("headers") or {}).get("authorization", ""))
    if isinstance(found, str):
        return {"isAuthorized": True, "context": {"problem": found}}
    context = {"principal": found.id, "scopes": _listed(found.scopes)}
    if found.classes is not None:
        context["classes"] = _listed(found.classes)
    return {"isAuthorized": True, "context": context}


def _listed(names: frozenset[str]) -> str:
    # API Gateway hands texts on to the functions, and no lists.
    return " ".join(sorted(names))
