"""Write units that the default limit of a source costs per event, by how its traffic meets containers."""

from crm.domain.source import Limit
from tests.bench.figures import Figure
from tests.support.containers import Crowd
from tests.support.stage import on_stage

NAME = "rate-limit"
LIMIT = Limit(rate=100, burst=2_500, is_default=True)
BUDGET = 0.02


def run() -> list[Figure]:
    """Busy and quiet sources, few and many containers, some that die young, and a flood."""
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
    ]


def _figure(
    name: str, crowd: Crowd, *, rate: float, seconds: float, batch: int = 1, sent: bool = False
) -> Figure:
    with on_stage() as stage:
        crowd.send(rate=rate, seconds=seconds, batch=batch)
        units = stage.meter.usage.write
    value = units / (crowd.sent if sent else crowd.total)
    return Figure(bench=NAME, name=name, value=value, unit="write units/event", budget=BUDGET)
