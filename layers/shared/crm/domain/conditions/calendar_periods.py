"""Calendar periods: weeks (from Monday), months, quarters and years, as ranges of day numbers."""

from datetime import MAXYEAR, MINYEAR, date
from functools import lru_cache

from crm.domain.local_days import date_of_day, day_number

WEEK, MONTH, QUARTER, YEAR = "week", "month", "quarter", "year"
PERIODS = (WEEK, MONTH, QUARTER, YEAR)
PERIOD_DAYS = {WEEK: 7, MONTH: 31, QUARTER: 92, YEAR: 366}
MAX_DAYS_OF_TWO = {WEEK: 14, MONTH: 62, QUARTER: 184, YEAR: 731}
"""Maximum days of a period (LONGEST), and of two consecutive periods."""

_MONTHS = {MONTH: 1, QUARTER: 3, YEAR: 12}
_DAYS_OF_WEEK, _MONDAY = 7, 3
"""Day 0 was a Thursday: three days after a Monday."""

BEFORE_ALL, BEHIND_ALL = day_number(date.min) - 1, day_number(date.max) + 1
"""Days before and after all days of the calendar."""


@lru_cache(maxsize=8192)
def period_begins(period: str, day: int, later: int = 0) -> int:
    """Return the first day of the period that contains a day, or of the period `later` periods on."""
    if period == WEEK:
        begins = day - (day + _MONDAY) % _DAYS_OF_WEEK + _DAYS_OF_WEEK * later
        return min(max(begins, BEFORE_ALL), BEHIND_ALL)
    length, moment = _MONTHS[period], date_of_day(day)
    months = (moment.year * 12 + moment.month - 1) // length * length + length * later
    year, month = divmod(months, 12)
    if not MINYEAR <= year <= MAXYEAR:
        return BEFORE_ALL if year < MINYEAR else BEHIND_ALL
    return day_number(date(year, month + 1, 1))


def period_of(period: str, day: int, later: int = 0) -> tuple[int, int]:
    """Return the first and the last day of the period that contains a day, or of the period `later` periods on."""
    return period_begins(period, day, later), period_begins(period, day, later + 1) - 1


def boundary_days(period: str, day: int, later: int) -> list[int]:
    """Return the days on which a day enters and leaves the period that is `later` periods after today's."""
    return [
        change
        for change in (period_begins(period, day, shift - later) for shift in (0, 1))
        if change < BEHIND_ALL
    ]
