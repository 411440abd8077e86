"""The authorizer names the caller or the problem; the API decides."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from crm.domain.source import Source
from crm.services.access import api_keys
from functions.authorize.app import handler

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import Table

EVENT = json.loads((Path(__file__).parents[2] / "events/authorize.json").read_text())


def ask(authorization: str | None) -> dict[str, Any]:
    headers = {} if authorization is None else {"authorization": authorization}
    answer = handler(EVENT | {"headers": headers}, None)
    assert answer["isAuthorized"] is True
    context: dict[str, Any] = answer["context"]
    return context


def test_a_valid_key_returns_principal_and_scopes(api_key: Callable[..., str]) -> None:
    plain = api_key("profiles:read", "keys:write")
    (key,) = api_keys.list_all()
    named = {"principal": f"key:{key.id}", "scopes": "keys:write profiles:read"}
    assert ask(f"Bearer {plain}") == named
    assert ask(f"bearer   {plain} ") == named


def test_a_limited_key_returns_its_classes(table: "Table") -> None:
    key, plain = api_keys.create("shop", ["admin"], classes=["vip", "b2b"], now=1)
    named = {"principal": f"key:{key.id}", "scopes": "admin", "classes": "b2b vip"}
    assert ask(f"Bearer {plain}") == named


@pytest.mark.parametrize(
    ("authorization", "problem"),
    [
        (None, "missing"),
        ("", "missing"),
        ("Basic d2s6", "missing"),
        ("Bearer", "unknown"),
        ("Bearer sk_" + "A" * 43, "unknown"),
        ("Bearer sk_" + "A" * 44, "unknown"),
        ("Bearer \ud800", "unknown"),
        ("Bearer " + "x" * 9000, "unknown"),
    ],
)
def test_an_invalid_authorization_returns_its_problem(
    table: "Table", authorization: str | None, problem: str
) -> None:
    assert ask(authorization) == {"problem": problem}


def test_a_write_key_is_no_api_key(source: Source) -> None:
    assert ask(f"Bearer {source.write_key}") == {"problem": "unknown"}


def test_the_sample_event_is_handled(table: "Table") -> None:
    assert handler(EVENT, None) == {"isAuthorized": True, "context": {"problem": "unknown"}}


def test_a_revoked_key_is_refused_immediately(api_key: Callable[..., str]) -> None:
    plain = api_key()
    assert "principal" in ask(f"Bearer {plain}")
    api_keys.revoke(api_keys.list_all()[0].id, now=1)
    assert ask(f"Bearer {plain}") == {"problem": "revoked"}
