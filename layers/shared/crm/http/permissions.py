"""Check permissions: decide who may call a route. Undeclared access is refused."""

from typing import Any

from crm.api.route import ANY_KEY, PUBLIC, Route
from crm.domain.api_key import SCOPES, SYSTEM, Principal
from crm.domain.errors import ForbiddenError, UnauthorizedError

_PROBLEMS = {
    "missing": "an API key is required: send `Authorization: Bearer sk_...`",
    "unknown": "this API key does not exist; a write key is not an API key",
    "revoked": "this API key has been revoked",
}


def admit_caller(route: Route, event: dict[str, Any]) -> Principal:
    """Return the caller, if the authorizer knows it and it has the route's scopes; on a public route, every caller is
    admitted.

    Raises UnauthorizedError (no valid key) and ForbiddenError (a valid key without the scope, or one limited to classes
    on a route that cannot hide other customers).
    """
    if route.access == PUBLIC:
        return SYSTEM
    if route.access not in {ANY_KEY, *SCOPES}:
        raise ForbiddenError("this route cannot be called: no scope is declared for it")
    found = event["requestContext"].get("authorizer", {}).get("lambda") or {}
    if not found.get("principal"):
        problem = found.get("problem", "missing")
        raise UnauthorizedError(_PROBLEMS.get(problem, _PROBLEMS["missing"]), details={"problem": problem})
    principal = _read(found)
    for scope in route.scopes:
        principal.require(scope)
    if principal.classes is not None and not route.limited:
        raise ForbiddenError(
            "this API key is limited to classes and may not call this route",
            details={"classes": sorted(principal.classes)},
        )
    return principal


def _read(found: dict[str, str]) -> Principal:
    classes = frozenset(found["classes"].split()) if "classes" in found else None
    return Principal(found["principal"], frozenset(found.get("scopes", "").split()), classes)
