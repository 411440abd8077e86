"""Measure the upkeep of segments: a build's units beside those of reading each profile once, and the cost of time."""

import time
from collections.abc import Iterator
from unittest import mock

from crm.domain.segments.definition import StoredCondition
from crm.domain.times import DAY_MS
from crm.services.projection.deployment import deployed_projector
from crm.services.segments import scheduled_evaluation
from crm.storage.profiles import ProfileTable, due_profiles
from tests.bench.figures import Figure
from tests.bench.segment_stage import buy
from tests.support.rule_sets import build_rule_set, defined
from tests.support.stage import TABLE, Stage, on_stage

DUE_SHARDS = 8
NAME = "segments-kept"
CUSTOMERS = 200
AT_ONCE = 100
FLIPS = 20
DAYS = 30
FEW, MANY = 50, 500


def run() -> list[Figure]:
    """Measure a changed definition, and a month without activities."""
    return [*_backfill(), *_time()]


def _backfill() -> Iterator[Figure]:
    few: StoredCondition = {"type": "attribute", "name": "plan", "operator": "equals", "value": "pro"}
    none = few | {"value": "an empty segment"}
    spent = {"function": "sum", "property": "total", "value": 180}
    many: StoredCondition = {"type": "event", "event": "Order Completed"} | spent
    with on_stage() as stage:
        ids = _customers(stage)
        for start in range(0, CUSTOMERS, AT_ONCE):
            ProfileTable().load(ids[start : start + AT_ONCE])
        floor = stage.meter.reset().read / CUSTOMERS
        yield Figure(bench=NAME, name="reading each profile once", value=floor, unit="read units")
        kinds = (
            (none, "without members"),
            (few, "one of ten is a member"),
            (many, "orders are counted again"),
        )
        for version, (condition, what) in enumerate(kinds, 1):
            with defined(build_rule_set(1, lambda _at: condition, version)):  # noqa: B023 - called at once
                for start in range(0, CUSTOMERS, AT_ONCE):
                    list(deployed_projector().evaluate(ids[start : start + AT_ONCE]))
            used = stage.meter.reset()
            reads, budget = used.read / CUSTOMERS / floor, 1.05 if condition is none else None
            yield Figure(
                bench=NAME, name=f"{what}: reads relative to that", value=reads, unit="x", budget=budget
            )
            yield Figure(
                bench=NAME, name=f"{what}: per profile", value=used.write / CUSTOMERS, unit="write units"
            )


def _customers(stage: Stage) -> list[str]:
    """Create customers with an order each, one of ten with a plan; return their ids."""
    buy(stage, range(CUSTOMERS), 0)
    given = {"type": "identify", "traits": {"plan": "pro"}}
    stage.send([given | {"userId": f"u-{at}", "messageId": f"i-{at}"} for at in range(0, CUSTOMERS, 10)])
    stage.project()
    items = stage.store.tables[TABLE].items.values()
    stage.meter.reset()
    return sorted(str(item["pk"]["S"])[2:] for item in items if item["sk"]["S"] == "PROFILE")


def _time() -> Iterator[Figure]:
    """Measure a number of due customers among few customers, and among ten times as many."""
    small, flips = _month(FEW)
    large, as_many = _month(MANY)
    if flips != as_many:
        raise AssertionError(f"{flips} are evaluated among few customers, {as_many} among many")
    yield Figure(
        bench=NAME,
        name="evaluated in a month of ticks, relative to those that change",
        value=flips / FLIPS,
        budget=1,
    )
    yield Figure(bench=NAME, name="a flip", value=small / flips, unit="read units")
    yield Figure(
        bench=NAME,
        name="reads with ten times the customers, relative to one time",
        value=large / small,
        budget=1.05,
    )


def _month(customers: int) -> tuple[float, int]:
    """Measure read units of evaluations beside those of looking for due customers, and count the evaluations.

    Customers who bought five days ago leave a segment within the month; the others bought long before.
    """
    recent = {"type": "event", "event": "Order Completed", "value": 1, "window": {"within_days": 14}}
    asked = 0
    with on_stage() as stage, defined(build_rule_set(1, lambda _at: recent)):
        buy(stage, range(FLIPS), 0)
        buy(stage, range(FLIPS, customers), 0, ago=100)
        stage.meter.reset()
        now = time.time_ns() // 1_000_000
        for day in range(1, DAYS + 1):
            with mock.patch.object(time, "time_ns", return_value=(now + day * DAY_MS) * 1_000_000):
                for shard in range(DUE_SHARDS):
                    asked += scheduled_evaluation.evaluate(
                        [one.profile_id for one in due_profiles(now + day * DAY_MS, shard)]
                    )
        looking = DUE_SHARDS * DAYS * 0.5
        return stage.meter.reset().read - looking, asked
