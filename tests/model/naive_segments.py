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

Said = dict[str, Any]


def holds(said: Said, person: Person, now: int) -> bool:
    """Whether a condition holds for a person at an instant (epoch ms)."""
    return _HOLDS[said["type"]](said, person, now)


def is_member(segment_id: str, condition: Said, person: Person, now: int) -> bool:
    """The same for a segment: what people decided by hand counts above its condition; who was deleted is in none."""
    if person.deleted:
        return False
    return _decided_or(segment_id, condition, person, now)


def _decided_or(segment_id: str, condition: Said, person: Person, now: int) -> bool:
    decided = person.words("fields").get(f"segment:{segment_id}")
    return holds(condition, person, now) if decided is None else bool(decided)


def _meant(said: Said, person: Person) -> list[Activity]:
    """The activities that a selector means, in the order of their stamps."""
    found = [
        a
        for a in _counted(said, person)
        if (a.name in said["events"] if "events" in said else said.get("event") in (None, a.name))
        and said.get("source") in (None, a.source_id)
        and all(_passes_filter(given, a.properties) for given in said.get("where", []))
    ]
    return sorted(found, key=stamp)


def _counted(said: Said, person: Person) -> list[Activity]:
    """Of an event that counts once per key, the one that counts, of whatever was not cancelled; else all."""
    names, kind = said.get("events", [said.get("event")]), said.get("kind", "track")
    if kind != "track":
        return person.own if kind == "any" else [a for a in person.log if a.type == kind]
    if names == [None]:
        return [a for a in person.log if a.type == "track"]
    found = [a for a in person.log if a.type == "track" and not (key_of(a) and _is_once(a))]
    for order in person.orders:
        for role in ("completed", "cancelled"):
            of_role = [a for a in order.said if a.name in names and (meaning_of(a.name) or "")[1] == role]
            if of_role and not (role == "completed" and order.is_cancelled):
                found.append(counting(of_role))
    return found


def _is_once(activity: Activity) -> bool:
    return (meaning_of(activity.name) or ("", ""))[1] in ("completed", "cancelled")


def _numbers(activity: Activity, name: str, values: list[Any], person: Person) -> list[Decimal]:
    """What an event says of a property; of an amount of an order, what is left after refunds."""
    numbers = [found for value in values if (found := decimal_of(value)) is not None]
    meaning = meaning_of(activity.name)
    order = next((o for o in person.orders if any(activity is a for a in o.said)), None)
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


def _passes_filter(given: Said, properties: dict[str, Any]) -> bool:
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


def _counting(said: Said, person: Person, now: int) -> list[Activity]:
    found, window = _meant(said, person), said.get("window")
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


def counts_in(window: Said | None, a: Activity, person: Person, now: int) -> bool:
    """Whether an activity counts now."""
    if window and window.keys() & {"within", "hours_ago", "minutes_ago"}:
        return _recent(window, timedelta(milliseconds=now - a.occurred_at))
    return in_window(person.day(a.occurred_at), window, person.day(now))


def _recent(window: Said, age: timedelta) -> bool:
    if "within" in window:
        return age < timedelta(**window["within"])
    ((name, (nearest, farthest)),) = window.items()
    unit = name.removesuffix("_ago")
    return (nearest == 0 or age >= timedelta(**{unit: nearest})) and age < timedelta(**{unit: farthest})


def measured(said: Said, person: Person, now: int) -> Any:
    """The function of the activities that count; None where there is nothing to measure."""
    found, function, name = _counting(said, person, now), said.get("function", "count"), said.get("property")
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
    if "event" in said or "events" in said:
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


def _event(said: Said, person: Person, now: int) -> bool:
    value, operator, operand = (
        measured(said, person, now),
        said.get("operator", "at_least"),
        said.get("value", 1),
    )
    if said.get("function") in ("first", "last"):
        return passes(value, operator, said.get("value"))
    if value is None:
        return bool(operator == "not_equals")
    return compare_numbers(Fraction(value), operator, operand)


def _first_time(said: Said, person: Person, now: int) -> bool:
    found = _meant(said, person)
    return bool(found) and counts_in(said.get("window"), found[0], person, now)


def _sequence(said: Said, person: Person, now: int) -> bool:
    return any(counts_in(said.get("window"), last, person, now) for last in _completed(said, person, now))


def _completed(said: Said, person: Person, now: int) -> list[Activity]:
    """The activities with which the last step was done, after all the others, and that nothing followed."""
    steps = said.get("steps") or [said[name] for name in ("first", "then") if name in said]
    chains = [[a] for a in _told_apart(steps[0], said, person)]
    for step in steps[1:]:
        chains = [
            [*chain, a]
            for a in _told_apart(step, said, person)
            for chain in chains
            if _in_time(step, chain[-1], a, person) and not _between(step, chain[-1], a, said, person)
        ]
    if len(steps) > 1:
        chains = [
            chain
            for chain in chains
            if _in_time(said, chain[0], chain[-1], person)
            and not _between(said, chain[0], chain[-1], said, person)
        ]
    lasts = [chain[-1] for chain in chains]
    return [a for a in lasts if _unanswered(said, a, person, now)] if "then_not" in said else lasts


def _told_apart(selector: Said, said: Said, person: Person) -> list[Activity]:
    """Of each day the newest, where more than the first and the last of a day is looked at."""
    found = _meant(selector, person)
    return newest_of_each_day(found, person) if looks_within_days(said) else found


def looks_within_days(said: Said) -> bool:
    """Whether a sequence asks about the order within a day in more than two steps, or about hours."""
    text = json.dumps(said)
    return any(f'"{name}"' in text for name in ("without", "within", "hours_ago", "minutes_ago")) or (
        len(said.get("steps", ())) > 2
    )


def _in_time(limits: Said, first: Activity, later: Activity, person: Person) -> bool:
    if first.occurred_at >= later.occurred_at:
        return False
    if "within" in limits:
        return timedelta(milliseconds=later.occurred_at - first.occurred_at) < timedelta(**limits["within"])
    days = (person.day(later.occurred_at) - person.day(first.occurred_at)).days
    return days <= int(limits.get("within_days", days))


def _between(step: Said, first: Activity, later: Activity, said: Said, person: Person) -> bool:
    barred = [a for selector in step.get("without", ()) for a in _told_apart(selector, said, person)]
    return any(first.occurred_at < a.occurred_at < later.occurred_at for a in barred)


def _unanswered(said: Said, a: Activity, person: Person, now: int) -> bool:
    """Whether what would have had to follow did not, and can follow in time no more."""
    names = ("within", "within_days")
    limits = {name: said["then_not"][name] for name in names if name in said["then_not"]}
    if not limits and len(said.get("steps", said.keys() & {"first", "then"})) == 1:
        limits = {name: said[name] for name in names if name in said}
    answers = _meant(said["then_not"], person)
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


def _stopped(said: Said, person: Person, now: int) -> bool:
    ago = [(person.day(now) - person.day(a.occurred_at)).days for a in _meant(said, person)]
    once = any(said["quiet_days"] <= days <= said["active_days"] for days in ago)
    return once and not any(0 <= days < said["quiet_days"] for days in ago)


def _consent(said: Said, person: Person, now: int) -> bool:
    purpose = said.get("purpose")
    key = said["channel"] if purpose in (None, "marketing") else f"{said['channel']}:{purpose}"
    if consent_state(person, key, now) != said["state"]:
        return False
    return "window" not in said or _lies_in(
        said["window"], _consent_since(person, key, said["state"]), person, now
    )


def _lies_in(window: Said, at: int | None, person: Person, now: int) -> bool:
    return at is not None and in_window(person.day(at), window, person.day(now))


def _consent_since(person: Person, key: str, state: str) -> int | None:
    """Since when a consent is in the state that it is in: the first time that it was said, behind the last time that
    the contrary was.
    """
    if state == "expired":
        return expiry(person.consents[key])
    words = [(a.occurred_at, said[key]["state"]) for a, said in person.said_of_consents if key in said]
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


def _top(said: Said, person: Person, now: int) -> bool:
    """Of what an aggregate measures as a number above 0; nobody before the first snapshot."""
    threshold = (said["snapshot"] or {}).get("threshold")
    value = measured(said["definition"], person, now)
    return threshold is not None and value is not None and value > 0 and value >= Fraction(str(threshold))


def _random_share(said: Said, person: Person, _now: int) -> bool:
    digest = hashlib.sha256(f"{said.get('seed', '')}:{person.id}".encode()).hexdigest()
    draw = Fraction(int(digest[:16], 16) % 10_000, 100)
    first = Fraction(str(said.get("from", 0)))
    return first <= draw < first + Fraction(str(said["percent"]))


def _date(said: Said, person: Person, now: int) -> bool:
    named = {
        "created": person.created,
        "last_seen": person.last_seen,
        "last_transaction": person.last_transaction,
    }
    if "attribute" in said:
        value = read(said["attribute"], person.attributes.get(said["attribute"]))
        return moment_holds(said, value if isinstance(value, str) else None, person.zone, person.day(now))
    value = named[said["field"]]
    return moment_holds(said, value, person.zone, person.day(now))


def _has(register: str, name: str) -> Callable[[Said, Person, int], bool]:
    return lambda said, person, _now: said[name] in person.words(register)


_HOLDS: dict[str, Callable[[Said, Person, int], bool]] = {
    "and": lambda said, person, now: all(holds(part, person, now) for part in said["conditions"]),
    "or": lambda said, person, now: any(holds(part, person, now) for part in said["conditions"]),
    "not": lambda said, person, now: not holds(said["condition"], person, now),
    "segment": lambda said, person, now: _decided_or(said["segment"], said["condition"], person, now),
    "nobody": lambda _said, _person, _now: False,
    "attribute": lambda said, person, _now: attribute_passes(
        said["name"], person.attributes.get(said["name"]), said["operator"], said.get("value")
    ),
    "environment": lambda said, person, _now: passes(
        person.environment.get(said["field"]), said["operator"], said.get("value")
    ),
    "tag": _has("tags", "tag"),
    "class": _has("classes", "class"),
    "list": lambda said, person, _now: f"list:{said['list']}" in person.words("fields"),
    "kind": lambda said, person, _now: person.kind == said["kind"],
    "random_share": _random_share,
    "top": _top,
    "responsible": lambda said, person, _now: person.words("fields").get("responsible") == said["user"],
    "consent": _consent,
    "event": _event,
    "never": lambda said, person, now: not _counting(said, person, now),
    "source": lambda said, person, now: bool(
        _counting({"kind": "any", "source": said["source"]}, person, now)
    ),
    "first_time": _first_time,
    "sequence": _sequence,
    "stopped": _stopped,
    "date": _date,
}
