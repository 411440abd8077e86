"""Count the activities that exceed what profiles keep, by source: in each container, written once a minute at most."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock

from crm.domain.activity import Activity
from crm.observability import count_metric, log
from crm.storage import left_out

EVERY_MS = 60_000


def _clock() -> int:
    return time.time_ns() // 1_000_000


@dataclass(slots=True)
class LeftOutCounter:
    """Counts of activities by source. Unwritten counts are lost when the container ends: the count is a hint."""

    now: Callable[[], int] = _clock
    _counted: dict[str, int] = field(default_factory=dict)
    _written_at: dict[str, int] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def add(self, activity: Activity) -> None:
        """Count an activity of which something was left out."""
        source, now = activity.source_id, self.now()
        with self._lock:
            self._counted[source] = self._counted.get(source, 0) + 1
            if now - self._written_at.get(source, 0) < EVERY_MS:
                return
            self._written_at[source] = now
            events = self._counted.pop(source)
        self._write(source, events, now)

    def _write(self, source: str, events: int, now: int) -> None:
        count_metric("LeftOut", events)
        try:
            left_out.add(source, events, now=now)
        except Exception:  # counting must not fail the projection
            log.exception("the omitted events of a source could not be counted", extra={"source_id": source})

    def clear(self) -> None:
        """Reset the counts."""
        self._counted.clear()
        self._written_at.clear()


COUNTER = LeftOutCounter()
