"""What the version before kept of a log, at most six slices of time as JSON: they answer until it is folded anew."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from crm.domain.counts import Counts, Piece
from crm.domain.metrics.tables import Days


@dataclass(frozen=True)
class Legacy:
    """`slices` as they are stored: `[start, minutes, activities, pages, orders, revenue, refunds, conflicts, edits,
    metrics]`, without zeros at the end; metrics by their place among the names.
    """

    slices: Sequence[Any]
    names: Sequence[str]

    @cached_property
    def pieces(self) -> list[Counts]:
        """The counts of each slice."""
        return [self._read(piece) for piece in self.slices]

    def slices_of_time(self) -> list[Piece]:
        """The slices, each of which may be of many days."""
        return [
            Piece(said[0], said[0] + said[1], counts)
            for said, counts in zip(self.slices, self.pieces, strict=True)
        ]

    def ranges_with(self, wanted: Callable[[Counts], Any]) -> Iterator[tuple[int, int]]:
        """Ranges of minutes of the slices in which something was counted that is wanted."""
        for piece in self.slices_of_time():
            if wanted(piece.counts):
                yield piece.start, piece.end

    def _read(self, said: Sequence[Any]) -> Counts:
        given: list[Any] = list(said[2:])
        defaults: list[Any] = [0, 0, 0, {}, 0, 0, 0, {}]
        activities, pages, orders, revenue, refunds, conflicts, edits, metrics = [
            *given,
            *defaults[len(given) :],
        ]
        amounts = {currency: Decimal(amount) for currency, amount in revenue.items()}
        tables = {self.names[int(place)]: _days(days) for place, days in metrics.items()}
        return Counts(activities, pages, orders, refunds, conflicts, amounts, edits, tables)


def _days(said: Sequence[Any]) -> Days:
    """Of `[day, kept, days later, kept...]`."""
    days: Days = {}
    day = 0
    for later, kept in zip(said[::2], said[1::2], strict=True):
        day += later
        days[day] = kept
    return days
