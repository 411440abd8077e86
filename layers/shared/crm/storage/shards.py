"""Over how many partitions of an index its entries are spread: parameters, and what they have been so far.

Entries are written by the parameters of now. They are read from as many partitions as any parameters ever had, which a
definition keeps: an entry stays where it was written until its item is written again.
"""

import time
from typing import Any, NamedTuple

from crm.settings import settings
from crm.storage import lookups

LAYOUT, SHARDS = "layout", "shards"
REMEMBERED_S = 60
"""For so long a container remembers what the definition holds."""


class Shards(NamedTuple):
    """`profiles`: of each kind of profile and of each order; `groups`: of each group and of tasks; `due`: of those who
    are due. Each takes about 1,000 entries a second.
    """

    profiles: int
    groups: int
    due: int


FORMER = Shards(profiles=4, groups=4, due=8)
"""Before they were parameters."""

_known: list[tuple[float, Shards]] = []


def shard_of(profile_id: str, shards: int) -> int:
    """The partition of a profile among so many."""
    return int(profile_id[:8], 16) % shards


def written() -> Shards:
    """Over how many entries are spread now."""
    config = settings()
    return Shards(config.profile_shards, config.group_shards, config.due_shards)


def to_read() -> Shards:
    """In how many there may be entries."""
    now = time.monotonic()
    if not _known or now - _known[-1][0] >= REMEMBERED_S:
        _known[:] = [(now, _stored() or FORMER)]
    return Shards(*map(max, zip(written(), _known[-1][1], strict=True)))


def outgrown() -> dict[str, Any] | None:
    """What the definition must hold from now on; None where it holds that already."""
    stored = _stored()
    largest = Shards(*map(max, zip(written(), stored or FORMER, strict=True)))
    return None if stored == largest else largest._asdict()


def _stored() -> Shards | None:
    found = lookups.find(LAYOUT, SHARDS)
    return Shards(**found) if found else None


def forget() -> None:
    """Forget what was looked up."""
    _known.clear()
