"""Copies: values of one member that the project's own activities repeat in the log of another member.

An edit, or a row of a file, records the value that it replaces. Where another member of the person held that value,
the activity names that member, because the copy stays in this log after an unmerge, and must be erased with its
source.
"""

import hashlib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from crm.domain.activity import Activity, is_own
from crm.domain.effect_fields import ATTRIBUTES, FIELDS, RESPONSIBLE
from crm.domain.identity import Identity
from crm.domain.json_text import encode
from crm.domain.person import merged
from crm.domain.profile import ProfileState
from crm.domain.stamped import Stamped
from crm.domain.weak_attributes import is_in_log

FROM, FROM_PROFILE = "from", "from_profile"
"""Fields of a change in the properties of an edit: the value before, and the id of the member that held it. Without
an id it was this log's own.
"""

WAS, WAS_OF = "was", "was_of"
"""Fields in the properties of a row of a file: values before by attribute, and ids of members by attribute."""

_DIGEST_BYTES = 12


class FormerValue(NamedTuple):
    """A value before a change. `profile_id`: of the member that held it; None for the log's own."""

    value: Any
    profile_id: str | None


def former_values(
    members: Sequence[ProfileState], register: str, names: Collection[str], log: Identity | None
) -> dict[str, FormerValue]:
    """Return the members' values of these names, for an activity in the log of the identity `log`."""
    held = merged(members, register) if members and names else {}
    known = {name: held[name] for name in sorted(names) if name in held and held[name].value is not None}
    return {
        name: FormerValue(value.value, _holder(members, register, name, value, log))
        for name, value in known.items()
    }


def _holder(
    members: Sequence[ProfileState], register: str, name: str, value: Stamped, log: Identity | None
) -> str | None:
    holders = [
        member
        for member in members
        if (
            is_in_log(member, name, value)
            if register == ATTRIBUTES
            else _holds(member, register, name, value)
        )
    ]
    return None if any(member.identity == log for member in holders) else holders[0].id


def sources_of(activity: Activity) -> set[str]:
    """Return the ids of the members whose values the activity repeats."""
    return {source for _, _, source in _copies_in(activity) if source}


def _holds(member: ProfileState, register: str, name: str, value: Stamped) -> bool:
    return any(part.get(name) == value for _, part in member.parts(register))


@dataclass(frozen=True, slots=True)
class ErasedCopies:
    """The copies that an erasure removes: of these members (ids), from activities with a time up to `until` (epoch
    ms).

    `values`: digests of the values in the members' logs, by which copies are found that older versions wrote without
    naming a member. `key`: of the digests.
    """

    members: Collection[str]
    until: int
    values: Collection[str] = field(default_factory=frozenset)
    key: bytes = b""

    def unnamed_matches(self, activity: Activity) -> set[str]:
        """Return the digests of this activity's values that name no member and that the erased members had, too."""
        if not self.values or activity.since > self.until:
            return set()
        unnamed = (
            value_digest(name, value, self.key) for name, value, source in _copies_in(activity) if not source
        )
        return {found for found in unnamed if found in self.values}


def without_copies(activity: Activity, erased: ErasedCopies, unnamed: Collection[str] = ()) -> Activity:
    """Return the activity without the copies that an erasure removes.

    `unnamed`: digests of values to remove though the activity names no member for them.
    """
    if activity.since > erased.until:
        return activity

    def is_erased(name: str, value: Any, source: str | None) -> bool:
        if source:
            return source in erased.members
        return bool(unnamed) and value_digest(name, value, erased.key) in unnamed

    if not any(is_erased(*copy) for copy in _copies_in(activity)):
        return activity
    return replace(activity, properties=_row(_edit(activity.properties, is_erased), is_erased))


def values_set_by(activity: Activity) -> dict[str, Any]:
    """Return the attributes, and the responsible user, that an activity sets."""
    values = dict(activity.properties) if activity.type == "identify" else {}
    effects = activity.effects or {}
    values |= effects.get(ATTRIBUTES, {})
    if RESPONSIBLE in effects.get(FIELDS, {}):
        values[RESPONSIBLE] = effects[FIELDS][RESPONSIBLE]
    return {name: value for name, value in values.items() if value is not None}


def digests_set_by(activity: Activity, key: bytes) -> set[str]:
    """Return the digests of the values that an activity sets."""
    return {value_digest(name, value, key) for name, value in values_set_by(activity).items()}


def value_digest(name: str, value: Any, key: bytes) -> str:
    """Return a digest that replaces the value of an attribute where the value itself must not be kept."""
    return hashlib.blake2b(encode([name, value]), key=key, digest_size=_DIGEST_BYTES).hexdigest()


_IsErased = Callable[[str, Any, str | None], bool]


def _copies_in(activity: Activity) -> Iterator[tuple[str, Any, str | None]]:
    """Yield each value before a change: its name, the value, and the id of the member that is named for it."""
    if is_own(activity):
        return
    for name, change in _changes_in(activity.properties):
        if FROM in change:
            yield name, change[FROM], change.get(FROM_PROFILE)
    sources = activity.properties.get(WAS_OF, {})
    for name, value in activity.properties.get(WAS, {}).items():
        yield name, value, sources.get(name)


def _changes_in(properties: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, change in {
        **properties.get(ATTRIBUTES, {}),
        RESPONSIBLE: properties.get(RESPONSIBLE),
    }.items():
        if isinstance(change, dict):
            yield name, change


def _edit(properties: dict[str, Any], is_erased: _IsErased) -> dict[str, Any]:
    def kept(name: str, change: dict[str, Any]) -> dict[str, Any]:
        if FROM not in change or not is_erased(name, change[FROM], change.get(FROM_PROFILE)):
            return change
        return {part: value for part, value in change.items() if part not in {FROM, FROM_PROFILE}}

    changes = {name: kept(name, change) for name, change in _changes_in(properties)}
    responsible = {RESPONSIBLE: changes.pop(RESPONSIBLE)} if RESPONSIBLE in changes else {}
    attributes = {ATTRIBUTES: properties[ATTRIBUTES] | changes} if changes else {}
    return properties | attributes | responsible


def _row(properties: dict[str, Any], is_erased: _IsErased) -> dict[str, Any]:
    if WAS not in properties:
        return properties
    was, sources = properties[WAS], properties.get(WAS_OF, {})
    kept = {name: value for name, value in was.items() if not is_erased(name, value, sources.get(name))}
    named = {name: source for name, source in sources.items() if name in kept}
    others = {name: value for name, value in properties.items() if name not in {WAS, WAS_OF}}
    return others | ({WAS: kept} if kept else {}) | ({WAS_OF: named} if named else {})
