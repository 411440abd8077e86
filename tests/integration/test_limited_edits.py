"""A key that is limited to classes creates and changes customers of these classes, and cannot detect others."""

from typing import Any

import pytest

from crm.domain.api_key import SYSTEM
from crm.services.profiles import people
from crm.storage.groups import count_group
from tests.support.gateway import Client
from tests.support.staff import Staff, staff_of


@pytest.fixture
def limited(client: Client) -> Staff:
    return staff_of(client, "vip")


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PATCH", "", {"attributes": {"city": "Rome"}}),
        ("DELETE", "", None),
        ("DELETE", "?erase", None),
        ("POST", "/restore", None),
        ("PATCH", "/attributes", {"city": "Rome"}),
        ("PUT", "/tags/new", None),
        ("DELETE", "/tags/lead", None),
        ("PUT", "/classes/vip", None),
        ("DELETE", "/classes/b2b", None),
        ("PUT", "/responsible", {"user": "x"}),
        ("DELETE", "/responsible", None),
        ("POST", "/notes", {"text": "x"}),
        ("GET", "/notes", None),
        ("POST", "/tasks", {"name": "x"}),
        ("GET", "/tasks", None),
    ],
)
def test_other_customers_are_not_found_and_not_changed(
    staff: Staff, limited: Staff, method: str, path: str, body: Any
) -> None:
    other_profile = staff.new(tags=["lead"], classes=["b2b"], responsible="grace")
    query = {"erase": "true"} if path == "?erase" else {}
    answer = limited(method, other_profile["id"] + path.removesuffix("?erase"), body, **query)
    assert (answer.status, answer.body["code"]) == (404, "not_found")
    assert staff.card(other_profile["id"]) == other_profile
    assert len(staff.timeline(other_profile["id"])) == 1


def test_notes_of_other_customers_are_not_found(staff: Staff, limited: Staff) -> None:
    other_profile = staff.new()["id"]
    note = staff("POST", f"{other_profile}/notes", {"text": "x"}).body["id"]
    task = staff("POST", f"{other_profile}/tasks", {"name": "x"}).body["id"]
    for path in (f"{other_profile}/notes/{note}", f"{other_profile}/tasks/{task}"):
        assert limited("PATCH", path, {}).status == 404
        assert limited("DELETE", path).status == 404


def test_customers_are_created_in_the_class_of_the_key(limited: Staff) -> None:
    made = limited.new()
    assert made["classes"] == ["vip"]
    assert limited.card(made["id"]) == made
    assert count_group("class", "vip") == 1


def test_a_key_with_several_classes_must_name_one_to_create_a_customer(client: Client) -> None:
    limited = staff_of(client, "vip", "b2b")
    answer = limited("POST", "", {"identities": {"email": "ada@example.com"}})
    assert (answer.status, answer.body["details"]["errors"][0]["field"]) == (400, "classes")
    assert limited.new(classes=["b2b"])["classes"] == ["b2b"]


def test_classes_of_other_keys_can_be_neither_added_nor_removed(staff: Staff, limited: Staff) -> None:
    answer = limited("POST", "", {"identities": {"email": "ada@example.com"}, "classes": ["b2b"]})
    assert (answer.status, answer.body["code"]) == (400, "class_not_allowed")
    made = staff.new(classes=["vip", "b2b"])
    for method, path, body in (
        ("PUT", "/classes/other", None),
        ("DELETE", "/classes/b2b", None),
        ("PATCH", "", {"classes": {"add": ["other"]}}),
        ("PATCH", "", {"classes": {"remove": ["b2b"]}}),
    ):
        answer = limited(method, made["id"] + path, body)
        assert (answer.status, answer.body["code"]) == (400, "class_not_allowed")
    assert staff.card(made["id"]) == made


def test_a_customer_can_be_removed_from_the_class_of_the_key(staff: Staff, limited: Staff) -> None:
    made = limited.new()
    assert limited("DELETE", f"{made['id']}/classes/vip").status == 204
    assert limited("GET", made["id"]).status == 404
    assert staff.card(made["id"])["classes"] == []


def test_a_taken_identity_does_not_reveal_its_owner(staff: Staff, limited: Staff) -> None:
    other_profile = staff.new("bob@example.com")
    own = limited.new("ada@example.com")
    for method, path, body in (
        ("POST", "", {"identities": {"email": "bob@example.com"}}),
        ("PATCH", own["id"], {"attributes": {"email": "bob@example.com"}}),
        ("PATCH", own["id"], {"identities": {"email": "bob@example.com"}}),
    ):
        answer = limited(method, path, body)
        assert (answer.status, answer.body["code"]) == (409, "identity_taken")
        assert answer.body["details"] == {"type": "email"}
    assert (
        limited("POST", "", {"identities": {"email": "ada@example.com"}}).body["details"]["id"] == own["id"]
    )
    assert people.find(other_profile["id"], SYSTEM).id == other_profile["id"]


def test_customers_of_the_class_can_be_edited_and_deleted(limited: Staff) -> None:
    made = limited.new()
    assert (
        limited("PATCH", made["id"], {"attributes": {"city": "Rome"}, "tags": {"add": ["x"]}}).status == 200
    )
    assert limited("PUT", f"{made['id']}/responsible", {"user": "grace"}).status == 200
    assert limited("POST", f"{made['id']}/notes", {"text": "x"}).status == 201
    assert limited("DELETE", made["id"]).status == 204
    assert limited("POST", f"{made['id']}/restore").status == 200
