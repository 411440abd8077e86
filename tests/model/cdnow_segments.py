"""Segments of the customers of CDNOW, each as a condition and as SQL over the file, written by hand.

A customer becomes one with the first purchase, so one without a purchase until now is not in the table.
"""

from __future__ import annotations

from tests.model.cdnow_aggregate_cases import COUNTS, NUMBERS
from tests.model.cdnow_conditions import (
    BIG,
    LOYAL,
    MANY,
    SINGLE,
    SMALL,
    Case,
    all_of,
    any_of,
    both,
    date_is,
    days_ago,
    either,
    in_segment,
    never,
    not_of,
    orders,
    within_days,
)
from tests.model.cdnow_date_cases import CALENDAR, DATES, RECENT
from tests.model.cdnow_sequence_cases import HABITS, SEQUENCES

GROUPS = [
    Case("single or big, twice", orders(value=2, where=[either(SINGLE, BIG)]),
         "count(*) FILTER (items = 1 OR amount >= 100) >= 2"),
    Case("single and small, or many and big, lately",
         orders(where=[either(both(SINGLE, SMALL), both(MANY, BIG))], **within_days(120)),
         "count(*) FILTER (((items = 1 AND amount < 15) OR (items > 3 AND amount >= 100)) AND ago < 120) > 0"),
    Case("never single or small", never(where=[either(SINGLE, SMALL)]),
         "count(*) FILTER (items = 1 OR amount < 15) = 0"),
    Case("orders and returns together",
         {"type": "event", "events": ["Order Completed", "Order Returned"], "value": 4, **within_days(200)},
         "count(*) FILTER (ago < 200) >= 4"),
]  # fmt: skip

NESTED = [
    Case("recognised", {"type": "kind", "kind": "recognised"}, "true"),
    Case("nobody", {"type": "nobody"}, "false"),
    Case("without a city", {"type": "attribute", "name": "city", "operator": "not_equals", "value": "Vigo"}, "true"),
    Case("of the shop", {"type": "source", "source": "shop"}, "true"),
    Case("loyal but quiet", all_of(LOYAL, never(**within_days(120))), "count(*) >= 5 AND min(ago) >= 120"),
    Case("loyal or new", any_of(LOYAL, date_is("created", "less_than_days_ago", 45)), "count(*) >= 5 OR max(ago) < 45"),
    Case("neither", not_of(any_of(LOYAL, orders(**BIG))), "count(*) < 5 AND max(amount) < 100"),
    Case("in loyal", all_of(in_segment("seg_loyal", LOYAL), orders(**within_days(60))),
         "count(*) >= 5 AND min(ago) < 60"),
    Case("not in loyal", not_of(in_segment("seg_loyal", LOYAL)), "count(*) < 5"),
    Case("worth winning back", all_of(
            any_of(orders("sum", "at_least", 200, of="revenue"), orders(value=3, **BIG)),
            not_of(orders(**within_days(90))),
            any_of(not_of(orders("average", "less", 30, of="revenue")), in_segment("seg_loyal", LOYAL)),
         ), "(sum(amount) >= 200 OR count(*) FILTER (amount >= 100) >= 3) AND min(ago) >= 90 "
            "AND (sum(amount) >= 30 * count(*) OR count(*) >= 5)"),
    Case("growing", all_of(
            orders(value=2, **within_days(100)), orders("count", "at_most", 1, **days_ago(100, 199)),
            not_of(never(**days_ago(0, 50)))
         ), "count(*) FILTER (ago < 100) >= 2 AND count(*) FILTER (ago BETWEEN 100 AND 199) <= 1 AND min(ago) <= 50"),
]  # fmt: skip

CASES = [*COUNTS, *NUMBERS, *HABITS, *SEQUENCES, *GROUPS, *DATES, *CALENDAR, *RECENT, *NESTED]


def segment_id(number: int) -> str:
    """Return the id of the segment of the case with this index."""
    return f"seg_{number:012x}"
