"""Several logs are merged to one timeline, regardless of the clients' clocks."""

from collections.abc import Iterator
from random import Random

import pytest

from crm.domain.activity import Activity
from crm.domain.timeline import TimelineEntry, by_occurrence, cursor_of, merge_timelines, position_in
from tests.support.activities import NOON, activity, user


def log(random: Random, size: int) -> list[TimelineEntry]:
    return [
        TimelineEntry(
            "p",
            activity(
                user("u"),
                at=NOON + random.randrange(50),
                original_at=NOON + random.randrange(50),
                message_id=f"m{i}",
            ),
        )
        for i in range(size)
    ]


@pytest.mark.parametrize("seed", range(50))
def test_a_log_in_key_order_is_sorted_by_occurrence(seed: int) -> None:
    entries = log(Random(seed), 30)
    by_key = sorted((e.activity for e in entries), key=lambda a: (a.original_at, a.message_id), reverse=True)
    largest = max(a.occurred_at - a.original_at for a in by_key)

    ordered = list(by_occurrence("p", by_key, largest))

    assert [e.position for e in ordered] == sorted((e.position for e in entries), reverse=True)


def test_right_clocks_need_no_read_ahead() -> None:
    read = []

    def keys() -> Iterator[Activity]:
        for number in range(100, 0, -1):
            read.append(number)
            yield activity(user("u"), at=NOON + number)

    first = next(by_occurrence("p", keys(), 0))
    assert first.activity.occurred_at == NOON + 100
    assert len(read) == 2


def test_simultaneous_activities_are_ordered_by_message_id() -> None:
    ids = ["a", "ab", "b", "", "\U0010ffff"]
    same = [activity(user("u"), message_id=id_) for id_ in sorted(ids, reverse=True)]
    assert [e.activity.message_id for e in by_occurrence("p", same, 0)] == sorted(ids, reverse=True)


def test_a_conflict_in_two_logs_is_shown_once() -> None:
    noted = activity(user("u"), type="identity.conflict", message_id="conflict:1")
    merged = list(
        merge_timelines(
            [
                [TimelineEntry("p1", noted)],
                [TimelineEntry("p2", noted)],
                [TimelineEntry("p3", activity(user("u")))],
            ]
        )
    )
    assert [e.activity.type for e in merged].count("identity.conflict") == 1
    assert len(merged) == 2


def test_activities_of_two_ranks_with_one_id_have_a_stable_order() -> None:
    public = activity(user("u"), message_id="m")
    trusted = activity(user("u"), message_id="m", source_kind="server")
    first, second = by_occurrence("p", [public, trusted], 0)
    assert (first.activity, second.activity) == (trusted, public)
    assert second.position < position_in(cursor_of(first.position)) == first.position
    cursor_of_before = {"at": NOON, "message": "m", "profile": "p"}
    assert not second.position < position_in(cursor_of_before)
