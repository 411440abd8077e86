"""Read conditions, aggregates and scores over activities: operands and windows, in their stored form."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from crm.domain.attribute import Attribute
from crm.domain.attribute_operands import UnfitOperandError, read_attribute_operand
from crm.domain.conditions.instants import MAX_COMPARED, MAX_PER_DAY, deciding_number
from crm.domain.conditions.measures import DISTINCT_VALUES, MAX_DISTINCT_VALUES, WITHOUT_PROPERTY
from crm.domain.conditions.windows import (
    MAX_HOURS,
    PERIOD_WINDOWS,
    InstantWindow,
    instant_window_of,
    window_of,
)
from crm.domain.errors import InvalidInputError
from crm.domain.metrics.metric import COUNT, FIRST, LAST, MAX_KEPT_LENGTH
from crm.domain.metrics.selector import DEEPEST_FILTERS, ENTRY, MAX_FILTERS
from crm.domain.operators import (
    BETWEEN,
    EMPTY,
    NOT_EMPTY,
    NUMERIC,
    ORDERED,
    day_or_instant_of_text,
    read_operand,
)
from crm.domain.property_paths import normalised_path
from crm.domain.times import DAY_MS, HOUR_MS
from crm.settings import settings

EventConditionJson = dict[str, Any]
_NUMERIC_OPERATORS = (*NUMERIC, BETWEEN)
_DATE_LENGTH = len("2026-11-21")


def read_selection(definition: EventConditionJson, place: str = "") -> EventConditionJson:
    """Return the selector of activities, and the measured function and property, in their stored form. Raises
    InvalidInputError.
    """
    read = dict(definition)
    if "where" in definition:
        read["where"] = read_filters(definition["where"], f"{place}where")
    if "events" in definition and "event" in definition:
        raise unfit(f"{place}events", "send one event in event, or several in events, not both")
    if "property" in definition:
        _ensure_spelled(definition["property"], f"{place}property")
    if "window" in definition:
        read["window"] = read_window(definition["window"], f"{place}window")
    function = definition.get("function", "count")
    if function not in WITHOUT_PROPERTY and not definition.get("property"):
        raise unfit(f"{place}property", f"{function} requires a property")
    if function != COUNT and instant_window_of(read.get("window")):
        raise unfit(
            f"{place}function",
            f"windows of hours or minutes only count activities: {function} requires a window of days",
        )
    return read


def read_filters(filters: Sequence[EventConditionJson], place: str) -> list[EventConditionJson]:
    """Return filters over properties, with nested groups, in their stored form. Raises InvalidInputError."""
    reading = _Filters()
    return [reading.read(one, f"{place}.{number}", 1) for number, one in enumerate(filters)]


class _Filters:
    def __init__(self) -> None:
        self._read = 0

    def read(
        self, definition: EventConditionJson, place: str, depth: int, *, within_entry: bool = False
    ) -> EventConditionJson:
        self._read += 1
        if self._read > MAX_FILTERS or depth > DEEPEST_FILTERS:
            raise unfit(
                place,
                f"an activity can be selected by at most {MAX_FILTERS} filters, including groups, nested "
                f"at most {DEEPEST_FILTERS} levels deep",
                "too_many_conditions",
            )
        if "property" in definition:
            _ensure_spelled(definition["property"], f"{place}.property", within_entry=within_entry)
        if "type" not in definition:
            return read_compared(definition, f"{place}.value")
        is_entry = definition["type"] == ENTRY
        if is_entry != ("property" in definition):
            raise unfit(f"{place}.property", "is required for `entry`, and not allowed for `and` and `or`")
        parts = [
            self.read(one, f"{place}.where.{number}", depth + 1, within_entry=within_entry or is_entry)
            for number, one in enumerate(definition["where"])
        ]
        return definition | {"where": parts}


def _ensure_spelled(path: str, place: str, *, within_entry: bool = False) -> None:
    """Raise InvalidInputError for a path in the notation of another tool: it would find nothing."""
    meant = normalised_path(path, within_entry=within_entry)
    if meant != path:
        raise unfit(
            place, f"is a path with dots, from the properties of the event on: did you mean `{meant}`?"
        )


def read_event(definition: EventConditionJson) -> EventConditionJson:
    """Read a condition over a measure of activities. Raises InvalidInputError."""
    read = read_selection(definition)
    function, operator = definition.get("function", "count"), definition.get("operator", "at_least")
    if function in {FIRST, LAST}:
        default = {} if operator in {EMPTY, NOT_EMPTY} else {"value": 1}
        return _short(read_compared({**default, **read, "operator": operator}, "value"))
    if operator not in _NUMERIC_OPERATORS:
        raise unfit("operator", f"{function} is a number: use one of {', '.join(_NUMERIC_OPERATORS)}")
    value = definition.get("value", 1)
    numbers = value if operator == BETWEEN and type(value) is list else [value]
    if any(type(number) not in {int, float} for number in numbers):
        raise unfit("value", f"{operator} requires a number here, without quotes")
    if operator == BETWEEN or operator in ORDERED:
        read_compared({"operator": operator, "value": value}, "value")
    if function == DISTINCT_VALUES and deciding_number(operator, value) > MAX_DISTINCT_VALUES:
        raise unfit(
            "value",
            f"at most {MAX_DISTINCT_VALUES} distinct values are counted: compare with a smaller number",
        )
    if window := instant_window_of(read.get("window")):
        _ensure_countable(deciding_number(operator, value), window)
    return read


def _ensure_countable(number: int, window: InstantWindow) -> None:
    most = MAX_PER_DAY if window.latest else MAX_COMPARED
    if number > most:
        raise unfit(
            "value",
            f"windows of hours or minutes keep the newest {most} activities of a day: compare with at "
            f"most {most}, or use a window of days",
        )


def _short(definition: EventConditionJson) -> EventConditionJson:
    """Return a condition over a first or last text, which must not be longer than what is kept."""
    value = definition.get("value")
    texts = [one for one in (value if type(value) is list else [value]) if type(one) is str]
    if any(len(text) > MAX_KEPT_LENGTH for text in texts):
        raise unfit(
            "value",
            f"first and last keep the first {MAX_KEPT_LENGTH} characters of a text: compare with a "
            "text of at most that length",
        )
    return definition


def read_stopped(definition: EventConditionJson) -> EventConditionJson:
    """Read a condition about an activity that customers have stopped. Raises InvalidInputError."""
    if definition["active_days"] <= definition["quiet_days"]:
        raise unfit("active_days", "must be greater than quiet_days")
    ensure_within_retention(definition["active_days"] + 1, "active_days")
    return read_selection(definition)


def read_window(definition: Mapping[str, Any], field: str) -> EventConditionJson:
    """Return a window in its stored form. Raises InvalidInputError."""
    if len(definition) != 1:
        raise unfit(
            field,
            "must have exactly one of within_days, within, days_ago, hours_ago, minutes_ago, this, "
            "to_date, last, between, after, before, on",
        )
    ((name, value),) = definition.items()
    if name == "within_days":
        ensure_within_retention(value, field)
        return dict(definition)
    if recent := instant_window_of(dict(definition)):
        return _hours(dict(definition), recent, field)
    if name in PERIOD_WINDOWS:
        ensure_within_retention(window_of(dict(definition)).earliest + 1, field)
        return dict(definition)
    if name == "days_ago":
        if value[0] > value[1]:
            raise unfit(field, "days_ago takes the nearer day first: [7, 30]")
        ensure_within_retention(value[1] + 1, field)
        return dict(definition)
    days = [_day(one, field) for one in (value if name == "between" else [value])]
    if days != sorted(days):
        raise unfit(field, "between takes two dates, the first one first")
    read = {name: days if name == "between" else days[0]}
    if name == "between":
        window = window_of(read)
        ensure_within_retention(window.latest - window.earliest + 1, field)
    return read


def _hours(definition: EventConditionJson, window: InstantWindow, field: str) -> EventConditionJson:
    if window.latest and window.earliest <= window.latest:
        raise unfit(field, "must be the nearer hour or minute, then a later one: [1, 24]")
    ensure_hours(window.earliest, field)
    ensure_within_retention(-(-window.earliest // DAY_MS) + 1, field)
    return definition


def ensure_hours(milliseconds: int, field: str) -> None:
    """Raise InvalidInputError for a duration that is zero, or so long that days must be counted."""
    if not milliseconds:
        raise unfit(field, "must be at least one minute, in hours or minutes")
    if milliseconds > MAX_HOURS * HOUR_MS:
        raise unfit(
            field,
            f"hours and minutes can cover at most {MAX_HOURS} hours: for longer windows, use whole "
            "days (within_days, days_ago)",
            "window_too_long",
        )


def ensure_within_retention(days: int, field: str) -> None:
    """Raise InvalidInputError for a window that exceeds the deployment's retention of activities."""
    kept = settings().retention_days
    if kept and days > kept:
        raise unfit(
            field,
            f"the window covers {days:,} days, but activities are kept for {kept:,}: shorten the "
            "window, or keep activities longer",
            "window_longer_than_retention",
        )


def _day(text: Any, field: str) -> str:
    read = day_or_instant_of_text(text) if type(text) is str else None
    if read is None or len(read) != _DATE_LENGTH:
        raise unfit(field, "takes whole days: 2026-11-21 or 21.11.2026")
    return date.fromisoformat(read).isoformat()


def read_compared_attribute(
    definition: EventConditionJson, field: str, attribute: Attribute
) -> EventConditionJson:
    """Read an operator with an operand of the attribute's type. Raises InvalidInputError."""
    region = settings().phone_region
    try:
        value = read_attribute_operand(
            attribute, definition["operator"], definition.get("value"), phone_region=region
        )
    except UnfitOperandError as error:
        place = field if error.entry is None else f"{field}.{error.entry}"
        raise unfit(place, str(error)) from None
    return definition if value is None else definition | {"value": value}


def read_compared(definition: EventConditionJson, field: str) -> EventConditionJson:
    """Read `operator` with its `value`. Raises InvalidInputError about the field."""
    try:
        value = read_operand(definition["operator"], definition.get("value"))
    except ValueError as error:
        raise unfit(field, str(error)) from None
    return definition if value is None else definition | {"value": value}


def unfit(field: str, problem: str, code: str = "invalid_condition") -> InvalidInputError:
    """Return the error of a field of a condition, with what would be right."""
    return InvalidInputError(problem, code=code, details={"field": field})
