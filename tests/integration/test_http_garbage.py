"""Invalid input to each route with an admin key: refused, never a 5xx, never logged."""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from crm.api.route import Route
from crm.api.routes import ROUTES
from tests.support.gateway import Client
from tests.support.thoroughness import part_of

CANARY = "canary-7f3a"
GUARDED = [route for route in ROUTES if route.authorized]
NO_ROUTE = {"message": "Not Found"}
"""API Gateway's own response, here to an id with a slash."""
FIELDS = (
    "name",
    "kind",
    "allowed_origins",
    "enabled",
    "rate_limit",
    "burst",
    "scopes",
    "grace_seconds",
    CANARY,
)

texts = st.text(st.characters(codec="utf-8"), min_size=1, max_size=40)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | texts | st.just(CANARY),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)
bodies = (
    st.dictionaries(st.sampled_from(FIELDS), values, max_size=5) | values | texts | st.binary(max_size=40)
)
queries = st.dictionaries(
    st.sampled_from(["limit", "cursor", "kind", "order", "sort", "category", "from", "to", "day", "x"]),
    texts,
    max_size=4,
)
headers = st.dictionaries(
    st.sampled_from(["Idempotency-Key", "If-Match"]), texts | st.just("*") | st.just('"a.1"'), max_size=2
)


@pytest.mark.parametrize("route", GUARDED, ids=lambda route: route.key)
def test_garbage_is_refused(
    client: Client, api_key: Callable[..., str], capsys: pytest.CaptureFixture[str], route: Route
) -> None:
    key = api_key()

    @examples(max_examples=part_of(10, least=2), deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.data(), queries, headers, st.none() | bodies)
    def refused(data: st.DataObject, query: dict[str, str], sent: dict[str, str], body: Any) -> None:
        path = re.sub(r"{\w+\+?}", lambda _: quote(CANARY + data.draw(texts), safe=""), route.path)
        answer = client(route.method, path, body, key=key, query=query, headers=sent)
        assert answer.status < 500
        if answer.status >= 400 and answer.body != NO_ROUTE:
            assert set(answer.body) == {"code", "message", "details"}

    refused()
    assert CANARY not in capsys.readouterr().out
