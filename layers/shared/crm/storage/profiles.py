"""Profiles in the table, and their entries in the index that the list reads."""

import heapq
from collections.abc import Collection, Iterable, Iterator, Sequence

from pynamodb.exceptions import PutError, TransactWriteError
from pynamodb.expressions.condition import Condition
from pynamodb.transactions import TransactWrite

from crm.domain.activity import Activity
from crm.domain.errors import UnavailableError, VersionConflictError
from crm.domain.memberships import Memberships, memberships_of
from crm.domain.profile import ProfileState
from crm.settings import settings
from crm.storage import activities as log
from crm.storage import groups, work
from crm.storage.conditional_append import LOST_RACES, TRANSACTION_ITEMS
from crm.storage.keys import PROFILE_PREFIX, PROFILE_SK
from crm.storage.log_writer import activity_put, log_writer
from crm.storage.profile_item import INDEX_PREFIX, SHARDS, ProfileItem, to_item, to_state
from crm.storage.table import connection


class ProfileTable:
    """The `ProfileStore` of the projection on DynamoDB."""

    def load(self, profile_ids: Collection[str]) -> dict[str, ProfileState]:
        return load_profiles(profile_ids, consistent=True)

    def activities(self, profile_id: str, start: int, end: int) -> Iterable[Activity]:
        return log.read_range(profile_id, start, end)

    def save(self, profiles: Sequence[ProfileState]) -> None:
        left = list(profiles)
        while left:
            _save_once(left)
            left = [profile for profile in left if profile.lags]

    def discard(self, profile_id: str, activities: Sequence[Activity]) -> None:
        log.discard(profile_id, activities)

    def keep_work(self, profile_id: str, activities: Sequence[Activity]) -> None:
        work.keep_work(profile_id, activities)

    def append(self, activities: Sequence[Activity]) -> None:
        config = settings()
        puts = [activity_put(a, config.identity_namespace, config.retention_days) for a in activities]
        if log_writer().write(puts):
            # No spilling: whoever projects comes again, and must find these before what depends on them is saved.
            raise UnavailableError("the log takes no activities at the moment", retry_after=1)


def load_profiles(profile_ids: Collection[str], *, consistent: bool) -> dict[str, ProfileState]:
    """The stored profiles by id; those that do not exist are left out."""
    keys = [(PROFILE_PREFIX + id_, PROFILE_SK) for id_ in profile_ids]
    if len(keys) == 1:
        found = list(ProfileItem.query(keys[0][0], ProfileItem.sk == PROFILE_SK, consistent_read=consistent))
    else:
        found = list(ProfileItem.batch_get(keys, consistent_read=consistent))
    return {state.id: state for state in map(to_state, found)}


def last_seen_order(
    kinds: Iterable[str], *, newest_first: bool, hour: str | None
) -> Iterator[tuple[str, str]]:
    """(hour last seen, profile id) of the canonical profiles, ordered by both, from this hour on. Lazy."""

    def shard(kind: str, number: int) -> Iterator[tuple[str, str]]:
        bound = None
        if hour:
            bound = ProfileItem.gsi1sk <= f"{hour}#~" if newest_first else ProfileItem.gsi1sk >= f"{hour}#"
        entries = ProfileItem.index.query(
            f"{INDEX_PREFIX}{kind}#{number}", bound, scan_index_forward=not newest_first, page_size=100
        )
        for entry in entries:
            seen, _, id_ = entry.gsi1sk.partition("#")
            yield seen, id_

    shards = [shard(kind, number) for kind in kinds for number in range(SHARDS)]
    return heapq.merge(*shards, reverse=newest_first)


def count_profiles(kind: str) -> int:
    """How many canonical profiles of this kind there are; reads the index, not the table."""
    return sum(ProfileItem.index.count(f"{INDEX_PREFIX}{kind}#{number}") for number in range(SHARDS))


def _save_once(profiles: Sequence[ProfileState]) -> None:
    """One write, or one transaction with as many of the changes in the index as fit in."""
    free = TRANSACTION_ITEMS - len(profiles)
    planned: list[tuple[ProfileState, Memberships, dict[tuple[str, str], str | None]]] = []
    for profile in profiles:
        listed, writes = groups.changes(profile.listed, memberships_of(profile.card), free)
        free -= len(writes)
        planned.append((profile, listed, writes))
    try:
        if len(profiles) == 1 and not planned[0][2]:
            to_item(profiles[0], planned[0][1]).save(condition=_unchanged(profiles[0]))
        else:
            with TransactWrite(connection=connection()) as transaction:
                for profile, listed, writes in planned:
                    transaction.save(to_item(profile, listed), condition=_unchanged(profile))
                    groups.write(transaction, profile.id, writes)
    except (PutError, TransactWriteError) as error:
        if error.cause_response_code not in LOST_RACES:
            raise
        raise VersionConflictError("the profile was changed in the meantime") from error
    for profile, listed, _ in planned:
        profile.version += 1
        profile.listed = listed


def _unchanged(profile: ProfileState) -> Condition:
    return ProfileItem.v == profile.version if profile.version else ProfileItem.pk.does_not_exist()
