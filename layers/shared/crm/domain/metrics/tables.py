"""Tables of metrics: the kept values by metric and day, of a piece of a log, of a log, or of all logs of a person."""

import json
from collections.abc import Callable, Iterable
from typing import Any

NO_DAYS, ALL_DAYS = 0, -1
"""Horizons: one value for ever; one for each day, for ever. Any other number: one for each of as many newest days."""

StoredValue = Any
"""The kept value, by kind.

count: how many. sum: [how many numbers, their sum in millionths]. min, max: millionths. first, last: [instant,
message id, value]. span: [first instant, last instant], epoch ms. times: the newest instants, ascending. distinct:
the smallest hashes of values, ascending.
"""

MAX_INSTANTS = {"t": 1, "u": 5, "v": 25, "w": 125, "y": 500}
"""How many instants of a day `times` keeps, by the first letter of the metric's id."""

HASH_BYTES = 5
MAX_HASHES = {"d": 5, "e": 25, "g": 100}
"""How many hashes of values of a day `distinct` keeps, likewise: the smallest ones, so that the number over several
days is exact up to that many.
"""

Days = dict[int, StoredValue]
"""Kept values by number of the calendar day; a metric without days keeps its value under 0."""

Tables = dict[str, Days]
"""Days by id of the metric."""


def add_value(tables: Tables, metric_id: str, day: int, kept: StoredValue) -> None:
    """Add the value of one more activity."""
    days = tables.setdefault(metric_id, {})
    days[day] = combine(metric_id, days[day], kept) if day in days else kept


def merged_days(metric_id: str, tables: Iterable[Tables]) -> Days:
    """Merge one metric of several pieces."""
    return joined_days(metric_id, [table.get(metric_id, {}) for table in tables])


def joined_days(metric_id: str, parts: Iterable[Days]) -> Days:
    """Merge the days of one metric of several pieces."""
    found = [days for days in parts if days]
    if len(found) == 1:
        return found[0]
    merged: Days = {}
    for days in found:
        if merged.keys().isdisjoint(days):
            merged.update(days)
            continue
        for day, kept in days.items():
            merged[day] = combine(metric_id, merged[day], kept) if day in merged else kept
    return merged


def merge_metrics(tables: Iterable[Tables]) -> Tables:
    """Merge all metrics of several pieces."""
    pieces = [table for table in tables if table]
    if len(pieces) == 1:
        return pieces[0]
    return {id_: merged_days(id_, pieces) for id_ in {id_ for piece in pieces for id_ in piece}}


def without(tables: Tables, taken: Tables) -> Tables:
    """Subtract a piece of the log.

    Least, most, first, last and spans stay: they can only be too wide, and the piece that replaces the subtracted one
    has all that it had. A piece in a page may still have metrics that no definition requires any more and that the
    tables lack.
    """
    left = {id_: dict(days) for id_, days in tables.items()}
    for id_, days in taken.items():
        take = _TAKE.get(id_[0])
        if take is not None and id_ in left:
            left[id_] |= {day: take(left[id_][day], kept) for day, kept in days.items()}
    return left


def _later_value(one: StoredValue, other: StoredValue) -> StoredValue:
    return max(one, other, key=_order)


def _earlier_value(one: StoredValue, other: StoredValue) -> StoredValue:
    return min(one, other, key=_order)


def _order(kept: StoredValue) -> tuple[int, str, str]:
    """Return the sort key: by stamp. Copies of one message can carry one stamp and two values: the text decides."""
    return kept[0], kept[1], json.dumps(kept[2], ensure_ascii=False)


def _smallest(most: int) -> Callable[[StoredValue, StoredValue], StoredValue]:
    return lambda one, other: sorted({*one, *other})[:most]


def _newest(most: int) -> Callable[[StoredValue, StoredValue], StoredValue]:
    return lambda one, other: sorted(one + other)[-most:]


_COMBINE: dict[str, Callable[[StoredValue, StoredValue], StoredValue]] = {
    "c": lambda one, other: one + other,
    "s": lambda one, other: [one[0] + other[0], one[1] + other[1]],
    "n": min,
    "x": max,
    "f": _earlier_value,
    "l": _later_value,
    "p": lambda one, other: [min(one[0], other[0]), max(one[1], other[1])],
    **{letter: _newest(most) for letter, most in MAX_INSTANTS.items()},
    **{letter: _smallest(most) for letter, most in MAX_HASHES.items()},
}


_TAKE: dict[str, Callable[[StoredValue, StoredValue], StoredValue]] = {
    "c": lambda one, other: one - other,
    "s": lambda one, other: [one[0] - other[0], one[1] - other[1]],
}


def combine(metric_id: str, one: StoredValue, other: StoredValue) -> StoredValue:
    """Combine two kept values: commutative and associative."""
    return _COMBINE[metric_id[0]](one, other)
