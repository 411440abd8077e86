"""Encode the counts of sixteen days.

`[days][which counts][counts...][revenue by currency][metrics: name, length, entries]`
"""

from collections.abc import Mapping, Sequence
from operator import attrgetter

from crm.domain.counts import Counts
from crm.domain.daily.metric_columns import BLOCK_DAYS, ColumnEntry, get_days, put_days, put_entries
from crm.domain.daily.numbers import get_varint, put_column, put_varint, skip_column
from crm.domain.daily.scaled import get_scaled, put_scaled
from crm.domain.metrics.metric import MICRO

COUNTED_COLUMNS = ("activities", "pages", "orders", "refunds", "conflicts", "edits")
"""The counts that a block holds as columns, in the order of the bits that say which there are."""

_numbers_of = attrgetter(*COUNTED_COLUMNS)
REVENUE_BIT, METRICS_BIT = 1 << len(COUNTED_COLUMNS), 2 << len(COUNTED_COLUMNS)
"""Further bits: the block holds revenue, or metrics."""

DayCounts = Mapping[int, Counts]
"""Counts by number of the UTC day since 1970."""


def metric_entries(days: DayCounts, metric_id: str) -> list[ColumnEntry]:
    """Return what a metric counted, in order."""
    return [
        (key, day, kept)
        for key, counts in sorted(days.items())
        for day, kept in sorted(counts.metrics.get(metric_id, {}).items())
    ]


def encode_block(number: int, days: DayCounts, names: list[str]) -> bytes:
    """Encode a block; metrics that have no name yet are appended to the names."""
    out, first_day = bytearray(), number * BLOCK_DAYS
    ordered = [days[day] for day in sorted(days)]
    metrics = sorted({id_ for counts in ordered for id_ in counts.metrics})
    columns = list(zip(*map(_numbers_of, ordered), strict=True))
    currencies = sorted({currency for counts in ordered for currency in counts.revenue})
    which = sum(1 << place for place, column in enumerate(columns) if any(column))
    put_days(out, first_day, sorted(days))
    out.append(which | (REVENUE_BIT if currencies else 0) | (METRICS_BIT if metrics else 0))
    for column in columns:
        if any(column):
            put_column(out, column)
    if currencies:
        _put_revenue(out, first_day, days, currencies)
    if metrics:
        _put_metrics(out, first_day, days, metrics, names)
    return bytes(out)


def _put_metrics(
    out: bytearray, first_day: int, days: DayCounts, metrics: Sequence[str], names: list[str]
) -> None:
    put_varint(out, len(metrics))
    places = {name: place for place, name in enumerate(names)}
    for id_ in metrics:
        if id_ not in places:
            places[id_] = len(names)
            names.append(id_)
        entries = bytearray()
        put_entries(entries, id_[0], first_day, metric_entries(days, id_))
        put_varint(out, places[id_])
        put_varint(out, len(entries))
        out += entries


def _put_revenue(out: bytearray, first_day: int, days: DayCounts, currencies: Sequence[str]) -> None:
    put_varint(out, len(currencies))
    for currency in currencies:
        name = currency.encode()
        put_varint(out, len(name))
        out += name
        amounts = {day: days[day].revenue[currency] for day in sorted(days) if currency in days[day].revenue}
        put_days(out, first_day, list(amounts))
        put_scaled(out, [int(amount * MICRO) for amount in amounts.values()])


def skip_currency(data: bytes, at: int) -> int:
    """Return the position after the revenue in one currency."""
    length, at = get_varint(data, at)
    at += length
    behind = at + BLOCK_DAYS // 8
    number = int.from_bytes(data[at:behind], "little").bit_count()
    return skip_column(data, behind + 1, number)


def read_currency(data: bytes, at: int, first_day: int) -> tuple[str, Sequence[int], Sequence[int], int]:
    """Return a currency, the days with revenue in it, the amounts (millionths), and the position after them."""
    length, at = get_varint(data, at)
    currency, at = data[at : at + length].decode(), at + length
    days, at = get_days(data, at, first_day)
    amounts, at = get_scaled(data, at, len(days))
    return currency, days, amounts, at
