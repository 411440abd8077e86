"""A source that sends faster than its limit is told when to come back."""

from typing import TYPE_CHECKING

import pytest

from crm.domain.errors import RateLimitedError
from crm.domain.source import Source
from crm.services.access import sources
from crm.services.access.rate_limit import admit
from tests.support.gateway import Client

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import Table

NOW = 1_795_289_400_000


@pytest.fixture
def limited(table: "Table") -> Source:
    return sources.create(name="Limited", now=NOW, rate_limit=10, burst=20)


def refused(source: Source, events: int, now: int) -> RateLimitedError:
    with pytest.raises(RateLimitedError) as caught:
        admit(source, events, now=now)
    return caught.value


def test_no_limit_costs_nothing(table: "Table", source: Source) -> None:
    before = table.scan()["Count"]
    admit(source, 1_000_000, now=NOW)
    assert table.scan()["Count"] == before


def test_a_burst_and_then_the_rate(limited: Source) -> None:
    admit(limited, 12, now=NOW)
    admit(limited, 8, now=NOW)
    error = refused(limited, 1, NOW)
    assert (error.retry_after, error.reset_at) == (1, NOW // 1000 + 1)
    admit(limited, 1, now=NOW + 100)
    refused(limited, 1, NOW + 100)
    admit(limited, 10, now=NOW + 1100)
    assert refused(limited, 20, NOW + 1100).retry_after == 2


def test_a_full_bucket_holds_no_more_than_its_burst(limited: Source) -> None:
    admit(limited, 20, now=NOW)
    admit(limited, 20, now=NOW + 3_600_000)
    refused(limited, 1, NOW + 3_600_000)


def test_a_batch_larger_than_the_bucket_is_let_in_and_paid_off(limited: Source) -> None:
    admit(limited, 100, now=NOW)
    assert refused(limited, 1, NOW).retry_after == 9
    refused(limited, 100, NOW + 9_999)
    admit(limited, 100, now=NOW + 10_000)


def test_what_is_refused_takes_nothing(limited: Source) -> None:
    admit(limited, 20, now=NOW)
    for _ in range(5):
        refused(limited, 20, NOW)
    admit(limited, 20, now=NOW + 2_000)


def test_a_clock_that_steps_back_does_no_harm(limited: Source) -> None:
    admit(limited, 20, now=NOW)
    refused(limited, 1, NOW - 5_000)


@pytest.mark.moto
def test_a_limiter_that_cannot_answer_lets_events_in(limited: Source, table: "Table") -> None:
    table.delete()
    admit(limited, 1, now=NOW)


def test_the_answer_has_retry_after(client: Client, table: "Table") -> None:
    slow = sources.create(name="Slow", now=NOW, rate_limit=0.01, burst=1)
    message = {"userId": "u", "event": "x", "writeKey": slow.write_key}
    assert client("POST", "/v1/track", message).status == 200
    answer = client("POST", "/v1/track", message)
    assert (answer.status, answer.body["code"]) == (429, "rate_limited")
    assert 98 <= int(answer.headers["retry-after"]) <= 100
    assert int(answer.headers["x-ratelimit-reset"]) > NOW // 1000
