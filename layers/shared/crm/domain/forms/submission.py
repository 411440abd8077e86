"""A submission of a form, in any of its formats."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from crm.domain.errors import InvalidInputError
from crm.domain.forms.definition import CONSENT_FIELD_PREFIX, RESERVED_PREFIX, ConsentBox, Form
from crm.domain.value_types import read_boolean

FieldProblem = dict[str, str]
"""A problem with a field: its HTML name as `field`, and a `message` that says what would be right."""

MAX_PAGE_LENGTH = 2000
_BESIDE = ("anonymous_id", "submission_id", "page", "context")
_ID = re.compile(r"[A-Za-z0-9-]{1,64}")
# Consents are given by boxes with a wording only, and not by the page's context.
_CONTEXT = frozenset(
    {"campaign", "library", "locale", "page", "referrer", "screen", "timezone", "userAgentData"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """A submission: `fields` by HTML name and `consents` by key, as sent. A second delivery with the same `id` is the
    same submission.
    """

    fields: dict[str, Any]
    consents: dict[str, Any]
    context: dict[str, Any]
    anonymous_id: Any = None
    id: str | None = None

    def is_spam(self, form: Form) -> bool:
        """Return whether the honeypot, which people do not see, was filled."""
        return bool(self.fields.get(form.honeypot))


def read_submission(body: Mapping[str, Any], *, id: str | None = None, page: str | None = None) -> Submission:
    """Read a submission in either shape: `{fields, consents, ...}`, or the names of an HTML form in one object.

    `id` and `page` are those of the request, where the submission itself has none. Raises InvalidInputError.
    """
    parts = body if isinstance(body.get("fields"), dict) else _parts_of(body)
    consents = parts.get("consents") or {}
    if not isinstance(consents, dict):
        raise InvalidInputError(
            "consents must be an object with the value true for the key of each ticked checkbox",
            code="invalid_submission",
            details={"field": "consents"},
        )
    return Submission(
        fields=dict(parts["fields"]),
        consents=consents,
        context=_context_of(parts, page),
        anonymous_id=parts.get("anonymous_id"),
        id=valid_id(parts.get("submission_id") or id),
    )


def _parts_of(flat: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "fields": {name: value for name, value in flat.items() if not name.startswith(RESERVED_PREFIX)},
        "consents": {
            name.removeprefix(CONSENT_FIELD_PREFIX): value
            for name, value in flat.items()
            if name.startswith(CONSENT_FIELD_PREFIX)
        },
        **{name: flat.get(RESERVED_PREFIX + name) for name in _BESIDE},
    }


def valid_id(text: Any) -> str | None:
    """Validate a submission's id, or none. Raises InvalidInputError."""
    if text is None or (isinstance(text, str) and _ID.fullmatch(text)):
        return text
    raise InvalidInputError(
        "a submission's id (submission_id, _submission_id or Idempotency-Key) must have 1 to 64 "
        "letters, digits and -",
        code="invalid_submission_id",
    )


def _context_of(parts: Mapping[str, Any], referrer: str | None) -> dict[str, Any]:
    given_context = parts.get("context")
    context = (
        {name: given_context[name] for name in given_context if name in _CONTEXT}
        if isinstance(given_context, dict)
        else {}
    )
    address = next((text for text in (parts.get("page"), referrer) if is_page(text)), None)
    if address and not isinstance(context.get("page"), dict):
        context["page"] = {"url": address}
    return context


def is_page(text: Any) -> bool:
    """Return whether a text is the address of a web page."""
    if not isinstance(text, str) or len(text) > MAX_PAGE_LENGTH or not text.isprintable():
        return False
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.netloc)


def to_document(submission: Submission) -> dict[str, Any]:
    """Convert a submission to the document that `read_submission` reads, in which a rejected one is kept."""
    others = {
        "anonymous_id": submission.anonymous_id,
        "submission_id": submission.id,
    }
    return {
        "fields": submission.fields,
        "consents": submission.consents,
        "context": submission.context,
        **{name: value for name, value in others.items() if value is not None},
    }


def to_flat(submission: Submission) -> tuple[dict[str, Any], dict[str, str]]:
    """Return the input by the names of the HTML form, and the values that come with it, to be sent again."""
    boxes = {CONSENT_FIELD_PREFIX + key: value for key, value in submission.consents.items()}
    page = submission.context.get("page")
    others = {
        "anonymous_id": submission.anonymous_id,
        "submission_id": submission.id,
        "page": page.get("url") if isinstance(page, dict) else None,
    }
    texts = {
        RESERVED_PREFIX + name: value for name, value in others.items() if isinstance(value, str) and value
    }
    return submission.fields | boxes, texts


def given(value: Any, *, many: bool) -> Any:
    """Return the input, None for nothing.

    Of several values under one name the last counts, unless many are allowed.
    """
    if isinstance(value, list):
        filled = [one for one in value if given(one, many=many) is not None]
        return (filled or None) if many else (filled[-1] if filled else None)
    return None if isinstance(value, str) and not value.strip() else value


def ticked(
    boxes: Iterable[ConsentBox], submission: Submission
) -> tuple[list[ConsentBox], list[FieldProblem]]:
    """Return the ticked boxes, and the problems of the others."""
    agreed: list[ConsentBox] = []
    problems: list[FieldProblem] = []
    for box in boxes:
        try:
            is_ticked = _is_ticked(submission.consents.get(box.key))
        except ValueError as error:
            problems.append({"field": box.name, "message": str(error)})
            continue
        if is_ticked:
            agreed.append(box)
        elif box.required:
            problems.append({"field": box.name, "message": "must be ticked"})
    return agreed, problems


def _is_ticked(value: Any) -> bool:
    sent = given(value, many=False)
    return sent is not None and read_boolean(sent)
