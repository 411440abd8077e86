"""The greatest costs of strangers' requests, counted by the meter of write and read units."""

import secrets
from collections.abc import Iterator
from typing import Any

import pytest

from crm.domain.errors import RateLimitedError
from crm.domain.identity import profile_id
from crm.domain.unsubscribe import UnsubscribeToken, seal
from crm.services.access import api_keys, sources
from crm.services.consents import link_secret, preference_centre
from crm.services.consents.preference_centre import GRANTS_AT_ONCE
from crm.services.definitions.lookup_cache import LookupCache
from crm.settings import settings
from tests.support.activities import email
from tests.support.gateway import build_http_event
from tests.support.stage import Stage, handler, on_stage
from tests.support.thoroughness import part_of

NOW = 1_795_289_400_000
JANE = email("jane@example.com")


@pytest.fixture
def stage() -> Iterator[Stage]:
    with on_stage() as stage:
        api_keys.clear_cache()
        link_secret.clear_cache()
        preference_centre.clear_cache()
        yield stage
    api_keys.clear_cache()
    link_secret.clear_cache()
    preference_centre.clear_cache()


def units(stage: Stage) -> tuple[float, float]:
    used = stage.meter.reset()
    return used.read, used.write


def ask(function: str, method: str, path: str, **more: Any) -> Any:
    return handler(function)(build_http_event(method, path, **more), None)


def write_key() -> str:
    return "wk_" + secrets.token_urlsafe(16)


def test_an_unknown_api_key_is_looked_up_once_a_minute(stage: Stage) -> None:
    stage.meter.reset()
    for _ in range(50):
        assert api_keys.authenticate("Bearer sk_" + "x" * 43) == "unknown"
    assert units(stage) == (1, 0)


def test_a_revoked_key_is_refused_although_unknown_keys_are_cached(stage: Stage) -> None:
    key, plain = api_keys.create("Reader", ["profiles:read"], now=NOW)
    assert not isinstance(api_keys.authenticate(f"Bearer {plain}"), str)
    api_keys.revoke(key.id, now=NOW)
    assert api_keys.authenticate(f"Bearer {plain}") == "revoked"


@pytest.mark.parametrize(
    ("function", "method", "path"),
    [
        ("serve_site", "GET", "/sourceConfig?writeKey={key}"),
        ("serve_site", "GET", "/v1/projects/{key}/settings"),
        ("track_events", "POST", "/v1/track?writeKey={key}"),
    ],
)
def test_an_unknown_write_key_costs_one_read_and_evicts_no_known_key(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, function: str, method: str, path: str
) -> None:
    number = part_of(1_200, one_in=10)
    monkeypatch.setattr(sources, "_cache", LookupCache(size=number * 5 // 6))

    def request(key: str) -> Any:
        place, _, query = path.format(key=key).partition("?")
        return ask(function, method, place, query=query or None, body="{}" if method == "POST" else None)

    known = stage.source.write_key
    sources.resolve_write_key(known)
    stage.meter.reset()
    for _ in range(number):
        request(write_key())
    assert units(stage) == (number, 0)
    request("wk_no")
    assert sources.resolve_write_key(known) == stage.source
    assert units(stage) == (0, 0)


@pytest.mark.parametrize(
    ("function", "path"),
    [("manage_access", "/no/such/route"), ("serve_site", "/tracker.js"), ("serve_site", "/openapi.json")],
)
def test_requests_without_customer_data_cost_nothing(stage: Stage, function: str, path: str) -> None:
    stage.meter.reset()
    ask(function, "GET", path)
    assert units(stage) == (0, 0)


def test_opening_a_valid_link_writes_nothing(stage: Stage) -> None:
    stage.send([{"type": "identify", "userId": "u-1", "traits": {"email": JANE.value}}])
    stage.project()
    link_secret.ensure()
    token = seal(
        UnsubscribeToken(profile_id(settings().identity_namespace, JANE), "email"),
        *link_secret.newest_secret(),
    )
    stage.meter.reset()
    assert ask("unsubscribe", "GET", f"/unsubscribe/{token}")["statusCode"] == 200
    assert units(stage)[1] == 0


def test_forged_links_cost_one_read_in_five_seconds_and_container(stage: Stage) -> None:
    stage.meter.reset()
    for number in range(1, 256):
        token = seal(
            UnsubscribeToken("6f1c1f0e-3a55-4c8b-9f0e-8f2c8a2f7d11", "email"), number, b"no secret of ours"
        )
        assert ask("unsubscribe", "GET", f"/unsubscribe/{token}")["statusCode"] == 404
    assert units(stage) == (1, 0)


def test_grants_by_links_are_limited_but_withdrawals_are_not(stage: Stage) -> None:
    stage.send([{"type": "identify", "userId": "u-1", "traits": {"email": JANE.value}}])
    stage.project()
    link = UnsubscribeToken(profile_id(settings().identity_namespace, JANE), "email")
    link_secret.ensure()
    token = seal(link, *link_secret.newest_secret())

    def grant() -> None:
        preference_centre.choose(
            preference_centre.open_link(token), shown={"email": False}, ticked={"email"}, now=NOW
        )

    def withdraw() -> None:
        preference_centre.unsubscribe(preference_centre.open_link(token), now=NOW)

    for _ in range(GRANTS_AT_ONCE):
        withdraw()
        grant()
    withdraw()
    with pytest.raises(RateLimitedError):
        grant()
    withdraw()
    page = preference_centre.preference_centre(preference_centre.open_link(token), now=NOW)
    assert [one.subscribed for one in page.subscriptions if one.key == "email"] == [False]
