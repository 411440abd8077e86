"""Segments of CDNOW's customers by dates, calendar periods and hours: for `tests.model.cdnow_segments`."""

from __future__ import annotations

from tests.model.cdnow_conditions import Case, date_is, first_time, never, orders, sql_during

DATES = [
    Case("came more than 200 days ago", date_is("created", "more_than_days_ago", 200), "max(ago) > 200"),
    Case("came exactly 75 days ago", date_is("created", "exactly_days_ago", 75), "max(ago) = 75"),
    Case("seen in the last 20 days", date_is("last_seen", "less_than_days_ago", 20), "min(ago) < 20"),
    Case("bought last on a day", date_is("last_transaction", "between", ["2021-03-01", "2021-03-31"]),
         "max(day) BETWEEN '2021-03-01' AND '2021-03-31'"),
    Case("came after January", date_is("created", "after", "2021-01-31"), "min(day) > '2021-01-31'"),
    Case("came on a day", date_is("created", "on", "2021-01-17"), "min(day) = '2021-01-17'"),
    Case("seen before an instant", date_is("last_seen", "before", "2021-04-01T12:00:00.000Z"),
         "max(day) < '2021-04-01'"),
    Case("seen ahead", date_is("last_seen", "less_than_days_ahead", 1), "min(ago) = 0"),
]  # fmt: skip

CALENDAR = [
    Case("this week", orders(window={"this": "week"}), sql_during("week", 0)),
    Case("this month", orders(window={"this": "month"}), sql_during("month", 0)),
    Case("this quarter", orders(window={"this": "quarter"}, value=2), sql_during("quarter", 0, 2)),
    Case("this year", orders(window={"this": "year"}), sql_during("year", 0)),
    Case("last week", orders(window={"last": "week"}), sql_during("week", 1)),
    Case("last month", orders(window={"last": "month"}), sql_during("month", 1)),
    Case("last quarter", orders(window={"last": "quarter"}), sql_during("quarter", 1)),
    Case("last year", orders(window={"last": "year"}, value=3), sql_during("year", 1, 3)),
    Case("spent this quarter", orders("sum", "at_least", 50, of="revenue", window={"to_date": "quarter"}),
         "sum(amount) FILTER (date_trunc('quarter', day) = date_trunc('quarter', today)) >= 50"),
    Case("not since the year began", never(window={"to_date": "year"}),
         "count(*) FILTER (date_trunc('year', day) = date_trunc('year', today)) = 0"),
    Case("new last month", first_time(window={"last": "month"}),
         "date_trunc('month', min(day)) = date_trunc('month', any_value(today)) - INTERVAL 1 MONTH"),
    Case("came this month", date_is("created", "this", "month"),
         "date_trunc('month', min(day)) = date_trunc('month', any_value(today))"),
    Case("bought last in the last quarter", date_is("last_transaction", "last", "quarter"),
         "date_trunc('quarter', max(day)) = date_trunc('quarter', any_value(today)) - INTERVAL 3 MONTH"),
    Case("came this week", date_is("created", "this", "week"),
         "date_trunc('week', min(day)) = date_trunc('week', any_value(today))"),
]  # fmt: skip

RECENT = [
    Case("within 72 hours", orders(window={"within": {"hours": 72}}),
         "count(*) FILTER (age < INTERVAL 72 HOUR) >= 1"),
    Case("twice in 48 hours", orders(window={"within": {"hours": 48}}, value=2),
         "count(*) FILTER (age < INTERVAL 48 HOUR) >= 2"),
    Case("once in 12 hours", orders(window={"within": {"minutes": 720}}, operator="equals"),
         "count(*) FILTER (age < INTERVAL 12 HOUR) = 1"),
    Case("12 to 60 hours ago", orders(window={"hours_ago": [12, 60]}),
         "count(*) FILTER (age >= INTERVAL 12 HOUR AND age < INTERVAL 60 HOUR) >= 1"),
    Case("not within 60 hours", never(window={"within": {"hours": 60}}), "min(age) >= INTERVAL 60 HOUR"),
    Case("new within 70 hours", first_time(window={"within": {"hours": 70}}), "max(age) < INTERVAL 70 HOUR"),
]  # fmt: skip
