"""Sources through the API: created, changed, rotated, deleted, with the effects on their write keys."""

from typing import Any

import pytest

from crm.api.models.access import Source as SourceModel
from crm.domain.errors import VersionConflictError
from crm.domain.source import Source
from crm.services.access import sources
from tests.support.gateway import Client

SCOPES = ("sources:read", "sources:write")

MINUTE_MS = 60_000


@pytest.fixture
def created(client: Client, key: str) -> dict[str, Any]:
    body: dict[str, Any] = client("POST", "/v1/sources", {"name": "Shop"}, key=key).body
    return body


def test_a_source_can_be_created_with_a_name_only(client: Client, key: str) -> None:
    answer = client("POST", "/v1/sources", {"name": " Shop "}, key=key)
    assert answer.status == 201
    SourceModel.model_validate(answer.body)
    assert answer.body["name"] == "Shop"
    assert answer.body["kind"] == "web"
    assert answer.body["enabled"] is True
    assert answer.body["write_key"].startswith("wk_")
    found = sources.resolve_write_key(answer.body["write_key"])
    assert found is not None
    assert found.id == answer.body["id"]


def test_all_fields_can_be_sent_at_once(client: Client, key: str) -> None:
    wanted = {
        "name": "App",
        "kind": "mobile",
        "allowed_origins": ["https://a.example", "https://*.b.example"],
        "enabled": False,
        "rate_limit": 12.5,
        "burst": 100,
    }
    answer = client("POST", "/v1/sources", wanted, key=key)
    assert {name: answer.body[name] for name in wanted} == wanted
    assert client("GET", f"/v1/sources/{answer.body['id']}", key=key).body == answer.body | {"left_out": None}


def test_sources_are_listed_oldest_first(client: Client, key: str) -> None:
    names = ["one", "two", "three"]
    for now, name in enumerate(names):
        sources.create(name=name, now=now)
    listed = client("GET", "/v1/sources", key=key).body["sources"]
    assert [source["name"] for source in listed] == names


def test_only_sent_fields_are_changed(client: Client, key: str, created: dict[str, Any]) -> None:
    path = f"/v1/sources/{created['id']}"
    limited = client("PATCH", path, {"rate_limit": 5, "allowed_origins": ["https://A.example"]}, key=key).body
    assert limited["rate_limit"] == 5
    assert limited["allowed_origins"] == ["https://a.example"]
    assert limited["name"] == "Shop"
    assert limited["version"] == 2
    unlimited = client("PATCH", path, {"rate_limit": None}, key=key).body
    assert unlimited["rate_limit"] is None
    assert unlimited["allowed_origins"] == ["https://a.example"]


def test_an_update_without_changes_creates_no_version(
    client: Client, key: str, created: dict[str, Any]
) -> None:
    path = f"/v1/sources/{created['id']}"
    assert client("PATCH", path, {}, key=key).body == created
    assert client("PATCH", path, {"name": "Shop"}, key=key).body == created


def test_an_outdated_etag_is_refused(client: Client, key: str, created: dict[str, Any]) -> None:
    path = f"/v1/sources/{created['id']}"
    read = client("GET", path, key=key).headers["etag"]
    assert read == f'"{created["id"]}.1"'
    changed = client("PATCH", path, {"name": "First"}, key=key, headers={"If-Match": read})
    assert (changed.status, changed.headers["etag"]) == (200, f'"{created["id"]}.2"')
    refused = client("PATCH", path, {"name": "Second"}, key=key, headers={"If-Match": read})
    assert (refused.status, refused.body["code"]) == (412, "version_conflict")
    assert client("GET", path, key=key).body["name"] == "First"
    for expected in ("*", changed.headers["etag"]):
        assert client("PATCH", path, {}, key=key, headers={"If-Match": expected}).status == 200
    assert client("PATCH", path, {}, key=key, headers={"If-Match": "2"}).status == 400


def test_a_change_is_visible_to_tracking_immediately(
    client: Client, key: str, created: dict[str, Any]
) -> None:
    client("PATCH", f"/v1/sources/{created['id']}", {"enabled": False}, key=key)
    found = sources.resolve_write_key(created["write_key"])
    assert found is not None
    assert not found.enabled
    assert found == sources.get(created["id"])


def test_another_container_reads_the_change_within_a_minute(
    created: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert sources.resolve_write_key(created["write_key"])
    monkeypatch.setattr(sources._cache, "clear", lambda: None)
    sources.update(created["id"], {"enabled": False}, now=1)
    remembered = sources.resolve_write_key(created["write_key"])
    assert remembered
    assert remembered.enabled
    clock = sources._cache._clock() + 61
    monkeypatch.setattr(sources._cache, "_clock", lambda: clock)
    followed = sources.resolve_write_key(created["write_key"])
    assert followed
    assert not followed.enabled


def test_a_rotated_key_is_refused_immediately(client: Client, key: str, created: dict[str, Any]) -> None:
    rotated = client("POST", f"/v1/sources/{created['id']}/rotate-key", key=key)
    assert rotated.status == 200
    assert rotated.body["write_key"] != created["write_key"]
    assert rotated.body["retiring_key"] is None
    assert sources.resolve_write_key(created["write_key"]) is None
    assert sources.resolve_write_key(rotated.body["write_key"])


def test_a_rotated_key_can_have_a_grace_period(source: Source) -> None:
    rotated = sources.rotate(source.id, now=0, grace_seconds=60)
    assert rotated.retiring_key == source.write_key
    assert sources.resolve_write_key(source.write_key, now=MINUTE_MS - 1) == rotated
    assert sources.resolve_write_key(source.write_key, now=MINUTE_MS) is None
    again = sources.rotate(source.id, now=1, grace_seconds=60)
    assert sources.resolve_write_key(source.write_key, now=2) is None
    assert sources.resolve_write_key(rotated.write_key, now=2) == again


def test_a_change_keeps_the_grace_period(source: Source) -> None:
    rotated = sources.rotate(source.id, now=0, grace_seconds=60)
    changed = sources.update(source.id, {"name": "New"}, now=1)
    assert sources.resolve_write_key(source.write_key, now=2) == changed
    assert sources.resolve_write_key(rotated.write_key, now=2) == changed
    assert sources.resolve_write_key(source.write_key, now=MINUTE_MS) is None


def test_the_keys_of_a_deleted_source_are_refused(client: Client, key: str, created: dict[str, Any]) -> None:
    path = f"/v1/sources/{created['id']}"
    rotated = client("POST", f"{path}/rotate-key", {"grace_seconds": 60}, key=key).body
    deleted = client("DELETE", path, key=key)
    assert (deleted.status, deleted.body) == (204, "")
    assert client("GET", path, key=key).status == 404
    assert client("DELETE", path, key=key).status == 404
    for write_key in (created["write_key"], rotated["write_key"]):
        assert sources.resolve_write_key(write_key) is None


def test_concurrent_changes_conflict(source: Source, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "get", lambda _: source)
    sources.update(source.id, {"name": "First"}, now=1)
    with pytest.raises(VersionConflictError):
        sources.update(source.id, {"name": "Second"}, now=1)
    with pytest.raises(VersionConflictError):
        sources.delete(source.id)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "name"),
        ({"name": ""}, "name"),
        ({"name": "  "}, "name"),
        ({"name": "x" * 101}, "name"),
        ({"name": "Shop", "kind": "desktop"}, "kind"),
        ({"name": "Shop", "allowed_origins": "https://a.example"}, "allowed_origins"),
        ({"name": "Shop", "allowed_origins": ["a.example"]}, "allowed_origins"),
        ({"name": "Shop", "rate_limit": 0}, "rate_limit"),
        ({"name": "Shop", "rate_limit": "5"}, "rate_limit"),
        ({"name": "Shop", "burst": 1.5}, "burst"),
        ({"name": "Shop", "enabled": "yes"}, "enabled"),
        ({"name": "Shop", "write_key": "wk_mine"}, "write_key"),
    ],
)
def test_an_invalid_source_is_refused_with_its_field(
    client: Client, key: str, body: dict[str, Any], field: str
) -> None:
    answer = client("POST", "/v1/sources", body, key=key)
    assert answer.status == 400
    assert answer.body["code"] == "invalid_request"
    assert field in str(answer.body["details"])
    assert client("GET", "/v1/sources", key=key).body == {"sources": []}


@pytest.mark.parametrize("id_", ["src_0123456789ab", "nothing", "x" * 3000, "%00", "a%2Fb"])
def test_an_unknown_source_is_not_found(client: Client, key: str, id_: str) -> None:
    for method, body in (("GET", None), ("PATCH", {"enabled": False}), ("DELETE", None)):
        assert client(method, f"/v1/sources/{id_}", body, key=key).status == 404


def test_the_grace_period_is_limited(client: Client, key: str, created: dict[str, Any]) -> None:
    path = f"/v1/sources/{created['id']}/rotate-key"
    assert client("POST", path, {"grace_seconds": 30 * 86_400 + 1}, key=key).status == 400
    assert client("POST", path, {"grace_seconds": -1}, key=key).status == 400


@pytest.mark.parametrize("write_key", ["", "wk_", "wk_" + "A" * 22, "wk_" + "A" * 5000, "sk_" + "A" * 43])
def test_an_unknown_write_key_is_refused(source: Source, write_key: str) -> None:
    assert sources.resolve_write_key(write_key) is None
