"""The worst customer that definitions can make: active on 360 days, with an amount in every property that a year-long
sum is defined over; what one more event costs, and how large any item becomes.
"""

from collections.abc import Iterator

from crm.domain.times import DAY_MS, HOUR_MS
from tests.bench.audiences import bought
from tests.bench.customers import Message, log_in, purchase
from tests.bench.figures import Figure, with_progress
from tests.bench.item_size import item_size
from tests.bench.live_stage import LiveStage, on_live_stage

NAME = "worst-customer"
DAYS = 360
MEASURED = 10
"""The last of the days."""
TICK_EVERY = 30


def run() -> list[Figure]:
    """With sums over 365 days."""
    return [*_figures(20)]


def _figures(sums: int) -> Iterator[Figure]:
    with on_live_stage() as stage:
        stage.define({f"sum {at}": bought("sum", _threshold(at), f"p{at}", 365) for at in range(sums)})
        stage.send([log_in(stage, 0)])
        stage.settle()
        first, second, largest = _year(stage, sums)
    yield _figure(f"{sums} sums over a year, the first event of a day", first, "write units")
    yield _figure(f"{sums} sums, the second event of a day", second, "write units")
    yield _figure(f"{sums} sums, largest item", largest, "bytes")


def _threshold(at: int) -> float:
    """Every other one is reached by the first event, the rest never."""
    return 1 if at % 2 else 1_000_000


def _year(stage: LiveStage, sums: int) -> tuple[float, float, int]:
    """Units of the first and of the second event of a day, at the end; the bytes of the largest item on the way."""
    units, largest = [0.0, 0.0], 0
    for day in with_progress(range(DAYS), f"{sums} sums"):
        stage.clock.now += DAY_MS
        if day % TICK_EVERY == 0:
            stage.tick()
        for at in (0, 1):
            stage.spent()
            stage.clock.now += HOUR_MS
            stage.send([_order(stage, sums, day * 2 + at)])
            stage.settle()
            largest = max([largest, *(item_size(each.new) for each in stage.changes if each.new)])
            units[at] += stage.spent().write if day >= DAYS - MEASURED else 0
        stage.clock.now -= 2 * HOUR_MS
    return units[0] / MEASURED, units[1] / MEASURED, largest


def _order(stage: LiveStage, sums: int, number: int) -> Message:
    """Amounts that differ from each other and from those of any other day."""
    message = purchase(stage, 0)
    amounts = {f"p{at}": ((number * 7919 + at * 104_729) % 20_000 + 1) / 100 for at in range(sums)}
    return message | {"properties": amounts}


def _figure(name: str, value: float, unit: str) -> Figure:
    return Figure(bench=NAME, name=name, value=value, unit=unit)
