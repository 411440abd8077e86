"""The cost of metrics: the bytes by which a customer's counts grow on a day on which the customer is active.

A block holds sixteen days of all metrics and is one item, so that the sum over all metrics has a limit.
"""

from collections.abc import Iterable

from crm.domain.daily.metric_columns import BLOCK_DAYS
from crm.domain.metrics.metric import COUNT, DISTINCT, FIRST, LAST, MAX, MIN, SPAN, SUM, TIMES, Metric
from crm.domain.metrics.tables import HASH_BYTES

MAX_METRIC_BLOCK_BYTES = 60_000
MAX_DAY_BYTES = MAX_METRIC_BLOCK_BYTES // BLOCK_DAYS
"""Maximum bytes of an active day, of all metrics together."""

_MAX = {COUNT: 4, SUM: 13, MIN: 11, MAX: 11, SPAN: 12, FIRST: 160, LAST: 160}
"""Maximum bytes by kind: of amounts below 10^15 with six decimals, and of texts of 100 ASCII characters."""

_MAX_INSTANT_BYTES = {1: 6, 5: 23, 25: 104, 125: 425, 500: 1_550}
"""Maximum bytes of the newest instants of a day, by how many are kept: four bytes each where they are over half an
hour apart, which at most 42 in a day can be, else three.
"""

_USUAL = {COUNT: 2, SUM: 3, MIN: 3, MAX: 3, SPAN: 8, FIRST: 60, LAST: 60, TIMES: 8, DISTINCT: 12}
_USUAL_DAYS = 2
_UNIT = 1024


def metric_bytes(metrics: Iterable[Metric]) -> int:
    """Return the maximum bytes of an active day."""
    return sum(map(_most_of, metrics))


def _most_of(metric: Metric) -> int:
    if metric.kind == DISTINCT:
        return HASH_BYTES * metric.most + 2
    return _MAX_INSTANT_BYTES[metric.most] if metric.kind == TIMES else _MAX[metric.kind]


def units_of(metrics: Iterable[Metric]) -> tuple[float, float]:
    """Return the additional write units of an event.

    The first number is of a customer active on two of sixteen days, the second of one active on each, whose blocks
    transactions move into pages.
    """
    kept = list(metrics)
    usual = sum(_USUAL[metric.kind] for metric in kept) * _USUAL_DAYS
    most = metric_bytes(kept) * (BLOCK_DAYS + 2)
    return round(usual / _UNIT, 3), round(most / _UNIT, 3)
