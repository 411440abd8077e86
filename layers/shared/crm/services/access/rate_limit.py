"""Enforce the rate limit of a source, a form or a visitor, by a token bucket of its own."""

from botocore.exceptions import BotoCoreError, ClientError

from crm.domain.errors import RateLimitedError
from crm.domain.source import Source
from crm.observability import count_metric
from crm.services.access import allowances
from crm.services.access.sources import limit_in_force
from crm.storage import rate_limit

_MICROSECONDS = 1_000_000
_MAX_CACHED = 2_000

_full_at: dict[str, int] = {}
"""Times at which buckets are full again, or later: a request without room by then is refused without a call."""

_own_buckets: dict[str, int] = {}
"""This container's own buckets, used while the shared ones are unreachable."""


def admit_events(source: Source, events: int, *, now: int) -> None:
    """Take a token for each event; free if the source has no limit. `now` in epoch ms.

    A batch larger than the bucket is admitted when the bucket is full, and paid off afterwards. Raises
    RateLimitedError.
    """
    limit = limit_in_force(source)
    if limit is None:
        return
    refusal = f"This source exceeds its rate limit of {limit.rate:g} events per second: retry later."
    if limit.is_default:
        allowances.spend(source.id, events, limit, refusal=refusal, now=now)
    else:
        take_tokens(source.id, events, rate=limit.rate, capacity=limit.burst, refusal=refusal, now=now)


def take_tokens(bucket: str, tokens: int, *, rate: float, capacity: int, refusal: str, now: int) -> None:
    """Take tokens from the bucket of this name, which gains `rate` a second and holds `capacity`.

    While the table is unreachable, each container applies the limit by itself. Raises RateLimitedError with the text
    `refusal`.
    """
    per_token = _MICROSECONDS / rate
    cost, moment = round(tokens * per_token), now * 1000
    room = round((capacity - min(tokens, capacity)) * per_token)
    full_at, taken = _full_at.get(bucket, 0), False
    if full_at <= moment + room:
        full_at, taken = _take_shared(bucket, cost, moment=moment, room=room)
        _cache(_full_at, bucket, full_at)
    if not taken:
        raise refused(refusal, free_at=full_at - room, now=moment)


def refused(refusal: str, *, free_at: int, now: int) -> RateLimitedError:
    """Return the error of a bucket that has room again at `free_at`, in epoch microseconds as `now`."""
    wait = max(1, -((now - free_at) // _MICROSECONDS))
    return RateLimitedError(refusal, retry_after=wait, reset_at=-(-free_at // _MICROSECONDS))


def clear_cache() -> None:
    """Clear every bucket, as in a new container."""
    _full_at.clear()
    _own_buckets.clear()
    allowances.clear_cache()


def _take_shared(bucket: str, cost: int, *, moment: int, room: int) -> tuple[int, bool]:
    """Return when the bucket is full again, and whether the tokens were taken."""
    try:
        taken = rate_limit.take_tokens(bucket, now=moment, least=cost, most=cost, capacity=room + cost)
    except (BotoCoreError, ClientError):
        count_metric("RateLimitUnknown")
        return _take_own(bucket, cost, moment=moment, room=room)
    return taken.full_at, taken.amount == cost


def _take_own(bucket: str, cost: int, *, moment: int, room: int) -> tuple[int, bool]:
    full_at = max(_own_buckets.get(bucket, 0), moment)
    if full_at > moment + room:
        return full_at, False
    _cache(_own_buckets, bucket, full_at + cost)
    return full_at + cost, True


def _cache(memory: dict[str, int], bucket: str, full_at: int) -> None:
    memory.pop(bucket, None)
    if len(memory) >= _MAX_CACHED:
        memory.pop(next(iter(memory)))  # the oldest: a dict keeps the order of insertion
    memory[bucket] = full_at
