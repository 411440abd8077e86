"""Rejected input: list it, and replay it when the reason is gone."""

import json
from collections.abc import Callable
from dataclasses import replace
from itertools import islice
from typing import Any

from crm.domain.activity import FORM
from crm.domain.api_key import Principal
from crm.domain.errors import InvalidInputError, TooLargeError
from crm.domain.json_text import encode
from crm.domain.times import iso
from crm.domain.tracking.rejection import BEGINNING_BYTES, Rejection
from crm.domain.tracking.wire import decompress, parse_document, read_envelope
from crm.domain.views.tracking import RejectedTotalsView, RejectedView
from crm.services.tracking.record_messages import MessageOutcome, record
from crm.services.tracking.track import error_of, message_rules
from crm.storage import rejected as storage
from crm.storage import rejected_totals
from crm.storage.log_writer import log_writer

REJECTED_PAGE_BYTES = 3_000_000
"""Bytes of content in a page: a response of Lambda holds 6 MB."""

_MAX_CORRECTED_BYTES = 500_000
_Position = dict[str, Any]


def rejected_of_day(
    *, day: str, limit: int, cursor: _Position | None = None, source: str | None = None
) -> tuple[list[RejectedView], _Position | None]:
    """Return a page of the input rejected on a UTC day (`2026-11-21`), newest first, and the next page's cursor.

    `source`: only input of this source.
    """
    before = cursor["id"] if cursor else None
    if source is None:
        found = storage.rejections_of_day(day, before=before, page_size=limit + 1)
    else:
        found = storage.rejections_of_source(source, day, before=before, page_size=limit + 1)
    page: list[Rejection] = []
    size = 0
    for rejection in islice(found, limit + 1):
        size += len(rejection.content)
        if len(page) == limit or (page and size > REJECTED_PAGE_BYTES):
            return [_view(kept) for kept in page], {"id": page[-1].id}
        page.append(rejection)
    return [_view(kept) for kept in page], None


def replay(
    rejection_id: str,
    *,
    new_id: Callable[[], str],
    by: Principal,
    content: dict[str, Any] | None = None,
) -> MessageOutcome:
    """Record rejected input again, as of when it was received, and remove it from the rejected input.

    `content`: what is recorded instead of it, for callers who may change customers. Raises NotFoundError,
    UnavailableError, ForbiddenError, TooLargeError, and InvalidInputError when it is rejected again; then it is kept.
    """
    if content is not None:
        by.require("profiles:write", "corrected input can change any customer")
    rejection = storage.find_rejection(rejection_id)
    if rejection.whole:
        raise InvalidInputError(
            f"Only the first {BEGINNING_BYTES // 1024} KB of this input were kept, because it "
            "exceeded the limit: send it again from its source, in smaller parts.",
            code="content_truncated",
            details={"rejected_id": rejection_id, "size": rejection.whole.size},
        )
    if content is not None:
        rejection = replace(rejection, content=_corrected(content))
    try:
        outcome = _submit(rejection) if rejection.type == FORM else _record(rejection, new_id)
    except InvalidInputError as error:
        details = {**error.details, "rejected_id": rejection_id}
        raise InvalidInputError(error.message, code=error.code, details=details) from None
    storage.delete_rejection(rejection_id)
    return outcome


def _corrected(content: dict[str, Any]) -> bytes:
    corrected = encode(content)
    if len(corrected) > _MAX_CORRECTED_BYTES:
        raise TooLargeError(f"content can have at most {_MAX_CORRECTED_BYTES:,} bytes of JSON")
    return corrected


def _record(rejection: Rejection, new_id: Callable[[], str]) -> MessageOutcome:
    body = decompress(rejection.content)
    envelope = read_envelope(parse_document(body), rejection.type)
    outcome = record(
        envelope, rejection.reception, log=log_writer(), rules=message_rules(), new_id=new_id, replayed=True
    )
    if outcome.rejections and not outcome.activities:
        raise error_of(outcome)
    return outcome


def _submit(rejection: Rejection) -> MessageOutcome:
    from crm.services.tracking import form_submissions

    return MessageOutcome([form_submissions.replay_submission(rejection)])


def _view(rejection: Rejection) -> RejectedView:
    return {
        "id": rejection.id,
        "received_at": iso(rejection.reception.received_at),
        "source": rejection.reception.source_id,
        "type": rejection.type,
        "index": rejection.index,
        "code": rejection.code,
        "message": rejection.message,
        "truncated": rejection.whole is not None,
        "size": rejection.whole.size if rejection.whole else len(rejection.content),
        "sha256": rejection.whole.sha256 if rejection.whole else None,
        "content": _readable(rejection.content),
    }


def totals_of_day(day: str, source: str | None = None) -> list[RejectedTotalsView]:
    """Return how much input of each source, or of this one, was rejected on a UTC day and why, whether or not its
    content was kept.
    """
    return [
        {
            "source": found.source_id,
            "messages": sum(found.reasons.values()),
            "reasons": dict(found.reasons),
            "kept_bytes": found.kept_bytes,
            "content_not_kept": found.not_kept,
        }
        for found in rejected_totals.totals_of_day(day, source)
    ]


def _readable(content: bytes) -> Any:
    """Return the content parsed as JSON, as text when it is not JSON, or None when it cannot be unpacked."""
    try:
        unpacked = decompress(content)
    except InvalidInputError:
        return None
    try:
        return json.loads(unpacked)
    except (ValueError, RecursionError):
        return unpacked.decode(errors="replace")
