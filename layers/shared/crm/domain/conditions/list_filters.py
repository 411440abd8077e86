"""List filters: query parameters as conditions of segments, evaluated over the cards of a list."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from crm.domain.card_fields import IN_TRASH, Card
from crm.domain.conditions.card_conditions import CARD_TEXT, MEMBERSHIP
from crm.domain.conditions.card_facts import CardFacts
from crm.domain.conditions.compile import AND, NOT, OR, SEGMENT_TYPE, compile_condition
from crm.domain.conditions.date_operators import RELATIVE
from crm.domain.conditions.filter_names import (
    DATE_FIELDS,
    DATE_OPERATORS,
    NOT_ONE_OF,
    TEXT_FIELDS,
    TEXT_OPERATORS,
)
from crm.domain.consent import channel_and_purpose
from crm.domain.errors import InvalidInputError
from crm.domain.local_days import LocalDays
from crm.domain.operators import ONE_OF, OPPOSITES
from crm.domain.times import iso

_Condition = dict[str, Any]
Predicate = Callable[[Card], bool]

_KIND = "kind"
_COMPUTED_TEXTS = ("name", "email")
"""Texts that a card computes of several attributes or identities; the others are attributes."""


def card_filter(parameters: Mapping[str, Any], now: int, days: LocalDays) -> Predicate:
    """Return the test that a card passes every filter at an instant (epoch ms)."""
    node = compile_condition(condition_of(parameters), days)
    return lambda card: node.holds(CardFacts(card), now)


def condition_of(parameters: Mapping[str, Any]) -> _Condition:
    """Return the condition of all filters, in its stored form: `{"city": ["Berlin"], "created.after": "2026-11-21"}`.

    Tags and lists are ids, segments the groups of their builds. Raises LookupError for an unknown filter.
    """
    return _joined(AND, [_condition(name, value) for name, value in parameters.items()])


def segment_condition_of(parameters: Mapping[str, Any]) -> _Condition:
    """Return the condition by which a segment selects what these filters of a list select, as a request contains it.

    Tags, lists and segments are names or ids, as they were sent. Raises InvalidInputError for filters over what only
    lists have: texts that are computed of several attributes or identities, and customers deleted by hand.
    """
    if foreign := [name for name, value in parameters.items() if _is_of_lists_only(name, value)]:
        raise InvalidInputError(
            f"the condition of a segment cannot express {', '.join(foreign)}: leave out these filters; for name and "
            "email use conditions over attributes",
            code="no_segment_equivalent",
            details={"filters": foreign},
        )
    return _joined(AND, [_segment_condition(name, value) for name, value in parameters.items()])


def _is_of_lists_only(name: str, value: Any) -> bool:
    return name.partition(".")[0] in _COMPUTED_TEXTS or (name, value) == (_KIND, IN_TRASH)


def _segment_condition(name: str, value: Any) -> _Condition:
    return _OF_SEGMENTS[name](value) if name in _OF_SEGMENTS else _condition(name, value)


def _condition(name: str, value: Any) -> _Condition:
    field, _, operator = name.partition(".")
    if field in TEXT_FIELDS:
        return _of_text(field, TEXT_OPERATORS[operator], value)
    if field in DATE_FIELDS:
        return _of_date(DATE_FIELDS[field], operator, value)
    return _OTHERS[name](value)


def _of_text(field: str, operator: str, values: list[str]) -> _Condition:
    type_ = CARD_TEXT if field in _COMPUTED_TEXTS else "attribute"
    condition = {"type": type_, "name": field, "operator": operator}
    if operator in {ONE_OF, NOT_ONE_OF}:
        return condition | {"value": values}
    join = AND if operator in OPPOSITES else OR
    return _joined(join, [condition | {"value": value} for value in values])


def _of_date(field: str, operator: str, value: int | str) -> _Condition:
    """`value`: days for a relative operator, else a day (`2026-11-21`) or an instant (epoch ms)."""
    is_instant = type(value) is int and DATE_OPERATORS[operator].kind != RELATIVE
    return {
        "type": "date",
        "field": field,
        "operator": operator,
        "value": iso(int(value)) if is_instant else value,
    }


def _of_consents(states_by_key: Mapping[str, Iterable[str]]) -> _Condition:
    return _joined(AND, [_of_consent(key, states) for key, states in states_by_key.items()])


def _of_consent(key: str, states: Iterable[str]) -> _Condition:
    channel, purpose = channel_and_purpose(key)
    consent = {"type": "consent", "channel": channel, "purpose": purpose}
    return _joined(OR, [consent | {"state": state} for state in states])


def _each(type_: str, field: str, join: str) -> Callable[[Iterable[str]], _Condition]:
    return lambda values: _joined(join, [{"type": type_, field: value} for value in values])


def _none(type_: str, field: str) -> Callable[[Iterable[str]], _Condition]:
    return lambda values: _not(_joined(OR, [{"type": type_, field: value} for value in values]))


def _of_no_user(missing: bool) -> _Condition:
    no_user: _Condition = {"type": "responsible", "user": None}
    return no_user if missing else _not(no_user)


def _joined(type_: str, conditions: list[_Condition]) -> _Condition:
    return conditions[0] if len(conditions) == 1 else {"type": type_, "conditions": conditions}


def _not(condition: _Condition) -> _Condition:
    return {"type": NOT, "condition": condition}


_OTHERS: dict[str, Callable[[Any], _Condition]] = {
    "tag": _each("tag", "tag", AND),
    "tag.none": _none("tag", "tag"),
    "list": _each("list", "list", AND),
    "list.none": _none("list", "list"),
    "segment": _each(MEMBERSHIP, "group", AND),
    "segment.none": _none(MEMBERSHIP, "group"),
    "class": _each("class", "class", OR),
    "responsible": _each("responsible", "user", OR),
    "responsible.missing": _of_no_user,
    "consent": _of_consents,
}
"""By name of the parameter: customers with all of these tags, lists and segments, or none; in one of these classes,
with one of these users.
"""

_OF_SEGMENTS: dict[str, Callable[[Any], _Condition]] = {
    "segment": _each(SEGMENT_TYPE, SEGMENT_TYPE, AND),
    "segment.none": _none(SEGMENT_TYPE, SEGMENT_TYPE),
    _KIND: lambda kind: {"type": _KIND, _KIND: kind},
}
"""Filters whose condition differs in a segment: it refers to other segments, not to their builds."""
