"""The condition of the top percent: a value reaches what the nightly snapshot requires."""

from typing import Any

from crm.domain.attribute_reader import AttributeReader
from crm.domain.conditions.condition import Node
from crm.domain.conditions.value_conditions import Computed, computed, lasting_condition
from crm.domain.local_days import LocalDays
from crm.domain.times import iso

TOP = "top"
RankingJson = dict[str, Any]


def top_condition(condition: RankingJson, days: LocalDays, reader: AttributeReader) -> Node:
    """Build the condition that the value reaches the threshold of the snapshot.

    Before the first snapshot it never holds.
    """
    snapshot = condition["snapshot"]
    threshold = snapshot["threshold"] if snapshot else None

    def passes(value: Any) -> bool:
        return threshold is not None and is_ranked(value) and bool(value >= threshold)

    shown = {} if snapshot is None else {**snapshot, "at": iso(snapshot["at"])}
    return lasting_condition(
        condition, ranked_value(condition, days, reader), passes, {"snapshot": shown or None}
    )


def ranked_value(condition: RankingJson, days: LocalDays, reader: AttributeReader) -> Computed:
    """Compile the value by which a written-out condition ranks."""
    return computed(condition["of"], condition["definition"], days, reader)


def is_ranked(value: Any) -> bool:
    """Return whether a customer with this value is ranked."""
    return type(value) in {int, float} and value > 0
