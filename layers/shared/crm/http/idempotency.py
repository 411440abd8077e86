"""Implement `Idempotency-Key`: a repeated request is performed once and gets the same response.

https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header
"""

import re
from collections.abc import Callable

from crm.domain.errors import InvalidInputError
from crm.http.answers import SUCCESS, Answer, Reply, answer_to
from crm.http.request import IDEMPOTENCY_KEY, Request
from crm.services.access import idempotency
from crm.services.access.idempotency import Call, IdempotencyOutcome

_PROFILE = "profiles.Profile"
_VISIBLE = re.compile(r"[\x21-\x7e]{1,255}")


def perform_once(request: Request, perform: Callable[[], Reply]) -> Answer:
    """Return the response of `perform`, or the stored response to the first request with the same key.

    Raises InvalidInputError `invalid_idempotency_key`, what `perform` raises, and what `idempotency.once` raises.
    """
    call = _call(request)
    answer, again = idempotency.once(call, lambda: _outcome(request, perform()), now=request.now)
    return answer | {"headers": answer["headers"] | {"idempotent-replayed": "true"}} if again else answer


def _call(request: Request) -> Call:
    key = request.headers[IDEMPOTENCY_KEY]
    if not _VISIBLE.fullmatch(key):
        raise InvalidInputError(
            "Idempotency-Key must be 1 to 255 visible ASCII characters, for example a random UUID",
            code="invalid_idempotency_key",
            details={"header": "Idempotency-Key"},
        )
    event = request.event
    return idempotency.call(
        scope=(request.principal.id, request.route.key, key),
        content=(request.route.method, event["rawPath"], event.get("rawQueryString", ""), request.raw_body),
    )


def _outcome(request: Request, reply: Reply) -> IdempotencyOutcome:
    route, body = request.route, reply.body if isinstance(reply.body, dict) else {}
    person = reply.person or _person(request, body) if route.personal else None
    answer = answer_to(route, reply)
    return IdempotencyOutcome(
        answer=answer,
        done=answer["statusCode"] in SUCCESS,
        kept=not route.secret and (person is not None or not route.personal),
        person=person,
        made=body.get("id"),
    )


def _person(request: Request, body: dict[str, str]) -> str | None:
    answered = body.get("id")
    return answered if request.route.response == _PROFILE else request.path.get("id", answered)
