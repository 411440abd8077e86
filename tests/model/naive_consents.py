"""The state of a consent and the time since when it holds: for `tests.model.naive_segments`."""

from __future__ import annotations

from typing import Any

from tests.model.naive_dates import in_window, instant_of
from tests.model.naive_people import Person

ConditionJson = dict[str, Any]


def consent_holds(condition: ConditionJson, person: Person, now: int) -> bool:
    """Return whether a consent is in the given state, and whether that state began in the window."""
    purpose = condition.get("purpose")
    key = condition["channel"] if purpose in (None, "marketing") else f"{condition['channel']}:{purpose}"
    if consent_state(person, key, now) != condition["state"]:
        return False
    return "window" not in condition or _is_in_window(
        condition["window"], _consent_since(person, key, condition["state"]), person, now
    )


def _is_in_window(window: ConditionJson, at: int | None, person: Person, now: int) -> bool:
    return at is not None and in_window(person.day(at), window, person.day(now))


def _consent_since(person: Person, key: str, state: str) -> int | None:
    """Return when a consent took its state: the first statement of the state after the last contrary statement."""
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
    """Return granted, denied, expired or missing."""
    word = person.consents.get(key)
    if word is None:
        return "missing"
    until = expiry(word)
    return (
        "expired" if word["state"] == "granted" and until is not None and until <= now else str(word["state"])
    )


def expiry(word: dict[str, Any]) -> int | None:
    """Return when a granted consent expires, epoch ms."""
    if word["state"] != "granted" or "expires_at" not in word:
        return None
    return instant_of(word["expires_at"])
