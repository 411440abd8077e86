"""Rejected input that names somebody: it is in nobody's log, so all of it has to be looked through."""

from collections.abc import Callable, Collection, Iterator

from crm.domain.identity import Identity
from crm.domain.mentions import Names
from crm.domain.messages.rejection import Rejection
from crm.domain.times import DAY_MS, iso
from crm.services.jobs.pace import TimeIsUpError
from crm.storage.rejected import KEPT_DAYS, rejections_of_day
from crm.storage.tombstones import reading

_LATE_DAYS = 3
"""DynamoDB deletes what has expired within a few days."""

KEPT_MS = (KEPT_DAYS + _LATE_DAYS) * DAY_MS
_PAGE = 200
_DAY_LENGTH = len("2026-11-21")


def rejections_naming(
    identities: Collection[Identity],
    *,
    until: int,
    since: int | None = None,
    has_time: Callable[[], bool] = lambda: True,
) -> Iterator[Rejection]:
    """What was rejected up to `until` (epoch ms; from `since` on, by default as far back as there is any) and names
    one of these identities, in whatever form; newest first. Lazy. Raises TimeIsUpError when `has_time` says so.
    """
    names = Names(identities, reading())
    earliest = until - KEPT_MS if since is None else since
    for day in range(until // DAY_MS, earliest // DAY_MS - 1, -1):
        for rejection in rejections_of_day(iso(day * DAY_MS)[:_DAY_LENGTH], before=None, page_size=_PAGE):
            if not has_time():
                raise TimeIsUpError
            received_at = rejection.reception.received_at
            if received_at < earliest:
                break
            if received_at <= until and names.found_in(rejection.content):
                yield rejection
