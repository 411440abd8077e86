"""The trees and people of the bench of segments, and two other ways of evaluation.

One interprets the tree at each evaluation, the other is a library of rules.
"""

from datetime import UTC
from typing import Any

from crm.domain.activity import Activity
from crm.domain.conditions.compile import compile_condition
from crm.domain.conditions.facts import Facts
from crm.domain.conditions.measures import measure_of
from crm.domain.fold import fold_all
from crm.domain.identity import Identity
from crm.domain.local_days import LocalDays
from crm.domain.metrics.counting import Counting
from crm.domain.profile import ProfileState
from crm.domain.times import DAY_MS

DAYS = LocalDays(UTC, "UTC")
NOW = 1_795_262_400_000
_CITIES = ("Kiel", "Köln", "Berlin", "Rome", "Kyoto")
_ORDER = {"type": "event", "event": "Order Completed"}
_WINDOW = 90


def trees() -> list[dict[str, Any]]:
    """Build twenty trees, of four to six conditions each."""
    return [_tree(number) for number in range(20)]


def _tree(number: int) -> dict[str, Any]:
    city = {"type": "attribute", "name": "city", "operator": "starts_with", "value": _CITIES[number % 5][0]}
    age = {"type": "attribute", "name": "age", "operator": "greater", "value": 20 + number}
    orders = _ORDER | {"value": 1 + number % 4, "window": {"within_days": _WINDOW}}
    vip = {"type": "tag", "tag": "vip"}
    either = {"type": "or", "conditions": [city, {"type": "and", "conditions": [age, vip]}]}
    return {
        "type": "and",
        "conditions": [either, orders, {"type": "not", "condition": vip}][: 2 + number % 2],
    }


def person(number: int) -> ProfileState:
    """Build a person with an address, an age, perhaps a tag, and some orders."""
    stated = {"city": _CITIES[number % 5], "age": 18 + number}
    log = [_activity(number, 0, type="identify", properties=stated)]
    tag = {"tags": {"vip": True if number % 3 == 0 else None}}
    log.append(_activity(number, 1, type="tag.added", effects=tag))
    log += [
        _activity(number, 2 + order, name="Order Completed", days_ago=order * 11 % 120)
        for order in range(number % 12)
    ]
    state = ProfileState(str(number))
    metrics = [metric for tree in trees() for metric in compile_condition(tree, DAYS).all_metrics]
    fold_all(state, sorted(log, key=lambda activity: activity.original_at), Counting(metrics, DAYS))
    return state


def _activity(number: int, message: int, *, days_ago: int = 200, **differing: Any) -> Activity:
    at = NOW - days_ago * DAY_MS
    given: dict[str, Any] = {
        "message_id": f"m{message}",
        "type": "track",
        "original_at": at,
        "occurred_at": at,
        "received_at": at,
        "source_id": "web",
        "source_kind": "web",
        "identities": (Identity("user_id", str(number)),),
        "properties": {},
        "context": {},
    }
    return Activity(**given | differing)


def person_as_row(state: ProfileState) -> dict[str, Any]:
    """Return the person as plain values, with counts."""
    facts = Facts([state])
    orders = measure_of(_ORDER | {"window": {"within_days": _WINDOW}}, DAYS).at(facts, NOW)
    return {**facts.attributes, "tags": sorted(facts.tags), "orders": orders}


def interpret(tree: dict[str, Any], facts: Facts, now: int) -> bool:  # noqa: PLR0911 - a case each
    """Evaluate the tree by walking it."""
    type_ = tree["type"]
    if type_ == "and":
        return all(interpret(part, facts, now) for part in tree["conditions"])
    if type_ == "or":
        return any(interpret(part, facts, now) for part in tree["conditions"])
    if type_ == "not":
        return not interpret(tree["condition"], facts, now)
    if type_ == "tag":
        return tree["tag"] in facts.tags
    if type_ == "attribute":
        value = facts.attributes.get(tree["name"])
        if tree["operator"] == "starts_with":
            return str(value).casefold().startswith(tree["value"].casefold())
        return isinstance(value, int | float) and value > tree["value"]
    measure = measure_of(tree, DAYS)
    return bool(measure.at(facts, now) >= tree["value"])


def as_rule(tree: dict[str, Any]) -> str:
    """Return the tree in the language of rule-engine, over `person_as_row`."""
    type_ = tree["type"]
    if type_ in {"and", "or"}:
        return "(" + f" {type_} ".join(map(as_rule, tree["conditions"])) + ")"
    if type_ == "not":
        return f"not {as_rule(tree['condition'])}"
    if type_ == "tag":
        return f'"{tree["tag"]}" in tags'
    if type_ == "attribute":
        starts = f'city =~~ "^{tree["value"]}"'
        return starts if tree["operator"] == "starts_with" else f"age > {tree['value']}"
    return f"orders >= {tree['value']}"
