"""Rejected input: kept with its reason, to be read and replayed."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from crm.domain.errors import InvalidInputError, NotFoundError
from crm.domain.tracking.reception import Reception
from crm.domain.tracking.wire import MAX_BATCH_BYTES, is_archive, unpacked_beginning

BEGINNING_BYTES = 16 * 1024
"""How many bytes are kept of content over its limit."""

_TIME_DIGITS = 11
_DIGEST_DIGITS = 16


@dataclass(frozen=True, slots=True)
class Whole:
    """Size and digest of content of which only the beginning is kept."""

    size: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejection:
    """A message, or a whole request, that was rejected.

    `content` can be replayed: the message as JSON, or the body as received. Where `whole` is set, it is only the
    unpacked beginning, and cannot be. `type` is the message type it was sent as, or `batch`; `index` its position in
    the batch. `reasons` counts its messages by code, if there are several.
    """

    id: str
    code: str
    message: str
    type: str
    index: int
    content: bytes
    reception: Reception
    whole: Whole | None = None
    reasons: Mapping[str, int] | None = None

    @property
    def by_code(self) -> Mapping[str, int]:
        """Return how many messages were rejected for each reason."""
        return self.reasons or {self.code: 1}


def reject(
    content: bytes,
    error: InvalidInputError,
    *,
    message_type: str,
    index: int,
    reception: Reception,
    limit: int = MAX_BATCH_BYTES,
    reasons: Mapping[str, int] | None = None,
) -> Rejection:
    """Make a rejection whose id contains the time of reception, so that it can be found by its id alone.

    Of content over `limit` bytes, and of an archive that holds more than a request may, only the beginning is kept.
    """
    kept, whole = _kept(content, limit)
    digest = hashlib.sha256(b"%d:%s:" % (index, reception.source_id.encode()) + content).hexdigest()
    return Rejection(
        id=f"{reception.received_at:0{_TIME_DIGITS}x}{digest[:_DIGEST_DIGITS]}",
        code=error.code,
        message=error.message,
        type=message_type,
        index=index,
        content=kept,
        reception=reception,
        whole=whole,
        reasons=reasons,
    )


def _kept(content: bytes, limit: int) -> tuple[bytes, Whole | None]:
    # An archive is unpacked here, because otherwise every later search would have to unpack all of it.
    if len(content) <= limit and len(unpacked_beginning(content, MAX_BATCH_BYTES + 1)) <= MAX_BATCH_BYTES:
        return content, None
    beginning = unpacked_beginning(content, BEGINNING_BYTES)
    if is_archive(beginning):  # a broken one, or one within another
        beginning = b""
    return beginning, Whole(len(content), hashlib.sha256(content).hexdigest())


def received_at_of(rejection_id: str) -> int:
    """Return when a rejection was received, epoch ms. Raises NotFoundError for a text that is not such an id."""
    digits = set("0123456789abcdef")
    if len(rejection_id) != _TIME_DIGITS + _DIGEST_DIGITS or not digits.issuperset(rejection_id):
        raise NotFoundError("There is no rejected input with this id.")
    return int(rejection_id[:_TIME_DIGITS], 16)
