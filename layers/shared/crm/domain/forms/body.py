"""Bodies of submissions: urlencoded and multipart as browsers send them, and JSON."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any
from urllib.parse import parse_qsl

from crm.domain.errors import InvalidInputError, TooLargeError
from crm.domain.tracking.wire import is_deeper, parse_document

MAX_BODY_BYTES = 64 * 1024
_MAX_PARTS = 200
_FORM_TYPES = frozenset({"application/x-www-form-urlencoded", "multipart/form-data"})
# A page of another origin can send text without a preflight request, and JSON only with one.
_JSON_TYPES = frozenset({"application/json", "text/plain"})
_LEVELS = 8

SubmittedFields = dict[str, Any]
"""Fields by name: a text, or a list of the texts with one name; of JSON, the values as sent."""


def is_json(content_type: str | None) -> bool:
    """Return whether a body of this type is read as JSON."""
    return _bare(content_type) in _JSON_TYPES


def read_body(body: bytes, content_type: str | None) -> SubmittedFields:
    """Parse a submission's body.

    Raises TooLargeError, and InvalidInputError for one that is unreadable or holds a file.
    """
    if len(body) > MAX_BODY_BYTES:
        raise TooLargeError(
            "the submission is larger than 64 KB: shorten the text",
            code="submission_too_large",
            details={"limit_bytes": MAX_BODY_BYTES},
        )
    if is_json(content_type):
        return _read_json(body)
    if _bare(content_type) in _FORM_TYPES:
        return _read_form(body, content_type or "")
    raise InvalidInputError(
        "the Content-Type must be application/x-www-form-urlencoded, multipart/form-data or application/json",
        code="invalid_content_type",
        details={"header": "Content-Type"},
    )


def _bare(content_type: str | None) -> str:
    return (content_type or "").partition(";")[0].strip().lower()


def _read_json(body: bytes) -> SubmittedFields:
    try:
        document = parse_document(body)
    except InvalidInputError:
        raise InvalidInputError("the body must be one JSON object in UTF-8", code="invalid_json") from None
    if is_deeper(document, _LEVELS):
        raise InvalidInputError(f"the body is nested deeper than {_LEVELS} levels", code="too_deep")
    return document


def _read_form(body: bytes, content_type: str) -> SubmittedFields:
    is_multipart = _bare(content_type) == "multipart/form-data"
    texts_by_name: dict[str, list[str]] = {}
    try:
        for name, text in _multipart(body, content_type) if is_multipart else _urlencoded(body):
            texts_by_name.setdefault(name, []).append(text)
    except ValueError:
        raise InvalidInputError(
            f"the body does not match its Content-Type, or has more than {_MAX_PARTS} fields",
            code="invalid_body",
        ) from None
    return {name: texts[0] if len(texts) == 1 else texts for name, texts in texts_by_name.items()}


# Forms are read as UTF-8, whatever charset is declared: some charsets can express what UTF-8 cannot.
def _urlencoded(body: bytes) -> list[tuple[str, str]]:
    return parse_qsl(body.decode(errors="replace"), keep_blank_values=True, max_num_fields=_MAX_PARTS)


def _multipart(body: bytes, content_type: str) -> Iterator[tuple[str, str]]:
    from multipart import MultipartParser, parse_options_header

    _, options = parse_options_header(content_type)
    for part in MultipartParser(BytesIO(body), options.get("boundary", ""), len(body), part_limit=_MAX_PARTS):
        if part.filename:
            raise InvalidInputError("forms do not accept files: send the fields only", code="file_not_taken")
        yield part.name, part.raw.decode(errors="replace")
