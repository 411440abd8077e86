"""The consumer of the stream: memberships, segment activities and published events, also after failures."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

import pytest

from crm.domain.activity import ENTERED, LEFT, SEGMENTS_CHANGED
from crm.domain.identity import Identity
from crm.domain.memberships import Memberships, memberships_of, segments_of
from crm.domain.profile import ProfileState
from crm.domain.segments.membership_activity import one_by_one
from crm.services import consume_changes, redrive_changes
from crm.services.projection.deployment import id_of
from crm.services.reprojection.repair import repair_memberships
from crm.storage import groups
from crm.storage.activities import read_range
from crm.storage.groups import listed_of
from crm.storage.profiles import ProfileTable
from tests.support.cards import card_with
from tests.support.segment_changes import all_changes
from tests.support.segmented_shop import Segmented
from tests.support.shop import ID, IDENTITIES, Shop, profile
from tests.support.stage import STREAM_ARN
from tests.support.thoroughness import part_of
from tests.support.world import Event, invoke

NOON = 1_795_262_400_000
ANA = Identity("user_id", "ana")
TAGS = ("t1", "t2", "t3")
SEGMENTS = ("seg_1.1", "seg_2.1", "seg_2.2")


def saved(identity: Identity = ANA, **card: Any) -> ProfileState:
    """Save a profile with another card, as a projection does."""
    id_ = id_of(identity)
    state = ProfileTable().load([id_]).get(id_) or ProfileState(id_, identity)
    state.card = card_with(**{"created": NOON} | {name: given for name, given in card.items() if given})
    ProfileTable().save([state])
    return state


def records(shop: Shop) -> list[Event]:
    """Return the records that the consumer has not read."""
    shop.world._take_stream()
    taken, shop.world.records["publish_changes"] = shop.world.records["publish_changes"], []
    return taken


def consume(some: list[Event]) -> list[Event]:
    """Deliver records to the function; return those that must be retried."""
    answer = invoke("publish_changes", {"Records": some})
    if answer is None:
        return some
    failed = {failure["itemIdentifier"] for failure in answer["batchItemFailures"]}
    numbers = [record["dynamodb"]["SequenceNumber"] for record in some]
    return some[next((at for at, number in enumerate(numbers) if number in failed), len(some)) :]


def discarded_batch(some: list[Event]) -> str:
    """Build the message that Lambda sends to the queue about a discarded batch."""
    first, last = (some[at]["dynamodb"]["SequenceNumber"] for at in (0, -1))
    place = {"streamArn": STREAM_ARN, "shardId": "shardId-00000001732113600000-0000"}
    return json.dumps(
        {"DDBStreamBatchInfo": place | {"startSequenceNumber": first, "endSequenceNumber": last}}
    )


def published(id_: str) -> list[tuple[str, str]]:
    """Return (type, id) of the segment activities in the log, by version."""
    log = one_by_one(read_range(id_, 0, 1 << 60))
    moves = [(a.type, a.message_id) for a in log if a.type in (ENTERED, LEFT)]
    return sorted(moves, key=lambda move: int(move[1].partition(":")[2]))


def segments_after(moves: list[tuple[str, str]]) -> set[str]:
    """Return the final segments of a customer; assert that entries and exits alternate."""
    inside: set[str] = set()
    for type_, id_ in moves:
        segment = id_.partition(":")[0]
        assert (segment in inside) == (type_ == LEFT)
        inside ^= {segment}
    return inside


def changes_of(versions: list[ProfileState]) -> Counter[str]:
    """Return the numbers of entries and exits of each segment by successive versions of one profile."""
    found: Counter[str] = Counter()
    before: frozenset[str] = frozenset()
    for version in versions:
        after = segments_of(version.card)
        found.update(f"e:{id_}" for id_ in after - before)
        found.update(f"l:{id_}" for id_ in before - after)
        before = after
    return found


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Return `broken("t1")`, after which memberships with this text in their id cannot be written; "" ends that."""
    write, named = groups.write_memberships, [""]

    def write_or_fail(changes: Any) -> None:
        if named[0] and any(named[0] in id_ for _, writes in changes for _, id_ in writes):
            raise RuntimeError("refused")
        write(changes)

    monkeypatch.setattr(groups, "write_memberships", write_or_fail)
    return lambda name: named.__setitem__(0, name)


class TestAnyDelivery:
    """The index agrees with the cards after repeated, partial and discarded deliveries."""

    @pytest.mark.parametrize("seed", range(part_of(60, least=5)))
    def test_index_and_log_equal_the_card_for_any_delivery(
        self, shop: Shop, broken: Callable[[str], None], seed: int
    ) -> None:
        rng = Random(seed)
        waiting: list[Event] = []
        changed: list[ProfileState] = []
        for _ in range(12):
            for _ in range(rng.randrange(4)):
                tags = rng.sample(TAGS, rng.randrange(4))
                segments = rng.sample(SEGMENTS, rng.randrange(3))
                kind = rng.choice(("recognised", "recognised", "anonymous", "deleted"))
                changed.append(saved(kind=kind, tags=sorted(tags), segments=sorted(segments)))
            shop.clock.now += 1000
            waiting += records(shop)
            broken(rng.choice(("", "", "t1", "seg_2")))
            size = rng.randint(1, 5)
            batch, rest = waiting[:size], waiting[size:]
            if batch and rng.random() < 0.3:
                consume(batch)  # its response is lost
            left = consume(batch) if batch else []
            if left and rng.random() < 0.5:
                shop.wire.stream = left[:1]
                redrive_changes.redrive(json.loads(discarded_batch(left[:1])))
                left = left[1:]
            waiting = left + rest
        broken("")
        assert consume(waiting) == []
        shop.world.settle()
        if changed:
            card = ProfileTable().load([changed[-1].id])[changed[-1].id].card
            assert listed_of(changed[-1].id) == memberships_of(card)
            assert segments_after(published(changed[-1].id)) == segments_of(card)
        assert all_changes(shop.wire) == changes_of(changed)


def test_a_record_after_a_failed_one_waits(shop: Shop, broken: Callable[[str], None]) -> None:
    ana = saved(tags=["t1"])
    saved()
    saved(Identity("user_id", "ben"), tags=["t2"])
    waiting = records(shop)
    broken("t1")
    assert consume(waiting) == waiting
    assert listed_of(ana.id) == {}
    broken("")
    assert consume(waiting) == []
    assert listed_of(ana.id) == {}


def test_a_record_given_up_by_the_stream_is_processed_from_the_queue(
    shop: Shop, broken: Callable[[str], None]
) -> None:
    ana = saved(tags=["t1"], segments=["seg_1.1"])
    waiting = records(shop)
    broken("t1")
    assert consume(waiting) == waiting
    broken("")
    shop.wire.stream = waiting
    shop.wire.queues["unpublished"] = [discarded_batch(waiting)]
    shop.take_message("unpublished")
    (body,) = shop.wire.queues["unpublished"]
    assert json.loads(body)["profile"] == ana.id
    assert '"ana"' not in body
    for _ in range(2):  # a message may come twice
        redrive_changes.redrive(json.loads(body))
    shop.world.settle()
    assert listed_of(ana.id) == {("tag", "t1"): "recognised", ("segment", "seg_1.1"): "recognised"}
    assert published(ana.id) == [(ENTERED, "seg_1:0000000001")]
    assert all_changes(shop.wire) == {"e:seg_1": 1}
    entered = [detail for type_, detail in events(shop) if type_ == "Segment Entered"]
    assert {detail["id"] for detail in entered} == {f"{ana.id}:1:Segment Entered:seg_1"}


def events(shop: Shop) -> Iterator[tuple[str, dict[str, Any]]]:
    return ((entry["DetailType"], json.loads(entry["Detail"])) for entry in shop.wire.events)


def test_segments_changed_by_one_save_are_one_activity(shop: Shop) -> None:
    ana = saved(segments=["seg_1.1", "seg_2.1"])
    shop.world.settle()
    saved(segments=["seg_3.1"])
    shop.world.settle()
    stored = [a for a in read_range(ana.id, 0, 1 << 60) if a.type == SEGMENTS_CHANGED]
    assert [activity.properties for activity in stored] == [
        {"entered": ["seg_1", "seg_2"]},
        {"entered": ["seg_3"], "left": ["seg_1", "seg_2"]},
    ]
    assert published(ana.id) == [
        (ENTERED, "seg_1:0000000001"),
        (ENTERED, "seg_2:0000000001"),
        (LEFT, "seg_1:0000000002"),
        (LEFT, "seg_2:0000000002"),
        (ENTERED, "seg_3:0000000002"),
    ]
    ids = [detail["id"] for type_, detail in events(shop) if type_.startswith("Segment")]
    assert sorted(ids) == sorted(
        f"{ana.id}:{int(id_.partition(':')[2])}:{'Segment Entered' if type_ == ENTERED else 'Segment Left'}:"
        f"{id_.partition(':')[0]}"
        for type_, id_ in published(ana.id)
    )


def test_timeline_pages_can_split_an_activity_of_segments(shop: Shop) -> None:
    ana = saved(segments=[f"seg_{n}.1" for n in range(5)])
    shop.world.settle()
    found: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        page = shop.ask("GET", f"profiles/{ana.id}/activities", query={"limit": "2", **cursor}).body
        found += [entry["id"] for entry in page["activities"]]
        if page["next_cursor"] is None:
            break
        cursor = {"cursor": page["next_cursor"]}
    assert found == [f"seg_{n}:0000000001" for n in reversed(range(5))]


def test_items_of_the_previous_version_are_not_published_again(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    ana = saved(tags=["t1"], segments=["seg_1.1"])
    waiting = records(shop)
    waiting[0]["dynamodb"]["NewImage"]["discriminator"] = {"S": "profile"}
    assert consume(waiting) == []
    assert (listed_of(ana.id), published(ana.id), all_changes(shop.wire)) == ({}, [], {})
    assert [type_ for type_, _ in events(shop)] == ["Profile Created", "Profile Recognised"]


def test_a_repair_restores_missing_and_removes_stale_memberships(shop: Shop) -> None:
    ana = saved(tags=["t1", "t2"])
    shop.world.settle()
    left_over: Memberships = {("tag", "t3"): "recognised"}
    groups.write_memberships([(ana.id, {**left_over, ("tag", "t1"): None})])
    assert repair_memberships(ProfileTable(), ana.id)
    shop.world.settle()
    assert listed_of(ana.id) == {("tag", tag): "recognised" for tag in ("t1", "t2")}
    assert not repair_memberships(ProfileTable(), ana.id)


def test_profiles_of_earlier_definitions_are_evaluated_again(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    ana = saved(segments=["seg_1.1"])
    monkeypatch.setattr(consume_changes, "ruleset_head", lambda: {"version": 1})
    assert consume(records(shop)) == []
    assert shop.wire.queues["failure"] == [json.dumps({"profiles": {ana.id: []}})]


class TestErasure:
    """A late record does not restore an erased customer, and an erasure completes only after all records."""

    def test_a_late_record_restores_no_membership(self, shop: Shop) -> None:
        shop.send("identify", userId=ID[1], traits={"email": IDENTITIES[1].value})
        shop.world.settle()
        id_ = profile(*ID)
        state = ProfileTable().load([id_])[id_]
        state.card = card_with(**{**(state.card or {}), "tags": ["t1"], "segments": ["seg_1.1"]})
        ProfileTable().save([state])
        late = records(shop)
        job = shop.erase(id_)
        assert job["state"] == "done"
        for _ in range(2):
            assert consume(late) == []
        assert listed_of(id_) == {}
        assert list(read_range(id_, 0, 1 << 60)) == []
        assert all_changes(shop.wire) == {"e:seg_1": 1, "l:seg_1": 1}

    def test_the_receipt_of_an_erasure_waits_for_the_stream_consumer(self, shop: Shop) -> None:
        shop.send("identify", userId=ID[1], traits={"email": IDENTITIES[1].value})
        begun = shop.ask_to_erase(profile(*ID)).body
        held: list[Event] = []
        for _ in range(6):
            held += records(shop)
            shop.clock.now += 150_000
            if shop.wire.queues.get("jobs"):
                shop.take_message("jobs")
        assert shop.job(begun["id"])["state"] == "running"
        shop.world.records["publish_changes"] = held
        shop.world.settle()
        assert shop.job(begun["id"])["state"] == "done"


def test_each_segment_change_is_published_once(shop: Shop) -> None:
    world = Segmented(shop)
    world.make("Buyers", {"type": "event", "event": "Order Completed"})
    world.make("All", {"type": "kind", "kind": "recognised"})
    shop.send("identify", userId="ana")
    shop.send("track", userId="ana", event="Order Completed", properties={"revenue": 1})
    ids = [id_ for _, id_ in published(id_of(ANA))]
    assert len(ids) == len({id_.partition(":")[0] for id_ in ids}) == 2
