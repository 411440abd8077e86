"""Rejected input: kept with its reason, to be read and replayed."""

import hashlib
from dataclasses import dataclass

from crm.domain.errors import InvalidInputError, NotFoundError
from crm.domain.messages.reception import Reception

_TIME_DIGITS = 11
_DIGEST_DIGITS = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejection:
    """A message, or a whole request, that was not taken.

    `content` is what can be taken again: the message as JSON, or the body as it came. `type` is the message type
    it came as, or `batch`; `index` its place in the batch.
    """

    id: str
    code: str
    message: str
    type: str
    index: int
    content: bytes
    reception: Reception


def reject(
    content: bytes, error: InvalidInputError, *, message_type: str, index: int, reception: Reception
) -> Rejection:
    """A rejection whose id says when it was received, so that it can be found by its id alone."""
    digest = hashlib.sha256(b"%d:%s:" % (index, reception.source_id.encode()) + content).hexdigest()
    return Rejection(
        id=f"{reception.received_at:0{_TIME_DIGITS}x}{digest[:_DIGEST_DIGITS]}",
        code=error.code,
        message=error.message,
        type=message_type,
        index=index,
        content=content,
        reception=reception,
    )


def received_at_of(rejection_id: str) -> int:
    """Epoch ms at which it was received. Raises NotFoundError when this is no id of a rejection."""
    digits = set("0123456789abcdef")
    if len(rejection_id) != _TIME_DIGITS + _DIGEST_DIGITS or not digits.issuperset(rejection_id):
        raise NotFoundError("There is no rejected input with this id.")
    return int(rejection_id[:_TIME_DIGITS], 16)
