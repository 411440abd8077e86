"""Read conditions as users write them: resolve names to ids, check operands, and report all errors at once.

Each error carries its place in the tree and what would be right.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from crm.domain import value_types
from crm.domain.attribute import DATE, DATETIME, TEXT, Attribute
from crm.domain.conditions.calendar_periods import PERIODS
from crm.domain.conditions.compile import AND, NOT, OR, SEGMENT_TYPE
from crm.domain.conditions.consent_conditions import DATED_STATES
from crm.domain.conditions.date_operators import CALENDAR, DATE_OPERATOR_TABLE, RELATIVE, operators_of
from crm.domain.conditions.random_share import DRAWS, hundredths_of
from crm.domain.conditions.top_conditions import TOP
from crm.domain.conditions.value_conditions import VALUE_KINDS
from crm.domain.conditions.windows import instant_window_of
from crm.domain.errors import InvalidInputError
from crm.domain.field_errors import FieldErrors
from crm.domain.operators import day_or_instant_of_text
from crm.domain.segments.definition import DEEPEST, MAX_CONDITIONS
from crm.services.definitions import attributes
from crm.services.definitions.lists import LIST_REGISTRY
from crm.services.definitions.named import Registry
from crm.services.definitions.tags import TAG_REGISTRY
from crm.services.segments.event_condition_validation import (
    EventConditionJson,
    read_compared,
    read_compared_attribute,
    read_event,
    read_selection,
    read_stopped,
    read_window,
    unfit,
)
from crm.services.segments.sequence_condition_validation import read_sequence

Find = Callable[[str, str], str | None]
"""The function from a kind and a name or id to the id, None if there is none."""

MAX_DAYS_AGO = 36_500


@dataclass(slots=True)
class _Reading:
    """The state of reading. `find` resolves segments and values; `wrong` collects errors."""

    find: Find
    wrong: FieldErrors
    read: int = 0

    def condition(self, definition: EventConditionJson, place: str, depth: int = 1) -> EventConditionJson:
        """Return the condition in its stored form; its errors are recorded under its place."""
        self.read += 1
        if self.read > MAX_CONDITIONS or depth > DEEPEST:
            with self.wrong.within(place):
                raise InvalidInputError(
                    f"a segment can have at most {MAX_CONDITIONS} conditions, nested at most {DEEPEST} levels "
                    "deep",
                    code="too_many_conditions",
                )
            return definition
        type_ = definition["type"]
        if type_ in {AND, OR}:
            parts = [
                self.condition(part, f"{place}.conditions.{number}", depth + 1)
                for number, part in enumerate(definition["conditions"])
            ]
            return definition | {"conditions": parts}
        if type_ == NOT:
            return definition | {
                "condition": self.condition(definition["condition"], f"{place}.condition", depth + 1)
            }
        with self.wrong.within(place, parts=True):
            return _READERS.get(type_, _unchanged)(self, definition)
        return definition


def read_condition(definition: EventConditionJson, find: Find) -> EventConditionJson:
    """Return a condition in its stored form. Raises InvalidInputError with all errors in `details.errors`."""
    reading = _Reading(find, FieldErrors())
    read = reading.condition(definition, "condition")
    reading.wrong.raise_any()
    return read


def _unchanged(_reading: _Reading, definition: EventConditionJson) -> EventConditionJson:
    return definition


def _attribute(_reading: _Reading, definition: EventConditionJson) -> EventConditionJson:
    return read_compared_attribute(definition, "value", _known_attribute(definition["name"], "name"))


def _known_attribute(name: str, field: str) -> Attribute:
    if name not in attributes.definitions():
        attributes.clear_cache()  # another container may have declared it a moment ago
    if name not in (known := attributes.definitions()):
        raise unfit(field, f"{name} is not an attribute: {attributes.hint(name, known)}", "unknown_attribute")
    return known[name]


def _named(kind: str, registry: Registry) -> Callable[[_Reading, EventConditionJson], EventConditionJson]:
    def read(_reading: _Reading, definition: EventConditionJson) -> EventConditionJson:
        found = registry.find([definition[kind]])
        if not found:
            raise unfit(kind, f"there is no {kind} with this name or id", f"unknown_{kind}")
        return definition | {kind: next(iter(found.values()))}

    return read


def _segment(reading: _Reading, definition: EventConditionJson) -> EventConditionJson:
    return definition | {SEGMENT_TYPE: _found(reading, SEGMENT_TYPE, definition[SEGMENT_TYPE])}


def _found(reading: _Reading, kind: str, name: str) -> str:
    id_ = reading.find(kind, name)
    if id_ is None:
        called = "name, slug or id" if kind == SEGMENT_TYPE else "name or id"
        raise unfit(kind, f"there is no {kind} with this {called}", f"unknown_{kind}")
    return id_


def _value(reading: _Reading, definition: EventConditionJson) -> EventConditionJson:
    kind = _one_value(definition)
    return read_compared(definition, "value") | {kind: _found(reading, kind, definition[kind])}


def _top(reading: _Reading, definition: EventConditionJson) -> EventConditionJson:
    kind = _one_value(definition)
    return definition | {kind: _found(reading, kind, definition[kind])}


def _one_value(definition: EventConditionJson) -> str:
    given = [kind for kind in VALUE_KINDS if kind in definition]
    if len(given) != 1:
        raise unfit("", f"send exactly one of {', '.join(VALUE_KINDS)}")
    return given[0]


def _consent(_reading: _Reading, definition: EventConditionJson) -> EventConditionJson:
    if "window" not in definition:
        return definition
    if definition["state"] not in DATED_STATES:
        raise unfit("window", f"is only for the states {', '.join(DATED_STATES)}")
    if instant_window_of(definition["window"]):
        raise unfit("window", "must be a window of days for a consent")
    return definition | {"window": read_window(definition["window"], "window")}


def _random_share(_reading: _Reading, definition: EventConditionJson) -> EventConditionJson:
    for name in ("percent", "from"):
        if hundredths_of(definition.get(name, 0)) % 1:
            raise unfit(name, "must have at most two decimals: 33.33")
    first = definition.get("from", 0)
    if hundredths_of(first) + hundredths_of(definition["percent"]) > DRAWS:
        raise unfit(
            "percent",
            f"must be at most {100 - first:g} with from {first}: the share must not extend beyond 100 "
            "percent",
        )
    return definition


def _date(_reading: _Reading, definition: EventConditionJson) -> EventConditionJson:
    if ("field" in definition) == ("attribute" in definition):
        raise unfit("field", "send either a field (created, last_seen, last_transaction) or an attribute")
    read: Callable[[Any], str] = day_or_instant
    if "attribute" in definition:
        attribute = _known_attribute(definition["attribute"], "attribute")
        _ensure_date(attribute)
        read = value_types.read_date if attribute.type == DATE else day_or_instant
    operator, value = definition["operator"], definition.get("value")
    recurring, kind = operators_of(RELATIVE, CALENDAR), DATE_OPERATOR_TABLE[operator].kind
    if definition.get("yearly") and ("field" in definition or operator not in recurring):
        raise unfit("yearly", f"is only for attributes, with one of {', '.join(recurring)}")
    if kind == CALENDAR:
        if value not in PERIODS:
            raise unfit("value", f"{operator} takes a period: {', '.join(PERIODS)}")
        return definition
    if kind == RELATIVE:
        if type(value) is not int or not 0 <= value <= MAX_DAYS_AGO:
            raise unfit("value", f"{operator} takes a number of days, 0 to {MAX_DAYS_AGO:,}")
        return definition
    return definition | {"value": _dates(operator, value, read)}


def _ensure_date(attribute: Attribute) -> None:
    if attribute.type not in {DATE, DATETIME, TEXT} or attribute.format:
        raise unfit(
            "attribute",
            f"{attribute.name} is of type {attribute.format or attribute.type}: a condition over dates takes an "
            f"attribute of type {DATE}, {DATETIME} or {TEXT}",
        )


def day_or_instant(value: Any) -> str:
    """Read a text that holds a date or an instant. Raises ValueError."""
    read = day_or_instant_of_text(value) if type(value) is str else None
    if read is None:
        raise ValueError("must be a date: 2026-11-21 or 21.11.2026, or an instant in ISO 8601")
    return read


def _dates(operator: str, value: Any, read_one: Callable[[Any], str]) -> Any:
    given = value if operator == "between" else [value]
    if type(given) is not list or len(given) != (2 if operator == "between" else 1):
        raise unfit("value", "between takes two dates, the first one first")
    try:
        read = [read_one(one) for one in given]
    except ValueError:
        raise unfit(
            "value", f"{operator} takes a date: 2026-11-21 or 21.11.2026, or an instant in ISO 8601"
        ) from None
    if operator == "between" and str(read[0]) > str(read[1]):
        raise unfit("value", "between takes two dates, the first one first")
    return read if operator == "between" else read[0]


_READERS: dict[str, Callable[[_Reading, EventConditionJson], EventConditionJson]] = {
    "attribute": _attribute,
    "environment": lambda _reading, definition: read_compared(definition, "value"),
    "consent": _consent,
    "random_share": _random_share,
    "tag": _named("tag", TAG_REGISTRY),
    "list": _named("list", LIST_REGISTRY),
    "segment": _segment,
    "value": _value,
    TOP: _top,
    "date": _date,
    "event": lambda _reading, definition: read_event(definition),
    "never": lambda _reading, definition: read_selection(definition),
    "first_time": lambda _reading, definition: read_selection(definition),
    "sequence": lambda _reading, definition: read_sequence(definition),
    "stopped": lambda _reading, definition: read_stopped(definition),
}
