"""Identities from edits: an email that a user enters on a profile belongs only to that customer."""

from typing import Any

import pytest

from crm.storage.profiles import count_profiles
from tests.support.gateway import Answer, Client
from tests.support.staff import Send, Staff
from tests.support.stream import Pump
from tests.support.thoroughness import part_of


def owner(staff: Staff, client: Client, type_: str, value: str) -> Answer:
    return client("GET", f"/v1/identities/{type_}/{value}", key=staff.key)


@pytest.mark.parametrize("number", range(part_of(3)))
@pytest.mark.parametrize(
    ("first", "given"),
    [
        ({"user_id": "u-{n}"}, {"attributes": {"email": "ada@example.com"}}),
        ({"email": "first-{n}@example.com"}, {"attributes": {"email": "ada@example.com"}}),
        ({"phone": "+4930123456{n}"}, {"attributes": {"email": "ada@example.com"}}),
        ({"anonymous_id": "a-{n}"}, {"attributes": {"email": "ada@example.com"}}),
        ({"anonymous_id": "a-{n}"}, {"identities": {"email": "ada@example.com", "user_id": "u-9"}}),
        (
            {"email": "first-{n}@example.com"},
            {"identities": {"email": "ada@example.com", "anonymous_id": "a-9"}},
        ),
    ],
)
def test_an_identity_added_by_hand_belongs_to_the_customer(
    staff: Staff, client: Client, pump: Pump, first: dict[str, str], given: dict[str, Any], number: int
) -> None:
    identities = {type_: value.format(n=number) for type_, value in first.items()}
    made = staff("POST", "", {"identities": identities, "tags": ["VIP"], "attributes": {"city": "Rome"}}).body
    answer = staff("PATCH", made["id"], given, etag=staff("GET", made["id"]).headers["etag"])
    assert answer.status == 200, answer.body
    changed = answer.body
    assert changed["id"] == made["id"]
    assert changed["kind"] == "recognised"
    assert changed["attributes"]["city"] == "Rome"
    assert changed["tags"] == ["VIP"]
    assert {"type": "email", "value": "ada@example.com"} in changed["identities"]
    assert len(changed["identities"]) == 1 + len(given.get("identities", {"email"}))
    assert owner(staff, client, "email", "ada@example.com").body == changed
    assert (count_profiles("recognised"), count_profiles("anonymous")) == (1, 0)
    entries = staff.timeline(made["id"])
    assert [entry["type"] for entry in entries] == ["profile.edited", "profile.created"]
    assert {"type": "email", "value": "ada@example.com"} in entries[0]["properties"]["identities"]
    pump()
    assert staff.card(made["id"]) == changed
    again = staff("PATCH", made["id"], {"attributes": {"zip": "1"}}, etag=answer.headers["etag"])
    assert again.status == 200


def test_events_of_an_added_identity_belong_to_the_customer(staff: Staff, send: Send) -> None:
    made = staff("POST", "", {"identities": {"anonymous_id": "a-1"}}).body
    staff("PATCH", made["id"], {"attributes": {"email": "ada@example.com"}})
    send("identify", anonymousId="a-2", traits={"email": "ada@example.com", "city": "Rome"})
    card = staff.card(made["id"])
    assert (card["id"], card["attributes"]["city"]) == (made["id"], "Rome")
    assert count_profiles("recognised") == 1


def test_an_identity_added_by_hand_overrides_earlier_events(staff: Staff, send: Send) -> None:
    made = staff("POST", "", {"identities": {"user_id": "u-1"}}).body
    staff("PATCH", made["id"], {"attributes": {"email": "ada@example.com"}})
    late = {"timestamp": "2020-01-01T00:00:00Z", "traits": {"email": "ada@example.com"}}
    send("identify", userId="u-2", **late)
    assert {"type": "email", "value": "ada@example.com"} in staff.card(made["id"])["identities"]


@pytest.mark.parametrize(
    "given", [{"attributes": {"email": "bob@example.com"}}, {"identities": {"email": "bob@example.com"}}]
)
def test_an_identity_of_another_customer_is_refused(staff: Staff, given: dict[str, Any]) -> None:
    bob, ada = staff.new("bob@example.com"), staff.new("ada@example.com")
    answer = staff("PATCH", ada["id"], given | {"tags": {"add": ["never"]}})
    assert (answer.status, answer.body["code"]) == (409, "identity_taken")
    assert answer.body["details"] == {"type": "email", "id": bob["id"]}
    assert staff.card(ada["id"]) == ada
    assert staff.card(bob["id"]) == bob


def test_an_unchanged_attribute_needs_no_lookup(staff: Staff, send: Send) -> None:
    """On a shared browser, the email in the traits of one customer is the identity of another."""
    bob = staff.new("bob@example.com")
    send("identify", userId="u-1", timestamp="2030-01-01T00:00:00Z", traits={"email": "bob@example.com"})
    bob = staff.card(bob["id"])
    answer = staff("PATCH", bob["id"], {"attributes": {"email": "bob@example.com", "city": "Rome"}})
    assert answer.status == 200


def test_a_cleared_email_still_identifies_the_customer(staff: Staff, client: Client) -> None:
    made = staff.new("ada@example.com")
    changed = staff("PATCH", made["id"], {"attributes": {"email": None}}).body
    assert changed["attributes"] == {}
    assert owner(staff, client, "email", "ada@example.com").body == changed


def test_more_identities_than_the_limit_can_be_added_by_hand(staff: Staff) -> None:
    made = staff.new("ada@example.com")
    for number in range(7):
        answer = staff("PATCH", made["id"], {"attributes": {"email": f"ada-{number}@example.com"}})
        assert answer.status == 200
    assert len(answer.body["identities"]) == 8
    assert count_profiles("recognised") == 1
