"""Invalid requests without a key, for public files and client settings, and to the authorizer: never a 5xx."""

import base64
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from crm.api.route import PUBLIC, Route
from crm.api.routes import ROUTES
from functions.authorize.app import handler as authorize
from functions.serve_site.app import handler as serve_site
from tests.support.gateway import build_http_event
from tests.support.thoroughness import part_of

CANARY = "canary-7f3a"
FILES = [route for route in ROUTES if route.access == PUBLIC and route.function == "serve_site"]
garbage = examples(
    max_examples=part_of(60, least=5),
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)

texts = st.text(st.characters(codec="utf-8"), max_size=30).map(lambda text: CANARY + text)
keys = st.sampled_from(["wk_", "sk_", "wk_" + "A" * 22, "sk_" + "A" * 43]) | texts
basic = st.binary(max_size=30).map(lambda raw: "Basic " + base64.b64encode(CANARY.encode() + raw).decode())
authorizations = st.sampled_from(["", "Basic", "Bearer ", "Basic =", "Basic é"]) | basic
authorizations |= st.builds("{} {}".format, st.sampled_from(["Bearer", "Basic", "bearer"]), keys)
headers = st.fixed_dictionaries(
    {},
    optional={
        "authorization": authorizations,
        "if-none-match": texts,
        "accept-encoding": texts | st.just("gzip"),
        "x-forwarded-proto": texts,
    },
)
queries = st.dictionaries(st.sampled_from(["writeKey", "x"]), keys, max_size=2) | texts


@pytest.mark.parametrize("route", FILES, ids=lambda route: route.key)
def test_a_public_route_refuses_garbage(
    table: object, capfd: pytest.CaptureFixture[str], route: Route
) -> None:
    @garbage
    @given(keys, headers, queries)
    def refused(key: str, sent: dict[str, str], query: Any) -> None:
        path = route.path.replace("{write_key}", quote(key, safe=""))
        event = build_http_event(route.method, path, headers=sent, query=query)
        assert serve_site(event, None)["statusCode"] in {200, 304, 401, 404}

    refused()
    assert CANARY not in "".join(capfd.readouterr())


def test_the_authorizer_passes_garbage_without_a_principal(
    table: object, capfd: pytest.CaptureFixture[str]
) -> None:
    @garbage
    @given(headers)
    def has_no_principal(sent: dict[str, str]) -> None:
        answer = authorize(build_http_event("GET", "/v1/profiles", headers=sent), None)
        assert answer["isAuthorized"] is True
        assert answer["context"]["problem"] in {"missing", "unknown"}

    has_no_principal()
    assert CANARY not in "".join(capfd.readouterr())
