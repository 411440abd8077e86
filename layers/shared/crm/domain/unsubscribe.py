"""Unsubscribe links: a token that says whose subscription it is, and that only this deployment can make."""

import base64
import hashlib
import hmac
from collections.abc import Callable
from typing import NamedTuple
from uuid import UUID

_TAG_BYTES = 16
_ID_END = 17
"""A byte with the secret's number, then the profile's id; the consent's key and the tag follow."""


class Link(NamedTuple):
    """Whose link it is, and the consent that one click on it withdraws."""

    profile_id: str
    key: str


def seal(link: Link, number: int, secret: bytes) -> str:
    """The token of a link, for URLs. `number` (1 to 255) is the secret's."""
    content = bytes([number]) + UUID(link.profile_id).bytes + link.key.encode()
    return _text(content + _tag(content, secret))


def unseal(token: str, secret_of: Callable[[int], bytes | None]) -> Link | None:
    """The link, if it was sealed with one of our secrets; None for any other text."""
    try:
        sealed = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except ValueError:  # not ASCII, not base64
        return None
    content, tag = sealed[:-_TAG_BYTES], sealed[-_TAG_BYTES:]
    if len(content) <= _ID_END or _text(sealed) != token:
        return None
    secret = secret_of(content[0])
    if secret is None or not hmac.compare_digest(tag, _tag(content, secret)):
        return None
    return Link(str(UUID(bytes=content[1:_ID_END])), content[_ID_END:].decode())


def masked(address: str) -> str:
    """As much of an e-mail address or a phone number as its owner needs to know it again."""
    name, at, domain = address.rpartition("@")
    return f"{name[:1]}***@{domain}" if at else f"***{address[-2:]}"


def _tag(content: bytes, secret: bytes) -> bytes:
    return hashlib.blake2b(content, key=secret, digest_size=_TAG_BYTES, person=b"unsubscribe").digest()


def _text(sealed: bytes) -> str:
    return base64.urlsafe_b64encode(sealed).decode().rstrip("=")
