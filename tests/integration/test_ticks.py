"""Ticks distribute due profiles, evenly over the shards; days are counted separately, by segment and page."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from crm.domain.times import MINUTE_MS, iso
from crm.services.jobs.deadline import Deadline
from crm.services.segments import day_counts, scheduled_evaluation
from crm.settings import settings
from crm.storage import groups
from functions.evaluate_segments.app import handler as evaluate
from tests.support.segmented_shop import BOUGHT, Segmented
from tests.support.shop import Shop
from tests.support.stage import TABLE
from tests.support.thoroughness import part_of
from tests.support.world import invoke, queue_record

HOUR = 3_600_000
DUE_SHARDS = 8
MANY = part_of(8000, least=2500)
BUYERS = BOUGHT | {"window": {"within_days": 2}}


def deadline(segmented: Segmented, *, calls: int | None = None) -> Deadline:
    """Limit a process to a number of reads of the clock, or to an hour."""
    left = iter(range(calls)) if calls is not None else None
    return Deadline(
        lambda: segmented.shop.clock.now, lambda: HOUR if left is None or next(left, None) is not None else 0
    )


def put_due(segmented: Segmented, shard: int, number: int) -> None:
    """Store entries of profiles that have been due for a number of minutes."""
    for at in range(number):
        id_ = f"{shard:08d}-0000-5000-8000-{at:012d}"
        since = iso(segmented.shop.clock.now - (number - at) * 1000)
        segmented.shop.put(
            {
                "pk": {"S": f"P#{id_}"},
                "sk": {"S": "PROFILE"},
                "gsi2pk": {"S": f"DUE#{shard}"},
                "gsi2sk": {"S": f"{since}#{id_}"},
            }
        )


def queued_profiles(segmented: Segmented) -> list[str]:
    bodies = segmented.shop.wire.queues.get("due", [])
    return [id_ for body in bodies for id_ in json.loads(body)["profiles"]]


def by_shard(ids: list[str]) -> Counter[int]:
    return Counter(int(id_[:8]) for id_ in ids)


@pytest.fixture
def midnight(segmented: Segmented) -> Segmented:
    segmented.shop.prepared(many_are_due)
    return segmented


def many_are_due(shop: Shop) -> None:
    """Store many due profiles in one shard, and ten in each other one."""
    segmented = Segmented(shop)
    segmented.make("Buyers", BUYERS)
    for shard in range(DUE_SHARDS):
        put_due(segmented, shard, MANY if shard == 3 else 10)


def test_the_first_tick_serves_every_shard(midnight: Segmented) -> None:
    answer = scheduled_evaluation.tick(deadline(midnight))

    assert answer == {"asked": 0, "queued": MANY + 10 * (DUE_SHARDS - 1)}
    ids = queued_profiles(midnight)
    assert len(ids) == len(set(ids)) == answer["queued"]
    # The first messages have profiles of each shard.
    assert set(by_shard(ids[: 100 + 10 * DUE_SHARDS])) == set(range(DUE_SHARDS))


def test_a_tick_that_runs_out_of_time_serves_every_shard(midnight: Segmented) -> None:
    queued = scheduled_evaluation.tick(deadline(midnight, calls=1))["queued"]

    served = by_shard(queued_profiles(midnight))
    assert queued < MANY
    assert set(served) == set(range(DUE_SHARDS))


def test_the_next_tick_continues_after_the_queued_profiles(midnight: Segmented) -> None:
    scheduled_evaluation.tick(deadline(midnight, calls=1))
    midnight.shop.clock.now += MINUTE_MS
    scheduled_evaluation.tick(deadline(midnight))

    ids = queued_profiles(midnight)
    assert Counter(ids).most_common(1)[0][1] == 1
    assert len(ids) == MANY + 10 * (DUE_SHARDS - 1)


def test_queued_profiles_are_not_queued_again_for_twenty_minutes(midnight: Segmented) -> None:
    scheduled_evaluation.tick(deadline(midnight))
    for minutes in (1, 18):
        midnight.shop.clock.now += minutes * MINUTE_MS
        assert scheduled_evaluation.tick(deadline(midnight)) == {"asked": 0, "queued": 0}


def test_profiles_of_a_lost_message_are_queued_again(midnight: Segmented) -> None:
    scheduled_evaluation.tick(deadline(midnight))
    midnight.shop.wire.queues["due"].clear()
    midnight.shop.clock.now += MINUTE_MS
    assert scheduled_evaluation.tick(deadline(midnight))["queued"] == MANY + 10 * (DUE_SHARDS - 1)


def test_the_number_of_queued_profiles_is_limited(
    midnight: Segmented, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DUE_WIDTH", "2000")
    settings.cache_clear()
    for _ in range(3):
        scheduled_evaluation.tick(deadline(midnight))
        midnight.shop.clock.now += MINUTE_MS
    beyond = scheduled_evaluation.EVALUATED_AT_ONCE * scheduled_evaluation.MESSAGES_AT_ONCE
    assert 2000 <= len(queued_profiles(midnight)) < 2000 + beyond


def test_the_age_of_the_oldest_due_profile_is_measured(
    midnight: Segmented, capsys: pytest.CaptureFixture[str]
) -> None:
    scheduled_evaluation.tick(deadline(midnight))
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["DueAge"] for line in lines if "DueAge" in line] == [MANY]


@pytest.fixture
def by_messages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scheduled_evaluation, "EVALUATED_INLINE", 1)
    monkeypatch.setattr(scheduled_evaluation, "EVALUATED_AT_ONCE", 2)


@pytest.fixture
def buyers(segmented: Segmented) -> str:
    """Create a segment of five customers, who leave it after two days."""
    return segmented.shop.prepared(five_buyers)


def five_buyers(shop: Shop) -> str:
    segmented = Segmented(shop)
    for number in range(5):
        segmented.shop.send("track", userId=f"u{number}", event="Order Completed", properties={"total": 5})
    return segmented.make("Buyers", BUYERS)


def test_queued_profiles_are_evaluated(segmented: Segmented, buyers: str, by_messages: None) -> None:
    assert len(segmented.of(buyers)) == 5
    segmented.later(days=3)
    assert segmented.of(buyers) == segmented.entered(buyers) == set()


def test_a_repeated_message_evaluates_no_profile_again(
    segmented: Segmented, buyers: str, by_messages: None
) -> None:
    segmented.shop.clock.now += 3 * 24 * HOUR
    evaluate({"source": "aws.events"}, None)
    records = [queue_record(at, body) for at, body in enumerate(segmented.shop.wire.queues["due"])]
    segmented.shop.world.settle()
    segmented.shop.wire.calls.clear()
    with segmented.shop.wire.watched():
        assert evaluate({"Records": records}, None) == {"batchItemFailures": []}
    assert set(segmented.shop.wire.calls) <= {"BatchGetItem", "GetItem"}
    assert len(segmented.shop.wire.calls) == len(records)


@pytest.fixture
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = groups._pages

    def pages(partition: str, **more: Any) -> Iterator[Any]:
        return whole(partition, **({"Limit": 1} | more))

    monkeypatch.setattr(groups, "_pages", pages)


def counts(segmented: Segmented, segment_id: str) -> list[tuple[str, int]]:
    kept = segmented.shop.ask("GET", f"segments/{segment_id}/history").body["history"]
    return [(day["day"], day["count"]) for day in kept]


def test_counting_continues_where_its_time_ended(
    segmented: Segmented, buyers: str, small_pages: None
) -> None:
    others = segmented.make("Others", BOUGHT)
    segmented.shop.clock.now += 24 * HOUR
    runs = [day_counts.count_day(deadline(segmented, calls=2)) for _ in range(20)]

    assert runs[0] == {"counted": 0, "left": 2}
    assert runs[-1] == {"counted": 0, "left": 0}
    assert sum(run["counted"] for run in runs) == 2
    assert counts(segmented, buyers) == counts(segmented, others) == [("2026-11-21", 5)]
    assert not [key for key in segmented.shop.wire.store.tables[TABLE].items if "segment_count" in key[0]]


def test_a_segment_is_counted_once_a_day(segmented: Segmented, buyers: str) -> None:
    segmented.shop.clock.now += 24 * HOUR
    invoke("evaluate_segments", {"task": "count"})
    segmented.shop.send("track", userId="late", event="Order Completed")
    invoke("evaluate_segments", {"task": "count"})
    assert counts(segmented, buyers) == [("2026-11-21", 5)]


def test_a_day_is_counted_before_windows_end_at_midnight(segmented: Segmented, buyers: str) -> None:
    segmented.shop.clock.now += 37 * HOUR + 45 * MINUTE_MS
    before = iso(segmented.shop.clock.now)
    invoke("evaluate_segments", {"task": "count"})
    segmented.later(minutes=20)
    assert before.endswith("T23:50:00.000Z")
    assert segmented.of(buyers) == set()
    assert counts(segmented, buyers) == [("2026-11-22", 5)]


@pytest.mark.parametrize("at", range(24))
def test_interrupted_counting_continues(
    segmented: Segmented, buyers: str, small_pages: None, monkeypatch: pytest.MonkeyPatch, at: int
) -> None:
    monkeypatch.setattr(day_counts, "CHECKPOINT_EVERY", 2)
    segmented.shop.clock.now += 24 * HOUR
    wire = segmented.shop.wire
    wire.calls, wire.plan = [], {at: "the process dies after the call"}
    with wire.watched():
        invoke("evaluate_segments", {"task": "count"})
    invoke("evaluate_segments", {"task": "count"})
    assert counts(segmented, buyers) == [("2026-11-21", 5)]


def test_a_tick_without_due_profiles_does_not_read_definitions_again(
    segmented: Segmented, buyers: str
) -> None:
    wire = segmented.shop.wire
    evaluate({"source": "aws.events"}, None)
    wire.calls.clear()
    with wire.watched():
        evaluate({"source": "aws.events"}, None)
    assert "GetQueueAttributes" not in wire.calls
    quiet = len(wire.calls)
    segmented.make("Others", BOUGHT)
    wire.calls.clear()
    with wire.watched():
        evaluate({"source": "aws.events"}, None)
    assert len(wire.calls) > quiet
