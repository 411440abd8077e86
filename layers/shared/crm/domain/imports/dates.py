"""Read dates and times in every date format that files use."""

import re
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import cache, lru_cache

from crm.domain.errors import InvalidInputError
from crm.domain.imports.month_names import in_numbers
from crm.domain.times import parse_time

_PLAIN_FORMATS = ("DD.MM.YYYY", "YYYY-MM-DD", "YYYY/MM/DD", "YYYY.MM.DD", "DD.MM.YY")
_MONTH_FIRST = ("MM/DD/YYYY", "MM-DD-YYYY", "MM/DD/YY", "MM-DD-YY")
_DAY_FIRST = ("DD/MM/YYYY", "DD-MM-YYYY", "DD/MM/YY", "DD-MM-YY")

_UNDATED = re.compile(r"0+(?:[-./ :T]+0+)*Z?")

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TOKEN = re.compile(r"YYYY|YY|MM?|DD?")
_FORMAT = re.compile(r"(?:YYYY|YY|MM?|DD?|[-./ ]+){3,}")
_GROUPS = {"Y": "year", "M": "month", "D": "day"}
_TIME = (
    r"(?:[T, ]+(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,](?P<fraction>\d{1,9}))?)?"
    r"(?: ?(?P<half>[AaPp])\.?[Mm]\.?)?(?: ?(?:(?P<utc>Z|UTC|GMT)|(?P<sign>[+-])(?P<oh>\d{2}):?(?P<om>\d{2})))?)?"
)
_EPOCH_NUMBER = re.compile(r"\d{10}|\d{13}", re.ASCII)
_CENTURY_TURNS = 30
"""Two-digit years below this are of this century, as in Excel."""

_ORDERED = re.compile(r"\s*(?P<first>\d{1,2})([/-])(?P<second>\d{1,2})\2(?:\d{4}|\d{2})(?!\d)", re.ASCII)
_DOTTED = re.compile(r"\s*\d{1,2}\.\d{1,2}\.(?:\d{4}|\d{2})(?!\d)", re.ASCII)
_MONTHS, _DAYS = 12, 31

_CENTURY = 100
_LEAP_YEAR = 2000
NO_YEAR = "1604-"
"""The year in address books for birthdays without one."""

_INCOMPLETE = re.compile(
    r"--?\d{1,2}-?\d{1,2}|\d{4}|\d{1,2}[-./ ]\d{4}|\d{4}-\d{2}"
    r"|\d{1,2}[-./ ]{1,2}\d{1,2}\.?|(?:1604|0000)-\d\d-\d\d.*",
    re.ASCII,
)
_LONG_YEAR = re.compile(r"\d{4}")
_NOON = 12
_IN_DOUBT = "is ambiguous: set date_format to DD/MM/YYYY or MM/DD/YYYY"
_UNREADABLE = "must be a date like 2026-11-21 or 21.11.2026, or match date_format"


@dataclass(frozen=True, slots=True)
class DateReader:
    """Reads ISO dates, and those of one format (None: all unambiguous ones).

    `month_first` decides about 01/02/2026. Times without an offset are in `zone`. `today`: the limit of a two-digit
    year of a past day. Every method raises ValueError that says what would be right.
    """

    format: str | None
    month_first: bool | None
    zone: tzinfo
    today: date | None = None

    def date(self, text: str) -> str:
        """Return `YYYY-MM-DD` of the date as it is written."""
        return self._moment(text.strip()).date().isoformat()

    def past_date(self, text: str) -> str:
        """Return `YYYY-MM-DD` of a past day: a two-digit year is not in the future."""
        day = self._moment(text.strip()).date()
        if self.today and day > self.today and not _LONG_YEAR.search(text):
            day = day.replace(year=day.year - _CENTURY)
        return day.isoformat()

    def instant(self, text: str) -> int:
        """Return epoch milliseconds; for a date its midnight. Epoch numbers are read, too."""
        stripped = text.strip()
        if _EPOCH_NUMBER.fullmatch(stripped):
            return parse_time(int(stripped)) or 0
        moment = self._moment(stripped)
        aware = moment if moment.tzinfo else moment.replace(tzinfo=self.zone)
        try:
            return (aware - _EPOCH) // timedelta(milliseconds=1)
        except OverflowError:
            raise ValueError(_UNREADABLE) from None

    def instant_since_1970(self, text: str) -> int:
        """Return epoch milliseconds of an instant that can be an event of a customer."""
        instant = self.instant(text)
        if instant < 0:
            raise ValueError("must be after 1970")
        return instant

    def _moment(self, text: str) -> datetime:
        if moment := (self.format and _by_format(self.format, text)) or _by_iso(text):
            return moment
        if self.format:
            raise ValueError(f"must be a date like {self.format} or 2026-11-21")
        written = in_numbers(text) or text
        found = {moment for known in _candidates(self.month_first) if (moment := _by_format(known, written))}
        if len(found) != 1:
            raise ValueError(_IN_DOUBT if found else _UNREADABLE)
        return found.pop()


def is_undated(text: str) -> bool:
    """Return whether it is a program's text for no date: `0/0/00`, `0000-00-00 00:00:00`."""
    return _UNDATED.fullmatch(text.strip()) is not None


@lru_cache(maxsize=4096)
def is_incomplete(text: str) -> bool:
    """Return whether it is a date without its year, month or day: `--05-12`, `05/12`, `12 May`, `May 1980`, `1980`.

    Address books write 1604-05-12 for a day without a year.
    """
    bare = text.strip()
    return _INCOMPLETE.fullmatch(bare) is not None or (
        in_numbers(bare) is None and any(map(in_numbers, (f"{bare} {_LEAP_YEAR}", f"1 {bare}")))
    )


def valid_format(text: object) -> str:
    """Validate a format: a year, a month and a day, once each, as `DD.MM.YYYY`, `M/D/YY`, `YYYYMMDD`.

    Raises InvalidInputError.
    """
    if isinstance(text, str) and _FORMAT.fullmatch(text):
        parts = sorted(token[0] for token in _TOKEN.findall(text))
        if parts == ["D", "M", "Y"]:
            return text
    raise InvalidInputError("must consist of YYYY (or YY), MM, DD and . - / or spaces, such as DD.MM.YYYY")


def plain_dates(texts: Sequence[str]) -> Sequence[str] | None:
    """Return the same texts if all are dates in the stored form (2026-11-21), else None."""
    try:
        # Python reads the days of numbered weeks, too: 2026-W47-6.
        if set(map(len, texts)) != {len("YYYY-MM-DD")} or "W" in "".join(texts):
            return None
        deque(map(date.fromisoformat, texts), maxlen=0)
    except ValueError:
        return None
    return texts


def month_first(samples: Iterable[str]) -> bool | None:
    """Return the order of day and month that the samples of a column show for 01/02/2026; None if they do not."""
    orders = [order for text in samples if (order := month_comes_first(text)) is not None]
    return None if 2 * sum(orders) == len(orders) else 2 * sum(orders) > len(orders)


def month_comes_first(text: str) -> bool | None:
    """Return whether a date begins with its month, as 12/31/2026; None if both orders are possible, or for no
    date.
    """
    match = _ORDERED.match(text)
    if match is None:
        return None
    first, second = int(match["first"]), int(match["second"])
    if first <= _MONTHS < second <= _DAYS:
        return True
    return False if second <= _MONTHS < first <= _DAYS else None


def is_dotted(text: str) -> bool:
    """Return whether it is a date like 31.12.2026, as in countries with a decimal comma."""
    return _DOTTED.match(text) is not None


def is_in_doubt(reader: DateReader, text: str) -> bool:
    """Return whether it is a date that can be read in two ways."""
    try:
        reader.date(text)
    except ValueError as error:
        return str(error) == _IN_DOUBT
    return False


@cache
def _candidates(month_first: bool | None) -> tuple[str, ...]:
    if month_first is None:
        return _PLAIN_FORMATS + _MONTH_FIRST + _DAY_FIRST
    return _PLAIN_FORMATS + (_MONTH_FIRST if month_first else _DAY_FIRST)


def _by_iso(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _by_format(format_: str, text: str) -> datetime | None:
    match = _pattern(format_).fullmatch(text)
    if match is None:
        return None
    found = match.groupdict()
    try:
        day = date(_year(found["year"]), int(found["month"]), int(found["day"]))
        return _at_time(day, found)
    except ValueError:
        return None


def _year(digits: str) -> int:
    year = int(digits)
    return year if len(digits) == len("YYYY") else year + (2000 if year < _CENTURY_TURNS else 1900)


def _at_time(day: date, found: dict[str, str | None]) -> datetime:
    hour = int(found["hour"] or 0)
    if half := found["half"]:
        if not 1 <= hour <= _NOON:
            raise ValueError
        hour = hour % _NOON + (_NOON if half in "Pp" else 0)
    fraction = int((found["fraction"] or "").ljust(6, "0")[:6])
    time = f"{hour:02d}:{found['minute'] or '00'}:{found['second'] or '00'}.{fraction:06d}"
    offset = "+00:00" if found["utc"] else ""
    if found["sign"]:
        offset = f"{found['sign']}{found['oh']}:{found['om']}"
    return datetime.fromisoformat(f"{day.isoformat()}T{time}{offset}")


@lru_cache(maxsize=64)
def _pattern(format_: str) -> re.Pattern[str]:
    separated = re.search(r"[-./ ]", format_) is not None

    def digits(token: re.Match[str]) -> str:
        size = len(token[0])
        width = "{4}" if size == 4 else "{2}" if token[0] == "YY" or not separated else "{1,2}"  # noqa: PLR2004
        return rf"(?P<{_GROUPS[token[0][0]]}>\d{width})"

    escaped = re.sub(r"[-. /]+", lambda separator: re.escape(separator[0]), format_)
    return re.compile(_TOKEN.sub(digits, escaped) + _TIME, re.ASCII)
