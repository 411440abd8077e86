"""Rank customers: the top percentiles by a value, as of a nightly snapshot.

A snapshot holds the value that a customer must reach, so that a customer who reaches it during the day is in the
segment at once. Only customers whose value is a number above 0 are ranked: without activities, counts and sums are 0.
"""

import hashlib
import json
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from crm.domain.conditions.top_conditions import TOP, RankingJson

MAX_RANKED = 20
"""Maximum segments of a deployment that rank customers."""


@dataclass(frozen=True, slots=True)
class _Snapshot:
    """The ranking of this many `customers` at an instant `at` (epoch ms).

    `threshold`: the smallest value that is in; None without customers.
    """

    threshold: float | None
    customers: int
    at: int


Snapshots = Mapping[str, Mapping[str, Any]]
"""Stored snapshots, by `ranking_key`."""


def value_key(condition: RankingJson) -> str:
    """Return the key of the value by which a written-out condition ranks: a changed definition has another key."""
    text = json.dumps([condition["of"], condition["definition"]], sort_keys=True, ensure_ascii=False)
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def ranking_key(condition: RankingJson) -> str:
    """Return the key of the ranking of a written-out condition."""
    return f"{value_key(condition)}:{Decimal(str(condition['percent'])).normalize():f}"


def snapshot_of(values: Sequence[float], percent: float, at: int) -> _Snapshot:
    """Take the snapshot of these values. Customers whose value equals the threshold are in."""
    if not values:
        return _Snapshot(None, 0, at)
    places = math.ceil(Decimal(str(percent)) * len(values) / 100)
    return _Snapshot(sorted(values, reverse=True)[places - 1], len(values), at)


def tops_in(condition: RankingJson) -> Iterator[RankingJson]:
    """Yield the rankings in a condition, in a written-out one also those in segments that it refers to."""
    if condition["type"] == TOP:
        yield condition
    for part in _parts_of(condition):
        yield from tops_in(part)


def is_waiting(condition: RankingJson) -> bool:
    """Return whether a written-out condition cannot be evaluated before the next snapshot."""
    return any(top["snapshot"] is None for top in tops_in(condition))


def with_snapshots(condition: RankingJson, snapshots: Snapshots) -> RankingJson:
    """Fill in the snapshots that a written-out condition lacks."""
    if condition["type"] == TOP:
        return condition | {"snapshot": condition["snapshot"] or snapshots.get(ranking_key(condition))}
    changed: RankingJson = {}
    if "conditions" in condition:
        changed["conditions"] = [with_snapshots(part, snapshots) for part in condition["conditions"]]
    if condition.get("condition"):
        changed["condition"] = with_snapshots(condition["condition"], snapshots)
    return condition | changed


def _parts_of(condition: RankingJson) -> Iterable[RankingJson]:
    return (*condition.get("conditions", ()), *filter(None, [condition.get("condition")]))
