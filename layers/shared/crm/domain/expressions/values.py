"""Convert plain JSON to CEL values and back."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

from crm.domain.expressions import cost
from crm.domain.times import iso
from crm.domain.value_types import MAX_ENTRIES, MAX_ENTRY_LENGTH, MAX_TEXT_LENGTH, read_number

_DEEPEST = 8
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class _TooLargeError(Exception):
    """The value exceeds the limits of `cost`."""


def to_cel(variables: Mapping[str, Any], references: Mapping[str, frozenset[str]]) -> dict[str, Any]:
    """Return the referenced values that are present: nulls are absent, and so are values over the limits."""
    return {variable: _present(variables.get(variable), names) for variable, names in references.items()}


def _present(values: Any, names: frozenset[str]) -> dict[str, Any]:
    present: dict[str, Any] = {}
    for name in names if isinstance(values, Mapping) else ():
        value = values.get(name)
        # An int beyond the range of doubles is an OverflowError.
        with suppress(_TooLargeError, OverflowError):
            if value is not None:
                present[name], _, _ = _weighed(value, cost.READ, _DEEPEST)
    return present


def _weighed(value: Any, limit: cost.Size, deepest: int) -> tuple[Any, int, int]:
    """Return the value with its numbers as doubles, its number of values in all, and its characters."""
    if isinstance(value, list | dict):
        weighed = _collection(value, limit, deepest)
    elif isinstance(value, int) and not isinstance(value, bool):
        weighed = float(value), 1, 0
    else:
        weighed = value, 1, len(value) if isinstance(value, str) else 0
    if weighed[1] > limit.leaves or weighed[2] > limit.characters:
        raise _TooLargeError
    return weighed


def _collection(value: list[Any] | dict[str, Any], limit: cost.Size, deepest: int) -> tuple[Any, int, int]:
    # The library has no depth limit of its own: at a hundred thousand levels it crashes the process.
    if deepest == 0 or len(value) > limit.entries:
        raise _TooLargeError
    keys, parts = (value.keys(), value.values()) if isinstance(value, dict) else ((), value)
    weighed = [_weighed(part, limit.each, deepest - 1) for part in parts]
    entries = [entry for entry, _, _ in weighed]
    leaves = 1 + sum(count for _, count, _ in weighed)
    characters = sum(map(len, keys)) + sum(count for _, _, count in weighed)
    return dict(zip(keys, entries, strict=True)) if isinstance(value, dict) else entries, leaves, characters


def from_cel(value: Any) -> Any:
    """Return a number, a text, a boolean or a list of them; None for any other value.

    An instant is its ISO text, a duration its seconds. Lists keep the entries that have a value.
    """
    if isinstance(value, list):
        entries = [_scalar(entry, MAX_ENTRY_LENGTH) for entry in value[:MAX_ENTRIES]]
        return [entry for entry in entries if entry is not None]
    return _scalar(value, MAX_TEXT_LENGTH)


def _scalar(value: Any, longest: int) -> str | bool | int | float | None:
    if isinstance(value, str):
        return value[:longest]
    if isinstance(value, datetime):
        return iso((value - _EPOCH) // timedelta(milliseconds=1))
    if isinstance(value, timedelta):
        value = value.total_seconds()
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value if isinstance(value, bool) else None
    try:
        return read_number(value)
    except ValueError:  # NaN, infinite, or too large to be exact
        return None
