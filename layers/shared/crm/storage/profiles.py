"""Profiles in the table, and their entries in the index that the list reads."""

import heapq
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import PutError, TransactWriteError
from pynamodb.expressions.condition import Condition
from pynamodb.transactions import TransactWrite

from crm.domain.activity import Activity
from crm.domain.card import seen_hour
from crm.domain.errors import UnavailableError, VersionConflictError
from crm.domain.profile import ProfileState
from crm.domain.stored_profile import dumps, loads
from crm.settings import settings
from crm.storage.activities import read_range
from crm.storage.keys import PROFILE_PREFIX, PROFILE_SK
from crm.storage.log_writer import activity_put, log_writer
from crm.storage.table import Item, ProfilesIndex, connection

SHARDS = 4
"""Partitions of the index per kind; each takes 1,000 entries a second."""

_INDEX_PREFIX = "PROFILES#"
_LOST_RACES = (
    "ConditionalCheckFailedException",
    "TransactionCanceledException",
    "TransactionConflictException",
)
_CARD_TEXTS = ("name", "email", "phone", "city", "region", "zip", "company")
_CARD_TIMES = ("created", "last_seen", "last_transaction")


class ProfileItem(Item, discriminator="profile"):
    """`doc` is the fold, `v` its version; only a canonical profile has the card and the keys of the index."""

    doc = UnicodeAttribute()
    v = NumberAttribute()
    name = UnicodeAttribute(null=True)
    email = UnicodeAttribute(null=True)
    phone = UnicodeAttribute(null=True)
    city = UnicodeAttribute(null=True)
    region = UnicodeAttribute(null=True)
    zip = UnicodeAttribute(null=True)
    company = UnicodeAttribute(null=True)
    created = NumberAttribute(null=True)
    last_seen = NumberAttribute(null=True)
    last_transaction = NumberAttribute(null=True)
    gsi1pk = UnicodeAttribute(null=True)
    gsi1sk = UnicodeAttribute(null=True)
    index = ProfilesIndex()


class ProfileTable:
    """The `ProfileStore` of the projection on DynamoDB."""

    def load(self, profile_ids: Collection[str]) -> dict[str, ProfileState]:
        return load_profiles(profile_ids, consistent=True)

    def activities(self, profile_id: str, start: int, end: int) -> Iterable[Activity]:
        return read_range(profile_id, start, end)

    def save(self, profiles: Sequence[ProfileState]) -> None:
        try:
            if len(profiles) == 1:
                _to_item(profiles[0]).save(condition=_unchanged(profiles[0]))
            else:
                _save_together(profiles)
        except (PutError, TransactWriteError) as error:
            if error.cause_response_code not in _LOST_RACES:
                raise
            raise VersionConflictError("the profile was changed in the meantime") from error
        for profile in profiles:
            profile.version += 1

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
    return {state.id: state for state in map(_to_state, found)}


def last_seen_order(
    kinds: Iterable[str], *, newest_first: bool, hour: str | None
) -> Iterator[tuple[str, str]]:
    """(hour last seen, profile id) of the canonical profiles, ordered by both, from this hour on. Lazy."""

    def shard(kind: str, number: int) -> Iterator[tuple[str, str]]:
        bound = None
        if hour:
            bound = ProfileItem.gsi1sk <= f"{hour}#~" if newest_first else ProfileItem.gsi1sk >= f"{hour}#"
        entries = ProfileItem.index.query(
            f"{_INDEX_PREFIX}{kind}#{number}", bound, scan_index_forward=not newest_first, page_size=100
        )
        for entry in entries:
            seen, _, id_ = entry.gsi1sk.partition("#")
            yield seen, id_

    shards = [shard(kind, number) for kind in kinds for number in range(SHARDS)]
    return heapq.merge(*shards, reverse=newest_first)


def count_profiles(kind: str) -> int:
    """How many canonical profiles of this kind there are; reads the index, not the table."""
    return sum(ProfileItem.index.count(f"{_INDEX_PREFIX}{kind}#{number}") for number in range(SHARDS))


def _save_together(profiles: Sequence[ProfileState]) -> None:
    with TransactWrite(connection=connection()) as transaction:
        for profile in profiles:
            transaction.save(_to_item(profile), condition=_unchanged(profile))


def _unchanged(profile: ProfileState) -> Condition:
    return ProfileItem.v == profile.version if profile.version else ProfileItem.pk.does_not_exist()


def _to_item(profile: ProfileState) -> ProfileItem:
    """The item of the profile's next version."""
    item = ProfileItem(PROFILE_PREFIX + profile.id, PROFILE_SK, doc=dumps(profile), v=profile.version + 1)
    if profile.card is not None:
        for name in (*_CARD_TEXTS, *_CARD_TIMES):
            setattr(item, name, profile.card.get(name))
        item.gsi1pk = f"{_INDEX_PREFIX}{profile.card['kind']}#{int(profile.id[:8], 16) % SHARDS}"
        item.gsi1sk = f"{seen_hour(profile.card)}#{profile.id}"
    return item


def _to_state(item: ProfileItem) -> ProfileState:
    id_ = item.pk.removeprefix(PROFILE_PREFIX)
    return loads(id_, item.doc, version=int(item.v), card=_card(item))


def _card(item: ProfileItem) -> dict[str, Any] | None:
    if item.gsi1pk is None:
        return None
    texts = {name: getattr(item, name) for name in _CARD_TEXTS}
    times = {name: getattr(item, name) for name in _CARD_TIMES}
    kind = item.gsi1pk.split("#")[1]
    return {"kind": kind} | {
        name: int(value) if name in times else value
        for name, value in (texts | times).items()
        if value is not None
    }
