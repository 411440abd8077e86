"""Sign tokens by a keyed hash: bytes in a URL that only this deployment can make, and that cannot be changed."""

import base64
import hashlib
import hmac
from collections.abc import Callable

_TAG_BYTES = 16


def sign(content: bytes, number: int, secret: bytes, *, use: bytes) -> str:
    """Sign the content and return its token.

    `number` (1 to 255) is the secret's; a token for one `use` is invalid for another.
    """
    numbered = bytes([number]) + content
    return _text(numbered + _tag(numbered, secret, use))


def verify(token: str, secret_of: Callable[[int], bytes | None], *, use: bytes) -> bytes | None:
    """Return the content that one of the deployment's secrets signed for this use; None for any other text."""
    try:
        signed = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except ValueError:  # not ASCII, not base64
        return None
    numbered, tag = signed[:-_TAG_BYTES], signed[-_TAG_BYTES:]
    if not numbered or _text(signed) != token:
        return None
    secret = secret_of(numbered[0])
    if secret is None or not hmac.compare_digest(tag, _tag(numbered, secret, use)):
        return None
    return numbered[1:]


def _tag(numbered: bytes, secret: bytes, use: bytes) -> bytes:
    return hashlib.blake2b(numbered, key=secret, digest_size=_TAG_BYTES, person=use).digest()


def _text(signed: bytes) -> str:
    return base64.urlsafe_b64encode(signed).decode().rstrip("=")
