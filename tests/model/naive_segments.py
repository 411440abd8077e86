"""Whether a person is in a segment, from the meaning of the words alone: every activity is looked at, every time.

Shares nothing with the product but two dataclasses. No metrics, no spans: nothing in here can get out of step.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from crm.domain.activity import Activity
from tests.model.naive_attributes import attribute_passes, read
from tests.model.naive_dates import in_window, instant_of, moment_holds
from tests.model.naive_orders import AMOUNTS, amount_in, counting, key_of, meaning_of
from tests.model.naive_people import Person, stamp
from tests.model.naive_values import compare_numbers, decimal_of, passes, spelled, values_at

ConditionJson = dict[str, Any]


def holds(condition: ConditionJson, person: Person, now: int) -> bool:
    """Whether a condition holds for a person at an instant (epoch ms)."""
    return _HOLDS[condition["type"]](condition, person, now)


def is_member(segment_id: str, condition: ConditionJson, person: Person, now: int) -> bool:
    """The same for a segment: what people decided by hand counts above its condition; who was deleted is in none."""
    if person.deleted:
        return False
    return _decided_or(segment_id, condition, person, now)


def _decided_or(segment_id: str, condition: ConditionJson, person: Person, now: int) -> bool:
    decided = person.words("fields").get(f"segment:{segment_id}")
    return holds(condition, person, now) if decided is None else bool(decided)


def _meant(condition: ConditionJson, person: Person) -> list[Activity]:
    """The activities that a selector means, in the order of their stamps."""
    found = [
        a
        for a in _counted(condition, person)
        if (
            a.name in condition["events"]
            if "events" in condition
            else condition.get("event") in (None, a.name)
        )
        and condition.get("source") in (None, a.source_id)
        and all(_passes_filter(given, a.properties) for given in condition.get("where", []))
    ]
    return sorted(found, key=stamp)


def _counted(condition: ConditionJson, person: Person) -> list[Activity]:
    """Of an event that counts once per key, the one that counts, of whatever was not cancelled; else all."""
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


def _numbers(activity: Activity, name: str, values: list[Any], person: Person) -> list[Decimal]:
    """What an event says of a property; of an amount of an order, what is left after refunds."""
    numbers = [found for value in values if (found := decimal_of(value)) is not None]
    meaning = meaning_of(activity.name)
    order = next((o for o in person.orders if any(activity is a for a in o.given)), None)
    if name == "revenue" and not numbers and meaning and meaning[1] == "completed":
        numbers = [amount_in(activity.properties) or Decimal(0)]
    if not numbers or order is None or meaning is None or meaning[1] != "completed":
        return numbers
    if name == "gross_revenue":
        return [order.gross]
    return [order.after_refunds(order.gross_of(name))] if name in AMOUNTS else numbers


def _values(activity: Activity, name: str) -> list[Any]:
    values = values_at(activity.properties, name)
    meaning = meaning_of(activity.name) if activity.type == "track" else None
    if name == "gross_revenue" and not values and meaning and meaning[1] == "completed":
        return [str(amount_in(activity.properties) or 0)]
    return values


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


def _counting(condition: ConditionJson, person: Person, now: int) -> list[Activity]:
    found, window = _meant(condition, person), condition.get("window")
    if window and window.keys() & {"hours_ago", "minutes_ago"}:
        found = newest_of_each_day(found, person)
    return [a for a in found if counts_in(window, a, person, now)]


MAX_PER_DAY = 125
"""Of what is asked about by hours, beyond which a day counts its newest."""


def newest_of_each_day(found: list[Activity], person: Person) -> list[Activity]:
    """Without what came before the newest MAX_PER_DAY of its day."""
    behind = Counter[date]()
    kept = []
    for a in sorted(found, key=stamp, reverse=True):
        behind[person.day(a.occurred_at)] += 1
        kept += [a] if behind[person.day(a.occurred_at)] <= MAX_PER_DAY else []
    return sorted(kept, key=stamp)


def counts_in(window: ConditionJson | None, a: Activity, person: Person, now: int) -> bool:
    """Whether an activity counts now."""
    if window and window.keys() & {"within", "hours_ago", "minutes_ago"}:
        return _recent(window, timedelta(milliseconds=now - a.occurred_at))
    return in_window(person.day(a.occurred_at), window, person.day(now))


def _recent(window: ConditionJson, age: timedelta) -> bool:
    if "within" in window:
        return age < timedelta(**window["within"])
    ((name, (nearest, farthest)),) = window.items()
    unit = name.removesuffix("_ago")
    return (nearest == 0 or age >= timedelta(**{unit: nearest})) and age < timedelta(**{unit: farthest})


def measured(condition: ConditionJson, person: Person, now: int) -> Any:
    """The function of the activities that count; None where there is nothing to measure."""
    found, function, name = (
        _counting(condition, person, now),
        condition.get("function", "count"),
        condition.get("property"),
    )
    if name and function in ("count", "distinct_days"):
        found = [a for a in found if any(value is not None for value in _values(a, name))]
    if function == "count":
        return len(found)
    if function == "distinct_days":
        return len({person.day(a.occurred_at) for a in found})
    values = [(a, value) for a in found for value in _values(a, str(name))]
    if function == "distinct_values":
        texts = {spelled(value) for _, value in values if isinstance(value, str | int | float)}
        return min(len(texts), 100)
    if function in ("first", "last"):
        scalars = [(a, value) for a, value in values if isinstance(value, str | int | float)]
        if not scalars:
            return None
        chosen = scalars[0][0] if function == "first" else scalars[-1][0]
        return next(value for a, value in scalars if a is chosen)
    if "event" in condition or "events" in condition:
        numbers = [number for a in found for number in _numbers(a, str(name), _values(a, str(name)), person)]
    else:  # one by one, as they were sent
        numbers = [number for _, value in values if (number := decimal_of(value)) is not None]
    return _NUMERIC[function](numbers)


_NUMERIC: dict[str, Callable[[list[Decimal]], Any]] = {
    "sum": lambda numbers: sum(map(Fraction, numbers), Fraction(0)),
    "average": lambda numbers: sum(map(Fraction, numbers), Fraction(0)) / len(numbers) if numbers else None,
    "min": lambda numbers: min(numbers, default=None),
    "max": lambda numbers: max(numbers, default=None),
}


def _event(condition: ConditionJson, person: Person, now: int) -> bool:
    value, operator, operand = (
        measured(condition, person, now),
        condition.get("operator", "at_least"),
        condition.get("value", 1),
    )
    if condition.get("function") in ("first", "last"):
        return passes(value, operator, condition.get("value"))
    if value is None:
        return bool(operator == "not_equals")
    return compare_numbers(Fraction(value), operator, operand)


def _first_time(condition: ConditionJson, person: Person, now: int) -> bool:
    found = _meant(condition, person)
    return bool(found) and counts_in(condition.get("window"), found[0], person, now)


def _sequence(condition: ConditionJson, person: Person, now: int) -> bool:
    return any(
        counts_in(condition.get("window"), last, person, now) for last in _completed(condition, person, now)
    )


def _completed(condition: ConditionJson, person: Person, now: int) -> list[Activity]:
    """The activities with which the last step was done, after all the others, and that nothing followed."""
    steps = condition.get("steps") or [condition[name] for name in ("first", "then") if name in condition]
    chains = [[a] for a in _distinct(steps[0], condition, person)]
    for step in steps[1:]:
        chains = [
            [*chain, a]
            for a in _distinct(step, condition, person)
            for chain in chains
            if _in_time(step, chain[-1], a, person) and not _between(step, chain[-1], a, condition, person)
        ]
    if len(steps) > 1:
        chains = [
            chain
            for chain in chains
            if _in_time(condition, chain[0], chain[-1], person)
            and not _between(condition, chain[0], chain[-1], condition, person)
        ]
    lasts = [chain[-1] for chain in chains]
    return [a for a in lasts if _unanswered(condition, a, person, now)] if "then_not" in condition else lasts


def _distinct(selector: ConditionJson, condition: ConditionJson, person: Person) -> list[Activity]:
    """Of each day the newest, where more than the first and the last of a day is looked at."""
    found = _meant(selector, person)
    return newest_of_each_day(found, person) if looks_within_days(condition) else found


def looks_within_days(condition: ConditionJson) -> bool:
    """Whether a sequence asks about the order within a day in more than two steps, or about hours."""
    text = json.dumps(condition)
    return any(f'"{name}"' in text for name in ("without", "within", "hours_ago", "minutes_ago")) or (
        len(condition.get("steps", ())) > 2
    )


def _in_time(limits: ConditionJson, first: Activity, later: Activity, person: Person) -> bool:
    if first.occurred_at >= later.occurred_at:
        return False
    if "within" in limits:
        return timedelta(milliseconds=later.occurred_at - first.occurred_at) < timedelta(**limits["within"])
    days = (person.day(later.occurred_at) - person.day(first.occurred_at)).days
    return days <= int(limits.get("within_days", days))


def _between(
    step: ConditionJson, first: Activity, later: Activity, condition: ConditionJson, person: Person
) -> bool:
    barred = [a for selector in step.get("without", ()) for a in _distinct(selector, condition, person)]
    return any(first.occurred_at < a.occurred_at < later.occurred_at for a in barred)


def _unanswered(condition: ConditionJson, a: Activity, person: Person, now: int) -> bool:
    """Whether what would have had to follow did not, and can follow in time no more."""
    names = ("within", "within_days")
    limits = {name: condition["then_not"][name] for name in names if name in condition["then_not"]}
    if not limits and len(condition.get("steps", condition.keys() & {"first", "then"})) == 1:
        limits = {name: condition[name] for name in names if name in condition}
    answers = _meant(condition["then_not"], person)
    if "within" in limits:
        answers = newest_of_each_day(answers, person)
        if timedelta(milliseconds=now - a.occurred_at) < timedelta(**limits["within"]):
            return False
    if (
        "within_days" in limits
        and (person.day(now) - person.day(a.occurred_at)).days <= limits["within_days"]
    ):
        return False
    return not any(_in_time(limits, a, answer, person) for answer in answers)


def _stopped(condition: ConditionJson, person: Person, now: int) -> bool:
    ago = [(person.day(now) - person.day(a.occurred_at)).days for a in _meant(condition, person)]
    once = any(condition["quiet_days"] <= days <= condition["active_days"] for days in ago)
    return once and not any(0 <= days < condition["quiet_days"] for days in ago)


def _consent(condition: ConditionJson, person: Person, now: int) -> bool:
    purpose = condition.get("purpose")
    key = condition["channel"] if purpose in (None, "marketing") else f"{condition['channel']}:{purpose}"
    if consent_state(person, key, now) != condition["state"]:
        return False
    return "window" not in condition or _lies_in(
        condition["window"], _consent_since(person, key, condition["state"]), person, now
    )


def _lies_in(window: ConditionJson, at: int | None, person: Person, now: int) -> bool:
    return at is not None and in_window(person.day(at), window, person.day(now))


def _consent_since(person: Person, key: str, state: str) -> int | None:
    """Since when a consent is in the state that it is in: the first time that it was said, behind the last time that
    the contrary was.
    """
    if state == "expired":
        return expiry(person.consents[key])
    words = [
        (a.occurred_at, condition[key]["state"])
        for a, condition in person.consent_statements
        if key in condition
    ]
    contrary = {"granted": "denied", "denied": "granted"}[state]
    last = max((at for at, word in words if word == contrary), default=0)
    return min((at for at, word in words if word == state and at >= last), default=None)


def consent_state(person: Person, key: str, now: int) -> str:
    """granted, denied, expired or missing."""
    word = person.consents.get(key)
    if word is None:
        return "missing"
    until = expiry(word)
    return (
        "expired" if word["state"] == "granted" and until is not None and until <= now else str(word["state"])
    )


def expiry(word: dict[str, Any]) -> int | None:
    """Until when what was granted holds, epoch ms."""
    if word["state"] != "granted" or "expires_at" not in word:
        return None
    return instant_of(word["expires_at"])


def _top(condition: ConditionJson, person: Person, now: int) -> bool:
    """Of what an aggregate measures as a number above 0; nobody before the first snapshot."""
    threshold = (condition["snapshot"] or {}).get("threshold")
    value = measured(condition["definition"], person, now)
    return threshold is not None and value is not None and value > 0 and value >= Fraction(str(threshold))


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
    "nobody": lambda _said, _person, _now: False,
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
    "top": _top,
    "responsible": lambda condition, person, _now: (
        person.words("fields").get("responsible") == condition["user"]
    ),
    "consent": _consent,
    "event": _event,
    "never": lambda condition, person, now: not _counting(condition, person, now),
    "source": lambda condition, person, now: bool(
        _counting({"kind": "any", "source": condition["source"]}, person, now)
    ),
    "first_time": _first_time,
    "sequence": _sequence,
    "stopped": _stopped,
    "date": _date,
}
