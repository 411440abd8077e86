"""Decide the retries of AWS calls and their backoff: the `standard` mode of AWS's SDKs, with DynamoDB's figures.

Rule: AWS SDKs and Tools Reference Guide, "Retry behavior". A retry takes tokens from a bucket that successes refill, so
that retries do not multiply the calls by four in an outage.
"""

import random
from collections.abc import Mapping

from botocore import exceptions
from botocore.exceptions import BotoCoreError
from botocore.retries.quota import RetryQuota

from crm.storage.transport import ServiceAnswer

MAX_ATTEMPTS = 4
THROTTLES = frozenset(
    {
        "BandwidthLimitExceeded",
        "LimitExceededException",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "RequestThrottled",
        "RequestThrottledException",
        "SlowDown",
        "ThrottledException",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
        "TransactionInProgressException",
    }
)
_TRANSIENT = frozenset(
    {
        "PriorRequestNotComplete",
        "ReplicatedWriteConflictException",
        "RequestTimeout",
        "RequestTimeoutException",
    }
)
_TRANSIENT_STATUSES = frozenset({429, 500, 502, 503, 504})
_LOST = (exceptions.ConnectionError, exceptions.HTTPClientError, exceptions.ChecksumError)
_COST, _COST_OF_THROTTLED = 14, 5
_BASE_S, _BASE_OF_THROTTLED_S, _MAX_WAIT_S = 0.025, 1.0, 20.0
_MAX_MORE_S = 5.0
_RETRY_AFTER = "x-amz-retry-after"


NOT_RETRIED = 1
"""Tokens that a call returns if it succeeds at once."""


class Retry:
    """The attempts of one failed call. `quota` is shared by all calls of a client; `taken`: the tokens of the last
    retry, which a success returns.
    """

    def __init__(self, quota: RetryQuota) -> None:
        self._quota = quota
        self._attempt = 1
        self.taken = NOT_RETRIED
        self._reset_clock = False

    def delay(self, failure: ServiceAnswer | BotoCoreError) -> float | None:
        """Return the seconds to wait before the retry; None if the call must not be retried."""
        if isinstance(failure, ServiceAnswer) and failure.reset_clock and not self._reset_clock:
            self._reset_clock = True
            return 0.0
        throttled = isinstance(failure, ServiceAnswer) and failure.code in THROTTLES
        if self._attempt == MAX_ATTEMPTS or not (throttled or _is_transient(failure)):
            return None
        tokens = _COST_OF_THROTTLED if throttled else _COST
        if not self._quota.acquire(tokens):
            return None
        self.taken = tokens
        longest = min(
            (_BASE_OF_THROTTLED_S if throttled else _BASE_S) * 2 ** (self._attempt - 1), _MAX_WAIT_S
        )
        self._attempt += 1
        headers = failure.headers if isinstance(failure, ServiceAnswer) else {}
        return _with_retry_after(random.random() * longest, headers)  # noqa: S311 - no secret


def _is_transient(failure: ServiceAnswer | BotoCoreError) -> bool:
    if isinstance(failure, ServiceAnswer):
        return failure.code in _TRANSIENT or failure.status in _TRANSIENT_STATUSES
    return isinstance(failure, _LOST)


def _with_retry_after(delay: float, headers: Mapping[str, str]) -> float:
    """Return the delay, or the one that the service requests, which is cut if it is much longer."""
    retry_after = headers.get(_RETRY_AFTER, "")
    if not retry_after.isdecimal():
        return delay
    return max(delay, min(int(retry_after) / 1000, delay + _MAX_MORE_S))
