"""The stored form of one metric in a block: one value for each day of the key and each calendar day of occurrence."""

import json
from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Any

from crm.domain.daily.numbers import (
    get_column,
    get_signed,
    get_varint,
    put_column,
    put_signed,
    put_varint,
)
from crm.domain.daily.scaled import get_scaled, put_scaled
from crm.domain.metrics.tables import HASH_BYTES, MAX_HASHES, MAX_INSTANTS, StoredValue
from crm.domain.times import DAY_MS

BLOCK_DAYS = 16
"""Days of the key in a block."""

ColumnEntry = tuple[int, int, StoredValue]
"""Day of the key, calendar day of occurrence (0 for metrics without days), and the value of both."""

_SAME_DAY, _NO_DAYS, _ANY_DAY = 0, 1, 2
"""Layouts: all occurred on the day of their key; the metric has no days; anything else."""


def put_entries(out: bytearray, letter: str, first_day: int, entries: Sequence[ColumnEntry]) -> None:
    """Append the entries of a block, which begins on a day, in the order of their days."""
    keys = [key for key, _, _ in entries]
    if len(keys) == 1 and entries[0][1] in (keys[0], 0):
        out.append(_SAME_DAY if entries[0][1] == keys[0] else _NO_DAYS)
        _put_bits(out, first_day, keys)
    elif len(set(keys)) == len(keys) and all(day == key for key, day, _ in entries):
        out.append(_SAME_DAY)
        _put_bits(out, first_day, keys)
    elif len(set(keys)) == len(keys) and not any(day for _, day, _ in entries):
        out.append(_NO_DAYS)
        _put_bits(out, first_day, keys)
    else:
        out.append(_ANY_DAY)
        put_varint(out, len(entries))
        out += bytes(key - first_day for key in keys)
        put_column(out, [day - key for key, day, _ in entries])
    _PUT[letter](out, keys, [kept for _, _, kept in entries])


def get_entries(data: bytes, at: int, letter: str, first_day: int) -> list[ColumnEntry]:
    """Read the entries at a position."""
    layout = data[at]
    keys: Sequence[int]
    days: Sequence[int]
    if layout == _ANY_DAY:
        count, at = get_varint(data, at + 1)
        keys = [first_day + offset for offset in data[at : at + count]]
        later, at = get_column(data, at + count, count)
        days = [key + shift for key, shift in zip(keys, later, strict=True)]
    else:
        keys, at = get_days(data, at + 1, first_day)
        days = keys if layout == _SAME_DAY else (0,) * len(keys)
    return list(zip(keys, days, _GET[letter](data, at, keys), strict=True))


def get_same_days(
    data: bytes, place: tuple[int, int], letter: str, first_day: int
) -> dict[int, StoredValue] | None:
    """Read the values between two positions by day, where all occurred on the day of their key; else None."""
    at, behind = place
    if data[at] != _SAME_DAY:
        return None
    keys, at = get_days(data, at + 1, first_day)
    return dict(zip(keys, _GET[letter](data[:behind], at, keys), strict=True))


def _put_bits(out: bytearray, first_day: int, days: Sequence[int]) -> None:
    bits = 0
    for day in days:
        bits |= 1 << (day - first_day)
    out += bits.to_bytes(BLOCK_DAYS // 8, "little")


def put_days(out: bytearray, first_day: int, days: Sequence[int]) -> None:
    """Append which days of a block are present."""
    _put_bits(out, first_day, days)


def get_days(data: bytes, at: int, first_day: int) -> tuple[tuple[int, ...], int]:
    """Read the days of a block at a position; return them and the position after them."""
    behind = at + BLOCK_DAYS // 8
    return _days_in(data[at:behind], first_day), behind


@lru_cache(maxsize=8192)
def _days_in(bits: bytes, first_day: int) -> tuple[int, ...]:
    number = int.from_bytes(bits, "little")
    return tuple(first_day + offset for offset in range(BLOCK_DAYS) if number >> offset & 1)


def _put_sums(out: bytearray, _keys: Sequence[int], kept: Sequence[StoredValue]) -> None:
    put_column(out, [numbers for numbers, _ in kept])
    put_scaled(out, [total for _, total in kept])


def _get_sums(data: bytes, at: int, keys: Sequence[int]) -> list[StoredValue]:
    numbers, at = get_column(data, at, len(keys))
    totals, _ = get_scaled(data, at, len(keys))
    return [list(pair) for pair in zip(numbers, totals, strict=True)]


def _put_spans(out: bytearray, keys: Sequence[int], kept: Sequence[StoredValue]) -> None:
    put_column(out, [first - key * DAY_MS for key, (first, _) in zip(keys, kept, strict=True)])
    put_column(out, [last - first for first, last in kept])


def _get_spans(data: bytes, at: int, keys: Sequence[int]) -> list[StoredValue]:
    since, at = get_column(data, at, len(keys))
    lasted, _ = get_column(data, at, len(keys))
    firsts = [key * DAY_MS + after for key, after in zip(keys, since, strict=True)]
    return [[first, first + length] for first, length in zip(firsts, lasted, strict=True)]


def _put_values(out: bytearray, keys: Sequence[int], kept: Sequence[StoredValue]) -> None:
    put_column(out, [at - key * DAY_MS for key, (at, _, _) in zip(keys, kept, strict=True)])
    text = json.dumps([value for _, *value in kept], ensure_ascii=False, separators=(",", ":"))
    out += text.encode("utf-8", "surrogatepass")


def _get_values(data: bytes, at: int, keys: Sequence[int]) -> list[StoredValue]:
    """Read first or last values. Their text is the last part of a metric and extends to its end."""
    since, at = get_column(data, at, len(keys))
    values: list[list[Any]] = json.loads(data[at:].decode("utf-8", "surrogatepass"))
    times = (key * DAY_MS + after for key, after in zip(keys, since, strict=True))
    return [[moment, *one] for moment, one in zip(times, values, strict=True)]


def _put_times(out: bytearray, keys: Sequence[int], kept: Sequence[StoredValue]) -> None:
    put_column(out, [len(times) for times in kept])
    for key, times in zip(keys, kept, strict=True):
        put_signed(out, times[0] - key * DAY_MS)
        for before, after in pairwise(times):
            put_varint(out, after - before)


def _get_times(data: bytes, at: int, keys: Sequence[int]) -> list[StoredValue]:
    lengths, at = get_column(data, at, len(keys))
    found: list[StoredValue] = []
    for key, length in zip(keys, lengths, strict=True):
        since, at = get_signed(data, at)
        times = [key * DAY_MS + since]
        for _ in range(length - 1):
            gap, at = get_varint(data, at)
            times.append(times[-1] + gap)
        found.append(times)
    return found


def _put_hashes(out: bytearray, _keys: Sequence[int], kept: Sequence[StoredValue]) -> None:
    put_column(out, [len(hashes) for hashes in kept])
    out += b"".join(one.to_bytes(HASH_BYTES) for hashes in kept for one in hashes)


def _get_hashes(data: bytes, at: int, keys: Sequence[int]) -> list[StoredValue]:
    lengths, at = get_column(data, at, len(keys))
    found: list[StoredValue] = []
    for length in lengths:
        behind = at + length * HASH_BYTES
        found.append([int.from_bytes(data[one : one + HASH_BYTES]) for one in range(at, behind, HASH_BYTES)])
        at = behind
    return found


_Put = Callable[[bytearray, Sequence[int], Sequence[StoredValue]], None]
Get = Callable[[bytes, int, Sequence[int]], Sequence[StoredValue]]

_PUT: dict[str, _Put] = {
    "c": lambda out, _keys, kept: put_column(out, kept),
    "s": _put_sums,
    "n": lambda out, _keys, kept: put_scaled(out, kept),
    "x": lambda out, _keys, kept: put_scaled(out, kept),
    "f": _put_values,
    "l": _put_values,
    "p": _put_spans,
    **dict.fromkeys(MAX_INSTANTS, _put_times),
    **dict.fromkeys(MAX_HASHES, _put_hashes),
}
_GET: dict[str, Get] = {
    "c": lambda data, at, keys: get_column(data, at, len(keys))[0],
    "s": _get_sums,
    "n": lambda data, at, keys: get_scaled(data, at, len(keys))[0],
    "x": lambda data, at, keys: get_scaled(data, at, len(keys))[0],
    "f": _get_values,
    "l": _get_values,
    "p": _get_spans,
    **dict.fromkeys(MAX_INSTANTS, _get_times),
    **dict.fromkeys(MAX_HASHES, _get_hashes),
}
