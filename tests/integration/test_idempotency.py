"""`Idempotency-Key` through the API: a repeated request runs once, and has the same response."""

import os
import subprocess
import sys
from collections.abc import Callable
from fnmatch import fnmatch
from typing import TYPE_CHECKING, Any

import pytest

from crm.api.routes import ROUTES
from crm.services.access import api_keys, sources
from tests.support.gateway import Answer, Client
from tests.support.template import of_type

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import Table

KEY = {"Idempotency-Key": "0b4bb8f4-5b0e-4a6e-8a0e-0d2f1f6a7f10"}


def create(client: Client, key: str, **body: Any) -> Answer:
    return client("POST", "/v1/sources", {"name": "Shop", **body}, key=key, headers=KEY)


def test_a_repeated_request_is_executed_once_and_gets_the_same_response(client: Client, admin: str) -> None:
    first, second = create(client, admin), create(client, admin)
    assert first.status == second.status == 201
    assert second.body == first.body
    assert second.headers == first.headers | {"idempotent-replayed": "true"}
    assert "etag" in first.headers
    assert "idempotent-replayed" not in first.headers
    assert [source.id for source in sources.list_all()] == [first.body["id"]]


def test_requests_without_a_key_are_executed_each_time(client: Client, admin: str) -> None:
    for _ in range(2):
        assert client("POST", "/v1/sources", {"name": "Shop"}, key=admin).status == 201
    assert len(sources.list_all()) == 2


def test_an_idempotency_key_belongs_to_its_caller(
    client: Client, admin: str, api_key: Callable[..., str]
) -> None:
    assert create(client, admin).body["id"] != create(client, api_key("sources:write")).body["id"]


def test_an_idempotency_key_belongs_to_its_route(client: Client, admin: str) -> None:
    made = create(client, admin).body
    rotated = client("POST", f"/v1/sources/{made['id']}/rotate-key", {}, key=admin, headers=KEY)
    assert rotated.status == 200
    assert rotated.body["write_key"] != made["write_key"]
    again = client("POST", f"/v1/sources/{made['id']}/rotate-key", {}, key=admin, headers=KEY)
    assert again.body == rotated.body
    assert sources.get(made["id"]).write_key == rotated.body["write_key"]


def test_an_idempotency_key_with_another_request_is_refused(client: Client, admin: str) -> None:
    made, other = create(client, admin).body, sources.create(name="Other", now=1)
    refused = create(client, admin, kind="mobile")
    assert (refused.status, refused.body["code"]) == (409, "idempotency_key_reused")
    assert len(sources.list_all()) == 2
    first, elsewhere = (
        client("POST", f"/v1/sources/{id_}/rotate-key", key=admin, headers=KEY)
        for id_ in (made["id"], other.id)
    )
    assert (first.status, elsewhere.status) == (200, 409)
    assert sources.get(other.id) == other


def test_an_error_response_is_not_stored(client: Client, admin: str) -> None:
    assert create(client, admin, kind="desktop").status == 400
    assert create(client, admin, kind="mobile").status == 201
    missing = "/v1/sources/src_0123456789ab/rotate-key"
    assert client("POST", missing, key=admin, headers=KEY).status == 404
    assert client("POST", missing, key=admin, headers=KEY).status == 404


@pytest.mark.parametrize("key", ["", " ", "a b", "x" * 256, "schlüssel", "a\tb"])
def test_an_invalid_idempotency_key_is_refused(client: Client, admin: str, key: str) -> None:
    answer = client("POST", "/v1/sources", {"name": "Shop"}, key=admin, headers={"Idempotency-Key": key})
    assert (answer.status, answer.body["code"]) == (400, "invalid_idempotency_key")
    assert sources.list_all() == []


def test_other_methods_ignore_the_key(client: Client, admin: str) -> None:
    source = sources.create(name="Shop", now=1)
    for name in ("One", "Two"):
        changed = client("PATCH", f"/v1/sources/{source.id}", {"name": name}, key=admin, headers=KEY)
        assert (changed.status, changed.body["name"]) == (200, name)


def test_a_repeated_request_is_authorized_again(client: Client, admin: str) -> None:
    create(client, admin)
    api_keys.revoke(api_keys.list_all()[0].id, now=1)
    assert create(client, admin).status == 401


def test_a_response_with_a_secret_is_not_stored(client: Client, admin: str, table: "Table") -> None:
    body = {"name": "reports", "scopes": ["profiles:read"]}
    made = client("POST", "/v1/api-keys", body, key=admin, headers=KEY)
    again = client("POST", "/v1/api-keys", body, key=admin, headers=KEY)
    assert made.status == 201
    assert (again.status, again.body["code"]) == (409, "already_done")
    assert again.body["details"] == {"id": made.body["id"]}
    assert "it was secret" in again.body["message"]
    assert made.body["key"] not in str(table.scan()["Items"])
    assert len(api_keys.list_all()) == 2


def test_the_module_is_loaded_only_on_use() -> None:
    probe = (
        "import sys, functions.manage_access.app; sys.exit('crm.services.access.idempotency' in sys.modules)"
    )
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    subprocess.run([sys.executable, "-c", probe], check=True, env=environment)  # noqa: S603 - a program of ours


def test_every_repeatable_function_has_the_permissions() -> None:
    """A policy that names leading keys also names those of the idempotency records."""
    policies = {
        properties["CodeUri"].rstrip("/").rsplit("/", 1)[-1]: properties.get("Policies", [])
        for properties in of_type("AWS::Serverless::Function").values()
    }
    for route in (route for route in ROUTES if route.repeatable):
        allowed = policies[route.function]
        assert {"GetItem", "PutItem", "DeleteItem"} <= allowed_on("I#00", allowed), route.key
        if route.personal:
            assert {"GetItem", "PutItem", "ConditionCheckItem"} <= allowed_on("P#1", allowed), route.key


def allowed_on(partition: str, policies: list[Any]) -> set[str]:
    """Return the actions that a function's policy allows on items of a partition."""
    return {
        action.removeprefix("dynamodb:")
        for policy in policies
        for statement in policy["Statement"]
        if any(fnmatch(partition, pattern) for pattern in leading_keys(statement))
        for action in ([statement["Action"]] if isinstance(statement["Action"], str) else statement["Action"])
    }


def leading_keys(statement: dict[str, Any]) -> list[str]:
    """Return the patterns of the partitions of a statement."""
    resources = statement["Resource"] if isinstance(statement["Resource"], list) else [statement["Resource"]]
    if "Table.Outputs.Arn" not in resources:
        return []
    named = [keys["dynamodb:LeadingKeys"] for keys in statement.get("Condition", {}).values()]
    return named[0] if named else ["*"]
