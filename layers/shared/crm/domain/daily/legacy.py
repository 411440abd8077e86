"""The counts of an earlier version, at most six slices of time as JSON, which are used until the log is
folded again.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from crm.domain.counts import Counts, Piece
from crm.domain.metrics.tables import Days


@dataclass(frozen=True)
class Legacy:
    """The stored slices.

    Each is `[start, minutes, activities, pages, orders, revenue, refunds, conflicts, edits, metrics]`, without zeros
    at the end; metrics by their position among the names.
    """

    slices: Sequence[Any]
    names: Sequence[str]

    @cached_property
    def pieces(self) -> list[Counts]:
        """Return the counts of each slice."""
        return [self._read(piece) for piece in self.slices]

    def slices_of_time(self) -> list[Piece]:
        """Return the slices as pieces, each of which may cover many days."""
        return [
            Piece(stored[0], stored[0] + stored[1], counts)
            for stored, counts in zip(self.slices, self.pieces, strict=True)
        ]

    def ranges_with(self, wanted: Callable[[Counts], Any]) -> Iterator[tuple[int, int]]:
        """Yield the ranges of minutes of the slices whose counts satisfy `wanted`."""
        for piece in self.slices_of_time():
            if wanted(piece.counts):
                yield piece.start, piece.end

    def _read(self, stored: Sequence[Any]) -> Counts:
        given: list[Any] = list(stored[2:])
        defaults: list[Any] = [0, 0, 0, {}, 0, 0, 0, {}]
        activities, pages, orders, revenue, refunds, conflicts, edits, metrics = [
            *given,
            *defaults[len(given) :],
        ]
        amounts = {currency: Decimal(amount) for currency, amount in revenue.items()}
        tables = {self.names[int(place)]: _days(days) for place, days in metrics.items()}
        return Counts(activities, pages, orders, refunds, conflicts, amounts, edits, tables)


def _days(stored: Sequence[Any]) -> Days:
    """Decode `[day, kept, days later, kept...]`."""
    days: Days = {}
    day = 0
    for later, kept in zip(stored[::2], stored[1::2], strict=True):
        day += later
        days[day] = kept
    return days
