"""The budget of edits by hand in one log. Input of other sources displaces no edit, so edits beyond the budget are
refused.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from crm.domain.effect_fields import (
    ATTRIBUTES,
    CLASSES,
    CONSENTS,
    FIELDS,
    LIST_FIELD,
    OVERRIDE,
    TAGS,
    EffectRegister,
    Effects,
)
from crm.domain.effects import links_in
from crm.domain.errors import ConflictError
from crm.domain.fold_rules import BUDGETS, OVERHEAD, FoldRules
from crm.domain.json_text import size_of
from crm.domain.profile import ProfileState
from crm.domain.trust import Rank

_MAX_BYTES = 24_000
"""Maximum bytes of attributes by hand: JSON of names and values, and OVERHEAD for each."""

MAX_LINKED, MAX_UNLINKED = 12_000, 24_000
"""Maximum bytes of decisions by hand about a profile and others: up to MAX_LINKED profiles can be linked, up to
MAX_UNLINKED unlinked.
"""

_MAX_NAMES: tuple[tuple[str, EffectRegister, str, int], ...] = (
    ("tags", TAGS, "", 250),
    ("classes", CLASSES, "", 100),
    ("lists", FIELDS, LIST_FIELD, 250),
    ("segments", FIELDS, OVERRIDE, 100),
)
"""Maximum names that were ever given by hand, including those taken away again."""


def ensure_room(profile: ProfileState, effects: Effects, rules: FoldRules) -> None:
    """Raise ConflictError `profile_full` if this profile's log has no room for an edit. Clearing always fits."""
    _ensure_bytes(profile, effects.get(ATTRIBUTES, {}))
    for what, register, prefix, most in _MAX_NAMES:
        held = {name for name in profile.part(register, Rank.BY_HAND) if name.startswith(prefix)}
        given = {name: on for name, on in effects.get(register, {}).items() if name.startswith(prefix)}
        new = {name for name in given.keys() - held if given[name] is not None}
        if new and len(held | new) > most:
            raise _full(
                f"at most {most} {what} can be set by hand, including those that were removed again", what
            )
    _ensure_consents(profile, effects.get(CONSENTS, {}), rules)


def ensure_link_room(profile: ProfileState, effects: Effects) -> None:
    """Raise ConflictError `profile_full` if this profile's log has no room for more decisions by hand."""
    links = links_in(effects)
    new = links.keys() - profile.links.keys()
    most = MAX_LINKED if any(links[identity] for identity in new) else MAX_UNLINKED
    size = sum(size_of(identity) + OVERHEAD for identity in profile.links.keys() | new)
    if new and size > most:
        raise _full(f"decisions by hand about it and other profiles can take at most {most:,} bytes", "links")


def _ensure_bytes(profile: ProfileState, changes: Mapping[str, Any]) -> None:
    held = {name: stamped.value for name, stamped in profile.part(ATTRIBUTES, Rank.BY_HAND).items()}
    before, after = _bytes_of(held.items()), _bytes_of({**held, **changes}.items())
    if after > max(before, _MAX_BYTES):
        raise _full(
            f"attributes set by hand can take at most {_MAX_BYTES:,} bytes, but would take {after:,}: "
            "clear some",
            ATTRIBUTES,
        )


def _bytes_of(values: Iterable[tuple[str, Any]]) -> int:
    return sum(size_of(name) + size_of(value) + OVERHEAD for name, value in values if value is not None)


def _ensure_consents(profile: ProfileState, changes: Mapping[str, Any], rules: FoldRules) -> None:
    declared = rules.declared[CONSENTS]
    most = BUDGETS[CONSENTS][Rank.BY_HAND].names or 0
    held = {key for key in profile.part(CONSENTS, Rank.TRUSTED) if key not in declared}
    new = {
        key for key, consent in changes.items() if key not in declared and consent["state"] != "denied"
    } - held
    if new and len(held | new) > most:
        raise _full(
            f"at most {most} consents are allowed besides those that the parameter ConsentKeys declares",
            CONSENTS,
        )


def _full(reason: str, what: str) -> ConflictError:
    return ConflictError(f"the profile is full: {reason}", code="profile_full", details={"limit": what})
