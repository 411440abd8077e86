"""Calendar days in the deployment's time zone, with daylight saving."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Calendar:
    """The calendar of the deployment's time zone. `now` in epoch milliseconds."""

    now: int
    zone: tzinfo

    def day_of(self, at: int) -> date:
        """Return the day that the clocks of the zone show at an instant (epoch ms): a day has 23, 24 or 25 hours."""
        return (_EPOCH + timedelta(milliseconds=at)).astimezone(self.zone).date()

    def days_ago(self, days: int) -> date:
        """Return the day so many days before today."""
        return self.day_of(self.now) - timedelta(days=days)
