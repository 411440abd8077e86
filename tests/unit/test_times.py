"""Times are parsed to epoch milliseconds, and formatted as ISO 8601."""

import pytest

from crm.domain.times import day_of, iso, parse_time

NOON = 1_795_262_400_000


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2026-11-21T12:00:00Z", NOON),
        ("2026-11-21T12:00:00.123Z", NOON + 123),
        ("2026-11-21T12:00:00.123987Z", NOON + 123),
        ("2026-11-21T13:00:00+01:00", NOON),
        ("2026-11-21T12:00:00", NOON),
        ("2026-11-21", NOON - 43_200_000),
        (" 2026-11-21T12:00:00Z ", NOON),
        (NOON, NOON),
        (NOON // 1000, NOON),
        (NOON / 1000 + 0.5, NOON + 500),
        (0, 0),
    ],
)
def test_iso_and_epoch_times_are_parsed(value: object, expected: int) -> None:
    assert parse_time(value) == expected


@pytest.mark.parametrize(
    "value",
    ["", "yesterday", "21.11.2026", None, True, [], {}, float("nan"), float("inf"), 1e300, -1, "1969-12-31T23:59:59Z",
     "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", 10**30],
)  # fmt: skip
def test_an_invalid_time_is_none(value: object) -> None:
    assert parse_time(value) is None


@pytest.mark.parametrize("milliseconds", [0, 1, 999, NOON, NOON + 7, 253_402_300_799_999])
def test_a_formatted_time_is_parsed_unchanged(milliseconds: int) -> None:
    assert parse_time(iso(milliseconds)) == milliseconds
    assert len(iso(milliseconds)) == len("2026-11-21T12:00:00.000Z")


def test_formatted_times_sort_by_time() -> None:
    instants = [0, 5, NOON - 1, NOON, NOON + 1000, 10**14]
    assert sorted(map(iso, instants)) == [iso(instant) for instant in instants]


def test_days_begin_at_midnight_utc() -> None:
    midnight = 86_400_000 * 20_000
    assert [day_of(midnight - 1), day_of(midnight)] == [19_999, 20_000]
