"""An activity: one thing that happened to a customer, appended once to that customer's log."""

import hashlib
from dataclasses import dataclass, replace
from itertools import starmap
from typing import Any, TypedDict

from crm.domain.identity import Identity
from crm.domain.json_text import decode, encode_text
from crm.domain.trust import Rank, rank_of

CONFLICT = "identity.conflict"
RESENT = "identity.resent"
"""Stands where a weaker identity's log may hold a copy of a message that was sent again with a stronger one."""

SHARED = "identity.shared"
"""So many profiles claim the identity of this log that it says nothing about who is who (docs/identity.md)."""

ENTERED, LEFT = "segment.entered", "segment.left"
SEGMENTS_CHANGED = "segment.changed"
"""The stored form of all that one save enters and leaves; it is read as one ENTERED or LEFT for each segment."""

_SYSTEM_PREFIXES = ("identity.", "segment.")

FORM, NOTE, TASK = "form", "note", "task"
CREATED, EDITED, IMPORTED = "profile.created", "profile.edited", "profile.imported"
DELETED, RESTORED = "profile.deleted", "profile.restored"
MERGED, UNMERGED = "profile.merged", "profile.unmerged"
SETTLED = "conflict.settled"
"""People decided whose an identity is."""

TAGGED, UNTAGGED = "tag.added", "tag.removed"
LISTED, UNLISTED = "list.joined", "list.left"
CONSENTED = "consent.changed"
SCORED = "score.adjusted"
"""Points of a score, given or taken by hand; the name is the score's id."""

_OWN_TYPES = frozenset({"identify", "track", "page", "screen", "group", "alias", FORM})

Stamp = tuple[int, str]
"""(occurred_at, short message id): the order in which last-write-wins and earliest-claim decide."""

ROW_DIGITS = 9
"""Of the number at the end of the message id of a row."""

LONGEST_IN_STAMP = 36
"""Bytes of a UUID. A profile stores the stamp of every value, and clients choose message ids of up to 100."""

_KIND_LETTERS = {"web": "w", "mobile": "m", "server": "s"}
_KINDS = {letter: kind for kind, letter in _KIND_LETTERS.items()}


@dataclass(slots=True, kw_only=True)  # frozen would take three times as long to make, on the hot path
class Activity:
    """`original_at`: the client's own time, the key. `occurred_at`: skew-corrected. All times in epoch ms, UTC.

    `identities` are strongest first; the first names the log that the activity lives in. `effects`: what it does to
    the profile beyond what it says (`crm.domain.effects`); only our own code makes any. `legacy_key`: its stored key
    does not tell its rank, as those of the version before did not.
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
    effects: dict[str, Any] | None = None
    legacy_key: bool = False

    @property
    def stamp(self) -> Stamp:
        return (self.occurred_at, short_id(self.message_id))

    @property
    def rank(self) -> Rank:
        """How much what it says weighs."""
        return rank_of(self.source_kind, self.source_id)

    @property
    def since(self) -> int:
        """The earliest time that it bears. A request that is sent again as it was seems to come from a slow clock:
        what is in it occurs anew, but the client's own time stays.
        """
        return min(self.original_at, self.occurred_at, self.received_at)


def short_id(message_id: str) -> str:
    """The message id as stamps bear it: itself, or its digest where it would take more than LONGEST_IN_STAMP bytes.

    The number of a row stays behind the digest: rows of one import bear one time, and are in the order of the file.
    """
    if len(message_id) <= LONGEST_IN_STAMP and '"' not in message_id and "\\" not in message_id:
        return message_id
    start, _, row = message_id.rpartition(":")
    if len(row) == ROW_DIGITS and row.isdecimal() and row.isascii():
        return f"~{_digest(start)}:{row}"
    return "~" + _digest(message_id)


def _digest(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()


def is_own(activity: Activity) -> bool:
    """Whether the customer did it. What others do to a profile is in its timeline, but is no sign of life."""
    return activity.type in _OWN_TYPES


def is_system(activity: Activity) -> bool:
    """Whether the product itself says it, of what follows from all else: it counts nowhere, and is folded into
    nothing.
    """
    return activity.type.startswith(_SYSTEM_PREFIXES)


class ActivityRecord(TypedDict, total=False):
    """The stored form without its keys: short names, because DynamoDB bills them with every item.

    ty type, n name, o occurred_at, r received_at, so source id, k source kind, d the rest as one JSON text: identities
    (i), properties (p), context (c) and effects (e). r0: when the first copy was received, where one that came later
    has taken its place.
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
    """What takes the place of earlier copies of a message that was sent again and now names somebody better.

    A client that learns who it serves while a message is under way sends it again with the user's id added. The
    message is one: it counts in the log of its strongest identity, and nowhere else.
    """
    return [
        replace(activity, type=RESENT, name=None, identities=(identity,), properties={}, context={})
        for identity in activity.identities[1:]
    ]


def to_record(activity: Activity) -> ActivityRecord:
    """What is stored of an activity beside its key; nothing is stored for what is empty."""
    said: dict[str, Any] = {"i": [[identity.type, identity.value] for identity in activity.identities]}
    if activity.properties:
        said["p"] = activity.properties
    if activity.context:
        said["c"] = activity.context
    if activity.effects:
        said["e"] = activity.effects
    record = ActivityRecord(
        ty=activity.type,
        o=activity.occurred_at,
        r=activity.received_at,
        so=activity.source_id,
        k=_KIND_LETTERS[activity.source_kind],
        d=encode_text(said),
    )
    if activity.name is not None:
        record["n"] = activity.name
    return record


def rank_in(record: ActivityRecord) -> Rank:
    """The rank of a stored activity."""
    return rank_of(_KINDS[record["k"]], record["so"])


def from_record(
    original_at: int, message_id: str, record: ActivityRecord, *, legacy_key: bool = False
) -> Activity:
    """The activity that `to_record` made this of."""
    said, received_at = decode(record["d"].encode()), record["r"]
    return Activity(
        message_id=message_id,
        type=record["ty"],
        name=record.get("n"),
        original_at=original_at,
        occurred_at=record["o"],
        received_at=min(received_at, record["r0"]) if "r0" in record else received_at,
        source_id=record["so"],
        source_kind=_KINDS[record["k"]],
        identities=tuple(starmap(Identity, said["i"])),
        properties=said.get("p", {}),
        context=said.get("c", {}),
        effects=said.get("e"),
        legacy_key=legacy_key,
    )
