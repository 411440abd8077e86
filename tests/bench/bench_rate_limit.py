"""Measure the write units of a source besides its events: of the default limit, and of the positions of newest events.

Units of the limit are per event, by the distribution of the traffic over containers; units of the positions are per
hour.
"""

from crm.domain.source import Limit
from crm.services.projection.arrivals import ArrivalLog
from tests.bench.customers import view
from tests.bench.figures import Figure
from tests.bench.live_stage import on_live_stage
from tests.support.containers import Crowd
from tests.support.stage import TABLE, on_stage, stream_record

NAME = "rate-limit"
LIMIT = Limit(rate=100, burst=2_500, is_default=True)
BUDGET = 0.02
NOTES_BUDGET = 730
HOUR_S = 3_600


def run() -> list[Figure]:
    """Measure busy and quiet sources, few and many containers, short-lived containers, and a flood."""
    return [
        _figure("one container, 80 events a second", Crowd(LIMIT, 1), rate=80, seconds=120),
        _figure("40 containers, 80 events a second", Crowd(LIMIT, 40), rate=80, seconds=300),
        _figure("a quiet source, an event in 10 s", Crowd(LIMIT, 1), rate=0.1, seconds=7_200),
        _figure("containers that die after 20 events", Crowd(LIMIT, 10, lifetime=20), rate=80, seconds=120),
        _figure("containers that die after 101 events", Crowd(LIMIT, 10, lifetime=101), rate=80, seconds=120),
        _figure("batches of 20", Crowd(LIMIT, 10), rate=80, seconds=300, batch=20),
        _figure(
            "a flood of 20 times the limit, per event sent",
            Crowd(LIMIT, 50),
            rate=2_000,
            seconds=60,
            sent=True,
        ),
        _notes(),
    ]


def _figure(
    name: str, crowd: Crowd, *, rate: float, seconds: float, batch: int = 1, sent: bool = False
) -> Figure:
    with on_stage() as stage:
        crowd.send(rate=rate, seconds=seconds, batch=batch)
        units = stage.meter.usage.write
    value = units / (crowd.sent if sent else crowd.total)
    return Figure(bench=NAME, name=name, value=value, unit="write units/event", budget=BUDGET)


def _notes() -> Figure:
    """Measure one container that projects an event per second."""
    with on_live_stage() as stage:
        stage.send([view(stage, 0)])
        (event,) = (
            change for change in stage.store.drain(TABLE) if str(change.key["sk"]["S"]).startswith("A#")
        )
        begun, passed = stage.clock.now, iter(range(HOUR_S))
        log = ArrivalLog(now=lambda: begun + 1_000 * next(passed))
        stage.meter.reset()
        for _ in range(HOUR_S):
            log.note([stream_record(event, 0)])
        units = stage.meter.reset().write
    name = "places of the newest events, per hour and container"
    return Figure(bench=NAME, name=name, value=units, unit="write units", budget=NOTES_BUDGET)
