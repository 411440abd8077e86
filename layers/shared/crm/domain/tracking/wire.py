"""The body of a tracking request: from the bytes as received to the messages they hold."""

import json
import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from crm.domain.errors import InvalidInputError, TooLargeError
from crm.domain.json_text import decode, encode, size_of
from crm.domain.tracking.client_time import client_time
from crm.domain.well_formed import SURROGATE

MAX_MESSAGE_BYTES = 32 * 1024
MAX_BATCH_BYTES = 500 * 1024
MAX_BATCH_MESSAGES = 2500
MAX_EXPANDED_BYTES = 1024 * 1024
"""Maximum bytes of the messages of a batch, each with the context that they share."""

EXPANDED_TOO_LARGE = "expanded_too_large"
"""Code of the messages beyond that maximum."""

BYTES_PER_TOKEN = 8 * 1024
"""A request costs a token of its source's rate limit for each message, or for this many bytes, whichever is more."""

MAX_DEPTH = 254
"""What orjson writes, which makes the check free."""

"""Limits of Segment's HTTP tracking API."""

MESSAGE_TYPES = {
    "identify": "identify",
    "track": "track",
    "page": "page",
    "screen": "screen",
    "group": "group",
    "alias": "alias",
    "batch": "batch",
    "i": "identify",
    "t": "track",
    "p": "page",
    "s": "screen",
    "g": "group",
    "a": "alias",
    "b": "batch",
}
"""The last part of the path, long or short, and the type of the messages that are sent to it."""

_NESTED = frozenset({dict, list})
_GZIP_MAGIC = b"\x1f\x8b"
_GZIP_WINDOW = 31  # zlib: a gzip header and the largest window
_UTF8_MARK = b"\xef\xbb\xbf"
_SURROGATE_ESCAPE = re.compile(rb"\\u[dD][89a-fA-F]")


@dataclass(frozen=True, slots=True)
class Envelope:
    """The messages of one request. `type` is that of a single message, or `batch`; `sent_at` in epoch ms.

    `context`: what they share, of `context_bytes` as JSON.
    """

    type: str
    messages: list[Any]
    context: Mapping[str, Any] = field(default_factory=dict)
    sent_at: int | None = None
    context_bytes: int = 0

    @property
    def is_batch(self) -> bool:
        """Return whether the request is a batch."""
        return self.type == "batch"

    def tokens(self, body_bytes: int) -> int:
        """Return the cost of the request against its source's rate limit."""
        expanded = body_bytes + len(self.messages) * self.context_bytes
        return max(len(self.messages), -(-min(expanded, MAX_EXPANDED_BYTES) // BYTES_PER_TOKEN))


def decompress(body: bytes) -> bytes:
    """Decompress a gzipped body, recognised by its first bytes whatever the headers say; return any other unchanged.

    Raises TooLargeError before unpacking more than a request may hold, InvalidInputError for a broken archive.
    """
    if is_archive(body):
        body = _gunzip(body)
    if len(body) > MAX_BATCH_BYTES:
        raise _batch_too_large()
    return body


def _gunzip(body: bytes) -> bytes:
    stream = zlib.decompressobj(wbits=_GZIP_WINDOW)
    try:
        unpacked = stream.decompress(body, MAX_BATCH_BYTES + 1)
    except zlib.error:
        raise _broken_gzip() from None
    if len(unpacked) > MAX_BATCH_BYTES:
        raise _batch_too_large()
    if not stream.eof:
        raise _broken_gzip()
    return unpacked


def is_archive(body: bytes) -> bool:
    """Return whether the body is gzipped, by its first bytes."""
    return body[:2] == _GZIP_MAGIC


def unpacked_beginning(body: bytes, length: int) -> bytes:
    """Return the first bytes of a body, decompressed as far as possible; never raises."""
    if not is_archive(body):
        return body[:length]
    try:
        return zlib.decompressobj(wbits=_GZIP_WINDOW).decompress(body, length)
    except zlib.error:
        return body[:length]


def _broken_gzip() -> InvalidInputError:
    return InvalidInputError("The body is not a complete gzip stream.", code="invalid_gzip")


def _batch_too_large() -> TooLargeError:
    message = "The request is larger than 500 KB: split it into smaller batches."
    return TooLargeError(message, code="batch_too_large", details={"limit_bytes": MAX_BATCH_BYTES})


def parse_document(body: bytes) -> dict[str, Any]:
    """Parse a body to a JSON object. Values that JSON cannot express (NaN, infinities) are read as null.

    Raises InvalidInputError when it is not UTF-8, not JSON, nested too deeply, or not an object.
    """
    try:
        document = decode(body.removeprefix(_UTF8_MARK))
    except (ValueError, RecursionError):
        message = "The body is not JSON in UTF-8: send one JSON object."
        raise InvalidInputError(message, code="invalid_json") from None
    if not isinstance(document, dict):
        message = "The body must be a JSON object: a message, or an object with a list `batch`."
        raise InvalidInputError(message, code="invalid_json")
    return _well_formed(document) if _SURROGATE_ESCAPE.search(body) else document


def _well_formed(document: dict[str, Any]) -> dict[str, Any]:
    # JavaScript that cuts a title may leave half an emoji, which UTF-8 cannot encode.
    text = json.dumps(document, ensure_ascii=False)
    well_formed: dict[str, Any] = json.loads(SURROGATE.sub("\ufffd", text))
    return well_formed


def read_envelope(document: dict[str, Any], message_type: str) -> Envelope:
    """Read the messages of a document that was sent to the path of `message_type`.

    Raises InvalidInputError when a batch is not a list, or empty.
    """
    if message_type != "batch":
        return Envelope(message_type, [document])
    messages, context = _messages(document), _batch_context(document)
    size = _ensure_small(context) if context else 0
    return Envelope("batch", messages, context, client_time(document.get("sentAt")), size)


def _messages(document: dict[str, Any]) -> list[Any]:
    messages = document.get("batch")
    if not isinstance(messages, list):
        raise InvalidInputError("`batch` must be a list of messages.", code="invalid_batch")
    if not messages:
        raise InvalidInputError("`batch` is empty: send at least one message.", code="empty_batch")
    if len(messages) > MAX_BATCH_MESSAGES:
        message = f"`batch` contains more than {MAX_BATCH_MESSAGES} messages: split it into smaller batches."
        raise TooLargeError(message, code="batch_too_large", details={"limit_messages": MAX_BATCH_MESSAGES})
    return messages


def _batch_context(document: dict[str, Any]) -> dict[str, Any]:
    context = document.get("context") or {}
    if not isinstance(context, dict):
        raise InvalidInputError("`context` of a batch must be an object.", code="invalid_context")
    return context


def _ensure_small(context: dict[str, Any]) -> int:
    """Return the bytes of a batch's context as JSON. Raises TooLargeError over the limit."""
    size = size_of(context)
    if size > MAX_MESSAGE_BYTES:
        message = "`context` of a batch is larger than 32 KB."
        raise TooLargeError(message, code="batch_too_large", details={"limit_bytes": MAX_MESSAGE_BYTES})
    return size


def check_message(message: Any) -> int:
    """Return the bytes of a message as JSON.

    Raises TooLargeError for a message of more than 32 KB, InvalidInputError for one nested too deeply.
    """
    try:
        size = len(orjson.dumps(message))
    except TypeError:  # nested deeper than orjson writes, or a whole number over 64 bits
        if is_deeper(message, MAX_DEPTH):
            raise too_deep() from None
        size = len(encode(message))
    if size > MAX_MESSAGE_BYTES:
        problem = "The message is larger than 32 KB."
        raise TooLargeError(problem, code="message_too_large", details={"limit_bytes": MAX_MESSAGE_BYTES})
    return size


def expanded_too_large() -> TooLargeError:
    """Return the error for messages of a batch that are too large together, each with the context that they share."""
    problem = (
        "The previous messages of the batch take 1 MB, each with the batch's `context`: send smaller batches."
    )
    return TooLargeError(problem, code=EXPANDED_TOO_LARGE, details={"limit_bytes": MAX_EXPANDED_BYTES})


def too_deep() -> InvalidInputError:
    """Return the error for a message that is nested too deeply."""
    problem = f"The message is nested deeper than {MAX_DEPTH} levels."
    return InvalidInputError(problem, code="too_deep", details={"limit_levels": MAX_DEPTH})


def is_deeper(value: Any, levels: int) -> bool:
    """Return whether objects and lists are nested deeper than this many levels."""
    level = [value] if type(value) in _NESTED else []
    for _ in range(levels):
        level = [
            inner
            for outer in level
            for inner in (outer.values() if type(outer) is dict else outer)
            if type(inner) in _NESTED
        ]
        if not level:
            return False
    return True
