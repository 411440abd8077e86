"""Calendar days of a time zone, as numbers since 1970-01-01 (day 0), with daylight saving."""

from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache

from crm.domain.times import DAY_MS, MINUTE_MS

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST = date(1970, 1, 1).toordinal()
_QUARTER_MS = 15 * MINUTE_MS
"""Zones change their offset at whole quarters of an hour, so that each quarter is within one day."""


class LocalDays:
    """The days of one time zone; `name` is its name."""

    def __init__(self, zone: tzinfo, name: str) -> None:
        self.zone, self.name = zone, name
        self._day_of_quarter = lru_cache(maxsize=8192)(self._look_up)
        self.begins = lru_cache(maxsize=8192)(self._first_instant)

    def day_of(self, at: int) -> int:
        """Return the day that the clocks of the zone show at an instant (epoch ms)."""
        return self._day_of_quarter(at // _QUARTER_MS)

    def existing_day(self, day: int) -> int:
        """Return the day that begins at the first instant of a day: another one where the zone skips the day."""
        return self.day_of(self.begins(day))

    def _look_up(self, quarter: int) -> int:
        moment = _EPOCH + timedelta(milliseconds=quarter * _QUARTER_MS)
        try:
            return moment.astimezone(self.zone).date().toordinal() - _FIRST
        except OverflowError:  # the last hours of 9999, the first ones of the year 1
            return moment.date().toordinal() - _FIRST

    def _first_instant(self, day: int) -> int:
        """Return the instant (epoch ms) at which a day begins; where clocks skip midnight, the end of the gap."""
        midnight = datetime.combine(date_of_day(day), datetime.min.time(), self.zone)
        try:
            return (midnight.astimezone(UTC) - _EPOCH) // timedelta(milliseconds=1)
        except OverflowError:
            return day * DAY_MS


def date_of_day(day: int) -> date:
    """Return the calendar date of a day's number."""
    return date.fromordinal(day + _FIRST)


def day_number(day: date) -> int:
    """Return the number of a calendar date."""
    return day.toordinal() - _FIRST
