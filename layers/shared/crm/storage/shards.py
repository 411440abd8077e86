"""Determine over how many shards the entries of an index are spread: parameters, and their former values.

Entries are written by the present parameters. They are read from as many shards as the parameters ever had, which a
definition records: an entry stays in its shard until its item is written again.
"""

import time
from typing import Any, NamedTuple

from crm.settings import settings
from crm.storage import lookups

LAYOUT, SHARDS = "layout", "shards"
SHARDS_CACHE_S = 60
"""Seconds for which a container caches the definition."""


class Shards(NamedTuple):
    """The number of shards. `profiles`: of each kind of profile and of each order; `groups`: of each group and of
    tasks; `due`: of due profiles. Each shard takes about 1,000 entries per second.
    """

    profiles: int
    groups: int
    due: int


FORMER = Shards(profiles=4, groups=4, due=8)
"""The numbers before they became parameters."""

_cache: list[tuple[float, Shards]] = []


def shard_of(profile_id: str, shards: int) -> int:
    """Return the shard of a profile among this many."""
    return int(profile_id[:8], 16) % shards


def written() -> Shards:
    """Return the numbers of shards for writes."""
    config = settings()
    return Shards(config.profile_shards, config.group_shards, config.due_shards)


def to_read() -> Shards:
    """Return the numbers of shards for reads."""
    now = time.monotonic()
    if not _cache or now - _cache[-1][0] >= SHARDS_CACHE_S:
        _cache[:] = [(now, _stored() or FORMER)]
    return Shards(*map(max, zip(written(), _cache[-1][1], strict=True)))


def layout_to_store() -> dict[str, Any] | None:
    """Return what the definition must record from now on; None if it records that already."""
    stored = _stored()
    largest = Shards(*map(max, zip(written(), stored or FORMER, strict=True)))
    return None if stored == largest else largest._asdict()


def _stored() -> Shards | None:
    found = lookups.find(LAYOUT, SHARDS)
    return Shards(**found) if found else None


def clear_cache() -> None:
    """Clear the cache."""
    _cache.clear()
