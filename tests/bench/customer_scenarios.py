"""Customers' actions, one at a time, with all deliveries of AWS, and their units: views, purchases, changes, log-ins,
imports.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from crm.domain.times import DAY_MS, HOUR_MS, MINUTE_MS
from tests.bench.audiences import AUDIENCES, bought
from tests.bench.customers import anonymous_view, log_in, purchase, view
from tests.bench.live_stage import LiveStage, Spent, on_live_stage
from tests.support.contacts import as_csv, contact

CUSTOMERS = range(10)
SEGMENTS = 20
VIEWS = 6
FEW, MANY = 10, 30
"""The number of segments that are entered at once; the difference is the price of one more segment."""

Conditions = Mapping[str, Any]


VIEW = "a view by a recognised customer"
VIEW_IN_SESSION = "the same in a session of six within an hour"
PURCHASE = "a purchase on a new day, 20 segments defined, none changes"
PURCHASE_AGAIN = "another purchase on that day"
AUDIENCES_PURCHASE = "a purchase on a new day, 20 audiences defined, none changes"
AUDIENCES_AGAIN = "another purchase on that day, 20 audiences defined"
ENTERING = "a first purchase that enters 20 segments"
CHANGE = "each further segment that it enters"
FLIP = "one segment left by time alone"
LOG_IN = "the log-in of a new customer"
IMPORT = "a new customer in an imported file, without the log's unit"

Measured = Iterator[tuple[str, Spent]]


def scenarios() -> Measured:
    """Yield each action, and the units per customer, as the mean of ten customers."""
    for name, spent in (*_views(), *_purchases(), *_changes(), *_flips(), *_new_customers()):
        yield name, spent / len(CUSTOMERS)


def _views() -> Measured:
    with on_live_stage() as stage:
        _regulars(stage)
        lone = _each(stage, view)
        stage.clock.now += DAY_MS
        session = [_each(stage, view, wait=0 if at == 0 else 8 * MINUTE_MS) for at in range(VIEWS)]
    yield VIEW, lone
    yield VIEW_IN_SESSION, sum(session, Spent()) / VIEWS


def _purchases() -> Measured:
    """Yield purchases of customers whose segments do not change."""
    audiences = {audience.name: audience.condition for audience in AUDIENCES}
    names = ((PURCHASE, PURCHASE_AGAIN), (AUDIENCES_PURCHASE, AUDIENCES_AGAIN))
    for (once, again), conditions in zip(names, (_out_of_reach(), audiences), strict=True):
        with on_live_stage() as stage:
            stage.define(conditions)
            _regulars(stage)
            stage.tick()
            stage.changed_segments()
            first = _each(stage, purchase)
            second = _each(stage, purchase, wait=HOUR_MS)
            if flipped := stage.changed_segments():
                raise AssertionError(f"{flipped} changes where none is expected")
        yield once, first
        yield again, second


def _changes() -> Measured:
    few, many, twenty = (_first_purchase(number) for number in (FEW, MANY, SEGMENTS))
    yield ENTERING, twenty
    yield CHANGE, (many - few) / (MANY - FEW)


def _first_purchase(segments: int) -> Spent:
    with on_live_stage() as stage:
        stage.define({f"within {at}": bought(within=30 + at) for at in range(segments)})
        _customers(stage)
        spent = _each(stage, purchase)
        if stage.changed_segments() != segments * len(CUSTOMERS):
            raise AssertionError("a customer is not in all segments")
        return spent


def _flips() -> Measured:
    """Yield a tick at which all customers leave a segment."""
    with on_live_stage() as stage:
        stage.define({"fresh": bought(within=7)})
        _customers(stage)
        _each(stage, purchase)
        stage.clock.now += 7 * DAY_MS
        stage.changed_segments()
        stage.tick()
        left = stage.spent()
        if stage.changed_segments() != len(CUSTOMERS):
            raise AssertionError("not all customers left")
    yield FLIP, left


def _new_customers() -> Measured:
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
    yield LOG_IN, logged_in
    yield IMPORT, imported


def _out_of_reach() -> Conditions:
    """Build sums that no customer reaches, of this year and of this month."""
    return {
        f"{10 + at} thousand": bought("sum", 10_000 + 1000 * at, "revenue", (30, 90, 365)[at % 3])
        for at in range(SEGMENTS)
    }


def _customers(stage: LiveStage) -> None:
    """Create customers who logged in thirty days ago and viewed some pages."""
    _each(stage, log_in)
    _each(stage, view)
    stage.clock.now += 30 * DAY_MS
    _each(stage, view)
    stage.clock.now += DAY_MS


def _regulars(stage: LiveStage) -> None:
    """Create customers with six purchases, three days apart, the last one on the day before."""
    _customers(stage)
    for _ in range(6):
        stage.tick()
        _each(stage, purchase)
        stage.clock.now += 3 * DAY_MS
    stage.clock.now -= 2 * DAY_MS


def _each(stage: LiveStage, do: Callable[[LiveStage, int], Any], *, wait: int = 0) -> Spent:
    """Let each customer do it, one after the other."""
    stage.clock.now += wait
    stage.spent()
    for number in CUSTOMERS:
        stage.send([do(stage, number)])
        stage.settle()
    return stage.spent()
