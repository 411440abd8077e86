"""The counts of activities that retention has removed: they stay unchanged, without texts."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import replace

from crm.domain.counts import DAY, Counts, Piece
from crm.domain.daily.daily_counts import DailyCounts
from crm.domain.ledger.book import retained_contributions
from crm.domain.ledger.contributions import Contributions
from crm.domain.ledger.entry import Page
from crm.domain.times import DAY_MS

_TEXTS = ("f", "l")
"""Letters of metrics that keep values of properties."""


def whole_since(now: int, retention_days: int, earliest: int) -> int:
    """Return the first UTC day on which the log is complete.

    `earliest`: by how much an activity may have occurred before its key (ms, not above 0); it is removed so many days
    after it occurred.
    """
    return -((retention_days * DAY_MS + earliest - now) // DAY_MS)


def retained_pieces(counted: DailyCounts, since: int, entries: Page) -> list[Piece]:
    """Return the counts of each day before one, without texts, which a reprojection must also remove.

    Of an earlier version, return each slice of time that ends before that day. All pages must be read; `entries`: of
    the whole ledger.
    """
    contributions = retained_contributions(entries, since)
    days = dict[int, Counts]()
    for block in (*counted.pages.values(), *counted.blocks.values()):
        days |= {day: counts for day, counts in block.days.items() if day < since}
    if counted.tail is not None and counted.tail.day < since:
        days[counted.tail.day] = days.get(counted.tail.day, Counts()) + counted.tail.counts
    pieces = [
        Piece(day * DAY, (day + 1) * DAY, counts, _contributions_without_texts(contributions.get(day, {})))
        for day, counts in days.items()
    ]
    if counted.legacy is not None:
        pieces += [piece for piece in counted.legacy.slices_of_time() if piece.end <= since * DAY]
    return [replace(piece, counts=_without_texts(piece.counts)) for piece in pieces]


def _without_texts(counts: Counts) -> Counts:
    kept = {id_: days for id_, days in counts.metrics.items() if id_[0] not in _TEXTS}
    return replace(counts, metrics=kept)


def _contributions_without_texts(contributions: Mapping[str, Contributions]) -> dict[str, Contributions]:
    return {
        key: day_contributions.with_metrics(lambda id_: id_[0] not in _TEXTS)
        for key, day_contributions in contributions.items()
    }


def merge_retained(fresh: Sequence[Piece], kept: Sequence[Piece]) -> list[Piece]:
    """Merge the fresh pieces of a log with the kept ones, which replace the rest of their time; return them in order.

    A kept piece counts on its first day; metrics that were not counted then count the rest.
    """
    times = sorted(kept, key=lambda piece: piece.start)
    starts = [piece.start for piece in times]
    left: dict[int, Counts] = {}
    contributions: dict[int, dict[str, Contributions]] = {}
    pieces: list[Piece] = []
    for piece in fresh:
        place = bisect_right(starts, piece.start) - 1
        if place >= 0 and piece.start < times[place].end:
            left[place] = left.get(place, Counts()) + piece.counts
            for key, piece_contributions in piece.contributions.items():
                of_place = contributions.setdefault(place, {})
                of_place[key] = (
                    of_place[key] + piece_contributions if key in of_place else piece_contributions
                )
        else:
            pieces.append(piece)
    for place, one in enumerate(times):
        metrics = left[place].metrics | one.counts.metrics if place in left else one.counts.metrics
        counts = replace(one.counts, metrics=metrics)
        pieces.append(
            Piece(
                one.day * DAY, (one.day + 1) * DAY, counts, contributions.get(place, {}) | one.contributions
            )
        )
    return sorted(pieces, key=lambda piece: piece.start)
