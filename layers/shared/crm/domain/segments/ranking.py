"""Rankings: the top few percent of the customers by a value, as of a nightly snapshot.

A snapshot holds the value that a customer must reach, so that who reaches it during the day is in the segment at once.
Ranked are customers whose value is a number above 0: of nothing, counts and sums are 0.
"""

import hashlib
import json
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from crm.domain.attribute_reader import AttributeReader
from crm.domain.local_days import LocalDays
from crm.domain.segments.node import Node
from crm.domain.segments.value_conditions import Computed, computed, lasting_condition
from crm.domain.times import iso

TOP = "top"
MOST_RANKED = 20
"""Segments of a deployment that rank customers."""

Said = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """So many `customers` were ranked `at` an instant (epoch ms). `threshold`: the smallest value that is in; None of
    nobody.
    """

    threshold: float | None
    customers: int
    at: int


Snapshots = Mapping[str, Mapping[str, Any]]
"""Stored snapshots, by `ranking_key`."""


def top_condition(said: Said, days: LocalDays, reader: AttributeReader) -> Node:
    """Whether the value of a customer reaches the threshold of the snapshot. Nobody does before the first one."""
    snapshot = said["snapshot"]
    threshold = snapshot["threshold"] if snapshot else None

    def passes(value: Any) -> bool:
        return threshold is not None and is_ranked(value) and bool(value >= threshold)

    told = {} if snapshot is None else {**snapshot, "at": iso(snapshot["at"])}
    return lasting_condition(said, ranked_value(said, days, reader), passes, {"snapshot": told or None})


def ranked_value(said: Said, days: LocalDays, reader: AttributeReader) -> Computed:
    """What a written-out condition ranks by."""
    return computed(said["of"], said["definition"], days, reader)


def is_ranked(value: Any) -> bool:
    """Whether a customer with this value is ranked at all."""
    return type(value) in {int, float} and value > 0


def value_key(said: Said) -> str:
    """Names what a written-out condition ranks by: a changed definition is another one."""
    text = json.dumps([said["of"], said["definition"]], sort_keys=True, ensure_ascii=False)
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def ranking_key(said: Said) -> str:
    """Names the ranking of a written-out condition."""
    return f"{value_key(said)}:{Decimal(str(said['percent'])).normalize():f}"


def snapshot_of(values: Sequence[float], percent: float, at: int) -> Snapshot:
    """The snapshot of these values. Customers with the same value as the last one that is in are in, too."""
    if not values:
        return Snapshot(None, 0, at)
    places = math.ceil(Decimal(str(percent)) * len(values) / 100)
    return Snapshot(sorted(values, reverse=True)[places - 1], len(values), at)


def tops_in(condition: Said) -> Iterator[Said]:
    """The rankings in a condition, those in other segments that it refers to included where it is written out."""
    if condition["type"] == TOP:
        yield condition
    for part in _parts_of(condition):
        yield from tops_in(part)


def is_waiting(condition: Said) -> bool:
    """Whether a written-out condition has no answer before the next snapshot."""
    return any(top["snapshot"] is None for top in tops_in(condition))


def with_snapshots(condition: Said, snapshots: Snapshots) -> Said:
    """A written-out condition with these snapshots where it has none."""
    if condition["type"] == TOP:
        return condition | {"snapshot": condition["snapshot"] or snapshots.get(ranking_key(condition))}
    changed: Said = {}
    if "conditions" in condition:
        changed["conditions"] = [with_snapshots(part, snapshots) for part in condition["conditions"]]
    if condition.get("condition"):
        changed["condition"] = with_snapshots(condition["condition"], snapshots)
    return condition | changed


def _parts_of(condition: Said) -> Iterable[Said]:
    return (*condition.get("conditions", ()), *filter(None, [condition.get("condition")]))
