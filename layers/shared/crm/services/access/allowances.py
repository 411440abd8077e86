"""The default limit of sources, at a fiftieth of a write unit per event: containers spend allowances locally.

A source's bucket has a shard for every SHARD_RATE events a second, as one item takes 1,000 writes a second.
"""

import random

from botocore.exceptions import BotoCoreError, ClientError

from crm.domain.allowance import AHEAD_MS, CREDIT, Allowance
from crm.domain.errors import RateLimitedError
from crm.domain.source import Limit
from crm.observability import count_metric
from crm.storage import rate_limit

SHARD_RATE = 5_000
_MAX_SHARDS = 64
_MICROSECONDS = 1_000_000


class Allowances:
    """One container's share of each source's limit."""

    def __init__(self) -> None:
        self._held: dict[str, Allowance] = {}

    def clear(self) -> None:
        """Drop every allowance."""
        self._held.clear()

    def spend(self, source_id: str, events: int, limit: Limit, *, refusal: str, now: int) -> None:
        """Admit events; take tokens from the bucket if the allowance does not suffice. `now` in epoch ms.

        Raises RateLimitedError with the text `refusal`.
        """
        credit = min(CREDIT, limit.burst // 2)
        held = self._held.setdefault(source_id, Allowance(credit, taken_at=now))
        if held.spend(events, now):
            return
        if now < held.closed_until or not _request_tokens(held, source_id, events, limit, now):
            wait = max(1, -((now - held.closed_until) // 1000))
            raise RateLimitedError(refusal, retry_after=wait, reset_at=-(-held.closed_until // 1000))


def _request_tokens(held: Allowance, source_id: str, events: int, limit: Limit, now: int) -> bool:
    shards = min(_MAX_SHARDS, 1 + int(limit.rate // SHARD_RATE))
    per_event, capacity = shards * _MICROSECONDS / limit.rate, limit.burst / shards
    least = min(held.tokens_needed(events), int(capacity) or 1)
    ahead = min(limit.rate / shards * AHEAD_MS / 1000, capacity / 2, capacity - least)
    tokens_to_request = held.tokens_to_request(events, now, int(ahead))
    try:
        taken = rate_limit.take_tokens(
            f"{source_id}#{random.randrange(shards)}",  # noqa: S311 - it only spreads the load
            now=now * 1000,
            least=round(least * per_event),
            most=round(tokens_to_request * per_event),
            capacity=round(capacity * per_event),
        )
    except (BotoCoreError, ClientError):
        count_metric("RateLimitUnknown")
        return held.renew_once(events, now)
    if taken.amount:
        held.grant(round(taken.amount / per_event), events, now)
        return True
    held.close((taken.full_at - round((capacity - least) * per_event)) // 1000 + 1, now)
    return False


_allowances = Allowances()
spend = _allowances.spend


def clear_cache() -> None:
    """Drop every allowance, as in a new container."""
    _allowances.clear()
