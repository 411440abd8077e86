"""How fast a source or a form may be used: a token bucket of its own, where there is a limit."""

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
    if source.rate_limit:
        refusal = f"This source may send {source.rate_limit:g} events a second: slow down."
        take(source.id, events, rate=source.rate_limit, capacity=source.capacity, refusal=refusal, now=now)


def take(bucket: str, tokens: int, *, rate: float, capacity: int, refusal: str, now: int) -> None:
    """Take tokens from the bucket of this name, which gets `rate` a second and holds `capacity`.

    Raises RateLimitedError with the text of the refusal.
    """
    per_token = _MICROSECONDS / rate
    room = round((capacity - min(tokens, capacity)) * per_token)
    moment = now * 1000
    try:
        free_at = rate_limit.take(bucket, now=moment, cost=round(tokens * per_token), room=room)
    except (BotoCoreError, ClientError):
        # Not knowing whether somebody is too fast is no reason to lose what they send.
        count("RateLimitUnknown")
        return
    if free_at is not None:
        raise RateLimitedError(
            refusal,
            retry_after=max(1, -((moment - free_at) // _MICROSECONDS)),
            reset_at=-(-free_at // _MICROSECONDS),
        )
