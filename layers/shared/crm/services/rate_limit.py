"""How fast a source may send: a token bucket of its own, where the source has a limit."""

from botocore.exceptions import BotoCoreError, ClientError

from crm.domain.errors import RateLimitedError
from crm.domain.source import Source
from crm.observability import count
from crm.storage import rate_limit

_MICROSECONDS = 1_000_000


def admit(source: Source, events: int, *, now: int) -> None:
    """Take a token for each event; costs nothing where the source has no limit. `now` in epoch ms.

    A batch larger than the bucket is let in when the bucket is full, and paid off afterwards.
    Raises RateLimitedError.
    """
    if not source.rate_limit:
        return
    per_event = _MICROSECONDS / source.rate_limit
    room = round((source.capacity - min(events, source.capacity)) * per_event)
    moment = now * 1000
    try:
        free_at = rate_limit.take(source.id, now=moment, cost=round(events * per_event), room=room)
    except (BotoCoreError, ClientError):
        # Not knowing whether a source is too fast is no reason to lose its events.
        count("RateLimitUnknown")
        return
    if free_at is not None:
        raise RateLimitedError(
            f"This source may send {source.rate_limit:g} events a second: slow down.",
            retry_after=max(1, -((moment - free_at) // _MICROSECONDS)),
            reset_at=-(-free_at // _MICROSECONDS),
        )
