"""The stream's second consumer in the crash matrix: memberships, segment activities and published events."""

from __future__ import annotations

import json
from typing import Any

from crm.domain.activity import ENTERED, LEFT
from crm.domain.identity import Identity
from crm.domain.memberships import memberships_of, segments_of
from crm.domain.profile import ProfileState
from crm.domain.segments.membership_activity import one_by_one
from crm.services.projection.deployment import id_of
from crm.storage.activities import read_range
from crm.storage.groups import listed_of
from crm.storage.profiles import ProfileTable
from tests.integration.scenarios_of_segments import published_members
from tests.support.cards import card_with
from tests.support.stage import STREAM_ARN, TABLE, stream_record
from tests.support.world import World, invoke, queue_record

NOON = 1_795_262_400_000
ANA, BEN, EVE, ZOE = (Identity("user_id", name) for name in ("ana", "ben", "eve", "zoe"))
PEOPLE = (ANA, BEN, EVE, ZOE)
CARDS: tuple[tuple[Identity, dict[str, Any] | None], ...] = (
    (ANA, {"tags": ["t1", "t2"], "segments": ["seg_1.1", "seg_2.1"]}),
    (BEN, {"tags": ["t1"], "segments": ["seg_1.1"], "lists": ["l1"]}),
    (ZOE, {"tags": ["t3"], "segments": ["seg_3.1"]}),
    (ANA, {"tags": ["t2"], "segments": ["seg_2.1", "seg_3.1"]}),
    (EVE, {"segments": ["seg_1.1"], "candidates": ["seg_2.2"]}),
    (ZOE, None),
    (BEN, {"kind": "deleted", "tags": ["t1"]}),
    (ANA, {"tags": ["t1", "t2"], "segments": ["seg_1.1", "seg_3.1"], "responsible": "sales"}),
    (EVE, {"segments": ["seg_2.2"]}),
)
"""Cards in the order of their saves; None for a customer who is erased."""


def unread_changes(world: World) -> None:
    """Save profiles whose stream records are not consumed yet."""
    for identity, card in CARDS:
        _save(identity, card)
    assert len(world.wire.store.tables[TABLE].items) == len(PEOPLE)


def _save(identity: Identity, card: dict[str, Any] | None) -> None:
    id_ = id_of(identity)
    state = ProfileTable().load([id_]).get(id_) or ProfileState(id_, identity)
    state.card = None if card is None else card_with(created=NOON, **card)
    if card is None:
        state.erased_at, state.identity = NOON, None
    ProfileTable().save([state])


def discarded_changes(world: World) -> None:
    """Save profiles whose records the stream discarded, so that only a message about each batch is left."""
    unread_changes(world)
    changes = world.wire.store.drain(TABLE)
    former = world.wire.stream
    world.wire.stream = [stream_record(change, number) for number, change in enumerate(changes)]
    first, last = (world.wire.stream[at]["dynamodb"]["SequenceNumber"] for at in (0, -1))
    place = {"streamArn": STREAM_ARN, "shardId": "shardId-00000001732113600000-0000"}
    batch = place | {"startSequenceNumber": first, "endSequenceNumber": last}
    body = json.dumps({"DDBStreamBatchInfo": batch})
    assert invoke("redrive_changes", {"Records": [queue_record(0, body)]}) is not None
    world.wire.stream = former
    assert len(world.wire.queues["unpublished"]) == len(CARDS)


def follow(world: World, _known: Any) -> Any:
    """Consume the stream or the messages to the end; assert that index, logs and events agree with the cards."""
    world.settle()
    world.wire.watching = False  # the reads from here on have no faults
    cards = {
        id_: profile.card
        for id_, profile in ProfileTable().load([id_of(identity) for identity in PEOPLE]).items()
    }
    assert len(cards) == len(PEOPLE)
    for id_, card in cards.items():
        assert listed_of(id_) == memberships_of(card)
        assert segments_by_log(id_) == (segments_of(card) if card else set())
    # An erasure is published, but no exit from a segment.
    published = {id_: number for id_, number in published_members(world) if id_ != id_of(ZOE)}
    assert published == {id_: len(inside) for id_, card in cards.items() if (inside := segments_of(card))}
    return sorted(published.items())


def segments_by_log(id_: str) -> set[str]:
    """Return the segments of a customer by the log; assert that entries and exits alternate."""
    moves = [each for each in one_by_one(read_range(id_, 0, 1 << 60)) if each.type in (ENTERED, LEFT)]
    inside: set[str] = set()
    for move in sorted(moves, key=lambda move: int(move.message_id.partition(":")[2])):
        segment = str(move.name)
        assert (segment in inside) == (move.type == LEFT)
        inside ^= {segment}
    return inside
