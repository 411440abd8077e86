"""Values of attributes by type: the accepted input, and the stored form.

Each reader returns plain JSON and raises ValueError saying what would be right, never repeating the input. They are
the only readers of these types: the card, exports, conditions, expressions, forms and imports use them.
"""

import re
import unicodedata
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

from crm.domain.list_text import separated
from crm.domain.numbers import WANTED, number_of, numeral
from crm.domain.times import iso

MAX_TEXT_LENGTH = 2_000
MAX_ENTRY_LENGTH = 200
MAX_ENTRIES = 100

_MAX_EXACT_INTEGER = 2**53
_MAX_LISTED = 20
_DAY_FIRST = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})", re.ASCII)
_DAY_WITH_OFFSET = re.compile(r"(\d{4}-\d\d-\d\d)(Z|[+-]\d\d(?::?\d\d)?)", re.ASCII)
_DIGITS = re.compile(r"-?\d{8,19}(?:\.\d{1,9})?", re.ASCII)
_UNWRITABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_BOOLEANS = {
    **dict.fromkeys(("true", "yes", "on", "1"), True),
    **dict.fromkeys(("false", "no", "off", "0"), False),
}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LEAST_EPOCH = 100_000_000
"""An epoch number has at least nine digits: a shorter one may be a year, an age or a placeholder."""

_SECONDS = (-2_208_988_800, 4_102_444_800)
"""Epoch numbers in between are seconds, of the years 1900 to 2099; all others are milliseconds."""


class _Moment(NamedTuple):
    """An instant or a day. `at` as it is written, with its offset if it has one; `is_day` for a whole day."""

    at: datetime
    is_day: bool


def read_text(value: Any, longest: int = MAX_TEXT_LENGTH) -> str:
    """Read a text: trimmed, NFC, lines ended by `\\n`. A number is accepted: many systems send postal codes as one."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise ValueError("must be a text")
    if isinstance(value, float):
        value = read_number(value)
    text = unicodedata.normalize("NFC", str(value)).replace("\r\n", "\n").replace("\r", "\n").strip()
    if len(text) > longest:
        raise ValueError(f"must have at most {longest} characters")
    if _UNWRITABLE.search(text):
        raise ValueError("must not contain control characters other than line breaks and tabs")
    return text


def read_number(value: Any, mark: str | None = None) -> int | float:
    """Read a JSON number, or the text of one (`crm.domain.numbers`) with this decimal mark.

    Whole numbers are int, so that equal numbers are written alike.
    """
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise ValueError(WANTED)
    read = number_of(value) if not isinstance(value, str) else float(numeral(value, mark))
    if read is None or not abs(read) < _MAX_EXACT_INTEGER:
        raise ValueError(
            "must be a number of at most 15 digits before the decimal point; longer numbers are texts"
        )
    number = float(read)
    return int(number) if number.is_integer() else number


def read_boolean(value: Any) -> bool:
    """Read JSON's true and false, yes and no, on and off (as forms send it), 1 and 0."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    known = _BOOLEANS.get(str(value).strip().lower()) if isinstance(value, str | int) else None
    if known is None:
        raise ValueError("must be true or false (or yes, no, on, off, 1, 0)")
    return known


def read_date(value: Any) -> str:
    """Return `YYYY-MM-DD` for a date, an instant (its date as written, whatever the offset), or an epoch number (its
    date in UTC).
    """
    try:
        return read_moment(value).at.date().isoformat()
    except ValueError:
        raise ValueError("must be a date: 2026-11-21 or 21.11.2026") from None


def read_datetime(value: Any) -> str:
    """Return `2026-11-21T19:30:00.000Z` for an instant, an epoch number, or a date: its midnight.

    Without an offset it is in UTC.
    """
    try:
        return _instant(read_moment(value))
    except (ValueError, OverflowError):
        raise ValueError("must be a date and time with its offset: 2026-11-21T19:30:00+01:00") from None


def read_day_or_instant(value: Any) -> str:
    """Return `YYYY-MM-DD` for a whole day, any other value as `read_datetime` does."""
    try:
        moment = read_moment(value)
        return moment.at.date().isoformat() if moment.is_day else _instant(moment)
    except (ValueError, OverflowError):
        raise ValueError(
            "must be a date like 2026-11-21 or 21.11.2026, or an instant like 2026-11-21T19:30:00+01:00"
        ) from None


def read_moment(value: Any) -> _Moment:
    """Read an ISO date or instant, `21.11.2026`, the eight digits of a date, or an epoch number.

    An epoch number is in seconds or milliseconds, also as a text. Raises ValueError.
    """
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise ValueError
    text = value.strip() if isinstance(value, str) else _plain(value)
    if not _DIGITS.fullmatch(text):
        return _written(text)
    if len(text) == len("20261121"):
        try:
            return _written(text)
        except ValueError:
            pass
    return _of_epoch(float(text))


def _plain(number: float) -> str:
    return str(int(number)) if isinstance(number, int) or number.is_integer() else str(number)


def _of_epoch(number: float) -> _Moment:
    first, last = _SECONDS
    if abs(number) < _LEAST_EPOCH:
        raise ValueError
    milliseconds = number * 1000 if first <= number < last else number
    try:
        return _Moment(_EPOCH + timedelta(milliseconds=int(milliseconds)), is_day=False)
    except OverflowError:
        raise ValueError from None


def _written(text: str) -> _Moment:
    if day_first := _DAY_FIRST.fullmatch(text):
        day, month, year = map(int, day_first.groups())
        return _midnight(date(year, month, day))
    if with_offset := _DAY_WITH_OFFSET.fullmatch(text):
        day_text, offset = with_offset.groups()
        return _Moment(datetime.fromisoformat(f"{day_text}T00:00:00{offset}"), is_day=True)
    try:
        return _midnight(date.fromisoformat(text))
    except ValueError:
        return _Moment(datetime.fromisoformat(text), is_day=False)


def _midnight(day: date) -> _Moment:
    return _Moment(datetime(day.year, day.month, day.day), is_day=True)  # noqa: DTZ001 - a day has no zone


def _instant(moment: _Moment) -> str:
    aware = moment.at if moment.at.tzinfo else moment.at.replace(tzinfo=UTC)
    return iso((aware - _EPOCH) // timedelta(milliseconds=1))


def read_choice(value: Any, choices: Sequence[str]) -> str:
    """Return the choice as it is declared, in any capitalisation."""
    wanted = read_text(value).casefold()
    for choice in choices:
        if choice.casefold() == wanted:
            return choice
    listed = ", ".join(choices[:_MAX_LISTED]) + ("..." if len(choices) > _MAX_LISTED else "")
    raise ValueError(f"must be one of {listed}")


def read_list(value: Any, choices: Sequence[str] = ()) -> list[str]:
    """Read a list of texts, or one text (`crm.domain.list_text`): each entry once, in order, none empty."""
    if isinstance(value, str):
        value = separated(value)
    if not isinstance(value, list) or not all(isinstance(entry, str | int | float | None) for entry in value):
        raise ValueError("must be a list of texts, or one text with ; or , between them")
    texts = [text for entry in value if entry is not None and (text := read_text(entry, MAX_ENTRY_LENGTH))]
    entries = list(dict.fromkeys(read_choice(text, choices) if choices else text for text in texts))
    if len(entries) > MAX_ENTRIES:
        raise ValueError(f"must have at most {MAX_ENTRIES} entries")
    return entries
