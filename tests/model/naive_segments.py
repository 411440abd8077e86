"""Whether a person is in a segment: a naive evaluation of conditions, which reads all activities each time.

It shares two dataclasses with the product. It keeps no metrics and no spans, which could become stale.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from fractions import Fraction

from tests.model.naive_activities import ConditionJson, activities_that_count
from tests.model.naive_aggregates import event_holds, top_holds
from tests.model.naive_attributes import attribute_passes, read
from tests.model.naive_consents import consent_holds
from tests.model.naive_dates import moment_holds
from tests.model.naive_people import Person
from tests.model.naive_sequences import first_time_holds, sequence_holds, stopped_holds
from tests.model.naive_values import passes


def holds(condition: ConditionJson, person: Person, now: int) -> bool:
    """Return whether a condition holds for a person at an instant (epoch ms)."""
    return _HOLDS[condition["type"]](condition, person, now)


def is_member(segment_id: str, condition: ConditionJson, person: Person, now: int) -> bool:
    """Return whether a person is in a segment: a manual decision overrides the condition.

    A deleted person is in no segment.
    """
    if person.deleted:
        return False
    return _decided_or(segment_id, condition, person, now)


def _decided_or(segment_id: str, condition: ConditionJson, person: Person, now: int) -> bool:
    decided = person.words("fields").get(f"segment:{segment_id}")
    return holds(condition, person, now) if decided is None else bool(decided)


def _random_share(condition: ConditionJson, person: Person, _now: int) -> bool:
    digest = hashlib.sha256(f"{condition.get('seed', '')}:{person.id}".encode()).hexdigest()
    draw = Fraction(int(digest[:16], 16) % 10_000, 100)
    first = Fraction(str(condition.get("from", 0)))
    return first <= draw < first + Fraction(str(condition["percent"]))


def _date(condition: ConditionJson, person: Person, now: int) -> bool:
    named = {
        "created": person.created,
        "last_seen": person.last_seen,
        "last_transaction": person.last_transaction,
    }
    if "attribute" in condition:
        value = read(condition["attribute"], person.attributes.get(condition["attribute"]))
        return moment_holds(
            condition, value if isinstance(value, str) else None, person.zone, person.day(now)
        )
    value = named[condition["field"]]
    return moment_holds(condition, value, person.zone, person.day(now))


def _has(register: str, name: str) -> Callable[[ConditionJson, Person, int], bool]:
    return lambda condition, person, _now: condition[name] in person.words(register)


_HOLDS: dict[str, Callable[[ConditionJson, Person, int], bool]] = {
    "and": lambda condition, person, now: all(holds(part, person, now) for part in condition["conditions"]),
    "or": lambda condition, person, now: any(holds(part, person, now) for part in condition["conditions"]),
    "not": lambda condition, person, now: not holds(condition["condition"], person, now),
    "segment": lambda condition, person, now: _decided_or(
        condition["segment"], condition["condition"], person, now
    ),
    "nobody": lambda _condition, _person, _now: False,
    "attribute": lambda condition, person, _now: attribute_passes(
        condition["name"],
        person.attributes.get(condition["name"]),
        condition["operator"],
        condition.get("value"),
    ),
    "environment": lambda condition, person, _now: passes(
        person.environment.get(condition["field"]), condition["operator"], condition.get("value")
    ),
    "tag": _has("tags", "tag"),
    "class": _has("classes", "class"),
    "list": lambda condition, person, _now: f"list:{condition['list']}" in person.words("fields"),
    "kind": lambda condition, person, _now: person.kind == condition["kind"],
    "random_share": _random_share,
    "top": top_holds,
    "responsible": lambda condition, person, _now: (
        person.words("fields").get("responsible") == condition["user"]
    ),
    "consent": consent_holds,
    "event": event_holds,
    "never": lambda condition, person, now: not activities_that_count(condition, person, now),
    "source": lambda condition, person, now: bool(
        activities_that_count({"kind": "any", "source": condition["source"]}, person, now)
    ),
    "first_time": first_time_holds,
    "sequence": sequence_holds,
    "stopped": stopped_holds,
    "date": _date,
}
