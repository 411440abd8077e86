"""An activity: one thing that happened to a customer, appended once to that customer's log."""

import hashlib
from dataclasses import dataclass, replace
from itertools import starmap
from typing import Any, TypedDict

from crm.domain.effect_fields import Effects
from crm.domain.identity import Identity
from crm.domain.json_text import decode, encode_text
from crm.domain.trust import Rank, rank_of

CONFLICT = "identity.conflict"
RESENT = "identity.resent"
"""Marks in a weaker identity's log that a message was sent again with a stronger one: it replaces a possible copy."""

SHARED = "identity.shared"
"""Marks that so many profiles claim the identity of this log that it is evidence of no link (docs/identity.md)."""

ENTERED, LEFT = "segment.entered", "segment.left"
SEGMENTS_CHANGED = "segment.changed"
"""The stored form of all segments that one save enters and leaves; it is read as one ENTERED or LEFT for each."""

_SYSTEM_PREFIXES = ("identity.", "segment.")

FORM, NOTE_ACTIVITY, _TASK = "form", "note", "task"
CREATED, EDITED, IMPORTED = "profile.created", "profile.edited", "profile.imported"
DELETED, RESTORED = "profile.deleted", "profile.restored"
MERGED, UNMERGED = "profile.merged", "profile.unmerged"
SETTLED = "conflict.settled"
"""Type of the activity of a user who settled a conflict about an identity."""

TAGGED, UNTAGGED = "tag.added", "tag.removed"
LISTED, UNLISTED = "list.joined", "list.left"
CONSENTED = "consent.changed"
SCORED = "score.adjusted"
"""Type of points of a score that a user added or took; the name is the score's id."""

_OWN_TYPES = frozenset({"identify", "track", "page", "screen", "group", "alias", FORM})

Stamp = tuple[int, str]
"""(occurred_at, short message id): the order by which the last write and the earliest claim are decided."""

ROW_DIGITS = 9
"""Number of digits at the end of the message id of a row."""

MAX_STAMP_ID_BYTES = 36
"""Bytes of a UUID. A profile stores the stamp of every value, and clients choose message ids of up to 100."""

_KIND_LETTERS = {"web": "w", "mobile": "m", "server": "s"}
_KINDS = {letter: kind for kind, letter in _KIND_LETTERS.items()}


@dataclass(slots=True, kw_only=True)  # frozen would take three times as long to make, on the hot path
class Activity:
    """One activity. All times are epoch ms, UTC.

    `original_at`: the client's own time, which is part of the key. `occurred_at`: corrected for the client's clock
    skew. `identities` are strongest first; the first names the log that the activity is stored in. `effects`: changes
    to the profile beyond what the type says (`crm.domain.effect_fields`); only this project's own code writes them.
    `legacy_key`: the stored key carries no rank, as an earlier version stored it.
    """

    message_id: str
    type: str
    name: str | None = None
    original_at: int
    occurred_at: int
    received_at: int
    source_id: str
    source_kind: str
    identities: tuple[Identity, ...]
    properties: dict[str, Any]
    context: dict[str, Any]
    effects: Effects | None = None
    legacy_key: bool = False

    @property
    def stamp(self) -> Stamp:
        """Return the stamp that orders its values among others."""
        return (self.occurred_at, short_id(self.message_id))

    @property
    def rank(self) -> Rank:
        """Return the rank of its source."""
        return rank_of(self.source_kind, self.source_id)

    @property
    def since(self) -> int:
        """Return its earliest time.

        A request that is sent again unchanged seems to come from a slow clock: its contents occur again, but the
        client's own time stays.
        """
        return min(self.original_at, self.occurred_at, self.received_at)


def short_id(message_id: str) -> str:
    """Return the message id as stamps carry it: its digest where it takes more than MAX_STAMP_ID_BYTES bytes.

    The number of a row stays after the digest: rows of one import share one time and keep the order of the file.
    """
    if len(message_id) <= MAX_STAMP_ID_BYTES and '"' not in message_id and "\\" not in message_id:
        return message_id
    start, _, row = message_id.rpartition(":")
    if len(row) == ROW_DIGITS and row.isdecimal() and row.isascii():
        return f"~{_digest(start)}:{row}"
    return "~" + _digest(message_id)


def _digest(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()


def is_own(activity: Activity) -> bool:
    """Return whether an activity is the customer's own.

    Activities of others are in the timeline, but do not count as activity of the customer.
    """
    return activity.type in _OWN_TYPES


def is_system(activity: Activity) -> bool:
    """Return whether the product wrote an activity as a consequence of others: it is neither counted nor folded."""
    return is_system_type(activity.type)


def is_system_type(type_: str) -> bool:
    """Return whether activities of this type are the product's own."""
    return type_.startswith(_SYSTEM_PREFIXES)


class ActivityRecord(TypedDict, total=False):
    """The stored form of an activity without its keys. Names are short, because DynamoDB bills them with every item.

    ty type, n name, o occurred_at, r received_at, so source id, k source kind, d the rest as one JSON text:
    identities (i), properties (p), context (c) and effects (e). r0: when the first copy was received, where a later
    one has replaced it.
    """

    ty: str
    n: str
    o: int
    r: int
    r0: int
    so: str
    k: str
    d: str


def resent_marks(activity: Activity) -> list[Activity]:
    """Return the marks that replace earlier copies of a message that was sent again with a stronger identity.

    A client that learns who its user is while a message is under way sends it again with the user's id added. Both
    are one message: it counts in the log of its strongest identity only.
    """
    return [
        replace(activity, type=RESENT, name=None, identities=(identity,), properties={}, context={})
        for identity in activity.identities[1:]
    ]


def to_record(activity: Activity) -> ActivityRecord:
    """Convert an activity to its stored form, without its key; empty fields are not stored."""
    body: dict[str, Any] = {"i": [[identity.type, identity.value] for identity in activity.identities]}
    if activity.properties:
        body["p"] = activity.properties
    if activity.context:
        body["c"] = activity.context
    if activity.effects:
        body["e"] = activity.effects
    record = ActivityRecord(
        ty=activity.type,
        o=activity.occurred_at,
        r=activity.received_at,
        so=activity.source_id,
        k=_KIND_LETTERS[activity.source_kind],
        d=encode_text(body),
    )
    if activity.name is not None:
        record["n"] = activity.name
    return record


def rank_in(record: ActivityRecord) -> Rank:
    """Return the rank of a stored activity."""
    return rank_of(_KINDS[record["k"]], record["so"])


def from_record(
    original_at: int, message_id: str, record: ActivityRecord, *, legacy_key: bool = False
) -> Activity:
    """Restore the activity from the stored form that `to_record` wrote."""
    body, received_at = decode(record["d"].encode()), record["r"]
    return Activity(
        message_id=message_id,
        type=record["ty"],
        name=record.get("n"),
        original_at=original_at,
        occurred_at=record["o"],
        received_at=min(received_at, record["r0"]) if "r0" in record else received_at,
        source_id=record["so"],
        source_kind=_KINDS[record["k"]],
        identities=tuple(starmap(Identity, body["i"])),
        properties=body.get("p", {}),
        context=body.get("c", {}),
        effects=body.get("e"),
        legacy_key=legacy_key,
    )
