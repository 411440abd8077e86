"""Search rejected input for a person: it is in no profile's log, so that all of it is searched."""

from collections.abc import Callable, Collection, Iterator

from crm.domain.identity import Identity
from crm.domain.identity_mentions import IdentityFinder
from crm.domain.retention import REJECTED_INPUT_DAYS
from crm.domain.times import DAY_MS, date_of
from crm.domain.tracking.rejection import Rejection
from crm.services.jobs.deadline import DeadlineExceededError
from crm.services.tracking.erased_input import identity_reading
from crm.storage.rejected import rejections_of_day

_LATE_DAYS = 3
"""Days within which DynamoDB deletes expired items."""

KEPT_MS = (REJECTED_INPUT_DAYS + _LATE_DAYS) * DAY_MS
_PAGE = 200


def rejections_naming(
    identities: Collection[Identity],
    *,
    until: int,
    since: int | None = None,
    has_time: Callable[[], bool] = lambda: True,
) -> Iterator[Rejection]:
    """Yield rejected input that names one of these identities in any form, newest first. Lazy.

    It was rejected from `since` (by default as far back as there is any) up to `until` (epoch ms). Raises
    DeadlineExceededError when `has_time` returns False.
    """
    names = IdentityFinder(identities, identity_reading())
    earliest = until - KEPT_MS if since is None else since
    for day in range(until // DAY_MS, earliest // DAY_MS - 1, -1):
        for rejection in rejections_of_day(date_of(day * DAY_MS), before=None, page_size=_PAGE):
            if not has_time():
                raise DeadlineExceededError
            received_at = rejection.reception.received_at
            if received_at < earliest:
                break
            if received_at <= until and names.occurs_in(rejection.content):
                yield rejection
