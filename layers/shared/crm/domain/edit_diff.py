"""The changes of an edit: of everything requested, only what makes a difference, and its description in the
timeline.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from crm.domain.copies import FROM, FROM_PROFILE, former_values
from crm.domain.effect_fields import (
    ATTRIBUTES,
    CLASSES,
    CONSENTS,
    FIELDS,
    LIST_FIELD,
    OVERRIDE,
    RESPONSIBLE,
    TAGS,
    EffectRegister,
    Effects,
)
from crm.domain.effects import effects_with, lists_in, overrides_in
from crm.domain.identity import Identity
from crm.domain.json_text import encode
from crm.domain.person import merged, values_of
from crm.domain.profile import ProfileState

MAX_BEFORE_BYTES = 32_768
"""Maximum bytes of JSON of former values; longer ones are in the timeline where they were set, and not repeated."""


def differing(members: Sequence[ProfileState], effects: Effects) -> Effects:
    """Return the effects that change something. Every consent does: the ledger lists it."""

    def changed(register: EffectRegister) -> dict[str, Any]:
        return _changed(members, register, effects.get(register, {}))

    return effects_with(
        attributes=changed(ATTRIBUTES),
        tags=changed(TAGS),
        classes=changed(CLASSES),
        fields=changed(FIELDS),
        consents=effects.get(CONSENTS),
    )


def describe_effects(
    members: Sequence[ProfileState], effects: Effects, names: Mapping[str, str], log: Identity | None
) -> dict[str, Any]:
    """Describe these effects for the timeline: values before and after; tags, lists and segments by name (id to
    name).

    A former value that is not of the log in which this is stored names the member that held it.
    """
    fields = effects.get(FIELDS, {})
    description = {
        "attributes": _before_and_after(members, ATTRIBUTES, effects, log),
        "responsible": _before_and_after(members, FIELDS, effects, log).get(RESPONSIBLE),
        "tags": _added_and_removed({names.get(tag, tag): on for tag, on in effects.get(TAGS, {}).items()}),
        **_memberships(fields, names),
        "classes": _added_and_removed(effects.get(CLASSES, {})),
        "consents": {key: consent["state"] for key, consent in effects.get(CONSENTS, {}).items()},
    }
    return {name: change for name, change in description.items() if change}


_DECIDED = {True: "in", False: "out", None: "by its conditions"}
"""Descriptions of a decision by hand about a customer and a segment."""


def describe_row_effects(
    effects: Effects, was: Mapping[str, Any], was_of: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """Describe the effects of a row of a file, from its stored activity.

    `was` holds the attributes before, `was_of` the members that held them. Tags, lists and segments by id.
    """
    sources = was_of or {}
    attributes = {
        name: ({FROM: was[name]} if name in was else {})
        | ({FROM_PROFILE: sources[name]} if name in sources else {})
        | {"to": value}
        for name, value in effects.get(ATTRIBUTES, {}).items()
    }
    description = {
        "attributes": attributes,
        "tags": _added_and_removed(effects.get(TAGS, {})),
        **_memberships(effects.get(FIELDS, {}), {}),
        "consents": {key: consent["state"] for key, consent in effects.get(CONSENTS, {}).items()},
    }
    return {name: change for name, change in description.items() if change}


def _memberships(fields: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    return {
        "lists": _added_and_removed(
            {names.get(id_, id_): fields[LIST_FIELD + id_] for id_ in lists_in(fields)}
        ),
        "segments": {names.get(id_, id_): _DECIDED[fields[OVERRIDE + id_]] for id_ in overrides_in(fields)},
    }


def _changed(members: Sequence[ProfileState], register: str, wanted: dict[str, Any]) -> dict[str, Any]:
    held = values_of(merged(members, register)) if wanted else {}
    return {key: value for key, value in wanted.items() if encode(held.get(key)) != encode(value)}


def _before_and_after(
    members: Sequence[ProfileState], register: EffectRegister, effects: Effects, log: Identity | None
) -> dict[str, dict[str, Any]]:
    after = {key: {"to": value} for key, value in effects.get(register, {}).items()}
    before = {
        key: {FROM: former.value} | ({FROM_PROFILE: former.profile_id} if former.profile_id else {})
        for key, former in former_values(members, register, after, log).items()
    }
    if len(encode(before)) > MAX_BEFORE_BYTES:
        return after
    return {key: {**before.get(key, {}), **to} for key, to in after.items()}


def _added_and_removed(changes: Mapping[str, Any]) -> dict[str, list[str]]:
    sides = {
        "added": sorted(name for name, on in changes.items() if on),
        "removed": sorted(name for name, on in changes.items() if not on),
    }
    return {side: names for side, names in sides.items() if names}
