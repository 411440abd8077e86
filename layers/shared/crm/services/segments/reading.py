"""Reading conditions as people write them: names become ids, operands are checked, and all that is wrong is told
at once, each with its place in the tree and what would be right.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from crm.domain.errors import InvalidInputError
from crm.domain.metrics.comparing import ORDERED, read_day_or_instant, read_operand
from crm.domain.segments.compiling import AND, NOT, OR, SEGMENT
from crm.domain.segments.definition import DEEPEST, MOST_CONDITIONS
from crm.domain.segments.event_conditions import NUMERIC
from crm.domain.segments.measures import WITHOUT_PROPERTY
from crm.domain.segments.time_conditions import RELATIVE
from crm.domain.segments.value_conditions import KINDS
from crm.services.definitions import attributes, lists, tags
from crm.services.editing.field_errors import FieldErrors

Said = dict[str, Any]
Find = Callable[[str, str], str | None]
"""The id of what a kind calls by a name or id; None where there is nothing."""

LONGEST_AGO = 36_500
_NUMERIC_OPERATORS = (*NUMERIC, "between")
_DATE_LENGTH = len("2026-11-21")


@dataclass(slots=True)
class Reading:
    """`find` knows segments and values; `wrong` collects what is wrong."""

    find: Find
    wrong: FieldErrors
    read: int = 0

    def condition(self, said: Said, place: str, depth: int = 1) -> Said:
        """The condition in its stored form; what is wrong with it is noted under its place."""
        self.read += 1
        if self.read > MOST_CONDITIONS or depth > DEEPEST:
            with self.wrong.within(place):
                raise InvalidInputError(
                    f"a segment has at most {MOST_CONDITIONS} conditions, at most {DEEPEST} deep",
                    code="too_many_conditions",
                )
            return said
        type_ = said["type"]
        if type_ in {AND, OR}:
            parts = [
                self.condition(part, f"{place}.conditions.{number}", depth + 1)
                for number, part in enumerate(said["conditions"])
            ]
            return said | {"conditions": parts}
        if type_ == NOT:
            return said | {"condition": self.condition(said["condition"], f"{place}.condition", depth + 1)}
        with self.wrong.within(place, parts=True):
            return _READERS.get(type_, _as_it_is)(self, said)
        return said


def read_condition(said: Said, find: Find) -> Said:
    """A condition in its stored form. Raises InvalidInputError with all that is wrong in `details.errors`."""
    reading = Reading(find, FieldErrors())
    read = reading.condition(said, "condition")
    reading.wrong.raise_any()
    return read


def read_selection(said: Said, place: str = "") -> Said:
    """What selects activities, and what is measured of them, in its stored form. Raises InvalidInputError."""
    read = dict(said)
    if "where" in said:
        read["where"] = [
            _compared(one, f"{place}where.{number}.value") for number, one in enumerate(said["where"])
        ]
    if "window" in said:
        read["window"] = _window(said["window"], f"{place}window")
    function = said.get("function", "count")
    if function not in WITHOUT_PROPERTY and not said.get("property"):
        raise _unfit(f"{place}property", f"{function} is of a property: name one")
    return read


def _as_it_is(_reading: Reading, said: Said) -> Said:
    return said


def _attribute(_reading: Reading, said: Said) -> Said:
    _known_attribute(said["name"], "name")
    return _compared(said, "value")


def _known_attribute(name: str, field: str) -> None:
    if name not in attributes.definitions():
        attributes.forget()  # it may have been declared elsewhere a moment ago
    if name not in attributes.definitions():
        raise _unfit(field, f"{name} is no attribute: declare it at /v1/attributes", "unknown_attribute")


def _compared(said: Said, field: str) -> Said:
    try:
        value = read_operand(said["operator"], said.get("value"))
    except ValueError as error:
        raise _unfit(field, str(error)) from None
    return said if value is None else said | {"value": value}


def _named(kind: str, registry: Any) -> Callable[[Reading, Said], Said]:
    def read(_reading: Reading, said: Said) -> Said:
        found = registry.REGISTRY.find([said[kind]])
        if not found:
            raise _unfit(kind, f"there is no {kind} with this name or id", f"unknown_{kind}")
        return said | {kind: next(iter(found.values()))}

    return read


def _segment(reading: Reading, said: Said) -> Said:
    return said | {SEGMENT: _found(reading, SEGMENT, said[SEGMENT])}


def _found(reading: Reading, kind: str, name: str) -> str:
    id_ = reading.find(kind, name)
    if id_ is None:
        raise _unfit(kind, f"there is no {kind} with this name or id", f"unknown_{kind}")
    return id_


def _value(reading: Reading, said: Said) -> Said:
    given = [kind for kind in KINDS if kind in said]
    if len(given) != 1:
        raise _unfit("", f"name exactly one of {', '.join(KINDS)}")
    return _compared(said, "value") | {given[0]: _found(reading, given[0], said[given[0]])}


def _date(_reading: Reading, said: Said) -> Said:
    if ("field" in said) == ("attribute" in said):
        raise _unfit("field", "name either a field (created, last_seen, last_transaction) or an attribute")
    if "attribute" in said:
        _known_attribute(said["attribute"], "attribute")
    operator, value = said["operator"], said.get("value")
    if said.get("yearly") and ("field" in said or operator not in RELATIVE):
        raise _unfit("yearly", f"is for attributes with one of {', '.join(RELATIVE)}")
    if operator in RELATIVE:
        if type(value) is not int or not 0 <= value <= LONGEST_AGO:
            raise _unfit("value", f"{operator} takes a number of days, 0 to {LONGEST_AGO:,}")
        return said
    return said | {"value": _dates(operator, value)}


def _dates(operator: str, value: Any) -> Any:
    given = value if operator == "between" else [value]
    if type(given) is not list or len(given) != (2 if operator == "between" else 1):
        raise _unfit("value", "between takes two dates, the first one first")
    read = [read_day_or_instant(one) if type(one) is str else None for one in given]
    if None in read:
        raise _unfit("value", f"{operator} takes a date: 2026-11-21 or 21.11.2026, or an instant in ISO 8601")
    if operator == "between" and str(read[0]) > str(read[1]):
        raise _unfit("value", "between takes two dates, the first one first")
    return read if operator == "between" else read[0]


def _event(_reading: Reading, said: Said) -> Said:
    read = read_selection(said)
    function, operator = said.get("function", "count"), said.get("operator", "at_least")
    if function in {"first", "last"}:
        return _compared(read | {"operator": operator, "value": said.get("value", 1)}, "value")
    if operator not in _NUMERIC_OPERATORS:
        raise _unfit("operator", f"{function} is a number: use one of {', '.join(_NUMERIC_OPERATORS)}")
    value = said.get("value", 1)
    numbers = value if operator == "between" and type(value) is list else [value]
    if any(type(number) not in {int, float} for number in numbers):
        raise _unfit("value", f"{operator} compares with a number here")
    if operator == "between" or operator in ORDERED:
        _compared({"operator": operator, "value": value}, "value")
    return read


def _selected(_reading: Reading, said: Said) -> Said:
    return read_selection(said)


def _sequence(_reading: Reading, said: Said) -> Said:
    parts = {name: read_selection(said[name], f"{name}.") for name in ("first", "then")}
    return read_selection(said | parts)


def _stopped(_reading: Reading, said: Said) -> Said:
    if said["active_days"] <= said["quiet_days"]:
        raise _unfit("active_days", "must be more than quiet_days: it is how long ago it was still done")
    return read_selection(said)


def _window(said: Mapping[str, Any], field: str) -> Said:
    if len(said) != 1:
        raise _unfit(field, "is exactly one of within_days, days_ago, between, after, before, on")
    ((name, value),) = said.items()
    if name == "within_days":
        return dict(said)
    if name == "days_ago":
        if value[0] > value[1]:
            raise _unfit(field, "days_ago takes the nearer day first: [7, 30]")
        return dict(said)
    days = [_day(one, field) for one in (value if name == "between" else [value])]
    if days != sorted(days):
        raise _unfit(field, "between takes two dates, the first one first")
    return {name: days if name == "between" else days[0]}


def _day(text: Any, field: str) -> str:
    read = read_day_or_instant(text) if type(text) is str else None
    if read is None or len(read) != _DATE_LENGTH:
        raise _unfit(field, "takes whole days: 2026-11-21 or 21.11.2026")
    return date.fromisoformat(read).isoformat()


def _unfit(field: str, problem: str, code: str = "invalid_condition") -> InvalidInputError:
    return InvalidInputError(problem, code=code, details={"field": field})


_READERS: dict[str, Callable[[Reading, Said], Said]] = {
    "attribute": _attribute,
    "environment": lambda _reading, said: _compared(said, "value"),
    "tag": _named("tag", tags),
    "list": _named("list", lists),
    "segment": _segment,
    "value": _value,
    "date": _date,
    "event": _event,
    "never": _selected,
    "first_time": _selected,
    "sequence": _sequence,
    "stopped": _stopped,
}
