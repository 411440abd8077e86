"""The daily numbers of entries and exits of a segment: each is counted once, in spite of redelivery and deaths."""

from __future__ import annotations

from typing import Any

import pytest

from crm.domain.retention import SEGMENT_CHANGES_DAYS, SEGMENT_HISTORY_DAYS
from crm.domain.times import DAY_S, HOUR_MS, MINUTE_MS
from crm.services.jobs.deadline import Deadline
from crm.services.segments import day_changes, day_counts
from crm.settings import settings
from crm.storage import definitions
from tests.support.segment_changes import PREFIX
from tests.support.segmented_shop import ANA, BEN, BOUGHT, Segmented, ask
from tests.support.shop import Shop, profile
from tests.support.stage import TABLE
from tests.support.thoroughness import some_of
from tests.support.world import invoke

NOON = 1_795_262_400_000  # 2026-11-21T12:00Z
BEGIN = NOON - 2 * HOUR_MS
FRESH = BOUGHT | {"window": {"within": {"hours": 2}}}
"""A condition that holds for two hours after an order."""


@pytest.fixture
def world(shop: Shop) -> Segmented:
    """A shop whose schedules have run before there is any segment. It is 2026-11-21, 10 o'clock."""
    made = Segmented(shop)
    count()
    return made


def count() -> Any:
    return invoke("evaluate_segments", {"task": "count"})


def buy(world: Segmented, *users: str) -> None:
    for user in users:
        world.shop.send("track", userId=user, event="Order Completed", properties={"total": 5})


def days(world: Segmented, segment: str = "Fresh") -> list[tuple[str, int, int | None, int | None]]:
    """Return each day with its size, and the numbers of entries and exits."""
    kept = ask(world, "GET", f"segments/{segment}/history").body["history"]
    return [(day["day"], day["count"], day["entered"], day["left"]) for day in kept]


def pass_day(world: Segmented, *, hours: int = 24) -> None:
    """Move the clock by a day, with a tick and a count each hour."""
    for _ in range(hours):
        world.later(minutes=60)


def test_a_day_counts_entries_and_exits_even_if_its_size_is_unchanged(world: Segmented) -> None:
    world.make("Fresh", FRESH)
    buy(world, "ana", "ben")
    pass_day(world, hours=3)
    buy(world, "ana")
    pass_day(world)
    assert days(world) == [("2026-11-21", 0, 3, 3)]
    pass_day(world)
    assert days(world) == [("2026-11-21", 0, 3, 3), ("2026-11-22", 0, 0, 0)]


def test_entries_and_exits_are_shown_when_the_day_is_over(world: Segmented) -> None:
    world.make("Fresh", BOUGHT)
    buy(world, "ana")
    world.shop.clock.now += 13 * HOUR_MS + 50 * MINUTE_MS
    count()
    assert days(world) == [("2026-11-21", 1, None, None)]
    world.shop.clock.now += 40 * MINUTE_MS
    count()
    assert days(world) == [("2026-11-21", 1, 1, 0)]


def undelivered_records(world: Segmented, *users: str) -> list[dict[str, Any]]:
    """Let customers order, save their profiles, and return the records, which no consumer has read."""
    for user in users:
        body = {
            "userId": user,
            "messageId": user,
            "event": "Order Completed",
            "writeKey": world.shop.write_key,
        }
        assert world.shop.world.request("POST", "/v1/track", body).status == 200
    records = world.shop.world.records
    world.shop.world._take_stream()
    while records["project_profiles"]:
        world.shop.world._deliver_records("project_profiles")
        world.shop.world._take_stream()
    taken, records["publish_changes"] = records["publish_changes"], []
    return taken


def test_repeated_records_are_counted_once(world: Segmented) -> None:
    world.make("Fresh", BOUGHT)
    records = undelivered_records(world, "ana", "ben", "cem")
    assert len(records) >= 3
    for batch in (records, records[:2], records[1:], *([record] for record in records)):
        invoke("publish_changes", {"Records": batch})
    pass_day(world)
    assert days(world) == [("2026-11-21", 3, 3, 0)]


def test_a_record_that_is_consumed_a_day_late_counts_on_its_day(world: Segmented) -> None:
    world.make("Fresh", BOUGHT)
    buy(world, "ana")
    late = undelivered_records(world, "ben")
    world.shop.clock.now += 15 * HOUR_MS
    count()
    assert days(world) == [("2026-11-21", 1, 1, 0)]
    invoke("publish_changes", {"Records": late})
    world.shop.clock.now += 24 * HOUR_MS
    count()
    assert days(world)[0] == ("2026-11-21", 1, 2, 0)


def test_merged_deleted_and_erased_customers_are_counted_as_exits(world: Segmented) -> None:
    world.make("Fresh", BOUGHT)
    buy(world, "ana", "ben", "cem", "dan")
    merged = ask(world, "POST", f"profiles/{ANA}/merge", {"profiles": [BEN]})
    assert merged.status == 200, merged.body
    assert ask(world, "DELETE", f"profiles/{profile('user_id', 'cem')}").status == 204
    assert world.shop.erase(profile("user_id", "dan"))["state"] == "done"
    pass_day(world)
    assert days(world) == [("2026-11-21", 1, 4, 3)]


def test_a_changed_condition_counts_entries_and_exits(world: Segmented) -> None:
    buy(world, "ana", "ben")
    world.shop.send("track", userId="cem", event="Signed Up")
    id_ = world.make("Fresh", BOUGHT)
    pass_day(world)
    world.change(id_, condition={"type": "event", "event": "Signed Up"})
    pass_day(world)
    assert days(world) == [("2026-11-21", 2, 2, 0), ("2026-11-22", 1, 1, 2)]


def test_days_end_in_the_time_zone_of_the_deployment(
    world: Segmented, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TIME_ZONE", "Asia/Kathmandu")  # 5:45 ahead
    settings.cache_clear()
    world.make("Fresh", BOUGHT)
    buy(world, "ana")
    world.shop.clock.now = NOON + 6 * HOUR_MS + 13 * MINUTE_MS
    buy(world, "ben")
    world.shop.clock.now = NOON + 6 * HOUR_MS + 16 * MINUTE_MS
    buy(world, "cem")
    pass_day(world, hours=48)
    assert [(day, entered) for day, _, entered, _ in days(world)][:2] == [
        ("2026-11-21", 2),
        ("2026-11-22", 1),
    ]


def test_a_day_before_the_first_count_has_no_entries_and_exits(shop: Shop) -> None:
    world = Segmented(shop)
    world.make("Fresh", BOUGHT)
    buy(world, "ana")
    pass_day(world)
    buy(world, "ben")
    pass_day(world)
    assert days(world) == [("2026-11-21", 1, None, None), ("2026-11-22", 2, 1, 0)]


def test_missed_days_are_counted_later(world: Segmented) -> None:
    id_ = world.make("Fresh", BOUGHT)
    buy(world, "ana")
    world.shop.clock.now += 3 * 24 * HOUR_MS
    buy(world, "ben")
    day_changes.count_changes(deadline(world))
    kept = definitions.find_all(f"segment_changes#{id_}")
    assert [(one["day"], one["entered"]) for one in kept] == [
        ("2026-11-21", 1),
        ("2026-11-22", 0),
        ("2026-11-23", 0),
    ]


def deadline(world: Segmented, *, calls: int | None = None) -> Deadline:
    """Limit a process to a number of reads of the clock, or to an hour."""
    left = iter(range(calls)) if calls is not None else None
    return Deadline(
        lambda: world.shop.clock.now, lambda: HOUR_MS if left is None or next(left, None) is not None else 0
    )


def test_counting_continues_where_its_time_ended(world: Segmented) -> None:
    world.make("Fresh", FRESH)
    buy(world, "ana", "ben")
    for _ in range(15):
        world.shop.clock.now += HOUR_MS
        world.tick()
    day_counts.count_day(deadline(world))
    runs = [day_changes.count_changes(deadline(world, calls=7)) for _ in range(40)]
    assert runs[0] == 2  # the day itself, and the one before it
    assert runs[-1] == 0
    assert sum(1 for left in runs if left) > 96 // 7
    assert days(world) == [("2026-11-21", 0, 2, 2)]
    buy(world, "cem")
    pass_day(world)
    assert days(world) == [("2026-11-21", 0, 2, 2), ("2026-11-22", 0, 1, 1)]


@pytest.mark.parametrize("at", some_of(range(12), one_in=3))
def test_a_crash_of_the_consumer_or_the_count_counts_nothing_twice(world: Segmented, at: int) -> None:
    world.make("Fresh", BOUGHT)
    records = undelivered_records(world, "ana", "ben")
    wire = world.shop.wire
    wire.calls, wire.plan = [], {at: "the process dies after the call"}
    with wire.watched():
        invoke("publish_changes", {"Records": records})
    world.shop.world.records["publish_changes"] = records
    world.shop.world.settle()
    world.shop.clock.now += 15 * HOUR_MS
    wire.calls, wire.plan = [], {at * 9: "the process dies after the call"}
    with wire.watched():
        count()
    count()
    assert days(world) == [("2026-11-21", 2, 2, 0)]


def test_entries_of_a_batch_are_counted_by_one_write(world: Segmented) -> None:
    world.make("Fresh", BOUGHT)
    for number in range(4):
        world.make(f"Kind {number}", {"type": "kind", "kind": "recognised"})
    records = undelivered_records(world, *(f"u{number}" for number in range(8)))
    invoke("publish_changes", {"Records": records})
    items = world.shop.wire.store.tables[TABLE].items.values()
    kept = [item for item in items if item["pk"]["S"].startswith(PREFIX)]
    assert len(kept) == 1
    assert all("expires_at" in item for item in kept)


def test_counts_and_marks_expire(world: Segmented) -> None:
    world.make("Fresh", BOUGHT)
    buy(world, "ana")
    pass_day(world)
    kept: dict[str, int] = {}
    for item in world.shop.items():
        for prefix in (PREFIX, "D#segment_day#", "D#segment_changes#"):
            if item["pk"]["S"].startswith(prefix):
                kept[prefix] = (int(item["expires_at"]["N"]) - BEGIN // 1000) // DAY_S
    assert kept == {
        PREFIX: SEGMENT_CHANGES_DAYS,
        "D#segment_day#": SEGMENT_HISTORY_DAYS,
        "D#segment_changes#": SEGMENT_HISTORY_DAYS,
    }
