"""List the classes and responsible users that customers have, by name. Nothing registers them.

A membership in one is also an entry of the index `profiles`: `NAMES#<kind>#<shard>` / `<name>, <profile id>`. So a
name is listed from the first membership to the last, and an erasure leaves none behind.
"""

from crm.domain.caseless import folded
from crm.domain.memberships import CLASS_GROUP, MIXED, RESPONSIBLE_GROUP
from crm.storage.items import StoredItem
from crm.storage.key_prefixes import BEHIND_PREFIX, Index, prefixes
from crm.storage.keys import PROFILES_INDEX, PROFILES_PK, PROFILES_SK
from crm.storage.shards import shard_of, to_read, written

_KINDS = (CLASS_GROUP, RESPONSIBLE_GROUP)
_INDEX = Index(PROFILES_INDEX, PROFILES_PK, PROFILES_SK)
_FOLDED = "\x1e"  # sorts before any character of a name, and before the separator
_FOLDED_LENGTH = 40
"""Characters by which names are ordered without regard to case: a sort key has at most 1,024 bytes."""


def name_entry(profile_id: str, kind: str, id_: str) -> StoredItem:
    """Return the attributes that list the name of a membership; empty for groups that have a registry of names."""
    if kind not in _KINDS or id_ == MIXED:
        return {}
    return {
        PROFILES_PK: {"S": _partition(kind, shard_of(profile_id, written().groups))},
        PROFILES_SK: {"S": f"{_place(id_)}{BEHIND_PREFIX}{profile_id}"},
    }


def names_in_use(kind: str, after: str | None = None, *, limit: int) -> list[str]:
    """Return up to `limit` classes or responsible users that customers have, by name, those after the name `after`."""
    partitions = [_partition(kind, shard) for shard in range(to_read().groups)]
    places = prefixes(_INDEX, partitions, _place(after) if after is not None else "", limit=limit)
    return [place.partition(_FOLDED)[2] for place in places]


def _place(name: str) -> str:
    return f"{folded(name)[:_FOLDED_LENGTH]}{_FOLDED}{name}"


def _partition(kind: str, shard: int) -> str:
    return f"NAMES#{kind}#{shard}"
