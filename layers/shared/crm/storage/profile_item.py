"""The item of a profile: its fold, its card, and its place in the index of the list."""

import json
from typing import Any

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from crm.domain.card import seen_hour
from crm.domain.memberships import Memberships, memberships_of, segments_of
from crm.domain.profile import ProfileState
from crm.domain.stored_profile import dumps, loads
from crm.domain.times import iso, parse_time
from crm.storage.keys import PROFILE_PREFIX, PROFILE_SK
from crm.storage.table import Item, ProfilesIndex

SHARDS = 4
"""Partitions of the index per kind; each takes 1,000 entries a second."""

INDEX_PREFIX = "PROFILES#"
DUE_PREFIX = "DUE#"
DUE_SHARDS = 8
"""Partitions of those who are due: at midnight many are due at once."""

_CARD_TEXTS = ("name", "email", "phone", "city", "region", "zip", "company")
_CARD_TIMES = ("created", "last_seen", "last_transaction")
_CARD_JSON = ("tags", "consents")
_CARD_MORE = (
    "first_name",
    "last_name",
    "classes",
    "parts",
    "conflicts",
    "lists",
    "responsible",
    "id",
    "segments",
    "candidates",
)
"""What no index needs, in one attribute."""


class ProfileItem(Item, discriminator="profile"):
    """`doc` is the fold, `v` its version; only a canonical profile has the card and the keys of the index.

    `lag`: the memberships that the index holds, where they are not those that the card says; `told` likewise: the
    segments that the log tells of. `erased_at` is that of the fold, for conditions of other writes. `cat`: the version
    of the catalogue. `gsi2pk` and `gsi2sk` list it among those who are due.
    """

    doc = UnicodeAttribute()
    v = NumberAttribute()
    erased_at = NumberAttribute(null=True)
    lag = UnicodeAttribute(null=True)
    told = UnicodeAttribute(null=True)
    cat = NumberAttribute(null=True)
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
    gsi2pk = UnicodeAttribute(null=True)
    gsi2sk = UnicodeAttribute(null=True)
    index = ProfilesIndex()


def to_item(profile: ProfileState, listed: Memberships, told: frozenset[str]) -> ProfileItem:
    """The item of the profile's next version, when the index holds these memberships and the log tells of these
    segments.
    """
    item = ProfileItem(PROFILE_PREFIX + profile.id, PROFILE_SK, doc=dumps(profile), v=profile.version + 1)
    item.erased_at = profile.erased_at
    if profile.card is not None:
        for name in (*_CARD_TEXTS, *_CARD_TIMES):
            setattr(item, name, profile.card.get(name))
        for name in _CARD_JSON:
            setattr(item, name, _json(profile.card.get(name)))
        item.more = _json({name: profile.card[name] for name in _CARD_MORE if name in profile.card})
        item.gsi1pk = f"{INDEX_PREFIX}{profile.card['kind']}#{int(profile.id[:8], 16) % SHARDS}"
        item.gsi1sk = f"{seen_hour(profile.card)}#{profile.id}"
    item.cat = profile.catalogue or None
    if profile.due is not None:
        item.gsi2pk = f"{DUE_PREFIX}{int(profile.id[:8], 16) % DUE_SHARDS}"
        item.gsi2sk = f"{iso(profile.due)}#{profile.id}"
    if told != segments_of(profile.card):
        item.told = json.dumps(sorted(told))
    if listed != memberships_of(profile.card):
        item.lag = _json([[*entry, text] for entry, text in sorted(listed.items())]) or "[]"
    return item


def _json(value: Any) -> str | None:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")) if value else None


def to_state(item: ProfileItem) -> ProfileState:
    id_ = item.pk.removeprefix(PROFILE_PREFIX)
    state = loads(id_, item.doc, version=int(item.v), card=_card(item))
    state.catalogue = int(item.cat or 0)
    state.due = parse_time(item.gsi2sk.partition("#")[0]) if item.gsi2sk else None
    state.told = segments_of(state.card) if item.told is None else frozenset(json.loads(item.told))
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
