"""API keys: shown once, listed without secrets, revoked permanently."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from crm.api.models.access import ApiKeyList, Caller, CreatedApiKey
from crm.domain.api_key import Principal, key_digest
from crm.services.access import api_keys, key_uses
from crm.storage import key_uses as storage
from functions.manage_access.app import handler as manage_access
from tests.support.gateway import Client

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import Table


def create(client: Client, key: str, *scopes: str) -> dict[str, Any]:
    body: dict[str, Any] = client("POST", "/v1/api-keys", {"name": "reports", "scopes": scopes}, key=key).body
    return body


def test_a_key_is_shown_once_and_only_its_digest_is_kept(client: Client, admin: str, table: "Table") -> None:
    created = create(client, admin, "profiles:read")
    CreatedApiKey.model_validate(created)
    listed = client("GET", "/v1/api-keys", key=admin).body
    ApiKeyList.model_validate(listed)
    assert {name: value for name, value in created.items() if name != "key"} in listed["api_keys"]
    stored = str(table.scan()["Items"])
    assert created["key"] not in stored
    assert created["key"] not in str(listed)
    assert key_digest(created["key"]) not in str(listed)


def test_a_key_is_admitted_by_its_scopes(client: Client, admin: str) -> None:
    reader = create(client, admin, "sources:read")["key"]
    assert client("GET", "/v1/sources", key=reader).status == 200
    refused = client("POST", "/v1/sources", {"name": "Shop"}, key=reader)
    assert refused.status == 403
    assert refused.body["details"] == {"scope": "sources:write"}


def test_a_revoked_key_is_unauthorized_and_stays_listed(client: Client, admin: str) -> None:
    created = create(client, admin, "sources:read")
    assert client("GET", "/v1/sources", key=created["key"]).status == 200
    assert client("DELETE", f"/v1/api-keys/{created['id']}", key=admin).status == 204
    refused = client("GET", "/v1/sources", key=created["key"])
    assert refused.status == 401
    assert refused.body["details"] == {"problem": "revoked"}
    (listed,) = [
        key for key in client("GET", "/v1/api-keys", key=admin).body["api_keys"] if key["id"] == created["id"]
    ]
    assert listed["revoked"] is True
    assert client("DELETE", f"/v1/api-keys/{created['id']}", key=admin).status == 204


@pytest.mark.parametrize("id_", ["0123456789ab", "0", "nothing", "x" * 3000, "%F0%9F%98%80" * 12])
def test_an_unknown_key_cannot_be_revoked(client: Client, admin: str, id_: str) -> None:
    assert client("DELETE", f"/v1/api-keys/{id_}", key=admin).status == 404


def test_a_key_shows_who_created_and_who_revoked_it_and_when_it_was_used(client: Client, admin: str) -> None:
    admins_id = client("GET", "/v1/me", key=admin).body["id"]
    maker, unused = (create(client, admin, "keys:write", "sources:read") for _ in range(2))
    made = create(client, maker["key"], "sources:read")
    client("GET", "/v1/sources", key=made["key"])
    client("DELETE", f"/v1/api-keys/{made['id']}", key=maker["key"])
    client("DELETE", f"/v1/api-keys/{made['id']}", key=admin)
    listed = {key["id"]: key for key in client("GET", "/v1/api-keys", key=admin).body["api_keys"]}
    shown = listed[made["id"]]
    assert (shown["created_by"], shown["revoked_by"], shown["revoked"]) == (maker["id"], maker["id"], True)
    assert shown["last_used_at"] == listed[admins_id]["last_used_at"] == "2026-11-21T19:30:00.000Z"
    assert listed[maker["id"]]["created_by"] == admins_id
    assert (listed[admins_id]["created_by"], listed[admins_id]["revoked_by"]) == (None, None)
    assert listed[unused["id"]]["last_used_at"] is None


def test_a_use_is_recorded_once_an_hour_and_may_fail(table: "Table", monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[int] = []
    monkeypatch.setattr(storage, "store_use", lambda _, at: written.append(at))
    caller = Principal("key:0123456789ab", frozenset())
    for minute in range(0, 180, 5):
        key_uses.record_use(caller, now=minute * 60_000 + 1_795_289_400_000)
    assert [(at - written[0]) // 60_000 for at in written] == [0, 60, 120]

    def broken(*_: Any) -> None:
        raise RuntimeError("the table is away")

    monkeypatch.setattr(storage, "store_use", broken)
    key_uses.record_use(Principal("key:another", frozenset()), now=1)


def test_a_key_grants_only_its_own_scopes(client: Client, admin: str) -> None:
    granter = create(client, admin, "keys:write", "profiles:read")["key"]
    assert (
        client("POST", "/v1/api-keys", {"name": "r", "scopes": ["profiles:read"]}, key=granter).status == 201
    )
    refused = client("POST", "/v1/api-keys", {"name": "r", "scopes": ["profiles:read", "admin"]}, key=granter)
    assert refused.status == 403
    assert refused.body["details"] == {"missing": ["admin"]}


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"name": "reports"},
        {"name": "reports", "scopes": []},
        {"name": "reports", "scopes": ["everything"]},
        {"name": "reports", "scopes": "admin"},
        {"name": "", "scopes": ["admin"]},
        {"name": "reports", "scopes": ["admin"], "key": "sk_mine"},
    ],
)
def test_an_invalid_key_is_refused(client: Client, admin: str, body: dict[str, Any]) -> None:
    answer = client("POST", "/v1/api-keys", body, key=admin)
    assert (answer.status, answer.body["code"]) == (400, "invalid_request")


def test_the_first_admin_key_is_created_by_the_command(
    table: "Table", capsys: pytest.CaptureFixture[str]
) -> None:
    api_keys.main(["first", "admin"])
    plain = capsys.readouterr().out.strip()
    found = api_keys.authenticate(f"Bearer {plain}")
    assert not isinstance(found, str)
    assert found.scopes == {"admin"}
    assert [key.name for key in api_keys.list_all()] == ["first admin"]


def test_looking_up_keys_does_not_load_pynamodb() -> None:
    """The authorizer and `track_events` do not import it."""
    probe = "import sys, crm.services.access.api_keys, crm.services.access.sources; sys.exit('pynamodb' in sys.modules)"
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    subprocess.run([sys.executable, "-c", probe], check=True, env=environment)  # noqa: S603 - a program of ours


def test_a_key_can_be_limited_to_classes(client: Client, admin: str) -> None:
    body = {"name": "shop", "scopes": ["keys:write"], "classes": ["vip", "b2b", "vip"]}
    made = client("POST", "/v1/api-keys", body, key=admin)
    assert made.status == 201
    CreatedApiKey.model_validate(made.body)
    assert made.body["classes"] == ["b2b", "vip"]
    listed = client("GET", "/v1/api-keys", key=admin).body["api_keys"]
    assert [key["classes"] for key in listed] == [None, ["b2b", "vip"]]
    caller = api_keys.authenticate(f"Bearer {made.body['key']}")
    assert not isinstance(caller, str)
    assert caller.classes == frozenset({"b2b", "vip"})


@pytest.mark.parametrize(
    ("classes", "status"),
    [(["vip"], 201), (["b2b", "vip"], 201), (["vip", "press"], 403), (None, 403), (..., 403)],
)
def test_a_limited_key_creates_only_keys_of_its_classes(client: Client, classes: Any, status: int) -> None:
    _, limited = api_keys.create("limited", ["admin"], classes=["vip", "b2b"], now=1)
    body = {"name": "r", "scopes": ["profiles:read"]} | ({} if classes is ... else {"classes": classes})
    answer = client("POST", "/v1/api-keys", body, key=limited)
    assert answer.status == status
    if status == 403:
        assert answer.body["code"] == "forbidden"
        assert answer.body["details"] == {"classes": ["b2b", "vip"]}


@pytest.mark.parametrize("classes", [[], [""], ["VIP"], ["v ip"], "vip", [1], [f"c{n}" for n in range(51)]])
def test_invalid_classes_are_refused(client: Client, admin: str, classes: Any) -> None:
    body = {"name": "reports", "scopes": ["admin"], "classes": classes}
    answer = client("POST", "/v1/api-keys", body, key=admin)
    assert (answer.status, answer.body["code"]) == (400, "invalid_request")
    assert "classes" in str(answer.body["details"])


def test_a_limited_key_cannot_list_keys_and_sources(client: Client, admin: str) -> None:
    _, limited = api_keys.create("limited", ["admin"], classes=["vip"], now=1)
    made = client("POST", "/v1/sources", {"name": "Shop"}, key=admin).body
    for path in ("/v1/api-keys", "/v1/sources", f"/v1/sources/{made['id']}", "/v1/rejected"):
        refused = client("GET", path, key=limited)
        assert (refused.status, refused.body["code"]) == (403, "forbidden")
        assert "limited to classes" in refused.body["message"]


def test_a_key_reads_its_own_scopes_and_classes(client: Client, admin: str) -> None:
    body = {"name": "desk", "scopes": ["profiles:read", "jobs:read"], "classes": ["vip"]}
    made = client("POST", "/v1/api-keys", body, key=admin).body
    reported = client("GET", "/v1/me", key=made["key"]).body
    Caller.model_validate(reported)
    assert reported == {
        "id": made["id"],
        "name": "desk",
        "scopes": made["scopes"],
        "classes": ["vip"],
        "time_zone": "UTC",
        "processing_consent_required": False,
    }
    assert client("GET", "/v1/me", key=admin).body["classes"] is None
    assert client("GET", "/v1/me").status == 401


def test_the_sample_event_of_the_caller_is_handled(client: Client, admin: str) -> None:
    event = json.loads((Path(__file__).parents[2] / "events/manage_access_get_caller.json").read_text())
    id_ = client("GET", "/v1/me", key=admin).body["id"]
    event["requestContext"]["authorizer"]["lambda"]["principal"] = f"key:{id_}"
    assert json.loads(manage_access(event, None)["body"])["id"] == id_
    event["requestContext"]["authorizer"]["lambda"]["principal"] = "key:0123456789ab"
    assert manage_access(event, None)["statusCode"] == 404
