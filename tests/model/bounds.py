"""The names and values that a profile keeps (rule 8 of `docs/correctness.md`), computed from a whole log at once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from crm.domain.activity import Activity
from tests.model.graph import Stamp, stamp_of

PUBLIC, TRUSTED, BY_HAND = range(3)
Limits = dict[str, list[tuple[str, int | None, int | None]]]

LIMITS: Limits = {
    "attributes": [("public", 30, 512), ("trusted", 30, 512), ("by hand", 100, None)],
    "by_name": [("public", 30, 256), ("trusted", 40, 256), ("by hand", 0, None)],
    "groups": [("public", 5, 512), ("trusted", 10, 1024), ("trusted", 10, 1024)],
    "consents": [("public", 30, None), ("trusted", 50, None), ("trusted", 50, None)],
    "pending": [("all", 20, None)] * 3,
    "tags": [("sent", 200, None), ("sent", 200, None), ("by hand", None, None)],
    "classes": [("sent", 200, None), ("sent", 200, None), ("by hand", None, None)],
    "fields": [("sent", 200, None), ("sent", 200, None), ("by hand", None, None)],
}
"""By register and rank: the budget's owner, its number of undeclared names, and the largest size of a value."""

LEFT_OUT = ""
"""Stands for a value that is too large; sorts before any JSON text."""


@dataclass(frozen=True)
class Rules:
    """The settings of a deployment; `set_by`: the lowest rank that may set each declared attribute."""

    set_by: Mapping[str, int] = field(default_factory=dict)
    consent_keys: frozenset[str] = frozenset({"email", "sms", "push", "wifi", "bluetooth", "rfid"})
    processing_by_pages: bool = False
    key: bytes = b""


class Word(NamedTuple):
    """The value that one activity gives to one name, as JSON."""

    rank: int
    name: str
    stamp: Stamp
    text: str


Entries = Callable[[Activity], dict[str, Any]]


def rank(activity: Activity) -> int:
    if activity.source_kind in ("web", "mobile"):
        return PUBLIC
    return BY_HAND if activity.source_id.partition(":")[0] in ("key", "user") else TRUSTED


def retained_contributions(
    log: Iterable[Activity], register: str, entries: Entries, rules: Rules
) -> Iterator[Word]:
    """Return the values of a log that its profile keeps, with LEFT_OUT for values that are too large."""
    words = [word for activity in log for word in _words(activity, register, entries, rules)]
    for budget, names, most in set(LIMITS[register]):
        own = [word for word in words if LIMITS[register][word.rank][0] == budget]
        new = {
            w.name
            for w in own
            if not is_declared(register, w.name, rules) and is_short(_bare(register, w.name))
        }
        kept = set(sorted(new, key=lambda name: place(name, rules))[:names])
        for word in own:
            if is_declared(register, word.name, rules) or word.name in kept:
                largest = 512 if most is not None and is_declared(register, word.name, rules) else most
                fits = largest is None or len(word.text.encode()) <= largest
                yield word if fits else word._replace(text=LEFT_OUT)


def _words(activity: Activity, register: str, entries: Entries, rules: Rules) -> Iterator[Word]:
    by = rank(activity)
    for name, value in entries(activity).items():
        if register != "attributes" or by >= rules.set_by.get(name, PUBLIC):
            yield Word(by, name, stamp_of(activity), as_json(value))


def _bare(register: str, name: str) -> str:
    """Return a name without the prefix of the register `by_name`, which is the person's name."""
    return name.split("/", 3)[3] if register == "by_name" else name


def place(name: str, rules: Rules) -> tuple[bytes, str]:
    return hashlib.blake2b(name.encode(), key=rules.key, digest_size=8).digest(), name


def is_declared(register: str, name: str, rules: Rules) -> bool:
    if register == "consents":
        return name == "processing" or name in rules.consent_keys
    return register == "attributes" and name in rules.set_by


def is_short(name: str) -> bool:
    return len(name) <= 100 and len(as_json(name).encode()) <= 202


def public_may_set(key: str, rules: Rules) -> bool:
    return rules.processing_by_pages if key == "processing" else key in rules.consent_keys


def as_json(value: Any) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
