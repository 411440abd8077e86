"""Calendar days in the deployment's time zone, daylight saving included."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Calendar:
    """`now` in epoch milliseconds."""

    now: int
    zone: tzinfo

    def day_of(self, at: int) -> date:
        """The day that the clocks of the zone show at an instant (epoch ms): 23, 24 or 25 hours belong to it."""
        return (_EPOCH + timedelta(milliseconds=at)).astimezone(self.zone).date()

    def days_ago(self, days: int) -> date:
        """That day so many days before today."""
        return self.day_of(self.now) - timedelta(days=days)
