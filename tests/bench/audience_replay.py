"""Replay the purchase log with the twenty audiences as segments: purchases at noon, the clock day by day."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import groupby

from crm.domain.identity import Identity
from crm.domain.times import MINUTE_MS
from crm.services.projection.deployment import id_of
from tests.bench.audiences import AUDIENCES
from tests.bench.live_stage import LiveStage, Spent
from tests.support.cdnow import Purchase

AT_ONCE = 100


class AudienceReplay:
    """The replay of a log, and what it cost.

    `purchased`: units spent on purchases; `passed`: on ticks and other effects of time; `counted`: on the counts of
    members. `changes`: entries and exits; `asked`: evaluations that time caused.
    """

    def __init__(self, stage: LiveStage, purchases: Sequence[Purchase], *, defined: bool = True) -> None:
        self.stage = stage
        self.purchased, self.passed, self.counted = Spent(), Spent(), Spent()
        self.changes = self.asked = 0
        self._by_day = {day: list(some) for day, some in groupby(sorted(purchases, key=_day), _day)}
        self._customers = {id_of(Identity("user_id", p.user_id)): p.customer for p in purchases}
        self._segments = self._define() if defined else {}

    def days(self) -> Iterator[date]:
        """Replay from the day of the first purchase to the day of the last; yield each day after its purchases."""
        day = min(self._by_day)
        while day <= max(self._by_day):
            self._begin(day)
            if purchases := self._by_day.get(day):
                self._ingest(day, purchases)
            yield day
            day += timedelta(days=1)

    @property
    def customers(self) -> int:
        """Return the number of customers."""
        return len(self._customers)

    @property
    def length(self) -> int:
        """Return the number of days from the first purchase to the last."""
        return (max(self._by_day) - min(self._by_day)).days + 1

    def members(self) -> Mapping[str, set[str]]:
        """Return the customers of each audience, by its name."""
        return {
            name: {self._customers[id_] for id_ in self.stage.members(segment_id)}
            for name, segment_id in self._segments.items()
        }

    def _define(self) -> dict[str, str]:
        ids = self.stage.define({audience.name: audience.condition for audience in AUDIENCES})
        self.stage.spent()
        return ids

    def _begin(self, day: date) -> None:
        """Begin a day, with the tick after midnight."""
        self.stage.clock.now = _midnight(day) + MINUTE_MS
        answer = self.stage.tick()
        self.asked += answer["asked"] + answer["queued"]
        self.passed += self.stage.spent()
        self.changes += self.stage.changed_segments()

    def count(self, day: date) -> None:
        """Count the members of segments ten minutes before midnight, as the schedule does."""
        self.stage.clock.now = _midnight(day) + 1430 * MINUTE_MS
        self.stage.count()
        self.counted += self.stage.spent()

    def _ingest(self, day: date, purchases: Sequence[Purchase]) -> None:
        self.stage.clock.now = _midnight(day) + 720 * MINUTE_MS
        for start in range(0, len(purchases), AT_ONCE):
            self.stage.send([purchase.message() for purchase in purchases[start : start + AT_ONCE]])
            self.stage.settle()
        self.purchased += self.stage.spent()
        self.changes += self.stage.changed_segments()


def some_customers(purchases: Sequence[Purchase], number: int) -> list[Purchase]:
    """Return the purchases of a number of customers, who are chosen evenly from the whole log."""
    customers = sorted({purchase.customer for purchase in purchases})
    step = max(1, len(customers) / number)
    wanted = {customers[int(at * step)] for at in range(min(number, len(customers)))}
    return [purchase for purchase in purchases if purchase.customer in wanted]


def midnight_before(purchases: Sequence[Purchase]) -> int:
    """Return the beginning of the day of the first purchase (epoch ms)."""
    return _midnight(min(map(_day, purchases)))


def _day(purchase: Purchase) -> date:
    return date.fromisoformat(purchase.day)


def _midnight(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()) * 1000
