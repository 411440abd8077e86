"""Measure the most expensive customer of year-long sums: active on 360 days, with other amounts in each property.

Measured is the second event of a day, on each of 32 days, so that the day need not be the last of its block; and a late
event of half a year ago.
"""

import time
from typing import Any

from crm.domain.segments.definition import StoredCondition
from crm.domain.times import DAY_MS, iso
from tests.bench.figures import Figure
from tests.bench.segment_stage import cpu
from tests.support.dynamodb.item_size import item_size
from tests.support.rule_sets import build_rule_set, defined
from tests.support.stage import TABLE, Stage, on_stage

NAME = "worst-customer"
ACTIVE_DAYS, MEASURED_DAYS = 360, 32
LATE = 180
BUDGETS = {20: 8, 200: 40}
LARGEST = 64 * 1024


def run() -> list[Figure]:
    """Measure twenty sums, and two hundred."""
    return [figure for sums, budget in BUDGETS.items() for figure in _figures(sums, budget)]


def _figures(sums: int, budget: float) -> list[Figure]:
    with on_stage() as stage, defined(build_rule_set(sums, _year_long_sum)):
        _send(stage, sums, range(ACTIVE_DAYS, MEASURED_DAYS, -1))
        stage.project(batch_size=ACTIVE_DAYS)
        first, second, seconds = [], [], 0.0
        for ago in range(MEASURED_DAYS, 0, -1):
            first.append(_event(stage, sums, ago, 0).write)
            seconds += cpu(lambda: second.append(_event(stage, sums, ago, 1)))  # noqa: B023 - called at once
        late = _event(stage, sums, LATE, 2)
        largest = max(item_size(item) for item in stage.store.tables[TABLE].items.values())
    writes = [used.write for used in second]
    reads = sum(used.read for used in second) / len(second)
    return [
        _figure(
            f"{sums} sums: the second event of a day, mean", sum(writes) / len(writes), "write units", budget
        ),
        _figure(f"{sums} sums: the second event of a day, most", max(writes), "write units"),
        _figure(f"{sums} sums: the first event of a day, mean", sum(first) / len(first), "write units"),
        _figure(f"{sums} sums: the second event of a day, mean", reads, "read units"),
        _figure(f"{sums} sums: a late event", late.write, "write units"),
        _figure(f"{sums} sums: a late event", late.read, "read units"),
        _figure(f"{sums} sums: CPU of an event", seconds / len(second) * 1000, "ms"),
        _figure(f"{sums} sums: the largest item", largest, "bytes", LARGEST),
    ]


def _year_long_sum(number: int) -> StoredCondition:
    given: dict[str, Any] = {"function": "sum", "property": f"p{number}", "window": {"within_days": 365}}
    return {"type": "event", "event": "Order Completed", "operator": "greater", "value": 1e9, **given}


def _event(stage: Stage, sums: int, ago: int, which: int) -> Any:
    """Return the units of one more event."""
    stage.meter.reset()
    _send(stage, sums, [ago], which)
    stage.project()
    return stage.meter.reset()


def _send(stage: Stage, sums: int, days_ago: Any, which: int = 0) -> None:
    messages = [_message(sums, ago, which) for ago in days_ago]
    for start in range(0, len(messages), 20):
        stage.send(messages[start : start + 20])


def _message(sums: int, ago: int, which: int) -> dict[str, Any]:
    at = time.time_ns() // 1_000_000 - ago * DAY_MS - (60 - which) * 60_000
    amounts = {
        f"p{n}": round(1 + (n * 37 + ago * 101 + which * 13) % 499 + (n + ago) % 100 / 100, 2)
        for n in range(sums)
    }
    return {
        "type": "track",
        "event": "Order Completed",
        "userId": "u-1",
        "messageId": f"m-{ago}-{which}",
        "timestamp": iso(at),
        "properties": amounts,
    }


def _figure(name: str, value: float, unit: str, budget: float | None = None) -> Figure:
    return Figure(bench=NAME, name=name, value=value, unit=unit, budget=budget)
