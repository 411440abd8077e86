"""Webhooks through the API: created, changed, given a new secret, deleted."""

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from crm.api.models.webhooks import Webhook as WebhookModel
from crm.api.models.webhooks import WebhookList, WebhookWithSecret
from crm.domain.errors import VersionConflictError
from crm.domain.webhooks import rules
from crm.services.webhooks import registry
from functions.deliver_webhooks.app import handler as deliver
from functions.manage_webhooks.app import handler as manage
from tests.support.gateway import Client

SCOPES = ("webhooks:read", "webhooks:write", "profiles:read")

EVENTS = Path(__file__).parents[3] / "events"
NEW: dict[str, Any] = {"name": "Tool", "url": "https://tool.example/hooks"}
EVERYTHING = NEW | {
    "events": ["Profile Created", "Segment Entered"],
    "attributes": ["email"],
    "enabled": False,
}


@pytest.fixture
def created(client: Client, key: str) -> dict[str, Any]:
    answer = client("POST", "/v1/webhooks", NEW, key=key)
    assert answer.status == 201, answer.body
    return dict(answer.body)


def without_secret(body: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in body.items() if name != "secret"}


def test_a_webhook_can_be_created_with_a_name_and_a_url_only(
    client: Client, key: str, created: dict[str, Any]
) -> None:
    WebhookWithSecret.model_validate(created)
    assert (created["enabled"], created["version"], created["events"], created["segments"]) == (
        True,
        1,
        [],
        [],
    )
    prefix, _, random = created["secret"].partition("_")
    assert prefix == "whsec"
    assert 24 <= len(base64.b64decode(random)) <= 32


def test_all_fields_can_be_sent_at_once(client: Client, key: str) -> None:
    made = client("POST", "/v1/webhooks", EVERYTHING, key=key)
    assert {name: made.body[name] for name in EVERYTHING} == EVERYTHING


def test_a_secret_is_shown_once(client: Client, key: str, created: dict[str, Any]) -> None:
    path = f"/v1/webhooks/{created['id']}"
    read = client("GET", path, key=key)
    assert read.body == without_secret(created)
    WebhookModel.model_validate(read.body)
    listed = client("GET", "/v1/webhooks", key=key)
    WebhookList.model_validate(listed.body)
    assert listed.body == {"webhooks": [read.body]}
    changed = client("PATCH", path, {"name": "New"}, key=key)
    assert "secret" not in changed.body
    assert created["secret"] not in str([read, listed, changed])


def test_a_repeated_request_does_not_show_the_secret_again(client: Client, key: str) -> None:
    once = [client("POST", "/v1/webhooks", NEW, key=key, headers={"Idempotency-Key": "k"}) for _ in range(2)]
    assert [answer.status for answer in once] == [201, 409]
    assert once[1].body["code"] == "already_done"


def test_webhooks_are_listed_oldest_first(client: Client, key: str) -> None:
    for now, name in enumerate(["one", "two", "three"]):
        registry.create(now=now, **NEW | {"name": name})
    listed = client("GET", "/v1/webhooks", key=key).body["webhooks"]
    assert [webhook["name"] for webhook in listed] == ["one", "two", "three"]


def test_only_sent_fields_are_changed(client: Client, key: str, created: dict[str, Any]) -> None:
    path = f"/v1/webhooks/{created['id']}"
    changed = client("PATCH", path, {"events": ["Profile Erased"]}, key=key).body
    assert changed == without_secret(created) | {
        "events": ["Profile Erased"],
        "version": 2,
        "updated_at": changed["updated_at"],
    }
    assert client("PATCH", path, {"events": ["Profile Erased"]}, key=key).body == changed
    assert client("PATCH", path, {"events": []}, key=key).body["events"] == []


def test_an_outdated_etag_is_refused(client: Client, key: str, created: dict[str, Any]) -> None:
    path = f"/v1/webhooks/{created['id']}"
    read = client("GET", path, key=key).headers["etag"]
    assert read == f'"{created["id"]}.1"'
    assert client("PATCH", path, {"name": "First"}, key=key, headers={"If-Match": read}).status == 200
    for method, body in (("PATCH", {"name": "Second"}), ("DELETE", None)):
        refused = client(method, path, body, key=key, headers={"If-Match": read})
        assert (refused.status, refused.body["code"]) == (412, "version_conflict")
    assert client("GET", path, key=key).body["name"] == "First"


def test_concurrent_changes_conflict(table: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    webhook = registry.create(now=1, **NEW)
    monkeypatch.setattr(registry, "get", lambda _: webhook)
    registry.update(webhook.id, {"name": "First"}, now=2)
    with pytest.raises(VersionConflictError):
        registry.update(webhook.id, {"name": "Second"}, now=2)
    with pytest.raises(VersionConflictError):
        registry.rotate(webhook.id, now=2)


def test_a_rotated_secret_can_have_a_grace_period(client: Client, key: str, created: dict[str, Any]) -> None:
    path = f"/v1/webhooks/{created['id']}/rotate-secret"
    rotated = client("POST", path, {"grace_seconds": 60}, key=key)
    WebhookWithSecret.model_validate(rotated.body)
    assert rotated.body["secret"] != created["secret"]
    assert rotated.body["retires_at"] is not None
    webhook = registry.get(created["id"])
    assert webhook.secrets(webhook.updated_at) == (rotated.body["secret"], created["secret"])
    at_once = client("POST", path, key=key).body
    assert at_once["retires_at"] is None
    assert registry.get(created["id"]).secrets(0) == (at_once["secret"],)


def test_a_deleted_webhook_is_not_found(client: Client, key: str, created: dict[str, Any]) -> None:
    path = f"/v1/webhooks/{created['id']}"
    assert client("DELETE", path, key=key).status == 204
    for method in ("GET", "DELETE"):
        assert client(method, path, key=key).status == 404
    assert client("GET", "/v1/webhooks", key=key).body == {"webhooks": []}


@pytest.mark.parametrize("id_", ["whk_0123456789ab", "nothing", "x" * 3000, "%00", "a%2Fb"])
def test_an_unknown_webhook_is_not_found(client: Client, key: str, queue: Any, id_: str) -> None:
    path = f"/v1/webhooks/{id_}"
    asked = [("GET", path), ("PATCH", path), ("DELETE", path), ("GET", f"{path}/deliveries")]
    asked += [("POST", f"{path}/{verb}") for verb in ("rotate-secret", "test", "replay")]
    asked += [("POST", f"{path}/deliveries/dlv_1/replay")]
    assert {client(method, place, key=key).status for method, place in asked} == {404}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "name"),
        (NEW | {"name": " "}, "name"),
        (NEW | {"url": "http://tool.example"}, "url"),
        (NEW | {"url": "https://10.0.0.1/"}, "url"),
        (NEW | {"url": "https://user:secret@tool.example/"}, "url"),
        (NEW | {"events": ["Profile Sold"]}, "events"),
        (NEW | {"segments": [""]}, "segments"),
        (NEW | {"enabled": "yes"}, "enabled"),
        (NEW | {"secret": "whsec_mine"}, "secret"),
    ],
)
def test_an_invalid_webhook_is_refused_with_its_field(
    client: Client, key: str, body: dict[str, Any], field: str
) -> None:
    answer = client("POST", "/v1/webhooks", body, key=key)
    assert (answer.status, answer.body["code"]) == (400, "invalid_request")
    assert field in str(answer.body["details"])
    assert client("GET", "/v1/webhooks", key=key).body == {"webhooks": []}


def test_the_number_of_webhooks_is_limited(client: Client, key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "MAX_WEBHOOKS", 2)
    answers = [client("POST", "/v1/webhooks", NEW, key=key) for _ in range(3)]
    assert [answer.status for answer in answers] == [201, 201, 409]
    assert answers[2].body["code"] == "too_many_webhooks"


@pytest.mark.parametrize(
    ("sample", "status"),
    [
        ("create", 201),
        ("list", 200),
        ("update", 404),
        ("delete", 404),
        ("rotate_secret", 404),
        ("test", 404),
        ("list_deliveries", 404),
        ("replay_delivery", 404),
        ("replay_all", 404),
    ],
)
def test_sample_events_are_handled(table: Any, sample: str, status: int) -> None:
    event = json.loads((EVENTS / f"manage_webhooks_{sample}.json").read_text())
    assert manage(event, None)["statusCode"] == status


def test_the_sample_message_for_a_deleted_webhook_is_handled(table: Any) -> None:
    event = json.loads((EVENTS / "deliver_webhooks.json").read_text())
    assert deliver(event, None) == {"batchItemFailures": []}
