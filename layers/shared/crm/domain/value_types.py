"""Values of attributes by type: what may be sent, and how it is kept.

Each reader answers plain JSON and raises ValueError saying what would be right, never what was sent.
"""

import math
import re
import unicodedata
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from crm.domain.times import iso, parse_time

LONGEST_TEXT = 2_000
LONGEST_ENTRY = 200
MOST_ENTRIES = 100

_LARGEST_EXACT = 2**53
_MOST_TOLD = 20
_NUMERIC = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,4})?", re.ASCII)
_DAY_FIRST = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})", re.ASCII)
_UNWRITABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_BOOLEANS = {
    **dict.fromkeys(("true", "yes", "on", "1"), True),
    **dict.fromkeys(("false", "no", "off", "0"), False),
}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def read_text(value: Any, longest: int = LONGEST_TEXT) -> str:
    """Trimmed, in NFC, lines ended by `\\n`. A number is a text too: many systems send a postal code as one."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise ValueError("must be a text")
    if isinstance(value, float):
        value = read_number(value)
    text = unicodedata.normalize("NFC", str(value)).replace("\r\n", "\n").replace("\r", "\n").strip()
    if len(text) > longest:
        raise ValueError(f"must have at most {longest} characters")
    if _UNWRITABLE.search(text):
        raise ValueError("must have no control characters but line breaks and tabs")
    return text


def read_number(value: Any) -> int | float:
    """A JSON number or its text. Whole numbers are int, so that equal numbers are written alike."""
    text = value.strip() if isinstance(value, str) else ""
    if isinstance(value, bool) or not (isinstance(value, int | float) or _NUMERIC.fullmatch(text)):
        raise ValueError("must be a number like 1234.5: with a point, and without separators of thousands")
    number = float(text or value) if text or abs(value) < _LARGEST_EXACT else math.inf
    if not abs(number) < _LARGEST_EXACT:
        raise ValueError("must be a number of at most 15 digits before the point; what is longer is a text")
    return int(number) if number.is_integer() else number


def read_boolean(value: Any) -> bool:
    """JSON's true and false, yes and no, on and off (as forms send it), 1 and 0."""
    known = _BOOLEANS.get(str(value).strip().lower()) if isinstance(value, str | int) else None
    if known is None:
        raise ValueError("must be true or false (or yes, no, on, off, 1, 0)")
    return known


def read_date(value: Any) -> str:
    """`YYYY-MM-DD` of an ISO date, of an ISO instant (its date as written) or of `21.11.2026`."""
    try:
        return _read_moment(value).date().isoformat()
    except ValueError:
        raise ValueError("must be a date: 2026-11-21 or 21.11.2026") from None


def read_datetime(value: Any) -> str:
    """`2026-11-21T19:30:00.000Z` of an ISO instant, of an epoch number (s or ms) or of a date: its midnight.

    What says no offset is in UTC.
    """
    try:
        return iso(_milliseconds(value))
    except (ValueError, OverflowError):
        raise ValueError("must be a date and time with its offset: 2026-11-21T19:30:00+01:00") from None


def _milliseconds(value: Any) -> int:
    if not isinstance(value, str):
        milliseconds = parse_time(value)
        if milliseconds is None:
            raise ValueError
        return milliseconds
    moment = _read_moment(value)
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return (aware - _EPOCH) // timedelta(milliseconds=1)


def _read_moment(value: Any) -> datetime:
    text = value.strip() if isinstance(value, str) else ""
    if day_first := _DAY_FIRST.fullmatch(text):
        day, month, year = map(int, day_first.groups())
        text = date(year, month, day).isoformat()
    return datetime.fromisoformat(text)


def read_choice(value: Any, choices: Sequence[str]) -> str:
    """The choice as it is declared, however the value is capitalised."""
    wanted = read_text(value).casefold()
    for choice in choices:
        if choice.casefold() == wanted:
            return choice
    told = ", ".join(choices[:_MOST_TOLD]) + ("..." if len(choices) > _MOST_TOLD else "")
    raise ValueError(f"must be one of {told}")


def read_list(value: Any, choices: Sequence[str] = ()) -> list[str]:
    """A list of texts, or one text with `;` (if there is one) or `,` between them: each once, in this order."""
    if isinstance(value, str):
        value = value.split(";" if ";" in value else ",")
    if not isinstance(value, list) or not all(isinstance(entry, str | int | float) for entry in value):
        raise ValueError("must be a list of texts, or one text with ; or , between them")
    texts = [text for entry in value if (text := read_text(entry, LONGEST_ENTRY))]
    entries = list(dict.fromkeys(read_choice(text, choices) if choices else text for text in texts))
    if len(entries) > MOST_ENTRIES:
        raise ValueError(f"must have at most {MOST_ENTRIES} entries")
    return entries
