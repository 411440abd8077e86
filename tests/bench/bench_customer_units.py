"""Write units of what customers do, with conditions that really change: everything that both consumers of the stream
write, beside the floor of writing every changed item once.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from crm.domain.times import DAY_MS, HOUR_MS, MINUTE_MS
from tests.bench.audiences import AUDIENCES, bought
from tests.bench.customers import anonymous_view, log_in, purchase, view
from tests.bench.figures import Figure
from tests.bench.live_stage import LiveStage, Spent, on_live_stage
from tests.contacts import as_csv, contact

NAME = "customer-units"
CUSTOMERS = range(10)
SEGMENTS = 20
VIEWS = 6
FEW, MANY = 10, 30
"""Segments entered at once, whose difference is the price of one more."""

Conditions = Mapping[str, Any]


def run() -> list[Figure]:
    """Views, purchases, segment changes, log-ins, imports."""
    return [*_views(), *_purchases(), *_changes(), *_flips(), *_new_customers()]


def _views() -> list[Figure]:
    with on_live_stage() as stage:
        _regulars(stage)
        lone = _each(stage, view)
        stage.clock.now += DAY_MS
        session = [_each(stage, view, wait=0 if at == 0 else 8 * MINUTE_MS) for at in range(VIEWS)]
    views = VIEWS * len(CUSTOMERS)
    return [
        _figure("a view by a recognised customer, alone", lone, len(CUSTOMERS), budget=4),
        _figure("in a session of six within an hour", sum(session, Spent()), views, budget=3),
    ]


def _purchases() -> list[Figure]:
    """By customers whose segments stay as they are."""
    figures = []
    audiences = {audience.name: audience.condition for audience in AUDIENCES}
    for what, conditions in (("20 segments", _out_of_reach()), ("20 audiences", audiences)):
        with on_live_stage() as stage:
            stage.define(conditions)
            _regulars(stage)
            stage.tick()
            stage.changed_segments()
            first = _each(stage, purchase)
            second = _each(stage, purchase, wait=HOUR_MS)
            if flipped := stage.changed_segments():
                raise AssertionError(f"{flipped} changes where nothing should flip")
        figures += [
            _figure(f"a purchase on a new day, {what}, none flips", first, len(CUSTOMERS)),
            _figure(f"another one on that day, {what}", second, len(CUSTOMERS)),
        ]
    return figures


def _changes() -> list[Figure]:
    few, many, twenty = (_first_purchase(number) for number in (FEW, MANY, SEGMENTS))
    more = (many.write - few.write) / (MANY - FEW) / len(CUSTOMERS)
    floor = (many.floor - few.floor) / (MANY - FEW) / len(CUSTOMERS)
    return [
        _figure("a first purchase that enters 20 segments", twenty, len(CUSTOMERS)),
        Figure(bench=NAME, name=f"each further change (floor {floor:.2g})", value=more, unit="write units"),
    ]


def _first_purchase(segments: int) -> Spent:
    with on_live_stage() as stage:
        stage.define({f"within {at}": bought(within=30 + at) for at in range(segments)})
        _customers(stage)
        spent = _each(stage, purchase)
        if stage.changed_segments() != segments * len(CUSTOMERS):
            raise AssertionError("somebody is not in all segments")
        return spent


def _flips() -> list[Figure]:
    """A tick at which everybody leaves a segment, and nothing else happens."""
    with on_live_stage() as stage:
        stage.define({"fresh": bought(within=7)})
        _customers(stage)
        _each(stage, purchase)
        stage.clock.now += 7 * DAY_MS
        stage.changed_segments()
        stage.tick()
        left = stage.spent()
        if stage.changed_segments() != len(CUSTOMERS):
            raise AssertionError("not everybody left")
    return [_figure("a lone flip by time", left, len(CUSTOMERS))]


def _new_customers() -> list[Figure]:
    with on_live_stage() as stage:
        for _ in range(5):
            _each(stage, anonymous_view, wait=MINUTE_MS)
        logged_in = _each(stage, log_in, wait=MINUTE_MS)
    with on_live_stage() as stage:
        stage.drop("new.csv", as_csv([contact(100 + at, country_code="+1") for at in CUSTOMERS]).encode())
        stage.work()
        stage.meter.reset()
        imported = stage.spent()
        imported = replace(imported, floor=imported.floor - len(CUSTOMERS))
    return [
        _figure("a log-in of a new customer", logged_in, len(CUSTOMERS)),
        _figure("a new imported customer, beside the log's unit", imported, len(CUSTOMERS)),
    ]


def _out_of_reach() -> Conditions:
    """Sums that nobody has, of this year and of this month."""
    return {
        f"{10 + at} thousand": bought("sum", 10_000 + 1000 * at, "revenue", (30, 90, 365)[at % 3])
        for at in range(SEGMENTS)
    }


def _customers(stage: LiveStage) -> None:
    """Who logged in thirty days ago and looked around."""
    _each(stage, log_in)
    _each(stage, view)
    stage.clock.now += 30 * DAY_MS
    _each(stage, view)
    stage.clock.now += DAY_MS


def _regulars(stage: LiveStage) -> None:
    """Who bought six times since, three days apart, and the last time on the day before."""
    _customers(stage)
    for _ in range(6):
        stage.tick()
        _each(stage, purchase)
        stage.clock.now += 3 * DAY_MS
    stage.clock.now -= 2 * DAY_MS


def _each(stage: LiveStage, do: Callable[[LiveStage, int], Any], *, wait: int = 0) -> Spent:
    """Every customer does it, one after the other."""
    stage.clock.now += wait
    stage.spent()
    for number in CUSTOMERS:
        stage.send([do(stage, number)])
        stage.settle()
    return stage.spent()


def _figure(name: str, spent: Spent, times: int, budget: float | None = None) -> Figure:
    floor = spent.floor / times
    return Figure(
        bench=NAME,
        name=f"{name} (floor {floor:.3g})",
        value=spent.write / times,
        unit="write units",
        budget=budget,
    )
