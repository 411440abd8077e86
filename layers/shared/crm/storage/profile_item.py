"""Convert a profile to and from its item, as DynamoDB's JSON: its fold, its card, and its place in the index of the
list.

`doc` is the fold (`packed_fold`), `v` its version; only a canonical profile has the card and the keys of the index.
`lag`: the memberships that the index really contains, if the writer has read it. `at`: when it was stored (epoch ms);
if its segments or its id in them changed, the change counts from then. `erased_at` is that of the fold, for conditions
of other writes. `cat`: the version of the rule set. `gsi2pk` and `gsi2sk` list it among due profiles; `flips` contains
when each segment changes by itself.

Items of an earlier version of the software have a `discriminator`. Their memberships were written in the same
transaction: `lag` is the memberships in the index, `told` the segments in the log, if that differs from the card.
"""

from collections.abc import Mapping
from typing import Any, Literal, cast, get_args

from crm.domain.card import seen_hour
from crm.domain.card_fields import Card, CardText
from crm.domain.json_text import decode, encode_text
from crm.domain.memberships import Memberships, former_orders, memberships_of, segments_of
from crm.domain.profile import ProfileState
from crm.domain.profile_versions import changes_published_segments, shared_copy
from crm.domain.stored_profile import dumps, loads
from crm.domain.times import iso, parse_time
from crm.storage.keys import (
    GROUPS_PK,
    GROUPS_SK,
    PK,
    PROFILE_PREFIX,
    PROFILE_SK,
    PROFILES_PK,
    PROFILES_SK,
    SK,
)
from crm.storage.orders import order_keys
from crm.storage.packed_fold import bytes_of, pack, unpack
from crm.storage.shards import shard_of, written

INDEX_PREFIX = "PROFILES#"
DUE_PREFIX = "DUE#"

_CARD_TEXTS: tuple[CardText, ...] = ("name", "email", "phone", "city", "region", "zip", "company")
_CARD_TIMES: tuple[Literal["created", "last_seen"], ...] = ("created", "last_seen")
_FORMER_TIMES = (*_CARD_TIMES, "last_transaction")
"""Times with attributes of their own; the last one only in items of an earlier version."""

_CARD_JSON: tuple[Literal["tags", "consents"], ...] = ("tags", "consents")
_CardMore = Literal[
    "last_transaction",
    "first_name",
    "last_name",
    "classes",
    "parts",
    "conflicts",
    "lists",
    "kept_out",
    "responsible",
    "id",
    "segments",
    "candidates",
]
_CARD_MORE: tuple[_CardMore, ...] = get_args(_CardMore)
"""The attributes that no index projects, in a single one."""

ProfileItem = dict[str, dict[str, Any]]
"""Attributes by name, each `{type: value}`; binary values are bytes."""


def profile_key(profile_id: str) -> ProfileItem:
    """Return the key of a profile's item."""
    return {PK: {"S": PROFILE_PREFIX + profile_id}, SK: {"S": PROFILE_SK}}


def to_item(profile: ProfileState, now: int) -> ProfileItem:
    """Build the item of the profile's next version, stored at `now` (epoch ms)."""
    item = first_item(profile)
    item["v"] = {"N": str(profile.version + 1)}
    if profile.erased_at is not None:
        item["erased_at"] = {"N": str(profile.erased_at)}
    if profile.card is not None:
        item |= _card_attributes(profile.id, profile.card)
        item |= {name: {"S": key} for name, key in order_keys(profile.id, profile.card).items()}
    if profile.rule_set:
        item["cat"] = {"N": str(profile.rule_set)}
    if profile.due is not None:
        item[GROUPS_PK] = {"S": f"{DUE_PREFIX}{shard_of(profile.id, written().due)}"}
        item[GROUPS_SK] = {"S": f"{iso(profile.due)}#{profile.id}"}
    if profile.flips is not None:
        item["flips"] = {"B": profile.flips}
    if at := now if changes_published_segments(profile) else profile.published_at:
        item["at"] = {"N": str(at)}
    if profile.held is not None:
        item["lag"] = {"S": encode_text([[*entry, text] for entry, text in sorted(profile.held.items())])}
    return item


def first_item(profile: ProfileState) -> ProfileItem:
    """Build the item of a profile's first version, which contains only its fold."""
    doc = profile.stored_fold if profile.keeps_fold else pack(dumps(profile))
    fold = {"doc": doc, "v": {"N": "1"}}
    return profile_key(profile.id) | fold


def _card_attributes(profile_id: str, card: Card) -> ProfileItem:
    attributes: ProfileItem = {name: {"S": card[name]} for name in _CARD_TEXTS if card.get(name) is not None}
    attributes |= {name: {"N": str(card[name])} for name in _CARD_TIMES if name in card}
    attributes |= {name: {"S": encode_text(card[name])} for name in _CARD_JSON if card.get(name)}
    if more := {name: card[name] for name in _CARD_MORE if name in card}:
        attributes["more"] = {"S": encode_text(more)}
    attributes[PROFILES_PK] = {
        "S": f"{INDEX_PREFIX}{card['kind']}#{shard_of(profile_id, written().profiles)}"
    }
    attributes[PROFILES_SK] = {"S": f"{seen_hour(card)}#{profile_id}"}
    return attributes


def to_state(item: Mapping[str, Any], *, counted: bool = True) -> ProfileState:
    """Build the profile from an item of the table or an image of the stream; `counted`: including the counts of its
    log and the times at which its segments change.
    """
    id_ = item[PK]["S"].removeprefix(PROFILE_PREFIX)
    state = loads(id_, unpack(item["doc"]), card=_card(item), counted=counted)
    if counted:
        state.due = parse_time(item[GROUPS_SK]["S"].partition("#")[0]) if GROUPS_SK in item else None
        state.flips = bytes_of(item["flips"]) if "flips" in item else None
    return _with_attributes(state, item)


def with_same_fold(state: ProfileState, item: Mapping[str, Any]) -> ProfileState:
    """Build the profile from an image of the stream whose fold equals that of the state; they share its parts."""
    other = shared_copy(state)
    other.card = _card(item)
    return _with_attributes(other, item)


def _with_attributes(state: ProfileState, item: Mapping[str, Any]) -> ProfileState:
    state.version = int(item["v"]["N"])
    state.rule_set = int(item["cat"]["N"]) if "cat" in item else 0
    state.stored_fold = item["doc"]
    state.published_segments = (
        frozenset(_decoded(item["told"])) if "told" in item else segments_of(state.card)
    )
    state.published_as = state.card.get("id", "") if state.card else ""
    state.published_at = int(item["at"]["N"]) if "at" in item else 0
    state.is_former = is_former(item)
    return state


def is_former(item: Mapping[str, Any]) -> bool:
    """Decide whether an earlier version of the software has stored it, together with its memberships."""
    return "discriminator" in item


def indexed_memberships(item: Mapping[str, Any], card: Card | None) -> Memberships:
    """Return the memberships in the index for an item with this card, once all records up to its own are consumed."""
    if not is_former(item):
        return memberships_of(card)
    return recorded_memberships(item) if "lag" in item else memberships_of(card) | former_orders(card)


def recorded_memberships(item: Mapping[str, Any]) -> Memberships:
    """Return the memberships in the index as the item records them."""
    return {(kind, group): text for kind, group, text in _decoded(item["lag"])}


def _card(item: Mapping[str, Any]) -> Card | None:
    if PROFILES_PK not in item:
        return None
    card: dict[str, Any] = {"kind": item[PROFILES_PK]["S"].split("#")[1]}
    card |= {name: item[name]["S"] for name in _CARD_TEXTS if name in item}
    card |= {name: int(item[name]["N"]) for name in _FORMER_TIMES if name in item}
    card |= {name: _decoded(item[name]) for name in _CARD_JSON if name in item}
    if "more" in item:
        card |= _decoded(item["more"])
    return cast("Card", card)


def _decoded(attribute: Mapping[str, Any]) -> Any:
    return decode(attribute["S"].encode())
