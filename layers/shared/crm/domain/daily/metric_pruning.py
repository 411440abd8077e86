"""Drop the metrics of daily counts that no definition requires, or whose windows have passed."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace

from crm.domain.counts import Counts
from crm.domain.daily.block import Block
from crm.domain.daily.daily_counts import DailyCounts


def drop_unrequired_metrics(counted: DailyCounts, horizons: Mapping[str, int]) -> None:
    """Drop metrics that no definition requires."""
    if unknown := {id_ for id_ in counted.names if id_ not in horizons}:
        counted.names = []
        counted.blocks = {number: _without(block, unknown) for number, block in counted.blocks.items()}
    if counted.tail is not None and counted.tail.counts.metrics.keys() - horizons.keys():
        counted.tail = replace(counted.tail, counts=_only(counted.tail.counts, horizons))
    if counted.closed.metrics.keys() - horizons.keys():
        counted.closed = _only(counted.closed, horizons)


def drop_old_metrics(
    counted: DailyCounts, horizons: Mapping[str, int], latest: Callable[[Block], int]
) -> None:
    """Drop from inline blocks the metrics whose windows they are too old for.

    `latest`: the last calendar day on which any event of a block can have occurred.
    """
    shortest = min((horizon for horizon in horizons.values() if horizon > 0), default=None)
    ends = [latest(block) for block in counted.blocks.values()]
    if shortest is None or not ends or min(ends) > max(ends) - shortest:
        return
    newest: dict[str, int] = {}
    for block in counted.blocks.values():
        for id_ in block.metric_ids:
            if horizons.get(id_, 0) > 0:
                last = max(block.days_of(id_))
                newest[id_] = max(last, newest.get(id_, last))
    for number, block in list(counted.blocks.items()):
        old = {
            id_ for id_ in block.metric_ids if id_ in newest and latest(block) <= newest[id_] - horizons[id_]
        }
        if old:
            counted.blocks[number] = _without(block, old)


def _without(block: Block, metric_ids: Collection[str]) -> Block:
    days = {
        day: replace(counts, metrics={i: d for i, d in counts.metrics.items() if i not in metric_ids})
        for day, counts in block.days.items()
    }
    return Block.from_days(block.number, days)


def _only(counts: Counts, metric_ids: Collection[str]) -> Counts:
    return replace(counts, metrics={i: d for i, d in counts.metrics.items() if i in metric_ids})
