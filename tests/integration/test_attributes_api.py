"""Declared attributes: created, changed and archived through the API."""

from typing import Any

import pytest

from crm.api.models.definitions import Attribute, AttributeList
from crm.domain.errors import VersionConflictError
from crm.domain.standard_attributes import STANDARD
from crm.services.definitions import attribute_changes, attributes
from tests.support.gateway import Client

SCOPES = ("definitions:read", "definitions:write")

SIZE: dict[str, Any] = {"name": "shoe_size", "type": "choice", "choices": ["S", "M"]}


@pytest.fixture
def declared(client: Client, key: str) -> dict[str, Any]:
    answer = client("POST", "/v1/attributes", SIZE, key=key)
    assert answer.status == 201
    return dict(answer.body)


def names(client: Client, key: str, **query: str) -> list[str]:
    answer = client("GET", "/v1/attributes", key=key, query=query)
    AttributeList.model_validate(answer.body)
    return [attribute["name"] for attribute in answer.body["attributes"]]


def test_the_standard_attributes_are_listed_from_the_beginning(client: Client, key: str) -> None:
    assert names(client, key) == list(STANDARD)
    email = client("GET", "/v1/attributes/email", key=key).body
    assert set(email) == set(Attribute.model_fields)
    assert (email["label"], email["format"], email["standard"]) == ("Email", "email", True)


def test_declared_attributes_are_listed_after_the_standard_ones(client: Client, key: str) -> None:
    for name in ("shoe_size", "favouriteColour", "plan/tier"):
        assert client("POST", "/v1/attributes", {"name": name}, key=key).status == 201
    assert names(client, key)[len(STANDARD) :] == ["favouriteColour", "plan/tier", "shoe_size"]
    assert client("GET", "/v1/attributes/plan%2Ftier", key=key).body["label"] == "Plan/tier"


def test_a_declared_attribute_is_returned(client: Client, key: str, declared: dict[str, Any]) -> None:
    Attribute.model_validate(declared)
    assert declared["label"] == "Shoe size"
    assert declared["choices"] == ["S", "M"]
    assert client("GET", "/v1/attributes/shoe_size", key=key).body == declared


@pytest.mark.parametrize("name", ["shoe_size", "email"])
def test_a_name_cannot_be_declared_twice(
    client: Client, key: str, declared: dict[str, Any], name: str
) -> None:
    answer = client("POST", "/v1/attributes", {"name": name}, key=key)
    assert (answer.status, answer.body["code"]) == (409, "attribute_exists")


def test_a_change_keeps_other_fields(client: Client, key: str, declared: dict[str, Any]) -> None:
    changed = client("PATCH", "/v1/attributes/shoe_size", {"label": "Size", "required": True}, key=key)
    assert changed.body == declared | {"label": "Size", "required": True, "version": 2}
    again = client("PATCH", "/v1/attributes/shoe_size", {"choices": ["L"]}, key=key)
    assert again.body == changed.body | {"choices": ["L"], "version": 3}
    assert client("PATCH", "/v1/attributes/shoe_size", {}, key=key).body == again.body


def test_a_changed_type_applies_to_existing_values(
    client: Client, key: str, declared: dict[str, Any]
) -> None:
    sent = {"shoe_size": "42"}
    assert attributes.typed_values(sent) == ({"shoe_size": "42"}, [])
    answer = client("PATCH", "/v1/attributes/shoe_size", {"type": "number"}, key=key)
    assert (answer.body["type"], answer.body["choices"]) == ("number", [])
    assert attributes.typed_values(sent) == ({"shoe_size": 42}, [])


def test_a_standard_attribute_can_be_relabelled(client: Client, key: str) -> None:
    answer = client("PATCH", "/v1/attributes/email", {"label": "E-Mail", "required": True}, key=key)
    assert answer.body["standard"]
    assert names(client, key) == list(STANDARD)
    assert client("GET", "/v1/attributes/email", key=key).body == answer.body
    refused = client("PATCH", "/v1/attributes/email", {"type": "number"}, key=key)
    assert (refused.status, refused.body["code"]) == (400, "standard_attribute")


@pytest.mark.parametrize("name", ["shoe_size", "fax"])
def test_an_archived_attribute_can_be_restored(
    client: Client, key: str, declared: dict[str, Any], name: str
) -> None:
    before = client("GET", f"/v1/attributes/{name}", key=key).body
    for _ in range(2):
        assert client("DELETE", f"/v1/attributes/{name}", key=key).status == 204
    assert name not in names(client, key)
    assert name in names(client, key, archived="true")
    assert client("GET", f"/v1/attributes/{name}", key=key).body["archived"]
    assert client("POST", "/v1/attributes", {"name": name}, key=key).status == 409
    back = client("PATCH", f"/v1/attributes/{name}", {"archived": False}, key=key)
    assert back.body == before | {"version": before["version"] + 2}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "name"),
        ({"name": ""}, "name"),
        ({"name": " x"}, "name"),
        ({"name": "firstName"}, "name"),
        ({"name": "x", "type": "colour"}, "type"),
        ({"name": "x", "type": "choice"}, "choices"),
        ({"name": "x", "choices": ["a"]}, "choices"),
        ({"name": "x", "label": ""}, "label"),
        ({"name": "x", "required": "yes"}, "required"),
        ({"name": "x", "format": "url"}, "format"),
        ({"name": "x", "standard": True}, "standard"),
        ({"name": "x", "archived": True}, "archived"),
    ],
)
def test_an_invalid_attribute_is_refused_with_its_field(
    client: Client, key: str, body: dict[str, Any], field: str
) -> None:
    answer = client("POST", "/v1/attributes", body, key=key)
    assert answer.status == 400
    assert field in str(answer.body["details"])


@pytest.mark.parametrize("name", ["nothing", "x" * 500, "%00", "%ED%A0%80"])
def test_an_unknown_attribute_is_not_found(client: Client, key: str, name: str) -> None:
    for method, body in (("GET", None), ("PATCH", {"label": "x"}), ("DELETE", None)):
        assert client(method, f"/v1/attributes/{name}", body, key=key).status == 404


def test_the_number_of_attributes_is_limited(
    client: Client, key: str, declared: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attribute_changes, "MAX_DECLARED", 1)
    answer = client("POST", "/v1/attributes", {"name": "one_more"}, key=key)
    assert (answer.status, answer.body["code"]) == (409, "too_many_attributes")


def test_concurrent_changes_conflict(declared: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("shoe_size", "email"):
        seen = attributes.get(name)
        attribute_changes.update(name, {"label": "First"})
        with monkeypatch.context() as patched:
            patched.setattr(attributes, "get", lambda _, seen=seen: seen)
            with pytest.raises(VersionConflictError):
                attribute_changes.update(name, {"label": "Second"})
