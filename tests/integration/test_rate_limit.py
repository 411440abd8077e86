"""A source that exceeds its limit receives the time of the next attempt."""

from typing import TYPE_CHECKING

import pytest

from crm.domain.errors import RateLimitedError
from crm.domain.source import Source
from crm.services.access import sources
from crm.services.access.rate_limit import admit_events
from tests.support.gateway import Client

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import Table

NOW = 1_795_289_400_000


@pytest.fixture
def limited(table: "Table") -> Source:
    return sources.create(name="Limited", now=NOW, rate_limit=10, burst=20)


def refused(source: Source, events: int, now: int) -> RateLimitedError:
    with pytest.raises(RateLimitedError) as caught:
        admit_events(source, events, now=now)
    return caught.value


def test_a_source_without_a_limit_writes_nothing(table: "Table", source: Source) -> None:
    before = table.scan()["Count"]
    admit_events(source, 1_000_000, now=NOW)
    assert table.scan()["Count"] == before


def test_events_beyond_the_burst_are_limited_to_the_rate(limited: Source) -> None:
    admit_events(limited, 12, now=NOW)
    admit_events(limited, 8, now=NOW)
    error = refused(limited, 1, NOW)
    assert (error.retry_after, error.reset_at) == (1, NOW // 1000 + 1)
    admit_events(limited, 1, now=NOW + 100)
    refused(limited, 1, NOW + 100)
    admit_events(limited, 10, now=NOW + 1100)
    assert refused(limited, 20, NOW + 1100).retry_after == 2


def test_a_full_bucket_allows_one_burst(limited: Source) -> None:
    admit_events(limited, 20, now=NOW)
    admit_events(limited, 20, now=NOW + 3_600_000)
    refused(limited, 1, NOW + 3_600_000)


def test_a_batch_larger_than_the_bucket_is_accepted_and_delays_the_next_one(limited: Source) -> None:
    admit_events(limited, 100, now=NOW)
    assert refused(limited, 1, NOW).retry_after == 9
    refused(limited, 100, NOW + 9_999)
    admit_events(limited, 100, now=NOW + 10_000)


def test_refused_events_take_no_tokens(limited: Source) -> None:
    admit_events(limited, 20, now=NOW)
    for _ in range(5):
        refused(limited, 20, NOW)
    admit_events(limited, 20, now=NOW + 2_000)


def test_a_clock_that_is_set_back_adds_no_tokens(limited: Source) -> None:
    admit_events(limited, 20, now=NOW)
    refused(limited, 1, NOW - 5_000)


@pytest.mark.moto
def test_events_are_accepted_when_the_limiter_fails(limited: Source, table: "Table") -> None:
    table.delete()
    admit_events(limited, 1, now=NOW)


def test_a_limited_response_has_retry_after(client: Client, table: "Table") -> None:
    slow = sources.create(name="Slow", now=NOW, rate_limit=0.01, burst=1)
    message = {"userId": "u", "event": "x", "writeKey": slow.write_key}
    assert client("POST", "/v1/track", message).status == 200
    answer = client("POST", "/v1/track", message)
    assert (answer.status, answer.body["code"]) == (429, "rate_limited")
    assert 98 <= int(answer.headers["retry-after"]) <= 100
    assert int(answer.headers["x-ratelimit-reset"]) > NOW // 1000
