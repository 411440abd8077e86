"""Parse the values of filters in a query string. Each parser raises ValueError with what would be right."""

import re
from collections.abc import Callable
from datetime import date

from crm.api.parameters import with_plus
from crm.domain.api_key import CLASS_PATTERN
from crm.domain.consent import CONSENT_STATES, consent_key_of
from crm.domain.operators import day_or_instant_of_text, milliseconds_of

MAX_FILTER_NAME_LENGTH = 200
"""Maximum length of a class, a user's name, and a consent with its state, in characters."""

MAX_FILTER_VALUES = 100
_MAX_BEGINNING_LENGTH = 512

_SEPARATOR = re.compile(r"(?<!\\),")
_EARLIEST, _LATEST = date(1970, 1, 1), date(9998, 12, 31)
"""Bounds of dates: the day before the first and the day after the last exist in every time zone."""


def read_texts(longest: int) -> Callable[[str], list[str]]:
    r"""Parse texts separated by commas, which also covers repeated parameters; `\,` is a comma within a text."""

    def read(text: str) -> list[str]:
        parts = [part.replace("\\,", ",").strip() for part in _SEPARATOR.split(text)]
        found = list(dict.fromkeys(part for part in parts if part))
        if not 1 <= len(found) <= MAX_FILTER_VALUES or max(map(len, found)) > longest:
            raise ValueError(f"must be 1 to {MAX_FILTER_VALUES} texts of at most {longest} characters")
        return found

    return read


def searched_text(text: str) -> str:
    """Parse a text that is searched for."""
    if len(text) > _MAX_BEGINNING_LENGTH:
        raise ValueError(f"must be a text of at most {_MAX_BEGINNING_LENGTH} characters")
    return text


def read_classes(text: str) -> list[str]:
    """Parse slugs of classes."""
    found = read_texts(MAX_FILTER_NAME_LENGTH)(text)
    if not all(re.fullmatch(CLASS_PATTERN, name) for name in found):
        raise ValueError("must be a list of classes, each of 1 to 50 lower-case letters, digits, - and _")
    return found


def read_consents(text: str) -> dict[str, list[str]]:
    """Parse consents, as the key of each consent to the requested states."""
    states_by_key: dict[str, list[str]] = {}
    for part in read_texts(MAX_FILTER_NAME_LENGTH)(text):
        key, _, state = (piece.strip() for piece in part.rpartition(":"))
        if not key or state not in CONSENT_STATES:
            raise ValueError(
                "must be of the form email:granted or sms:newsletter:denied, with one of the states "
                f"{', '.join(CONSENT_STATES)}"
            )
        states_by_key.setdefault(consent_key_of(key), []).append(state)
    return states_by_key


def read_switch(text: str) -> bool:
    """Parse `true` or `false`."""
    if text not in {"true", "false"}:
        raise ValueError("must be true or false")
    return text == "true"


def read_moment(text: str) -> str | int:
    """Parse a day such as `2026-11-21`, or an instant as epoch ms, as conditions do."""
    try:
        read = day_or_instant_of_text(with_plus(text)) or ""
        day = _within(date.fromisoformat(read[: len("2026-11-21")]))
    except ValueError:
        raise ValueError(
            "must be a date (2026-11-21 or 21.11.2026) or an ISO 8601 instant (2026-11-21T19:30:00Z)"
        ) from None
    return milliseconds_of(read) if len(read) > len("2026-11-21") else day.isoformat()


def _within(day: date) -> date:
    if not _EARLIEST <= day <= _LATEST:
        raise ValueError("too early or too late")
    return day
