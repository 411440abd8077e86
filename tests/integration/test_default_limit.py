"""A web or mobile source without its own limit has the deployment's default, shared by all containers."""

from collections.abc import Callable
from itertools import accumulate
from typing import TYPE_CHECKING, Any, NoReturn

import pytest
from botocore.exceptions import EndpointConnectionError

from crm.api.routes import ROUTES
from crm.domain.allowance import CREDIT, GOOD_MS, RENEWAL_MS
from crm.domain.source import Limit
from crm.domain.stored_record import to_record
from crm.services.access import sources
from crm.storage import definitions
from crm.storage import rate_limit as storage
from infra.cloudformation import read_template
from tests.support.containers import BEGIN, STEP_MS, Crowd
from tests.support.gateway import Client
from tests.support.stage import TABLE, Stage
from tests.support.template import of_type
from tests.support.thoroughness import part_of

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import Table

LIMIT = Limit(rate=100, burst=2_500, is_default=True)
MINUTE_S = 60


@pytest.fixture
def limited(set_environment: Callable[..., None], table: "Table") -> None:
    set_environment(DEFAULT_SOURCE_RATE="0.01", DEFAULT_SOURCE_BURST="3")


def largest_excess(crowd: Crowd) -> float:
    """Return the largest number of events in any interval above the number that the rate allows."""
    by_step: dict[int, int] = {}
    for at, events in crowd.let_in:
        by_step[at] = by_step.get(at, 0) + events
    steps = [
        by_step.get(at, 0) - crowd.limit.rate * STEP_MS / 1000 for at in range(BEGIN, crowd.now, STEP_MS)
    ]
    sums = [0.0, *accumulate(steps)]
    lowest = accumulate(sums, min)
    return max(total - low for total, low in zip(sums, lowest, strict=True))


def unreachable(*_: Any, **__: Any) -> NoReturn:
    raise EndpointConnectionError(endpoint_url="https://dynamodb.example")


class TestHeldByManyContainers:
    @pytest.mark.parametrize(("containers", "seed"), [(1, 1), (10, 2), (200, 3)])
    def test_a_flood_is_limited_to_the_default_rate(self, stage: Stage, containers: int, seed: int) -> None:
        crowd, seconds = Crowd(LIMIT, containers, seed=seed), part_of(MINUTE_S, least=10)
        crowd.send(rate=1_000, seconds=seconds)
        owed = CREDIT * crowd.started
        assert largest_excess(crowd) <= LIMIT.burst + LIMIT.rate * GOOD_MS / 1000 + owed
        allowed = LIMIT.burst + LIMIT.rate * seconds
        assert 0.8 * allowed <= crowd.total <= allowed + owed

    def test_a_burst_after_quiet_times_stays_within_the_stated_excess(self, stage: Stage) -> None:
        crowd = Crowd(LIMIT, 50)
        for _ in range(part_of(3)):
            crowd.send(rate=90, seconds=MINUTE_S)
            crowd.send(rate=3_000, seconds=part_of(20, least=5))
            crowd.send(rate=0, seconds=MINUTE_S)
        bound = LIMIT.burst + LIMIT.rate * GOOD_MS / 1000 + CREDIT * crowd.started
        assert largest_excess(crowd) <= bound

    def test_traffic_below_the_limit_is_accepted(self, stage: Stage) -> None:
        crowd = Crowd(LIMIT, 30)
        crowd.send(rate=80, seconds=10 * MINUTE_S, batch=20)
        assert crowd.total == crowd.sent

    def test_a_limit_of_a_large_site_is_spread_over_shards(self, stage: Stage) -> None:
        crowd = Crowd(Limit(rate=20_000, burst=50_000, is_default=True), 20)
        crowd.send(rate=15_000, seconds=5, batch=100)
        crowd.send(rate=60_000, seconds=20, batch=500)
        buckets = [pk for pk, _ in stage.store.tables[TABLE].items if pk.startswith("L#")]
        assert len(buckets) == 5
        allowed = 50_000 + 20_000 * 25
        assert 0.7 * allowed <= crowd.total <= allowed + CREDIT * crowd.started

    def test_the_last_allowance_applies_while_the_bucket_is_unavailable(
        self, stage: Stage, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        crowd = Crowd(LIMIT, 10)
        crowd.send(rate=90, seconds=MINUTE_S)
        monkeypatch.setattr(storage, "take_tokens", unreachable)
        before = crowd.total
        seconds = part_of(MINUTE_S, least=10)
        crowd.send(rate=5_000, seconds=seconds)
        most_held = 500 + CREDIT
        assert 0 < crowd.total - before <= crowd.size * most_held * (1 + seconds * 1000 // RENEWAL_MS)
        assert "RateLimitUnknown" in capsys.readouterr().out


class TestWhichLimitIsInForce:
    def test_a_source_without_a_limit_has_the_default_limit(
        self, limited: None, client: Client, api_key: Callable[..., str]
    ) -> None:
        key = api_key()
        shown = {
            kind: client("POST", "/v1/sources", {"name": "S", "kind": kind}, key=key).body
            for kind in ("web", "mobile", "server")
        }
        in_force = {
            kind: (one["rate_limit"], one["burst"], one["default_limit"]) for kind, one in shown.items()
        }
        assert in_force == {
            "web": (0.01, 3, True),
            "mobile": (0.01, 3, True),
            "server": (None, None, False),
        }

    def test_a_source_can_set_remove_and_restore_its_limit(
        self, limited: None, client: Client, api_key: Callable[..., str]
    ) -> None:
        key = api_key()
        made = client("POST", "/v1/sources", {"name": "S", "rate_limit": None}, key=key).body
        assert (made["rate_limit"], made["default_limit"]) == (None, False)

        def changed(rate_limit: Any) -> tuple[Any, bool]:
            body = client("PATCH", f"/v1/sources/{made['id']}", {"rate_limit": rate_limit}, key=key).body
            return body["rate_limit"], body["default_limit"]

        assert changed(7) == (7, False)
        assert changed("default") == (0.01, True)
        assert changed(None) == (None, False)
        assert client("GET", f"/v1/sources/{made['id']}", key=key).body["rate_limit"] is None
        wrong = client("PATCH", f"/v1/sources/{made['id']}", {"rate_limit": "much"}, key=key)
        assert (wrong.status, wrong.body["details"]["errors"][0]["field"]) == (400, "rate_limit")

    def test_a_source_of_the_previous_version_has_the_default_limit(self, limited: None) -> None:
        made = sources.create(name="Old", now=BEGIN)
        record = to_record(made)
        del record["unlimited"]  # as it was stored before there was a default
        definitions.put(sources.SOURCE, made.id, record)
        assert sources.limit_in_force(sources.get(made.id)) == Limit(rate=0.01, burst=3, is_default=True)

    def test_a_client_over_the_limit_gets_retry_after(self, limited: None, client: Client) -> None:
        made = sources.create(name="Fast", now=BEGIN)
        message = {"userId": "u", "event": "x", "writeKey": made.write_key}
        answers = [client("POST", "/v1/track", message) for _ in range(6)]
        assert [answer.status for answer in answers] == [200, 200, 200, 429, 429, 429]
        assert 90 <= int(answers[-1].headers["retry-after"]) <= 200
        assert answers[-1].body["code"] == "rate_limited"


def test_the_template_limits_the_cost_of_public_requests() -> None:
    parameters = read_template("template.yaml")["Parameters"]
    assert parameters["DefaultSourceRate"]["Default"] > 0
    assert parameters["FormVisitorRate"]["Default"] > 0
    assert parameters["RejectedMegabytesPerDay"]["Default"] > 0
    (api,) = of_type("AWS::Serverless::HttpApi").values()
    assert api["DefaultRouteSettings"] == {
        "ThrottlingRateLimit": "ApiRate",
        "ThrottlingBurstLimit": "ApiBurst",
    }
    rates = {key: found["ThrottlingRateLimit"] for key, found in api["RouteSettings"].items()}
    assert rates.pop("$default") == "TrackingRate", "preflights of browsers"
    visited = {
        "GET /tracker.js",
        "GET /tracker-extras.js",
        "GET /sourceConfig",
        "GET /v1/projects/{write_key}/settings",
    }
    visited |= {route.key for route in ROUTES if route.function == "track_events"}
    forms = {route.key for route in ROUTES if route.function == "capture_form"}
    assert rates == dict.fromkeys(visited, "TrackingRate") | dict.fromkeys(forms, "FormRate")
