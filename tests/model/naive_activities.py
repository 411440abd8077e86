"""Select the activities that a condition names, and those of them that count now: for `tests.model.naive_segments`."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import Any

from crm.domain.activity import Activity
from tests.model.naive_dates import in_window
from tests.model.naive_orders import counting, key_of, meaning_of
from tests.model.naive_people import Person, stamp
from tests.model.naive_values import passes, values_at

ConditionJson = dict[str, Any]


def selected_activities(condition: ConditionJson, person: Person) -> list[Activity]:
    """Return the activities that a selector matches, in the order of their stamps."""
    found = [
        a
        for a in _of_names_or_kind(condition, person)
        if (
            a.name in condition["events"]
            if "events" in condition
            else condition.get("event") in (None, a.name)
        )
        and condition.get("source") in (None, a.source_id)
        and all(_passes_filter(given, a.properties) for given in condition.get("where", []))
    ]
    return sorted(found, key=stamp)


def _of_names_or_kind(condition: ConditionJson, person: Person) -> list[Activity]:
    """Return all activities with the selector's names or kind.

    Of events that count once per key, return the one that counts, unless its order was cancelled.
    """
    names, kind = condition.get("events", [condition.get("event")]), condition.get("kind", "track")
    if kind != "track":
        return person.own if kind == "any" else [a for a in person.log if a.type == kind]
    if names == [None]:
        return [a for a in person.log if a.type == "track"]
    found = [a for a in person.log if a.type == "track" and not (key_of(a) and _is_once(a))]
    for order in person.orders:
        for role in ("completed", "cancelled"):
            of_role = [a for a in order.given if a.name in names and (meaning_of(a.name) or "")[1] == role]
            if of_role and not (role == "completed" and order.is_cancelled):
                found.append(counting(of_role))
    return found


def _is_once(activity: Activity) -> bool:
    return (meaning_of(activity.name) or ("", ""))[1] in ("completed", "cancelled")


def _passes_filter(given: ConditionJson, properties: dict[str, Any]) -> bool:
    if given.get("type") == "or":
        return any(_passes_filter(one, properties) for one in given["where"])
    if given.get("type") == "and":
        return all(_passes_filter(one, properties) for one in given["where"])
    if given.get("type") == "entry":
        entries = [entry for entry in values_at(properties, given["property"]) if isinstance(entry, dict)]
        return any(all(_passes_filter(one, entry) for one in given["where"]) for entry in entries)
    operator: str = given["operator"]
    values = values_at(properties, given["property"])
    if operator in ("empty", "not_empty"):
        return all(passes(value, "empty", None) for value in values) == (operator == "empty")
    if operator.startswith("not_"):
        return not any(passes(value, operator.removeprefix("not_"), given["value"]) for value in values)
    return any(passes(value, operator, given["value"]) for value in values)


def activities_that_count(condition: ConditionJson, person: Person, now: int) -> list[Activity]:
    """Return the selected activities that are in the condition's window at an instant (epoch ms)."""
    found, window = selected_activities(condition, person), condition.get("window")
    if window and window.keys() & {"hours_ago", "minutes_ago"}:
        found = newest_of_each_day(found, person)
    return [a for a in found if counts_in(window, a, person, now)]


MAX_PER_DAY = 125
"""In a window of hours or minutes, the newest activities of a day count, up to this number."""


def newest_of_each_day(found: list[Activity], person: Person) -> list[Activity]:
    """Return the newest MAX_PER_DAY activities of each day."""
    behind = Counter[date]()
    kept = []
    for a in sorted(found, key=stamp, reverse=True):
        behind[person.day(a.occurred_at)] += 1
        kept += [a] if behind[person.day(a.occurred_at)] <= MAX_PER_DAY else []
    return sorted(kept, key=stamp)


def counts_in(window: ConditionJson | None, a: Activity, person: Person, now: int) -> bool:
    """Return whether an activity is in the window now."""
    if window and window.keys() & {"within", "hours_ago", "minutes_ago"}:
        return _recent(window, timedelta(milliseconds=now - a.occurred_at))
    return in_window(person.day(a.occurred_at), window, person.day(now))


def _recent(window: ConditionJson, age: timedelta) -> bool:
    if "within" in window:
        return age < timedelta(**window["within"])
    ((name, (nearest, farthest)),) = window.items()
    unit = name.removesuffix("_ago")
    return (nearest == 0 or age >= timedelta(**{unit: nearest})) and age < timedelta(**{unit: farthest})
