"""The attributes of a person (rule 8 of `docs/correctness.md`), computed from all members' logs at once.

A value that came with only a phone number or a browser counts if no stronger identity gave one, and only with the
person's name.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from crm.domain.activity import Activity
from crm.domain.identity import Identity
from tests.model.bounds import BY_HAND, LEFT_OUT, PUBLIC, Rules, Word, rank, retained_contributions
from tests.model.graph import Stamp

PARTS = ("first_name", "last_name", "name")
OF_ONE_PERSON = {"salutation", "username", "avatar", "birthday", "age", "gender"}
Name = tuple[frozenset[str], frozenset[str], frozenset[str]]
NO_NAME: Name = (frozenset(), frozenset(), frozenset())
ANY_NAME: Name = (frozenset("*"), frozenset("*"), frozenset("*"))


class NamedWord(NamedTuple):
    """A value of an attribute, and the name in its message."""

    word: Word
    name: Name


def attributes_of(
    logs: Mapping[Identity, Sequence[Activity]],
    contested: Collection[Identity],
    given: Collection[Identity],
    rules: Rules,
) -> dict[str, Any]:
    """Return a person's attributes by name.

    `contested`: identities that another person claims as well; `given`: identities that a user linked to the person.
    """
    strengths = {identity: _strength(identity, contested) for identity in logs}
    strongest = min(strengths.values(), default=0)
    counting: list[Word] = []
    weak: dict[int, list[NamedWord]] = {}
    for identity, log in logs.items():
        words = list(retained_contributions(log, "attributes", _attributes, rules))
        if strengths[identity] == strongest:
            counting += words
            continue
        counting += [word for word in words if word.rank == BY_HAND]
        others = [word for word in words if word.rank != BY_HAND]
        if identity in given:
            weak.setdefault(strengths[identity], []).extend(NamedWord(word, ANY_NAME) for word in others)
        elif identity.type not in ("phone", "anonymous_id"):
            name = _name({name: _value(text) for name, (_, text) in _last(others).items()})
            weak.setdefault(strengths[identity], []).extend(NamedWord(word, name) for word in others)
        else:
            weak.setdefault(strengths[identity], []).extend(_with_names(log, rules))
    held = _last(counting)
    for strength in sorted(weak):
        name = _name({name: _value(text) for name, (_, text) in held.items()})
        held = _last(_theirs(weak[strength], name)) | held
    return {name: _value(text) for name, (_, text) in held.items() if _value(text) is not None}


def _strength(identity: Identity, contested: Collection[Identity]) -> int:
    if identity.type == "anonymous_id":
        return 2
    return int(identity.type == "phone" or (identity.type != "user_id" and identity in contested))


def _with_names(log: Sequence[Activity], rules: Rules) -> Iterator[NamedWord]:
    """Return the values with the names in their messages. Only a few names are kept, in a secret order."""

    def entries(activity: Activity) -> dict[str, Any]:
        given = _attributes(activity)
        start = "/".join(_text(given.get(part)) for part in PARTS)
        first = {f"{start}/": None} if start != "//" else {}
        by = rank(activity)
        allowed = {name: given[name] for name in given if name and by >= rules.set_by.get(name, PUBLIC)}
        return {f"{start}/{name}": value for name, value in allowed.items()} | first

    for word in retained_contributions(log, "by_name", entries, rules):
        first_name, last_name, name, attribute = word.name.split("/", 3)
        parts = tuple(frozenset(part.split()) for part in (first_name, last_name, name))
        if word.rank != BY_HAND:
            yield NamedWord(word._replace(name=attribute), parts)  # type: ignore[arg-type]


def _theirs(given: Sequence[NamedWord], name: Name) -> Iterator[Word]:
    """Return the values that came with the person's name or with no name. Without a name, the first one counts."""
    stronger = name
    names = {one.name for one in given} - {NO_NAME, ANY_NAME}
    accepted = {NO_NAME, ANY_NAME}
    for other in sorted(names, key=lambda other: (_since(given, other), _sorted(other))):
        if _agree(name, other):
            accepted.add(other)
            name = (name[0] or other[0], name[1] or other[1], name[2] or other[2])
    for one in given:
        personal = one.name == NO_NAME and stronger != NO_NAME and one.word.name in OF_ONE_PERSON
        if one.name in accepted and one.word.name and not personal:
            yield one.word


def _since(given: Sequence[NamedWord], name: Name) -> int:
    return min(one.word.stamp[0] for one in given if one.name == name)


def _sorted(name: Name) -> list[list[str]]:
    return [sorted(part) for part in name]


def _agree(one: Name, other: Name) -> bool:
    if one[2] or other[2]:
        return _within(frozenset().union(*one), frozenset().union(*other))
    return _within(one[0], other[0]) and _within(one[1], other[1])


def _within(some: frozenset[str], others: frozenset[str]) -> bool:
    return some <= others or others <= some


def _name(values: Mapping[str, Any]) -> Name:
    first, last, full = (frozenset(_text(values.get(part)).split()) for part in PARTS)
    return first, last, full


def _text(value: Any) -> str:
    if not isinstance(value, str):
        return ""
    letters = [c for c in unicodedata.normalize("NFKD", value.casefold()) if not unicodedata.combining(c)]
    return " ".join(re.findall(r"[^\W_]+", "".join(letters)))


def _attributes(activity: Activity) -> dict[str, Any]:
    if activity.type == "identify":
        return activity.properties
    return dict((activity.effects or {}).get("attributes", {}))


def _last(words: Collection[Word] | Iterator[Word]) -> dict[str, tuple[Stamp, str]]:
    given: dict[str, list[tuple[Stamp, str]]] = {}
    for word in words:
        given.setdefault(word.name, []).append((word.stamp, word.text))
    return {name: max(all_) for name, all_ in given.items()}


def _value(text: str) -> Any:
    return None if text == LEFT_OUT else json.loads(text)
