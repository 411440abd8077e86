"""A block: the counts of sixteen consecutive days, decoded only as far as they are read.

A block is never changed: one with other days replaces it. `crm.domain.daily.block_encoding` holds its stored form.
"""

from collections.abc import Collection, Sequence
from decimal import Decimal
from typing import Self

from crm.domain.counts import Counts
from crm.domain.daily.block_encoding import (
    COUNTED_COLUMNS,
    METRICS_BIT,
    REVENUE_BIT,
    DayCounts,
    encode_block,
    metric_entries,
    read_currency,
    skip_currency,
)
from crm.domain.daily.metric_columns import (
    BLOCK_DAYS,
    ColumnEntry,
    get_days,
    get_entries,
    get_same_days,
)
from crm.domain.daily.numbers import MORE, get_column, get_varint, skip_column
from crm.domain.metrics.tables import Days, Tables, add_value, joined_days

_ALL_COUNTED = REVENUE_BIT - 1
_PLACES = 6


def block_of(day: int) -> int:
    """Return the number of the block that contains a day."""
    return day // BLOCK_DAYS


class Block:
    """One block.

    `names`: the ids of metrics, which the stored form of a block names by their position; the list only grows.
    """

    __slots__ = ("_data", "_days", "_metrics_at", "_names", "_places", "_sum", "number")

    def __init__(
        self, number: int, data: bytes = b"", names: Sequence[str] = (), days: DayCounts | None = None
    ) -> None:
        self.number = number
        self._data, self._names, self._days = data, names, days
        self._places: dict[str, tuple[int, int]] | None = None
        self._metrics_at: int | None = None
        self._sum: Counts | None = None

    @classmethod
    def from_days(cls, number: int, days: DayCounts) -> Self:
        """Make a block of these days."""
        return cls(number, days=days)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Block) and (self.number, self.days) == (other.number, other.days)

    __hash__ = None  # type: ignore[assignment] # compared by what it holds

    @property
    def first_day(self) -> int:
        """Return the number of its first day."""
        return self.number * BLOCK_DAYS

    @property
    def last_day(self) -> int:
        """Return the number of the last day on which something was counted."""
        return max(self._days) if self._days is not None else self.first_day + self._bits.bit_length() - 1

    @property
    def has_metrics(self) -> bool:
        """Return whether any metric is kept."""
        if self._days is not None:
            return any(counts.metrics for counts in self._days.values())
        return bool(self._data[BLOCK_DAYS // 8] & METRICS_BIT)

    def days_except(self, days: Collection[int]) -> dict[int, Counts]:
        """Return the counts of its other days; if there are none, nothing is decoded."""
        if self._days is None and not self._bits & ~sum(1 << (day - self.first_day) for day in days):
            return {}
        return {day: counts for day, counts in self.days.items() if day not in days}

    @property
    def _bits(self) -> int:
        return int.from_bytes(self._data[: BLOCK_DAYS // 8], "little")

    @property
    def days(self) -> DayCounts:
        """Return the counts of each of its days."""
        if self._days is None:
            self._days = self._decoded()
        return self._days

    @property
    def totals(self) -> Counts:
        """Return the counts of all its days, with the metrics that are kept without days."""
        total = Counts()
        total.take(self.counts)
        for id_ in self.metric_ids:
            days = self.days_of(id_)
            if 0 in days:
                total.metrics[id_] = {0: days[0]}
        return total

    @property
    def counts(self) -> Counts:
        """Return the counts of all its days, without metrics; not to be changed."""
        if self._sum is None:
            self._sum = self._summed() if self._days is None else _total(self._days)
        return self._sum

    @property
    def metric_ids(self) -> set[str]:
        """Return the ids of the metrics that it keeps."""
        if self._days is not None:
            return {id_ for counts in self._days.values() for id_ in counts.metrics}
        return set(self._found())

    def days_of(self, metric_id: str) -> Days:
        """Return the values of a metric, by calendar day of occurrence."""
        if self._days is not None:
            return joined_days(
                metric_id, [counts.metrics.get(metric_id, {}) for counts in self._days.values()]
            )
        place = self._found().get(metric_id)
        if place is None:
            return {}
        if (days := get_same_days(self._data, place, metric_id[0], self.first_day)) is not None:
            return days
        table: Tables = {}
        for _, day, kept in self._entries(metric_id):
            add_value(table, metric_id, day, kept)
        return table[metric_id]

    def encoded(self, names: list[str]) -> bytes:
        """Return its stored form; metrics that have no name yet are appended to the names."""
        if not self._data or self._names is not names:
            self._data, self._names = encode_block(self.number, self.days, names), names
            self._places = self._metrics_at = None
        return self._data

    def _entries(self, metric_id: str) -> Sequence[ColumnEntry]:
        if self._days is not None:
            return metric_entries(self._days, metric_id)
        place = self._found().get(metric_id)
        if place is None:
            return ()
        return get_entries(self._data[slice(*place)], 0, metric_id[0], self.first_day)

    def _found(self) -> dict[str, tuple[int, int]]:
        """Return where each metric begins and ends."""
        if self._places is None:
            at, data, names = self._skip_counts(), self._data, self._names
            places: dict[str, tuple[int, int]] = {}
            number, at = get_varint(data, at) if data[BLOCK_DAYS // 8] & METRICS_BIT else (0, at)
            for _ in range(number):
                # Nearly all numbers take one byte, and there are many.
                name, length, start = data[at], data[at + 1], at + 2
                if name >= MORE or length >= MORE:
                    name, at = get_varint(data, at)
                    length, start = get_varint(data, at)
                at = start + length
                places[names[name]] = start, at
            self._places = places
        return self._places

    def _skip_counts(self) -> int:
        """Return where the metrics begin."""
        if self._metrics_at is None:
            data, number = self._data, self._bits.bit_count()
            which, at = data[BLOCK_DAYS // 8], BLOCK_DAYS // 8 + 1
            for _ in range((which & _ALL_COUNTED).bit_count()):
                at = skip_column(data, at, number)
            if which & REVENUE_BIT:
                currencies, at = get_varint(data, at)
                for _ in range(currencies):
                    at = skip_currency(data, at)
            self._metrics_at = at
        return self._metrics_at

    def _summed(self) -> Counts:
        """Sum the counts of all days without decoding the days."""
        data, total = self._data, Counts()
        days, at = get_days(data, 0, self.first_day)
        which, at = data[at], at + 1
        for place, name in enumerate(COUNTED_COLUMNS):
            if which >> place & 1:
                numbers, at = get_column(data, at, len(days))
                setattr(total, name, sum(numbers))
        if which & REVENUE_BIT:
            currencies, at = get_varint(data, at)
            for _ in range(currencies):
                currency, _, amounts, at = read_currency(data, at, self.first_day)
                total.revenue[currency] = Decimal(sum(amounts)).scaleb(-_PLACES)
        self._metrics_at = at
        return total

    def _read_counts(self) -> dict[int, Counts]:
        data = self._data
        days, at = get_days(data, 0, self.first_day)
        found = {day: Counts() for day in days}
        which, at = data[at], at + 1
        for place, name in enumerate(COUNTED_COLUMNS):
            if which >> place & 1:
                numbers, at = get_column(data, at, len(days))
                for counts, number in zip(found.values(), numbers, strict=True):
                    setattr(counts, name, number)
        if which & REVENUE_BIT:
            currencies, at = get_varint(data, at)
            for _ in range(currencies):
                currency, earned_on, amounts, at = read_currency(data, at, self.first_day)
                for day, amount in zip(earned_on, amounts, strict=True):
                    found[day].revenue[currency] = Decimal(amount).scaleb(-_PLACES)
        self._metrics_at = at
        return found

    def _decoded(self) -> dict[int, Counts]:
        found = self._read_counts()
        for id_ in self._found():
            for key, day, kept in self._entries(id_):
                found[key].metrics.setdefault(id_, {})[day] = kept
        return found


def _total(days: DayCounts) -> Counts:
    total = Counts()
    for counts in days.values():
        total.take(counts)
    return total
