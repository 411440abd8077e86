"""Times as clients write them: unusual ISO 8601, dates of HTTP and of JavaScript, epoch numbers of any unit."""

import re
from datetime import UTC, datetime
from typing import Any

from crm.domain.times import parse_time

_MAX_LENGTH = 100
_SECOND_MS, _DAY_MS = 1000, 86_400_000
_LATEST_MS = 253_402_300_799_999
_EPOCH = re.compile(r"-?\d{1,19}(?:[.,]\d{1,9})?", re.ASCII)
_EXPONENT = re.compile(r"\d\.\d{7,18}E\+?\d{1,2}", re.ASCII | re.IGNORECASE)
_PLAIN = str.maketrans(
    dict.fromkeys("\u2010\u2011\u2012\u2013\u2212", "-") | dict.fromkeys("\u200b\ufeff", "")
)
_ORDINAL = re.compile(r"\A(\d{4})-(\d{3})(?=[T ]|\Z)", re.ASCII)
_LOCALE = re.compile(
    r"([A-Z][a-z]{2})[a-z]* (\d{1,2}), (\d{4}),? (\d{1,2}:\d\d(?::\d\d)?)\s([AP]M)", re.ASCII
)
_DOTNET = re.compile(r"/Date\((-?\d{1,19})(?:[+-]\d{4})?\)/", re.ASCII)
_COMPACT = re.compile(r"(?:19|20)\d{12}", re.ASCII)
_DATE_DIGITS = 8
_MIN_EPOCH_DIGITS = 9
"""Minimum digits: fewer are a time before March 1973, or more probably a year or another number."""

_MAIL_MIDNIGHT = re.compile(r" 24(?=:00(?::00)?(?![\d:]))", re.ASCII)
_MAIL_LEAP_SECOND = re.compile(r"(?<= \d\d:\d\d):60(?!\d)", re.ASCII)
_GO = re.compile(
    r"(?<=[+-]\d{4})(?: [A-Z]{2,5}| [+-]\d{2,4})?(?: m=[+-]\d+\.\d+)?\Z|(?<=UTC) m=[+-]\d+\.\d+\Z", re.ASCII
)
"""What Go prints after an offset: the zone's name again, and the reading of its monotonic clock."""

_ZONE = re.compile(r"\s*(?:\[[^\]]*\]|(?<=[\d\s])(?:UTC|GMT|Z))\Z", re.IGNORECASE)
_OFFSET = re.compile(r"\s+([+-]\d\d:?\d\d)\Z", re.ASCII)
_DATE = re.compile(r"\A(\d{4})([/.-])(\d{1,2})\2(\d{1,2})(?!\d)", re.ASCII)
_HOUR = re.compile(r"(?<=\d[T ])(?=\d:)", re.IGNORECASE | re.ASCII)
_MIDNIGHT = re.compile(
    r"(?<=\d[T ])24(?=(?::00(?::00(?:[.,]0+)?)?|00(?:00(?:[.,]0+)?)?)(?![\d.,:]))", re.IGNORECASE
)
_LEAP_SECOND = re.compile(r"(?:(?<=[T ]\d\d:\d\d:)|(?<=[T ]\d{4}))60", re.IGNORECASE)
_JAVASCRIPT = re.compile(
    r"[A-Z][a-z]{2} ([A-Z][a-z]{2}) (\d\d) (\d{4}) (\d\d:\d\d:\d\d) (?:GMT|UTC)([+-]\d{4})?(?: \(.*\))?",
    re.ASCII,
)
_MAIL = re.compile(
    r"(?:[A-Z][a-z]{2,8},? +)?(?:\d{1,2}[ -][A-Z][a-z]{2}[ -]\d{2,4}|[A-Z][a-z]{2} +\d{1,2}) +\d\d:\d\d.*",
    re.ASCII,
)


_UNKNOWN_ZONE = re.compile(r":\d\d\s+(?!(?:UTC?|GMT|Z|[ECMP][SD]T)\b)[A-Za-z]+", re.ASCII)
"""Zone names that the parser reads as UTC though they are not: CET may be Central European or China's time."""


def client_time(value: Any) -> int | None:
    """Parse a time in any client's form to epoch ms; return None for anything but a time from 1970 to 9999."""
    if isinstance(value, str) and value.strip().isdecimal():
        return _of_digits(value.strip())
    moment = parse_time(value)
    if moment is not None or isinstance(value, bool):
        return moment
    if isinstance(value, int | float):
        return _of_small_units(value)
    return _of_text(value) if isinstance(value, str) and len(value) <= _MAX_LENGTH else None


def _of_digits(digits: str) -> int | None:
    if len(digits) == _DATE_DIGITS:
        return parse_time(digits)
    if _COMPACT.fullmatch(digits):
        return parse_time(f"{digits[:8]}T{digits[8:]}")
    return _of_number(digits) if len(digits) >= _MIN_EPOCH_DIGITS and _EPOCH.fullmatch(digits) else None


def _of_number(text: str) -> int | None:
    text = text.replace(",", ".")
    number = int(text) if text.lstrip("-").isdecimal() else float(text)
    moment = parse_time(number)
    return _of_small_units(number) if moment is None else moment


def _of_small_units(number: float) -> int | None:
    """Convert microseconds, or nanoseconds where those lie after the year 9999."""
    if not _LATEST_MS < number < _LATEST_MS * 10**6:
        return None
    unit = 1000 if number // 1000 <= _LATEST_MS else 10**6
    return int(number // unit)


def _of_text(value: str) -> int | None:
    text = value.translate(_PLAIN).strip().strip("\"'").strip()
    if _EPOCH.fullmatch(text) or _EXPONENT.fullmatch(text):
        return _of_number(text)
    if dotnet := _DOTNET.fullmatch(text):
        return parse_time(int(dotnet[1]))
    if _JAVASCRIPT.fullmatch(text) or _MAIL.fullmatch(text):
        return _of_mail(_JAVASCRIPT.sub(r"\2 \1 \3 \4 \5", text))
    if locale := _LOCALE.fullmatch(text.replace("\u202f", " ")):
        return _of_locale(locale)
    return _of_edges(_ORDINAL.sub(_of_ordinal, text))


def _of_locale(match: re.Match[str]) -> int | None:
    """Parse the US format of Java and JavaScript: `Nov 29, 2026, 7:30:00 PM`."""
    month, day, year, clock, half = match.groups()
    seconds = "" if clock.count(":") > 1 else ":00"
    try:
        text = f"{month} {day} {year} {clock}{seconds} {half}"
        return parse_time(datetime.strptime(text, "%b %d %Y %I:%M:%S %p").isoformat())  # noqa: DTZ007 - UTC, as others
    except ValueError:
        return None


def _of_ordinal(date: re.Match[str]) -> str:
    """Convert 2026-333 to a date with its month; return any other text unchanged."""
    try:
        day = datetime.strptime(date[0], "%Y-%j").date()  # noqa: DTZ007 - a day alone
    except (ValueError, OverflowError):
        return date[0]
    return day.isoformat() if day.year == int(date[1]) else date[0]


def _of_mail(text: str) -> int | None:
    from email.utils import parsedate_to_datetime

    if _UNKNOWN_ZONE.search(text):
        return None
    text, midnights = _MAIL_MIDNIGHT.subn(" 00", text, count=1)
    text, seconds = _MAIL_LEAP_SECOND.subn(":59", text, count=1)
    try:
        moment = parsedate_to_datetime(text)
        aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return _later(parse_time(aware.isoformat()), midnights, seconds)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _padded(date: re.Match[str]) -> str:
    return f"{date[1]}-{date[3]:0>2}-{date[4]:0>2}"


def _of_edges(text: str) -> int | None:
    """Parse ISO 8601 with 24:00, a leap second, a zone's name, slashes, a missing zero or an extra blank."""
    plain = _DATE.sub(_padded, _OFFSET.sub(r"\1", _ZONE.sub("", _ZONE.sub("", _GO.sub("", text)))))
    plain = _HOUR.sub("0", plain)
    plain, midnights = _MIDNIGHT.subn("00", plain)
    plain, seconds = _LEAP_SECOND.subn("59", plain)
    return _later(parse_time(plain), midnights, seconds)


def _later(moment: int | None, days: int, seconds: int) -> int | None:
    if moment is None:
        return None
    moment += days * _DAY_MS + seconds * _SECOND_MS
    return moment if moment <= _LATEST_MS else None
