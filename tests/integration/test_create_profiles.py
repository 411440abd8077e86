"""Creation of profiles through the API: with all parts, shown and counted at once."""

from typing import Any

import pytest

from crm.api.models.profiles import Profile
from crm.services.access import api_keys
from crm.services.definitions import tags
from crm.storage.groups import count_group
from crm.storage.orders import in_order
from crm.storage.profiles import count_profiles
from tests.support.gateway import Client
from tests.support.staff import Staff
from tests.support.stream import Pump

UNKNOWN_PROFILE = "5d0f3bd4-0b4c-5d63-9d0e-4b3a2f0c7a11"


def test_a_profile_can_be_created_with_all_fields(staff: Staff) -> None:
    answer = staff(
        "POST",
        "",
        {
            "identities": {"email": " Ada@Example.com ", "user_id": 4711},
            "attributes": {
                "first_name": "Ada",
                "birthday": "10.12.1985",
                "phone": "+49 30 1234567",
                "city": None,
            },
            "tags": ["VIP", "vip", "newsletter"],
            "consents": [{"channel": "email", "state": "granted", "proof": "Yes, please"}],
            "responsible": "grace@example.com",
            "classes": ["b2b"],
        },
    )
    assert answer.status == 201
    made = answer.body
    Profile.model_validate(made)
    assert set(made) == set(Profile.model_fields)
    assert made["kind"] == "recognised"
    assert made["attributes"] == {
        "birthday": "1985-12-10",
        "email": "ada@example.com",
        "first_name": "Ada",
        "phone": "+49301234567",
    }
    assert made["identities"] == [
        {"type": "user_id", "value": "4711"},
        {"type": "email", "value": "ada@example.com"},
        {"type": "phone", "value": "+49301234567"},
    ]
    assert made["tags"] == ["newsletter", "VIP"]
    assert (made["responsible"], made["classes"]) == ("grace@example.com", ["b2b"])
    assert made["consents"]["email"]["state"] == "granted"
    assert answer.headers["etag"] == f'"{made["members"][0]}.{made["version"]}"'
    assert staff.card(made["id"]) == made


def test_a_created_profile_is_counted_and_listed_immediately(staff: Staff) -> None:
    made = staff.new(classes=["b2b"], responsible="grace", attributes={"last_name": "Lovelace"})
    assert count_profiles("recognised") == 1
    assert (count_group("class", "b2b"), count_group("responsible", "grace")) == (1, 1)
    assert list(in_order("name", descending=False)) == [("lovelace", made["id"])]


def test_the_timeline_of_a_created_profile_names_the_key(staff: Staff) -> None:
    made = staff.new(tags=["VIP"], attributes={"city": "London"})
    (entry,) = staff.timeline(made["id"])
    assert (entry["type"], entry["category"]) == ("profile.created", "edits")
    assert entry["source"] == f"key:{api_keys.list_all()[0].id}"
    assert entry["properties"] == {
        "attributes": {"city": {"to": "London"}, "email": {"to": "ada@example.com"}},
        "tags": {"added": ["VIP"]},
        "identities": [{"type": "email", "value": "ada@example.com"}],
    }
    assert (made["last_seen"], made["totals"]["activities"]) == (None, 0)
    assert made["first_seen"] == entry["occurred_at"]


def test_the_stream_does_not_change_a_created_profile(staff: Staff, pump: Pump) -> None:
    made = staff.new(tags=["VIP"])
    pump()
    assert staff.card(made["id"]) == made


@pytest.mark.parametrize(
    "body",
    [
        {"identities": {"email": "ada@example.com"}},
        {"attributes": {"email": "ADA@example.com"}},
        {"identities": {"user_id": "u-9", "email": "ada@example.com"}},
        {"identities": {"email": "new@example.com", "anonymous_id": "a-1"}},
    ],
)
def test_an_identity_of_another_profile_is_refused(staff: Staff, body: dict[str, Any]) -> None:
    made = staff("POST", "", {"identities": {"email": "ada@example.com", "anonymous_id": "a-1"}}).body
    answer = staff("POST", "", {**body, "tags": ["never"]})
    assert (answer.status, answer.body["code"], answer.body["details"]["id"]) == (
        409,
        "identity_taken",
        made["id"],
    )
    assert len(staff.timeline(made["id"])) == 1
    assert count_profiles("recognised") == 1
    assert tags.all_tags() == []


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, ["identities"]),
        ({"attributes": {"first_name": "Ada"}}, ["identities"]),
        ({"identities": {"email": "ada"}}, ["identities.email"]),
        ({"identities": {"user_id": "undefined", "shoe": "44"}}, ["identities.user_id", "identities.shoe"]),
        ({"identities": {"user_id": True}}, ["identities.user_id", "identities.user_id"]),
        (
            {"attributes": {"email": "ada", "age": "old", "shoe": 44}},
            ["attributes.email", "attributes.age", "attributes.shoe"],
        ),
        ({"attributes": {"first_name": "\ud800"}}, ["attributes.first_name"]),
        ({"tags": ["", "x"]}, ["tags.0"]),
        ({"tags": ["a\nb\x00"]}, ["tags.add"]),
        ({"classes": ["Big Ones"]}, ["classes.0"]),
        ({"responsible": "\n"}, ["responsible"]),
        ({"consents": [{"channel": "email", "state": "perhaps"}]}, ["consents.0.state"]),
        (
            {"consents": [{"channel": "email", "state": "granted"}, {"channel": "email", "state": "denied"}]},
            ["consents.1"],
        ),
        ({"consents": [{"channel": "??", "state": "granted"}]}, ["consents.0.channel"]),
        ({"consents": [{"channel": "email", "state": "granted", "proof": "\ud800"}]}, ["consents.0.proof"]),
        ({"shoe": 44}, ["shoe"]),
    ],
)
def test_all_errors_are_reported_by_field(staff: Staff, body: dict[str, Any], fields: list[str]) -> None:
    answer = staff("POST", "", body)
    assert answer.status == 400, answer.body
    assert [error["field"] for error in answer.body["details"]["errors"]] == fields
    assert count_profiles("recognised") == 0


def test_a_repeated_request_creates_one_profile(client: Client, staff: Staff) -> None:
    body = {"identities": {"email": "ada@example.com"}}
    sent = {"idempotency-key": "7c1e"}
    first, again = (client("POST", "/v1/profiles", body, key=staff.key, headers=sent) for _ in range(2))
    assert (first.status, again.status) == (201, 201)
    assert first.body == again.body
    assert len(staff.timeline(first.body["id"])) == 1
