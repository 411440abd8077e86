"""Write keys of the tracking API: the places where they are accepted, and keys that are refused."""

from typing import TYPE_CHECKING, Any

import pytest

from crm.domain.source import Source
from crm.services.access import sources
from tests.integration.test_track_events import TRACK, activities, basic, rejected
from tests.support.gateway import Client

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import Table


def test_the_write_key_is_accepted_in_header_body_and_query(client: Client, write_key: str) -> None:
    assert client("POST", "/v1/t", TRACK, headers={"authorization": basic(write_key)}).status == 200
    assert client("POST", "/v1/t", TRACK | {"writeKey": write_key}).status == 200
    assert client("POST", "/v1/t", TRACK, query={"writeKey": write_key}).status == 200


@pytest.mark.parametrize(
    "key",
    [
        None,
        "",
        "wk_BBBBBBBBBBBBBBBBBBBBBB",
        "sk_x",
        5,
        {"a": 1},
        ["wk_"],
        "wk_" + "x" * 5000,
        "wk_\x00",
        "wk_é",
    ],
)
def test_events_with_an_unknown_key_are_refused(
    client: Client, table: "Table", write_key: str, key: Any
) -> None:
    answer = client("POST", "/v1/t", {"event": "bad", "writeKey": key})
    assert (answer.status, answer.body["code"]) == (401, "unauthorized")
    assert not activities(table)
    assert not rejected(table)


@pytest.mark.parametrize("header", ["Basic", "Basic ===", "Basic /w==", "Bearer x", "basic " + "A" * 9000])
def test_an_invalid_authorization_header_is_refused(client: Client, table: "Table", header: str) -> None:
    assert client("POST", "/v1/t", TRACK, headers={"authorization": header}).status == 401


def test_events_of_a_disabled_source_are_refused(client: Client, source: Source, table: "Table") -> None:
    sources.update(source.id, {"enabled": False}, now=1)
    answer = client("POST", "/v1/t", TRACK | {"writeKey": source.write_key})
    assert (answer.status, answer.body["code"]) == (401, "source_disabled")
    assert not activities(table)


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        (None, 200),
        ("https://shop.example", 200),
        ("https://de.shop.example", 200),
        ("https://evil.example", 403),
        ("https://shop.example.evil.example", 403),
        ("http://shop.example", 403),
        ("null", 403),
    ],
)
def test_events_of_other_origins_are_refused(
    client: Client, source: Source, table: "Table", origin: str | None, status: int
) -> None:
    sources.update(source.id, {"allowed_origins": ["https://shop.example", "https://*.shop.example"]}, now=1)
    headers = {"origin": origin} if origin else {}
    answer = client("POST", "/v1/t", TRACK | {"writeKey": source.write_key}, headers=headers)
    assert answer.status == status
    assert len(activities(table)) == (status == 200)
    assert not [name for name in answer.headers if name.startswith("access-control")], "CORS is the gateway's"


@pytest.mark.parametrize("path", ["/sdk", "/api/public/apps", "/api/s", "/api/s/s2s"])
def test_paths_of_other_sdks_are_accepted(client: Client, write_key: str, table: "Table", path: str) -> None:
    by_header = {"X-Write-Key": f"{write_key}:secret"}
    assert client("POST", f"{path}/track", TRACK, headers=by_header).status == 200
    bare = {"authorization": write_key}
    assert client("POST", f"{path}/batch", {"batch": [TRACK | {"type": "track"}]}, headers=bare).status == 200
    assert len(activities(table)) == 1, "one message, whatever its path"
    assert client("POST", f"{path}/click", TRACK, headers=by_header).status == 404


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Write-Key": "wk_unknown"},
        {"X-Write-Key": ":"},
        {"authorization": "wk_unknown"},
        {"authorization": "Basic wk_unknown"},
        {"authorization": "Basic ////"},
        {"authorization": "Bearer"},
    ],
)
def test_an_unknown_key_is_refused_in_every_header(client: Client, headers: dict[str, str]) -> None:
    assert client("POST", "/api/s/track", TRACK, headers=headers).body["code"] == "unauthorized"


def test_the_plain_write_key_of_dittofeed_is_accepted(client: Client, write_key: str) -> None:
    for authorization in (f"Basic {write_key}", basic(write_key), write_key):
        headers = {"authorization": authorization}
        body = {"batch": [TRACK | {"type": "track"}]}
        assert client("POST", "/api/public/apps/batch", body, headers=headers).status == 200
