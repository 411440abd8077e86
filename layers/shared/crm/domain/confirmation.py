"""Confirmation links: signed tokens for consents that a form requested and that the address must confirm."""

from collections.abc import Callable
from typing import NamedTuple
from uuid import UUID

from crm.domain.signed_token import sign, verify

_USE = b"confirmation"
_ID_BYTES, _TIME_BYTES = 16, 6


class ConfirmationToken(NamedTuple):
    """The profile of the address, and when its consents were requested (epoch ms): at one instant, in one form."""

    profile_id: str
    requested_at: int


def seal_confirmation(link: ConfirmationToken, number: int, secret: bytes) -> str:
    """Sign a link and return the token for URLs. `number` (1 to 255) is the secret's."""
    content = UUID(link.profile_id).bytes + link.requested_at.to_bytes(_TIME_BYTES, "big")
    return sign(content, number, secret, use=_USE)


def unseal_confirmation(token: str, secret_of: Callable[[int], bytes | None]) -> ConfirmationToken | None:
    """Return the link of a token that one of the deployment's secrets signed; None for any other text."""
    content = verify(token, secret_of, use=_USE)
    if content is None or len(content) != _ID_BYTES + _TIME_BYTES:
        return None
    return ConfirmationToken(str(UUID(bytes=content[:_ID_BYTES])), int.from_bytes(content[_ID_BYTES:], "big"))
