"""Stuck profiles: listed when their projection fails permanently, retried by a schedule, cleared when it succeeds."""

import json
import time
from collections.abc import Collection, Iterable
from itertools import islice

from crm.domain.errors import ItemTooLargeError
from crm.domain.stuck import TOO_LARGE, UNEXPECTED, wait_ms
from crm.observability import count_metric, log
from crm.storage import stuck_profiles as storage
from crm.storage.failure_queue import send_failures

RETRIED_AT_ONCE = 20
"""Stuck profiles that one scheduled run retries: each may have a long log."""


def record_failure(profile_id: str, error: Exception, *, during: str) -> None:
    """Log, count and list a profile whose failure is not transient."""
    reason = TOO_LARGE if isinstance(error, ItemTooLargeError) else UNEXPECTED
    culprits = error.profile_ids if isinstance(error, ItemTooLargeError) else ()
    facts = {"profile_id": profile_id, "reason": reason, "during": during, "culprits": culprits}
    log.error("profile is stuck", extra=facts, exc_info=error)
    count_metric("ProfileStuck")
    now = time.time_ns() // 1_000_000
    storage.store_failure(profile_id, reason=reason, during=during, culprits=culprits, now=now)


def listed_among(profile_ids: Collection[str]) -> set[str]:
    """Return which of at most 100 profiles are stuck."""
    return storage.among(profile_ids)


def clear(profile_ids: Iterable[str]) -> None:
    """Remove profiles from the list once their whole logs are projected."""
    for id_ in profile_ids:
        storage.remove(id_)
        log.info("profile is no longer stuck", extra={"profile_id": id_})


def retry_due(now: int) -> set[str]:
    """Queue the stuck profiles whose next retry is due (epoch ms); return the ids of all stuck profiles."""
    listed = list(storage.find_all())
    due = (profile for profile in listed if profile.retry_at <= now)
    for profile in islice(due, RETRIED_AT_ONCE):
        # Postpone first: a profile that kills its process must not be queued again by every run.
        storage.put_off(profile.id, retry_at=now + wait_ms(profile.retries + 1))
        _queue([profile.id])
    return {profile.id for profile in listed}


def retry_all() -> int:
    """Queue every stuck profile to be projected again now; return their number."""
    ids = [profile.id for profile in storage.find_all()]
    _queue(ids)
    return len(ids)


def _queue(profile_ids: Iterable[str]) -> None:
    # The missing part of a log is unknown: fold the whole log again.
    send_failures([json.dumps({"profiles": {id_: None}, "retry": True}) for id_ in profile_ids])
