"""The tracking API: authenticate a request, limit its rate, and record its messages."""

import base64
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from crm.domain.errors import ForbiddenError, InvalidInputError, UnauthorizedError, UnavailableError
from crm.domain.source import Source
from crm.domain.tracking.reception import MessageRules, Reception
from crm.domain.tracking.rejection import reject
from crm.domain.tracking.wire import Envelope, decompress, parse_document, read_envelope, too_deep
from crm.services.access.rate_limit import admit_events
from crm.services.access.sources import resolve_write_key
from crm.services.tracking.record_messages import Log, MessageOutcome, record, store
from crm.settings import settings
from crm.storage.log_writer import log_writer
from crm.storage.spill import RETRY_AFTER

_WRITE_KEY = re.compile(r"wk_[A-Za-z0-9_-]{1,64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackingRequest:
    """A request as it was received: `type` is `batch` or a message type, `body` is still compressed.

    `repeated`: a header marks the request as a retry. `archived`: the events come from an archive.
    """

    type: str
    body: bytes
    authorization: str | None = None
    header_key: str | None = None
    query_key: str | None = None
    origin: str | None = None
    user_agent: str | None = None
    ip: str | None = None
    repeated: bool = False
    archived: bool = False


def track(request: TrackingRequest, *, now: int, new_id: Callable[[], str]) -> MessageOutcome:
    """Record a request; everything in it is durable on return. `now` in epoch ms.

    Raises UnauthorizedError, ForbiddenError, RateLimitedError, UnavailableError, and InvalidInputError for a single
    message that is rejected or a request that cannot be read; it is kept then.
    """
    envelope, size, write_key, problem = _open(request)
    sent = _key_in_header(request.authorization) or _jitsu_key(request.header_key)
    source = _source_of(sent or write_key or request.query_key, problem)
    _check_origin(source, request.origin)
    admit_events(source, envelope.tokens(size) if envelope else 1, now=now)
    reception, log = _reception(request, source, now), log_writer()
    if envelope is None:
        raise _rejected_whole(
            request, problem or InvalidInputError("The request cannot be read."), reception, log
        )
    try:
        outcome = record(envelope, reception, log=log, rules=message_rules(), new_id=new_id)
    except RecursionError:
        raise _rejected_whole(request, too_deep(), reception, log) from None
    if outcome.rejections and not envelope.is_batch:
        raise error_of(outcome)
    return outcome


def message_rules() -> MessageRules:
    """Return the deployment's rules for reading messages."""
    return MessageRules(
        custom_identity_types=settings().custom_identity_types,
        phone_region=settings().phone_region,
        store_ip=settings().store_ip,
        drop_bots=settings().drop_bots,
        placeholder_ids=settings().placeholder_ids,
    )


def error_of(outcome: MessageOutcome) -> InvalidInputError:
    """Return the first rejection of an outcome as an error."""
    rejection = outcome.rejections[0]
    return InvalidInputError(rejection.message, code=rejection.code, details={"rejected_id": rejection.id})


def _open(request: TrackingRequest) -> tuple[Envelope | None, int, Any, InvalidInputError | None]:
    """Return the envelope, its size in bytes, its write key and its error: an invalid request may name its source."""
    write_key = None
    try:
        body = decompress(request.body)
        document = parse_document(body)
        write_key = document.get("writeKey")
        return read_envelope(document, request.type), len(body), write_key, None
    except InvalidInputError as error:
        return None, 0, write_key, error


def _key_in_header(authorization: str | None) -> str | None:
    """Read the write key of Basic auth (as Segment's SDKs send it: user name, empty password), or the bare key."""
    scheme, _, credentials = (authorization or "").partition(" ")
    if scheme.lower() != "basic":
        return scheme if _WRITE_KEY.fullmatch(scheme) else None
    if _WRITE_KEY.fullmatch(credentials):
        return credentials
    try:
        return base64.b64decode(credentials).decode().partition(":")[0]
    except ValueError:
        return None


def _jitsu_key(header: str | None) -> str | None:
    """Read the write key of `X-Write-Key`, where a secret may follow after a colon."""
    return (header or "").partition(":")[0] or None


def _source_of(write_key: Any, problem: InvalidInputError | None) -> Source:
    if not write_key:
        raise problem or UnauthorizedError(
            "A write key is required: send it by Basic auth as the user name, as `writeKey` in the "
            "body, or in the query."
        )
    well_formed = isinstance(write_key, str) and _WRITE_KEY.fullmatch(write_key)
    source = _look_up(write_key) if well_formed else None
    if source is None:
        raise UnauthorizedError("This write key does not exist: copy it from the settings of the source.")
    if not source.enabled:
        raise UnauthorizedError("The source of this write key is disabled.", code="source_disabled")
    return source


def _look_up(write_key: str) -> Source | None:
    try:
        return resolve_write_key(write_key)
    except (BotoCoreError, ClientError):
        message = "The source of this write key cannot be looked up at the moment: send the events again."
        raise UnavailableError(message, retry_after=RETRY_AFTER) from None


def _check_origin(source: Source, origin: str | None) -> None:
    if origin and not source.allows_origin(origin, settings().allowed_origins):
        raise ForbiddenError(
            "Pages of this origin may not send to this source: add it to the source's allowed origins.",
            code="origin_not_allowed",
        )


def _reception(request: TrackingRequest, source: Source, now: int) -> Reception:
    # A server's own address and user agent say nothing about the customer.
    direct = source.kind != "server"
    return Reception(
        source_id=source.id,
        source_kind=source.kind,
        received_at=now,
        user_agent=request.user_agent if source.kind == "web" else None,
        ip=request.ip if direct and settings().store_ip else None,
        repeated=request.repeated,
        archived=request.archived,
    )


def _rejected_whole(
    request: TrackingRequest, problem: InvalidInputError, reception: Reception, log: Log
) -> InvalidInputError:
    rejection = reject(request.body, problem, message_type=request.type, index=0, reception=reception)
    store([], [rejection], log)
    details: Mapping[str, Any] = {**problem.details, "rejected_id": rejection.id}
    return type(problem)(problem.message, code=problem.code, details=dict(details))
