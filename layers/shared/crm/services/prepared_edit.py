"""From what was asked for to the one activity that does it: tags by their ids, without what changes nothing."""

from collections.abc import Sequence
from typing import Any

from crm.domain.activity import TAGGED, UNTAGGED
from crm.domain.card import merged, values_of
from crm.domain.differences import differing, told
from crm.domain.effects import CLASSES, TAGS
from crm.domain.errors import ConflictError, TooLargeError
from crm.domain.json_text import encode
from crm.domain.profile import ProfileState
from crm.services import tags
from crm.services.edit_request import Request
from crm.services.edits import Edit

MOST_TAGS = 200
MOST_CLASSES = 50
LARGEST = 300_000
"""Bytes of JSON that an edit may take: an item of DynamoDB holds 400 KB."""


def prepare(members: Sequence[ProfileState], type: str, asked: Request, *, now: int) -> Edit:
    """The edit, without effects where nothing changes. New tags are registered.

    Raises ConflictError (`too_many_tags`, `too_many_classes`) and TooLargeError.
    """
    effects = differing(members, asked.effects | {TAGS: _by_id(asked.tags, now)})
    _check_room(members, effects)
    names = tags.names(effects.get(TAGS, ()))
    properties = told(members, effects, names)
    if len(encode([effects, properties])) > LARGEST:
        raise TooLargeError(f"an edit may take at most {LARGEST:,} bytes of JSON: make two of it")
    name = next(iter(names.values()), None) if type in {TAGGED, UNTAGGED} else None
    return Edit(type=type, name=name, effects=effects, properties=properties)


def _by_id(asked: dict[str, bool | None], now: int) -> dict[str, bool | None]:
    added = tags.tag_ids([name for name, on in asked.items() if on], create=True, now=now)
    removed = tags.tag_ids([name for name, on in asked.items() if not on], create=False, now=now)
    return dict.fromkeys(removed.values()) | dict.fromkeys(added.values(), True)


def _check_room(members: Sequence[ProfileState], effects: dict[str, Any]) -> None:
    for register, most in ((TAGS, MOST_TAGS), (CLASSES, MOST_CLASSES)):
        changes = effects.get(register, {})
        after = {**values_of(merged(members, register)), **changes}
        held = [name for name, on in after.items() if on]
        if not any(changes.values()) or len(held) <= most:
            continue
        # Tags that were deleted everywhere are still in profiles, unseen.
        if register == CLASSES or len(tags.names(held)) > most:
            raise ConflictError(f"a profile has at most {most} {register}", code=f"too_many_{register}")
