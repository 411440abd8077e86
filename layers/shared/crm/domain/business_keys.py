"""Business keys: the events that concern a business object, and the property that identifies it
(`business_keys.json`).
"""

import json
from base64 import urlsafe_b64encode
from collections.abc import Iterator, Mapping
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path
from typing import Any, NamedTuple

from crm.domain.activity import Activity
from crm.domain.order_properties import MAX_COMPARED_NAME_LENGTH, comparable_name, comparable_properties
from crm.domain.placeholders import is_junk
from crm.domain.property_paths import values_at

_TRACK = "track"
ROLE_COMPLETED, ROLE_UPDATED, ROLE_REFUNDED, ROLE_CANCELLED = "completed", "updated", "refunded", "cancelled"
_ROLES = (ROLE_COMPLETED, ROLE_UPDATED, ROLE_REFUNDED, ROLE_CANCELLED)
ONCE = (ROLE_COMPLETED, ROLE_CANCELLED)
"""Roles of events that conditions count once per key; updates and refunds happen several times."""

ORDER_KEY = "o"
"""Prefix of the keys of orders, which alone count as orders and revenue."""

MAX_KEY_LENGTH = 200
"""Characters of a key."""

_ORDER = "order"
_KEY_BYTES = 8


class Meaning(NamedTuple):
    """The meaning of an event's name: its family (`business_keys.json`), and its role for an object."""

    family: str
    role: str


class BusinessKey(NamedTuple):
    """The object and the role of an event; `key` is the letter of the family and a digest."""

    key: str
    role: str


_FAMILIES: Mapping[str, Mapping[str, Any]] = json.loads(
    Path(__file__).with_name("business_keys.json").read_bytes()
)


_MEANINGS = {
    comparable_name(name): Meaning(family, role)
    for family, table in _FAMILIES.items()
    for role in _ROLES
    for name in table[role]
}
_KEYS = {family: tuple(map(comparable_name, table["keys"])) for family, table in _FAMILIES.items()}
_ROOTS = {
    family: frozenset(path.partition(".")[0] for path in table["nested"])
    for family, table in _FAMILIES.items()
}
"""The properties in which keys are nested."""


def meaning_of(name: str) -> Meaning | None:
    """Return the meaning of an event's name in any spelling; None if it concerns no object."""
    return _meaning_of(name) if len(name) <= MAX_COMPARED_NAME_LENGTH else None


@lru_cache(maxsize=1024)
def _meaning_of(name: str) -> Meaning | None:
    return _MEANINGS.get(comparable_name(name))


def role_of(name: str | None) -> str | None:
    """Return the role of events of this name; None if they concern no object."""
    found = meaning_of(name) if name else None
    return found.role if found else None


def is_completion(activity: Activity) -> bool:
    """Return whether an activity completes an order or another object, with a key or without."""
    found = meaning_of(activity.name) if activity.type == _TRACK and activity.name else None
    return found is not None and found.role == ROLE_COMPLETED


def role_for_order(activity: Activity) -> str | None:
    """Return the role of an activity for an order, with a key or without; None if it concerns none."""
    found = meaning_of(activity.name) if activity.type == _TRACK and activity.name else None
    return found.role if found is not None and found.family == _ORDER else None


def business_key_of(activity: Activity) -> BusinessKey | None:
    """Return the object and the role of an activity; None if it concerns none, or has no key."""
    if activity.type != _TRACK or not activity.name:
        return None
    meaning = meaning_of(activity.name)
    if meaning is None:
        return None
    key = next(_keys_in(meaning.family, activity.properties), None)
    return None if key is None else BusinessKey(_digest(meaning.family, key), meaning.role)


def _keys_in(family: str, properties: Mapping[str, Any]) -> Iterator[str]:
    by_name = comparable_properties(properties)
    values = []
    if not by_name.keys().isdisjoint(_KEYS[family]):
        values = [by_name[name] for name in _KEYS[family] if name in by_name]
    if not _ROOTS[family].isdisjoint(properties):
        for path in _FAMILIES[family]["nested"]:
            if path.partition(".")[0] in properties:
                values += values_at(dict(properties), path)
    yield from filter(None, map(_text_of, values))


def _text_of(value: Any) -> str | None:
    """Return a key as a text; None for placeholders, which would merge all objects into one."""
    if type(value) is float and value.is_integer():
        value = int(value)
    if type(value) not in {str, int}:
        return None
    text = str(value).strip().removeprefix("#").strip()
    return None if not text or len(text) > MAX_KEY_LENGTH or is_junk(text) else text


@lru_cache(maxsize=1024)
def _digest(family: str, key: str) -> str:
    digest = blake2b(key.encode("utf-8", "surrogatepass"), digest_size=_KEY_BYTES).digest()
    return str(_FAMILIES[family]["letter"]) + urlsafe_b64encode(digest).decode().rstrip("=")
