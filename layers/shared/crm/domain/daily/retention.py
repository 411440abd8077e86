"""What was counted of activities that the retention has removed: it stays as it was, but for texts."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from crm.domain.counts import DAY, Counts, Piece
from crm.domain.daily.daily_counts import DailyCounts
from crm.domain.times import DAY_MS

_TEXTS = ("f", "l")
"""Letters of metrics that keep values of properties."""


def whole_since(now: int, retention_days: int, earliest: int) -> int:
    """The first UTC day of which the log has lost nothing. `earliest`: by how much an activity may have occurred before
    its key (ms, not above 0); it is removed so many days after it occurred.
    """
    return -((retention_days * DAY_MS + earliest - now) // DAY_MS)


def kept_days(counted: DailyCounts, since: int) -> dict[int, Counts]:
    """What was counted on each day before one, without texts: a log is also folded anew to take them out of it. All
    pages must be read.
    """
    days = dict[int, Counts]()
    for block in (*counted.pages.values(), *counted.blocks.values()):
        days |= {day: counts for day, counts in block.days.items() if day < since}
    if counted.tail is not None and counted.tail.day < since:
        days[counted.tail.day] = days.get(counted.tail.day, Counts()) + counted.tail.counts
    return {day: _without_texts(counts) for day, counts in days.items()}


def _without_texts(counts: Counts) -> Counts:
    kept = {id_: days for id_, days in counts.metrics.items() if id_[0] not in _TEXTS}
    return replace(counts, metrics=kept)


def with_kept(fresh: Sequence[Piece], kept: Mapping[int, Counts]) -> list[Piece]:
    """The pieces of a log, in their order, with what was kept in the place of what is left of those days. Metrics that
    were not counted then count what is left.
    """
    if not kept:
        return list(fresh)
    left: dict[int, Counts] = {}
    for piece in fresh:
        if piece.day in kept:
            left[piece.day] = left.get(piece.day, Counts()) + piece.counts
    pieces = [piece for piece in fresh if piece.day not in kept]
    for day, counts in kept.items():
        metrics = left.get(day, Counts()).metrics | counts.metrics
        pieces.append(Piece(day * DAY, (day + 1) * DAY, replace(counts, metrics=metrics)))
    return sorted(pieces, key=lambda piece: piece.start)
