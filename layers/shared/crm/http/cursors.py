"""Opaque cursors: where a listing goes on, sealed so that only our own come back in."""

import base64
import hashlib
import hmac
import json
from typing import Any

from crm.domain.errors import InvalidInputError
from crm.settings import settings

_SEAL_BYTES = 8


def encode(position: dict[str, Any] | None, *, listing: str) -> str | None:
    """A text for URLs. `listing` names the route and the parameters that the position belongs to."""
    if position is None:
        return None
    content = json.dumps(position, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(_seal(content, listing) + content).decode().rstrip("=")


def decode(cursor: str | None, *, listing: str) -> dict[str, Any] | None:
    """Raises InvalidInputError `invalid_cursor` for anything that `encode` did not make for this listing."""
    if cursor is None:
        return None
    try:
        sealed = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
    except ValueError:  # not base64, or not ASCII
        raise _invalid() from None
    seal, content = sealed[:_SEAL_BYTES], sealed[_SEAL_BYTES:]
    if not hmac.compare_digest(seal, _seal(content, listing)):
        raise _invalid()
    position: dict[str, Any] = json.loads(content)
    return position


def _seal(content: bytes, listing: str) -> bytes:
    # The namespace is the one thing every function knows and no client: a made-up position would be a query of its own.
    key = settings().identity_namespace.bytes
    return hashlib.blake2b(listing.encode() + b"\0" + content, key=key, digest_size=_SEAL_BYTES).digest()


def _invalid() -> InvalidInputError:
    return InvalidInputError(
        "the cursor is not of this listing: send `next_cursor` of the page before, with the same parameters",
        code="invalid_cursor",
        details={"parameter": "cursor"},
    )
