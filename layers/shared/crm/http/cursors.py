"""Encode opaque cursors for pagination: the position at which a listing continues, sealed against forgery and masked.

A position may belong to a person that the caller must not see, because it is where the search ended and not a result.
"""

import base64
import hashlib
import hmac
import json
from typing import Any

from crm.domain.errors import InvalidInputError
from crm.settings import settings

_SEAL_BYTES = 8


def encode_cursor(position: dict[str, Any] | None, *, listing: str) -> str | None:
    """Encode a position as text for URLs. `listing` names the route and the parameters that the position belongs to."""
    if position is None:
        return None
    content = json.dumps(position, separators=(",", ":")).encode()
    seal = _seal(content, listing)
    return base64.urlsafe_b64encode(seal + _masked(content, seal)).decode().rstrip("=")


def decode_cursor(cursor: str | None, *, listing: str) -> dict[str, Any] | None:
    """Decode a cursor. Raises InvalidInputError `invalid_cursor` for anything that `encode` did not create for this
    listing.
    """
    if cursor is None:
        return None
    try:
        sealed = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
    except ValueError:  # not base64, or not ASCII
        raise _invalid() from None
    seal = sealed[:_SEAL_BYTES]
    content = _masked(sealed[_SEAL_BYTES:], seal)
    if not hmac.compare_digest(seal, _seal(content, listing)):
        raise _invalid()
    position: dict[str, Any] = json.loads(content)
    return position


def _seal(content: bytes, listing: str) -> bytes:
    # A forged position would be a query of the caller's own making.
    return hashlib.blake2b(listing.encode() + b"\0" + content, key=_key(), digest_size=_SEAL_BYTES).digest()


def _masked(content: bytes, seal: bytes) -> bytes:
    """Mask or unmask content. The mask depends on the seal, so that no two contents share one (after RFC 5297)."""
    mask = hashlib.shake_256(b"cursor\0" + _key() + seal).digest(len(content))
    return bytes(a ^ b for a, b in zip(content, mask, strict=True))


def _key() -> bytes:
    """Derive the key from the namespace, the one value that every function knows and no client does."""
    return settings().identity_namespace.bytes


def _invalid() -> InvalidInputError:
    return InvalidInputError(
        "the cursor does not belong to this list: send `next_cursor` of the previous page, with "
        "the same parameters",
        code="invalid_cursor",
        details={"parameter": "cursor"},
    )
