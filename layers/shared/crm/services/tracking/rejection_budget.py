"""Count rejected input, and keep its content within the source's daily budget of bytes.

It is counted even if its content is no longer kept.
"""

from collections import Counter
from collections.abc import Mapping, Sequence

from botocore.exceptions import BotoCoreError, ClientError

from crm.domain.retention import REJECTED_COUNTS_DAYS
from crm.domain.times import DAY_S, date_of
from crm.domain.tracking.rejection import Rejection
from crm.observability import count_metric
from crm.services.tracking.erased_input import without_erased
from crm.settings import settings
from crm.storage import rejected_totals

UNIT_BYTES = 1024
"""Minimum size of a rejection in the count: a write unit."""

UNCOUNTED_BYTES = 1_000_000
"""Bytes that a container keeps in its lifetime while the totals are unavailable."""

_MAX_CACHED = 1_000

_full: dict[tuple[str, str], None] = {}
"""Days and sources whose budget is used up."""

_uncounted: Counter[str] = Counter()


def count_and_select(rejections: Sequence[Rejection]) -> Sequence[Rejection]:
    """Count the rejections of one request; return those to store: none beyond the budget, or about erased people.

    One write; two for the first request of each container after the source has used up its daily budget.
    """
    return without_erased(rejections) if _count_rejected(rejections) else ()


def _count_rejected(rejections: Sequence[Rejection]) -> bool:
    """Count the rejections of one request; return whether their content may be kept."""
    reception = rejections[0].reception
    place = date_of(reception.received_at), reception.source_id
    size = sum(max(UNIT_BYTES, len(rejection.content)) for rejection in rejections)
    megabytes = settings().rejected_megabytes_per_day
    limit = None if megabytes is None else megabytes * 1_000_000
    try:
        may_be_kept = place not in _full and megabytes != 0
        if may_be_kept and _add(place, rejections, {rejected_totals.KEPT: size}, limit):
            return True
        _cache(place)
        messages = sum(sum(rejection.by_code.values()) for rejection in rejections)
        _add(place, rejections, {rejected_totals.UNKEPT: messages}, None)
    except (BotoCoreError, ClientError):
        count_metric("RejectedUncounted")
        return place not in _full and _keeps_uncounted(size)
    return False


def clear_cache() -> None:
    """Clear the container's memory, as in a new container."""
    _full.clear()
    _uncounted.clear()


def _add(
    place: tuple[str, str], rejections: Sequence[Rejection], added: Mapping[str, int], limit: int | None
) -> bool:
    numbers = Counter(added)
    for rejection in rejections:
        numbers.update({rejected_totals.reason(code): times for code, times in rejection.by_code.items()})
    ends_at = rejections[0].reception.received_at // 1000 + REJECTED_COUNTS_DAYS * DAY_S
    return rejected_totals.add(*place, numbers, ends_at=ends_at, limit=limit)


def _cache(place: tuple[str, str]) -> None:
    if len(_full) >= _MAX_CACHED:
        _full.pop(next(iter(_full)))  # the oldest: a dict keeps the order of insertion
    _full[place] = None


def _keeps_uncounted(size: int) -> bool:
    if _uncounted["bytes"] >= UNCOUNTED_BYTES:
        return False
    _uncounted["bytes"] += size
    return True
