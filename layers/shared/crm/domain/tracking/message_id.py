"""Deduplicate messages by their ids: two deliveries with one id are the same activity."""

import hashlib
import json
import re
import uuid
from collections.abc import Callable
from typing import Any

from crm.domain.errors import InvalidInputError

_NOT_PLAIN = re.compile(r'[^!-"$-~]')
_MAX_LENGTH = 100
_DIGEST_LENGTH = 16
_SAME_MESSAGE = uuid.UUID("5b0a5e0c-9d5c-5f0e-8c39-8f6f1f0f6d52")
_CHANGES_WHEN_RESENT = frozenset({"sentAt", "writeKey", "_metadata"})


def stated_message_id(message: dict[str, Any]) -> str | None:
    """Return the client's id, fit for a key of the table; None without one.

    An id of more than 100 characters, or with characters other than printable ASCII without `#`, is shortened and
    cleaned, and made unique by its digest. Raises InvalidInputError when it is neither text nor a number.
    """
    stated = message.get("messageId")
    if stated is None or stated == "":
        return None
    if isinstance(stated, bool) or not isinstance(stated, str | int | float):
        raise InvalidInputError("`messageId` must be text.", code="invalid_message_id")
    text = str(stated)
    if (
        len(text) <= _MAX_LENGTH
        and text.isascii()
        and text.isprintable()
        and " " not in text
        and "#" not in text
    ):
        return text
    digest = hashlib.sha256(text.encode()).hexdigest()[:_DIGEST_LENGTH]
    return f"{_NOT_PLAIN.sub('_', text[:_MAX_LENGTH])}~{digest}"


def derived_message_id(
    message: dict[str, Any], message_type: str, *, dated: bool, new_id: Callable[[], str]
) -> str:
    """Derive an id for a message without one: from its content if it carries its time, else a new one."""
    if not dated:
        return new_id()
    content = {name: value for name, value in message.items() if name not in _CHANGES_WHEN_RESENT}
    content["type"] = message_type
    return str(uuid.uuid5(_SAME_MESSAGE, json.dumps(content, sort_keys=True)))
