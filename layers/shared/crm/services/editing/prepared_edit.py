"""Turn a request into one activity: tags by their ids, without effects that change nothing."""

from collections.abc import Sequence

from crm.domain.activity import LISTED, TAGGED, UNLISTED, UNTAGGED
from crm.domain.edit_diff import describe_effects, differing
from crm.domain.effect_fields import CLASSES, FIELDS, LIST_FIELD, TAGS, Effects
from crm.domain.effects import lists_in, overrides_in
from crm.domain.errors import ConflictError, TooLargeError
from crm.domain.identity import Identity
from crm.domain.json_text import encode
from crm.domain.manual_edit_budget import ensure_room
from crm.domain.person import merged, values_of
from crm.domain.profile import ProfileState
from crm.services.definitions import lists, tags
from crm.services.editing.append_edit import Edit
from crm.services.editing.edit_request import EditRequest
from crm.services.ruleset.fold_rules import deployed_rules
from crm.services.ruleset.segment_names import segment_names

MAX_PROFILE_TAGS = 200
_MAX_CLASSES = 50
MAX_PROFILE_LISTS = 200
_LARGEST = 300_000
"""Bytes of JSON that an edit may take: an item of DynamoDB holds 400 KB."""


_NAMED_AFTER_IT = {TAGGED, UNTAGGED, LISTED, UNLISTED}
"""Types of edits that carry the name of their tag or list."""


def prepare(
    members: Sequence[ProfileState],
    type: str,
    requested: EditRequest,
    *,
    now: int,
    log: Identity | None = None,
) -> Edit:
    """Return the edit, without effects that change nothing. New tags are registered.

    `log`: the identity whose log keeps it, by default the first member's. Raises ConflictError (`too_many_tags`,
    `too_many_classes`, `too_many_lists`, `profile_full`) and TooLargeError.
    """
    tagged = requested.effects.get(TAGS, {}) | _by_id(requested.tags, now)
    effects = differing(members, requested.effects | {TAGS: tagged})
    _check_room(members, effects)
    fields = effects.get(FIELDS, ())
    names = (
        tags.names(effects.get(TAGS, ()))
        | lists.names(lists_in(fields))
        | segment_names(overrides_in(fields))
    )
    log = log or (members[0].identity if members else None)
    kept_in = next((member for member in members if member.identity == log), ProfileState(""))
    ensure_room(kept_in, effects, deployed_rules())
    properties = describe_effects(members, effects, names, log)
    if len(encode([effects, properties])) > _LARGEST:
        raise TooLargeError(f"an edit can have at most {_LARGEST:,} bytes of JSON: split it")
    name = next(iter(names.values()), None) if type in _NAMED_AFTER_IT else None
    return Edit(type=type, name=name, effects=effects, properties=properties)


def _by_id(requested: dict[str, bool | None], now: int) -> dict[str, bool | None]:
    added = tags.tag_ids([name for name, on in requested.items() if on], create=True, now=now)
    removed = tags.tag_ids([name for name, on in requested.items() if not on], create=False, now=now)
    return dict.fromkeys(removed.values()) | dict.fromkeys(added.values(), True)


def _check_room(members: Sequence[ProfileState], effects: Effects) -> None:
    on_lists = {key: on for key, on in effects.get(FIELDS, {}).items() if key.startswith(LIST_FIELD)}
    # Profiles still hold, hidden, what was deleted everywhere.
    for what, register, changes, most, there_are in (
        ("classes", CLASSES, effects.get(CLASSES, {}), _MAX_CLASSES, list),
        ("tags", TAGS, effects.get(TAGS, {}), MAX_PROFILE_TAGS, tags.names),
        ("lists", FIELDS, on_lists, MAX_PROFILE_LISTS, lambda held: lists.names(lists_in(held))),
    ):
        held = [name for name, on in {**values_of(merged(members, register)), **changes}.items() if on]
        if any(changes.values()) and len(held) > most and len(there_are(held)) > most:
            raise ConflictError(f"a profile can have at most {most} {what}", code=f"too_many_{what}")
