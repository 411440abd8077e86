"""Memberships of canonical profiles in groups and orders: `P#<profile>` / `M#<kind>#<id>`, read by the index `groups`.

They are written in the transaction that writes the profile, so that what the index lists is what the cards say.
"""

import heapq
from collections.abc import Iterator, Mapping

from pynamodb.attributes import UnicodeAttribute
from pynamodb.transactions import TransactWrite

from crm.domain.memberships import ORDER, Membership, Memberships
from crm.storage.keys import MEMBERSHIP_PREFIX, PROFILE_PREFIX
from crm.storage.table import GroupsIndex, Item

SHARDS = 4
"""Partitions of the index per group; each takes 1,000 entries a second."""

_SEPARATOR = "\x1f"  # sorts before whatever a text may hold


class MembershipItem(Item, discriminator="membership"):
    """One profile in one group, sorted by the text in front of its id."""

    profile_id = UnicodeAttribute()
    gsi2pk = UnicodeAttribute()
    gsi2sk = UnicodeAttribute()
    index = GroupsIndex()


def changes(
    held: Memberships, wanted: Memberships, limit: int
) -> tuple[Memberships, dict[Membership, str | None]]:
    """At most `limit` writes that bring the one closer to the other: what is held after them, and the writes.

    A write's value is the text to sort by, or None to delete.
    """
    writes: dict[Membership, str | None] = dict.fromkeys(sorted(held.keys() - wanted.keys()))
    writes |= {entry: text for entry, text in sorted(wanted.items()) if held.get(entry) != text}
    done = dict(list(writes.items())[:limit])
    after = {entry: text for entry, text in held.items() if entry not in done}
    return after | {entry: text for entry, text in done.items() if text is not None}, done


def write(transaction: TransactWrite, profile_id: str, writes: Mapping[Membership, str | None]) -> None:
    """Add the writes to a transaction."""
    for (kind, id_), text in writes.items():
        item = MembershipItem(PROFILE_PREFIX + profile_id, f"{MEMBERSHIP_PREFIX}{kind}#{id_}")
        if text is None:
            transaction.delete(item)
        else:
            item.profile_id = profile_id
            item.gsi2pk = _partition(kind, id_, int(profile_id[:8], 16) % SHARDS)
            item.gsi2sk = f"{text}{_SEPARATOR}{profile_id}"
            transaction.save(item)


def group_ids(kind: str, id: str) -> Iterator[tuple[str, str]]:
    """(kind of profile, profile id) of the canonical profiles in a group, ordered by both. Lazy."""
    return _listed(kind, id, descending=False, start=None)


def count_group(kind: str, id: str) -> int:
    """How many canonical profiles are in a group; reads the index."""
    return sum(MembershipItem.index.count(_partition(kind, id, shard)) for shard in range(SHARDS))


def in_order(
    order: str, *, descending: bool, start: tuple[str, str] | None = None
) -> Iterator[tuple[str, str]]:
    """(sort text, profile id) of the recognised profiles, ordered by both, from `start` (inclusive) on. Lazy."""
    return _listed(ORDER, order, descending=descending, start=start)


def _listed(
    kind: str, id: str, *, descending: bool, start: tuple[str, str] | None
) -> Iterator[tuple[str, str]]:
    shards = [_shard(_partition(kind, id, shard), descending, start) for shard in range(SHARDS)]
    return heapq.merge(*shards, reverse=descending)


def _shard(partition: str, descending: bool, start: tuple[str, str] | None) -> Iterator[tuple[str, str]]:
    bound = None
    if start:
        key = _SEPARATOR.join(start)
        bound = MembershipItem.gsi2sk <= key if descending else MembershipItem.gsi2sk >= key
    for entry in MembershipItem.index.query(
        partition, bound, scan_index_forward=not descending, page_size=500
    ):
        text, _, id_ = entry.gsi2sk.rpartition(_SEPARATOR)
        yield text, id_


def _partition(kind: str, id: str, shard: int) -> str:
    return f"G#{kind}#{id}#{shard}"
