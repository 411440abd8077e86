"""Profiles in the table, and their entries in the index that the list reads."""

import heapq
import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any

from botocore.exceptions import ClientError
from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import PutError, TransactWriteError
from pynamodb.expressions.condition import Condition
from pynamodb.transactions import TransactWrite

from crm.domain.activity import Activity
from crm.domain.card import seen_hour
from crm.domain.errors import UnavailableError, VersionConflictError
from crm.domain.memberships import Memberships, memberships_of
from crm.domain.profile import ProfileState
from crm.domain.stored_profile import dumps, loads
from crm.settings import settings
from crm.storage import activities as log
from crm.storage import groups, work
from crm.storage.client import dynamodb
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
_CARD_JSON = ("tags", "consents")
_CARD_MORE = ("first_name", "last_name", "classes", "responsible", "id")
"""What no index needs, in one attribute."""

TRANSACTION_ITEMS = 100


class ProfileItem(Item, discriminator="profile"):
    """`doc` is the fold, `v` its version; only a canonical profile has the card and the keys of the index.

    `lag`: the memberships that the index holds, where they are not those that the card says. `erased_at` is that of
    the fold, for conditions of other writes.
    """

    doc = UnicodeAttribute()
    v = NumberAttribute()
    erased_at = NumberAttribute(null=True)
    lag = UnicodeAttribute(null=True)
    more = UnicodeAttribute(null=True)
    tags = UnicodeAttribute(null=True)
    consents = UnicodeAttribute(null=True)
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


def append_conditionally(activity: Activity, profile_id: str, version: int, *others: tuple[str, int]) -> None:
    """Put an activity into a log if the profile has this version (0: is not stored); it has the next one then.

    So have the others, (profile id, version). Raises VersionConflictError.
    """
    append_together([activity], [(profile_id, version), *others])


def append_together(activities: Iterable[Activity], versions: Iterable[tuple[str, int]]) -> None:
    """Put activities into their logs, all or none, if these profiles, by id, have these versions.

    They have the next ones then. At most TRANSACTION_ITEMS of both. Raises VersionConflictError.
    """
    config = settings()
    puts = [activity_put(a, config.identity_namespace, config.retention_days) for a in activities]
    logged: Any = [{"Put": {"TableName": config.table_name, "Item": json.loads(put.item)}} for put in puts]
    try:
        dynamodb().transact_write_items(TransactItems=[*(_bump(*known) for known in versions), *logged])
    except ClientError as error:
        if error.response["Error"]["Code"] not in _LOST_RACES:
            raise
        raise VersionConflictError("the profile was changed in the meantime") from error


def _bump(profile_id: str, version: int) -> Any:
    """The write of a transaction that takes a profile from this version to the next."""
    table_name = settings().table_name
    key = {"pk": {"S": PROFILE_PREFIX + profile_id}, "sk": {"S": PROFILE_SK}}
    if version:
        return {
            "Update": {
                "TableName": table_name,
                "Key": key,
                "UpdateExpression": "SET v = :next",
                "ConditionExpression": "v = :held",
                "ExpressionAttributeValues": {":held": {"N": str(version)}, ":next": {"N": str(version + 1)}},
            }
        }
    new = {
        "doc": {"S": dumps(ProfileState(profile_id))},
        "v": {"N": "1"},
        "discriminator": {"S": "profile"},
    }
    return {
        "Put": {
            "TableName": table_name,
            "Item": key | new,
            "ConditionExpression": "attribute_not_exists(pk)",
        }
    }


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
            _to_item(profiles[0], planned[0][1]).save(condition=_unchanged(profiles[0]))
        else:
            with TransactWrite(connection=connection()) as transaction:
                for profile, listed, writes in planned:
                    transaction.save(_to_item(profile, listed), condition=_unchanged(profile))
                    groups.write(transaction, profile.id, writes)
    except (PutError, TransactWriteError) as error:
        if error.cause_response_code not in _LOST_RACES:
            raise
        raise VersionConflictError("the profile was changed in the meantime") from error
    for profile, listed, _ in planned:
        profile.version += 1
        profile.listed = listed


def _unchanged(profile: ProfileState) -> Condition:
    return ProfileItem.v == profile.version if profile.version else ProfileItem.pk.does_not_exist()


def _to_item(profile: ProfileState, listed: Memberships) -> ProfileItem:
    """The item of the profile's next version, when the index holds these memberships."""
    item = ProfileItem(PROFILE_PREFIX + profile.id, PROFILE_SK, doc=dumps(profile), v=profile.version + 1)
    item.erased_at = profile.erased_at
    if profile.card is not None:
        for name in (*_CARD_TEXTS, *_CARD_TIMES):
            setattr(item, name, profile.card.get(name))
        for name in _CARD_JSON:
            setattr(item, name, _json(profile.card.get(name)))
        item.more = _json({name: profile.card[name] for name in _CARD_MORE if name in profile.card})
        item.gsi1pk = f"{_INDEX_PREFIX}{profile.card['kind']}#{int(profile.id[:8], 16) % SHARDS}"
        item.gsi1sk = f"{seen_hour(profile.card)}#{profile.id}"
    if listed != memberships_of(profile.card):
        item.lag = _json([[*entry, text] for entry, text in sorted(listed.items())]) or "[]"
    return item


def _json(value: Any) -> str | None:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")) if value else None


def _to_state(item: ProfileItem) -> ProfileState:
    id_ = item.pk.removeprefix(PROFILE_PREFIX)
    state = loads(id_, item.doc, version=int(item.v), card=_card(item))
    if item.lag is None:
        state.listed = memberships_of(state.card)
    else:
        state.listed = {(kind, group): text for kind, group, text in json.loads(item.lag)}
    return state


def _card(item: ProfileItem) -> dict[str, Any] | None:
    if item.gsi1pk is None:
        return None
    texts = {name: getattr(item, name) for name in _CARD_TEXTS}
    times = {name: getattr(item, name) for name in _CARD_TIMES}
    documents = {name: getattr(item, name) for name in _CARD_JSON}
    card: dict[str, Any] = {"kind": item.gsi1pk.split("#")[1]}
    card |= {name: text for name, text in texts.items() if text is not None}
    card |= {name: int(at) for name, at in times.items() if at is not None}
    card |= {name: json.loads(text) for name, text in documents.items() if text is not None}
    if item.more is not None:
        card |= json.loads(item.more)
    return card
