"""Calendar periods: weeks (from Monday), months, quarters and years, as ranges of days by number."""

from datetime import MAXYEAR, MINYEAR, date
from functools import lru_cache

from crm.domain.local_days import date_of, number_of

WEEK, MONTH, QUARTER, YEAR = "week", "month", "quarter", "year"
PERIODS = (WEEK, MONTH, QUARTER, YEAR)
LONGEST = {WEEK: 7, MONTH: 31, QUARTER: 92, YEAR: 366}
LONGEST_TWO = {WEEK: 14, MONTH: 62, QUARTER: 184, YEAR: 731}
"""Days of a period, and of two that follow each other, at most."""

_MONTHS = {MONTH: 1, QUARTER: 3, YEAR: 12}
_DAYS_OF_WEEK, _MONDAY = 7, 3
"""Day 0 was a Thursday: three days after a Monday."""

BEFORE_ALL, BEHIND_ALL = number_of(date.min) - 1, number_of(date.max) + 1
"""Days that no calendar has."""


@lru_cache(maxsize=8192)
def period_begins(period: str, day: int, later: int = 0) -> int:
    """The first day of the period that a day is in, or of one so many periods later."""
    if period == WEEK:
        begins = day - (day + _MONDAY) % _DAYS_OF_WEEK + _DAYS_OF_WEEK * later
        return min(max(begins, BEFORE_ALL), BEHIND_ALL)
    length, moment = _MONTHS[period], date_of(day)
    months = (moment.year * 12 + moment.month - 1) // length * length + length * later
    year, month = divmod(months, 12)
    if not MINYEAR <= year <= MAXYEAR:
        return BEFORE_ALL if year < MINYEAR else BEHIND_ALL
    return number_of(date(year, month + 1, 1))


def period_of(period: str, day: int, later: int = 0) -> tuple[int, int]:
    """The first and the last day of the period that a day is in, or of one so many periods later."""
    return period_begins(period, day, later), period_begins(period, day, later + 1) - 1


def turns_of(period: str, day: int, later: int) -> list[int]:
    """The days on which a day begins to be in the period that is so many periods later than today's, and ceases to."""
    return [
        turn for turn in (period_begins(period, day, shift - later) for shift in (0, 1)) if turn < BEHIND_ALL
    ]
