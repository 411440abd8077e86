"""Invalid input to each route with an admin key: refused, never a 5xx, never logged."""

import re
from functools import cache
from itertools import cycle, islice
from typing import Any, NamedTuple
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from crm.api.route import Route
from crm.api.routes import ROUTES
from crm.services.access import api_keys
from tests.support.gateway import Client
from tests.support.shop import BEGIN, Shop
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


class Garbage(NamedTuple):
    """What to send: `id_` in each place of the path that has an id."""

    id_: str
    query: dict[str, str]
    headers: dict[str, str]
    body: Any


@cache
def drawn() -> list[Garbage]:
    """Draw garbage once for all routes: drawing takes longer than a request."""
    found: list[Garbage] = []

    @examples(max_examples=part_of(300, one_in=10), deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.builds(Garbage, texts, queries, headers, st.none() | bodies))
    def collect(garbage: Garbage) -> None:
        found.append(garbage)

    collect()
    return found


@pytest.mark.parametrize("route", GUARDED, ids=lambda route: route.key)
def test_garbage_is_refused(shop: Shop, capsys: pytest.CaptureFixture[str], route: Route) -> None:
    client, key = Client(), api_keys.create("test", ["admin"], now=BEGIN)[1]
    number = part_of(10, least=2)
    first = number * GUARDED.index(route)
    for id_, query, sent, body in islice(cycle(drawn()), first, first + number):
        path = re.sub(r"{\w+\+?}", quote(CANARY + id_, safe=""), route.path)
        answer = client(route.method, path, body, key=key, query=query, headers=sent)
        assert answer.status < 500
        if answer.status >= 400 and answer.body != NO_ROUTE:
            assert set(answer.body) == {"code", "message", "details"}
    assert CANARY not in capsys.readouterr().out
