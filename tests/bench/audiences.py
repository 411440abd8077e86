"""Twenty common audiences of shops, each as a condition of a segment and as SQL over a table of purchases.

The SQL is DuckDB's; `{t}` is replaced by the date of evaluation. A purchase of that day counts.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

Condition = dict[str, Any]

EVERYTHING = "day <= {t}"
BOUGHT = {"event": "Order Completed"}


@dataclass(frozen=True, slots=True)
class Audience:
    """An audience. `query` selects the column `customer` from `purchases`."""

    name: str
    condition: Condition
    query: str

    def sql(self, today: date) -> str:
        """Return the query for that day."""
        return self.query.format(t=f"DATE '{today.isoformat()}'")


def bought(
    function: str = "count",
    value: float = 1,
    of: str | None = None,
    within: int | None = None,
    operator: str = "at_least",
) -> Condition:
    """Build a condition on the customer's orders, of the last `days` days or of all time."""
    given: Condition = {"type": "event", **BOUGHT, "function": function, "operator": operator, "value": value}
    return given | ({"property": of} if of else {}) | ({"window": {"within_days": within}} if within else {})


def _quiet(days: int) -> Condition:
    return {"type": "never", **BOUGHT, "window": {"within_days": days}}


def _first(days: int) -> Condition:
    return {"type": "first_time", **BOUGHT, "window": {"within_days": days}}


def _both(*conditions: Condition) -> Condition:
    return {"type": "and", "conditions": list(conditions)}


def _sequence(within: int, **more: Any) -> Condition:
    return {"type": "sequence", "first": BOUGHT, "then": BOUGHT, "within_days": within} | more


def _grouped(having: str, days: int | None = None) -> str:
    window = f"day > {{t}} - {days} AND {EVERYTHING}" if days else EVERYTHING
    return f"SELECT customer FROM purchases WHERE {window} GROUP BY customer HAVING {having}"  # noqa: S608


def _followed(within: int, first: str = "true", then: str = "true") -> str:
    """Select customers with a purchase within a number of days after an earlier one, not on the same day."""
    before = (
        f"max(CASE WHEN {first} THEN day END) OVER (PARTITION BY customer ORDER BY day "
        f"RANGE BETWEEN INTERVAL {within} DAY PRECEDING AND INTERVAL 1 DAY PRECEDING)"
    )
    inner = f"SELECT customer, {then} AS wanted, {before} AS before FROM purchases WHERE {EVERYTHING}"  # noqa: S608
    return f"SELECT DISTINCT customer FROM ({inner}) WHERE wanted AND before IS NOT NULL"  # noqa: S608


LARGE = {"where": [{"property": "quantity", "operator": "at_least", "value": 3}]}

AUDIENCES = (
    Audience("bought in 30 days", bought(within=30), _grouped("true", 30)),
    Audience("bought in 90 days", bought(within=90), _grouped("true", 90)),
    Audience("2 orders in 30 days", bought(value=2, within=30), _grouped("count(*) >= 2", 30)),
    Audience("3 orders in 90 days", bought(value=3, within=90), _grouped("count(*) >= 3", 90)),
    Audience("5 orders in a year", bought(value=5, within=365), _grouped("count(*) >= 5", 365)),
    Audience("50 spent in 30 days", bought("sum", 50, "revenue", 30), _grouped("sum(amount) >= 50", 30)),
    Audience("100 spent in 90 days", bought("sum", 100, "revenue", 90), _grouped("sum(amount) >= 100", 90)),
    Audience("500 spent", bought("sum", 500, "revenue"), _grouped("sum(amount) >= 500")),
    Audience("40 an order", bought("average", 40, "revenue"), _grouped("sum(amount) >= 40 * count(*)")),
    Audience("an order of 100", bought("max", 100, "revenue"), _grouped("max(amount) >= 100")),
    Audience("first order in 30 days", _first(30), _grouped("min(day) > {t} - 30")),
    Audience("first order in 7 days", _first(7), _grouped("min(day) > {t} - 7")),
    Audience("quiet for 90 days", _both(bought(), _quiet(90)), _grouped("max(day) <= {t} - 90")),
    Audience("quiet for 180 days", _both(bought(), _quiet(180)), _grouped("max(day) <= {t} - 180")),
    Audience(
        "stopped a month ago",
        {"type": "stopped", **BOUGHT, "quiet_days": 30, "active_days": 120},
        _grouped("max(day) <= {t} - 30", 121),
    ),
    Audience(
        "again in 30 days after a large order, in 90 days",
        _sequence(30, first=BOUGHT | LARGE, window={"within_days": 90}),
        _followed(30, "items >= 3", "day > {t} - 90"),
    ),
    Audience("again in 7 days", _sequence(7), _followed(7)),
    Audience(
        "3 days of buying in 60",
        bought("distinct_days", 3, within=60),
        _grouped("count(DISTINCT day) >= 3", 60),
    ),
    Audience("10 items in 90 days", bought("sum", 10, "quantity", 90), _grouped("sum(items) >= 10", 90)),
    Audience(
        "one order, 30 days ago or more",
        _both(bought(operator="equals"), _quiet(30)),
        _grouped("count(*) = 1 AND max(day) <= {t} - 30"),
    ),
)
