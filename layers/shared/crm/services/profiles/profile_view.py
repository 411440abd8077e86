"""Show a person as the API does: typed attributes, names of tags, lists and segments, consents at this instant."""

import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Literal

from crm.domain.consent import consent_view, may_be_shown
from crm.domain.left_out import left_out_of
from crm.domain.memberships import segments_of
from crm.domain.person_description import PersonDescription, describe
from crm.domain.profile import ProfileState
from crm.domain.views.profiles import DroppedDataView, ProfileView
from crm.services.definitions import attributes, lists, tags
from crm.services.profiles.people import Person
from crm.services.ruleset.segment_names import segment_names
from crm.services.ruleset.version import ruleset_head
from crm.settings import settings

if TYPE_CHECKING:
    from crm.services.ruleset.computed_values import ComputedValues

HIDDEN = "processing_consent_missing"
"""Why activities are not shown: the deployment requires a consent to processing, which is missing."""

_Named = Literal["tags", "lists", "segments"]
_NAMES: dict[_Named, Callable[[set[str]], Mapping[str, str]]] = {
    "tags": tags.TAG_REGISTRY.names,
    "lists": lists.LIST_REGISTRY.names,
    "segments": segment_names,
}
_NAMES_OF_KINDS: dict[str, _Named] = {"tag": "tags", "list": "lists"}
_Names = Mapping[_Named, Mapping[str, str]]


def view(person: Person, *, now: int | None = None) -> ProfileView:
    """Return the model `Profile`. `now` in epoch ms: by default the instant of the call."""
    return views([person], now=now)[0]


def views(people: Sequence[Person], *, now: int | None = None) -> list[ProfileView]:
    """Return the models of several people in order: names of tags and lists are looked up once for all."""
    moment = time.time_ns() // 1_000_000 if now is None else now
    described = [_describe(person) for person in people]
    names = {
        kind: find({id_ for one in described for id_ in _ids(one, kind)}) for kind, find in _NAMES.items()
    }
    return [_view(person, one, names, moment) for person, one in zip(people, described, strict=True)]


class _Described(PersonDescription):
    segments: Collection[str]
    left_out: list[DroppedDataView]


def _describe(person: Person) -> _Described:
    segments, left_out = segments_of(person.root.card), left_out_of(person.members)
    return {**describe(person.members), "segments": segments, "left_out": left_out}


def _view(person: Person, described: _Described, names: _Names, now: int) -> ProfileView:
    values, undeclared = attributes.typed_values(described["attributes"])
    hidden = is_hidden(person.members, now)
    computed = _values(person.members, now, hidden=hidden)
    return {
        "id": described["id"],
        "kind": described["kind"],
        "attributes": values,
        "undeclared": undeclared,
        "tags": _named(described["tags"], names["tags"]),
        "lists": _named(described["lists"], names["lists"]),
        "segments": _named(described["segments"], names["segments"]),
        "classes": described["classes"],
        "responsible": described["responsible"],
        "consents": {key: consent_view(key, value, now) for key, value in described["consents"].items()},
        "groups": described["groups"],
        "identities": described["identities"],
        "members": described["members"],
        "first_seen": described["first_seen"],
        "last_seen": None if hidden else described["last_seen"],
        "last_transaction_at": None if hidden else described["last_transaction_at"],
        "environment": {} if hidden else described["environment"],
        "aggregates": computed["aggregates"],
        "scores": computed["scores"],
        "expressions": computed["expressions"],
        "totals": None if hidden else described["totals"],
        "hidden": HIDDEN if hidden else None,
        "left_out": [_left_out(entry, names) for entry in described["left_out"]],
        "version": described["version"],
    }


def _ids(described: _Described, kind: _Named) -> set[str]:
    """Return the ids of tags, lists or segments, those that are kept and those that are left out."""
    left_out = (
        entry["names"] for entry in described["left_out"] if _NAMES_OF_KINDS.get(entry["kind"]) == kind
    )
    return {*described[kind], *(id_ for ids in left_out for id_ in ids)}


def _left_out(entry: DroppedDataView, names: _Names) -> DroppedDataView:
    kind = _NAMES_OF_KINDS.get(entry["kind"])
    return entry if kind is None else {**entry, "names": _named(entry["names"], names[kind])}


def _values(members: Sequence[ProfileState], now: int, *, hidden: bool) -> "ComputedValues":
    """Return aggregates, scores and expressions by name; without definitions, their modules are not loaded."""
    if not ruleset_head()["values"]:
        return {"aggregates": {}, "scores": {}, "expressions": {}, "building": []}
    from crm.services.ruleset.computed_values import values_of_members

    return values_of_members(members, now, hidden=hidden)


def _named(ids: Iterable[str], names: Mapping[str, str]) -> list[str]:
    return sorted((names[id_] for id_ in ids if id_ in names), key=str.casefold)


def is_hidden(members: Sequence[ProfileState], now: int) -> bool:
    """Decide whether the person's activities are collected but must not be shown at this instant (epoch ms)."""
    return settings().processing_consent_required and not may_be_shown(members, now)
