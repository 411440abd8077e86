"""Record which events of each source have arrived: in each container, written a few times a minute at most.

An event costs no write of its own. Under load, only the newest events of each interval are recorded.
"""

import secrets
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from crm.domain.source import SOURCE_ID_FORMAT
from crm.observability import log
from crm.storage import arrivals
from crm.storage.arrivals import Arrival
from crm.storage.stream import StreamRecord, arrival_of

WRITE_INTERVAL_MS = 5_000
"""Interval at which a container may write for a source again."""

WRITES_AT_ONCE = 4
"""Writes that a source has saved up while it was quiet: a person who tries a page sees each event at once."""

NOTED_AT_ONCE = 20
"""Events in one item, the newest: about one kilobyte."""

MAX_SOURCES = 1_000
"""Sources that a container remembers; beyond them it starts again."""


def _clock() -> int:
    return time.time_ns() // 1_000_000


@dataclass(slots=True)
class _Budget:
    """The writes that a source has saved up, and when they were counted (epoch ms)."""

    writes: float
    counted_at: int

    def take(self, now: int) -> bool:
        """Take one write, if there is one."""
        gained = max(0, now - self.counted_at) / WRITE_INTERVAL_MS
        self.writes, self.counted_at = min(WRITES_AT_ONCE, self.writes + gained), now
        if self.writes < 1:
            return False
        self.writes -= 1
        return True


@dataclass(slots=True)
class ArrivalLog:
    """The events of each source that are not yet written. They are lost when the container ends."""

    now: Callable[[], int] = _clock
    _waiting: dict[str, list[Arrival]] = field(default_factory=dict)
    _budgets: dict[str, _Budget] = field(default_factory=dict)

    def note(self, records: Iterable[StreamRecord]) -> None:
        """Record the new events among these records of the stream. Failures are logged: events are never lost by it."""
        now = self.now()
        for record in records:
            if (found := arrival_of(record)) and SOURCE_ID_FORMAT.matches(found[0]):
                self._waiting.setdefault(found[0], []).append(found[1])
        if len(self._budgets) > MAX_SOURCES:
            self._budgets.clear()
        for source in list(self._waiting):
            self._waiting[source] = self._waiting[source][-NOTED_AT_ONCE:]
            if self._budgets.setdefault(source, _Budget(WRITES_AT_ONCE, now)).take(now):
                self._write(source, self._waiting.pop(source), now)

    def _write(self, source: str, events: list[Arrival], now: int) -> None:
        try:
            arrivals.add(source, events, now=now, nonce=secrets.token_hex(2))
        except Exception:  # recording must not fail the projection
            log.exception("the arrivals of a source could not be noted", extra={"source_id": source})

    def clear(self) -> None:
        """Clear the events that are not yet written."""
        self._waiting.clear()
        self._budgets.clear()


ARRIVALS = ArrivalLog()
