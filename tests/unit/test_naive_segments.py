"""The naive evaluation of conditions, in cases that a reader can check."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

import pytest

from crm.domain.activity import Activity
from tests.model.naive_dates import instant_of
from tests.model.naive_people import person_of
from tests.model.naive_segments import holds, is_member
from tests.model.naive_values import passes
from tests.model.scenes import ANA, LAPTOP, START, activity, identify, order

BERLIN = ZoneInfo("Europe/Berlin")
ORDER = {"event": "Order Completed"}


def at(text: str) -> int:
    found = instant_of(text)
    assert found is not None
    return found


def minute(text: str) -> float:
    return (at(text) - START) / 60_000


BOUGHT = [
    order(minute("2026-05-10T21:59"), ANA, total=5),  # 23:59 in Berlin
    order(minute("2026-05-10T22:01"), ANA, total="2.5"),  # the next day there
    activity(minute("2026-05-08T08:00"), ANA, LAPTOP, name="Viewed"),
    identify(minute("2026-05-08T09:00"), ANA, city="STRASSE", born="2000-02-29"),
]
EDITED = Activity(
    message_id="e",
    type="profile.edited",
    original_at=at("2026-05-09T08:00"),
    occurred_at=at("2026-05-09T08:00"),
    received_at=at("2026-05-09T08:00"),
    source_id="key",
    source_kind="server",
    identities=(ANA,),
    properties={},
    context={},
    effects={
        "fields": {"segment:in": True, "segment:out": False},
        "consents": {"sms": {"state": "granted", "expires_at": "2026-05-20T10:00:00.000Z"}},
    },
)


def matches(condition: dict[str, Any], now: str = "2026-05-12T10:00") -> bool:
    return holds(condition, person_of([*BOUGHT, EDITED], BERLIN), at(now))


@pytest.mark.parametrize(
    ("window", "orders"),
    [
        ({}, 2),
        ({"within_days": 1}, 0),
        ({"within_days": 2}, 1),
        ({"within_days": 3}, 2),
        ({"days_ago": [1, 1]}, 1),
        ({"days_ago": [2, 5]}, 1),
        ({"on": "2026-05-11"}, 1),
        ({"after": "2026-05-10"}, 1),
        ({"before": "2026-05-10"}, 0),
        ({"between": ["2026-05-10", "2026-05-11"]}, 2),
        ({"this": "week"}, 1),  # the 10th is a Sunday
        ({"last": "week"}, 1),
        ({"to_date": "month"}, 2),
        ({"this": "quarter"}, 2),
        ({"last": "month"}, 0),
    ],
)
def test_windows_use_local_days(window: dict[str, Any], orders: int) -> None:
    given = {"type": "event", **ORDER, "operator": "equals", "value": orders}
    assert matches(given | ({"window": window} if window else {}))


def test_sums_and_averages() -> None:
    def number(function: str, value: float, **more: Any) -> bool:
        return matches(
            {"type": "event", **ORDER, "function": function, "property": "total", "operator": "equals"}
            | {"value": value}
            | more
        )

    assert number("sum", 7.5)
    assert number("average", 3.75)
    assert number("min", 2.5)
    assert number("max", 5)
    assert number("first", 5)
    assert number("last", 2.5)
    assert number("distinct_days", 2)
    assert number("sum", 0, window={"within_days": 1})
    assert not number("average", 0, window={"within_days": 1})


def test_first_time_stopped_never_and_sequences() -> None:
    assert matches({"type": "first_time", **ORDER, "window": {"on": "2026-05-10"}})
    assert not matches({"type": "first_time", **ORDER, "window": {"on": "2026-05-11"}})
    assert matches({"type": "stopped", **ORDER, "quiet_days": 1, "active_days": 2})
    assert not matches({"type": "stopped", **ORDER, "quiet_days": 2, "active_days": 9})
    assert matches({"type": "never", **ORDER, "window": {"within_days": 1}})
    follows = {
        "type": "sequence",
        "first": {"event": "Viewed"},
        "then": ORDER,
        "window": {"on": "2026-05-10"},
    }
    assert matches(follows | {"within_days": 2})
    assert not matches(follows | {"within_days": 1})
    assert not matches({"type": "sequence", "first": ORDER, "then": {"event": "Viewed"}, "within_days": 9})
    assert not matches({"type": "sequence", "first": ORDER, "then": ORDER, "within_days": 0})


def test_sequences_with_then_not() -> None:
    """In Berlin: a view on May 8, 10:00, orders on the 10th, 23:59, and the 11th, 0:01; now is the 12th, 12:00."""
    viewed, order = {"event": "Viewed"}, ORDER
    after = {"type": "sequence", "first": viewed, "then_not": order}
    assert not matches(after)
    assert matches({"type": "sequence", "first": order, "then_not": viewed})
    assert matches(after | {"within_days": 1})
    assert not matches(after | {"within_days": 2})
    assert [matches(after | {"within_days": 1}, f"2026-05-{day}") for day in ("09T21:59", "09T22:00")] == [
        False,
        True,
    ]
    assert not matches(after | {"within": {"hours": 61, "minutes": 60}})
    assert matches(after | {"within": {"hours": 61, "minutes": 59}})
    assert matches({"type": "sequence", "first": order, "then_not": order, "within": {"minutes": 2}})
    assert not matches(
        {"type": "sequence", "first": order, "then_not": order, "window": {"on": "2026-05-10"}}
    )
    assert matches(
        {"type": "sequence", "first": order, "then_not": {**order, "within": {"minutes": 2}}}
        | {"window": {"on": "2026-05-10"}}
    )


def test_sequences_of_steps() -> None:
    viewed = {"event": "Viewed"}
    steps = [viewed, ORDER, ORDER]
    assert matches({"type": "sequence", "steps": steps})
    assert not matches({"type": "sequence", "steps": [*steps, ORDER]})
    assert not matches(
        {
            "type": "sequence",
            "first": viewed,
            "then": ORDER,
            "without": [ORDER],
            "window": {"on": "2026-05-11"},
        }
    )
    assert matches({"type": "sequence", "first": viewed, "then": ORDER, "without": [ORDER]})
    assert matches({"type": "sequence", "steps": [viewed, ORDER, ORDER | {"within": {"minutes": 3}}]})
    assert not matches({"type": "sequence", "steps": [viewed, ORDER, ORDER | {"within": {"minutes": 2}}]})
    assert not matches({"type": "sequence", "steps": steps, "within_days": 2})
    assert matches({"type": "sequence", "steps": steps, "within_days": 3})


def test_relative_and_yearly_dates() -> None:
    ago = {"type": "date", "field": "last_transaction", "value": 1}
    assert matches(ago | {"operator": "exactly_days_ago"})
    assert not matches(ago | {"operator": "more_than_days_ago"})
    assert not matches(ago | {"operator": "less_than_days_ago"})
    yearly = {"type": "date", "attribute": "born", "yearly": True, "operator": "exactly_days_ago", "value": 0}
    assert matches(yearly, "2027-02-28T10:00")
    assert not matches(yearly, "2028-02-28T10:00")
    assert matches(yearly, "2028-02-29T10:00")


def test_calendar_periods() -> None:
    last_year = {"type": "event", **ORDER, "value": 2, "window": {"last": "year"}}
    assert [matches(last_year, f"{day}T10:00") for day in ("2026-12-31", "2027-01-01", "2028-01-01")] == [
        False,
        True,
        False,
    ]
    quarter = {"type": "date", "field": "last_transaction", "operator": "last", "value": "quarter"}
    assert matches(quarter, "2026-06-30T22:00")
    assert not matches(quarter, "2026-06-30T21:59")
    born = {"type": "date", "attribute": "born", "yearly": True, "operator": "this", "value": "month"}
    assert matches(born, "2027-02-01T10:00")
    assert not matches(born, "2027-03-01T10:00")
    assert matches(born | {"operator": "next"}, "2027-01-31T10:00")
    assert matches(born | {"operator": "last"}, "2027-03-31T10:00")
    assert not matches(born | {"yearly": False}, "2027-02-01T10:00")


def test_consents_and_overrides_by_hand() -> None:
    granted = {"type": "consent", "channel": "sms", "state": "granted"}
    assert matches(granted, "2026-05-20T09:59:59")
    assert not matches(granted, "2026-05-20T10:00:00")
    matches_nobody = {"type": "matches_nobody"}
    assert matches({"type": "segment", "segment": "in", "condition": matches_nobody})
    assert not matches(
        {"type": "segment", "segment": "out", "condition": {"type": "not", "condition": matches_nobody}}
    )
    assert is_member("in", matches_nobody, person_of([EDITED], BERLIN), START)


def test_comparisons_of_values() -> None:
    assert passes("Straße", "equals", "STRASSE")
    assert passes("e\u0301t\u00c9", "equals", "\u00c9TE\u0301")
    assert passes(["a", "B"], "contains", "b")
    assert passes(None, "not_equals", "b")
    assert not passes(None, "less", 5)
    assert passes("34", "between", [30, 34])
    assert passes("1965-05-05T10:00:00Z", "less", "1965-05-06")
    assert passes(" ", "empty", None)
