"""A stuck profile: it is not updated, because its projection fails for a reason that does not pass by itself.

It is retried periodically, ever more rarely, until it succeeds; all other profiles continue without it.
"""

from dataclasses import dataclass

from crm.domain.times import DAY_MS, HOUR_MS

TOO_LARGE, UNEXPECTED = "item_too_large", "unexpected"
MAX_LISTED = 1_000
"""Maximum profiles that are listed as stuck; for further ones only their failures are counted."""

FIRST_RETRY_MS, MAX_RETRY_MS = HOUR_MS, DAY_MS


@dataclass(frozen=True, slots=True, kw_only=True)
class StuckProfile:
    """A stuck profile. Times in epoch ms.

    `during`: what failed last (projection, backfill...). `culprits`: the profiles whose items are too large, where
    known: itself, or those that are saved together with it.
    """

    id: str
    reason: str
    during: str
    since: int
    failed_at: int
    failures: int
    retry_at: int
    retries: int = 0
    culprits: tuple[str, ...] = ()


def wait_ms(retries: int) -> int:
    """Return how long to wait before the next retry, after this many."""
    return min(FIRST_RETRY_MS << min(retries, 10), MAX_RETRY_MS)
