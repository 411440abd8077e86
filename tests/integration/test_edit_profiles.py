"""Edits of profiles through the API, and the errors of two users who edit the same version."""

from typing import Any

import pytest

from crm.storage.groups import count_group
from tests.support.staff import Send, Staff

UNKNOWN_PROFILE = "5d0f3bd4-0b4c-5d63-9d0e-4b3a2f0c7a11"


def test_a_change_sets_clears_adds_and_removes(staff: Staff) -> None:
    made = staff.new(
        tags=["VIP", "lead"], attributes={"city": "London", "zip": "W1"}, classes=["b2b"], responsible="grace"
    )
    answer = staff(
        "PATCH",
        made["id"],
        {
            "attributes": {"city": "Paris", "zip": None},
            "tags": {"add": ["fan"], "remove": ["LEAD", "unheard of"]},
            "classes": {"add": ["vip"], "remove": ["b2b"]},
            "consents": [{"channel": "sms", "state": "denied"}],
            "responsible": None,
        },
    )
    assert answer.status == 200
    changed = answer.body
    assert changed["attributes"] == {"city": "Paris", "email": "ada@example.com"}
    assert (changed["tags"], changed["classes"], changed["responsible"]) == (["fan", "VIP"], ["vip"], None)
    assert changed["consents"]["sms"]["state"] == "denied"
    assert staff.card(made["id"]) == changed
    assert (
        count_group("class", "b2b"),
        count_group("class", "vip"),
        count_group("responsible", "grace"),
    ) == (0, 1, 0)
    entry = staff.timeline(made["id"])[0]
    assert (entry["type"], entry["category"]) == ("profile.edited", "edits")
    assert entry["properties"] == {
        "attributes": {"city": {"from": "London", "to": "Paris"}, "zip": {"from": "W1", "to": None}},
        "responsible": {"from": "grace", "to": None},
        "tags": {"added": ["fan"], "removed": ["lead"]},
        "classes": {"added": ["vip"], "removed": ["b2b"]},
        "consents": {"sms": "denied"},
    }


@pytest.mark.parametrize(
    "body",
    [
        {"attributes": {"\ud800": 1}},
        {"attributes": {"name": ["\ud800"]}},
        {"identities": {"\ud800": "x"}},
        {"identities": {"user_id": "\ud800"}},
        {"tags": {"add": ["\ud800"], "remove": ["\ud800"]}},
        {"tags": {"remove": ["\ud800"]}},
        {"classes": {"remove": ["\ud800"]}},
        {"responsible": "\ud800"},
        {"consents": [{"channel": "email", "state": "granted", "source": "\ud800"}]},
        {"attributes": {"loyalty_points": 10**400}},
    ],
)
def test_values_that_cannot_be_stored_are_refused(staff: Staff, body: dict[str, Any]) -> None:
    made = staff.new()
    assert staff("PATCH", made["id"], body).status in {200, 400}
    assert staff.card(made["id"]) == made


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"attributes": {"city": "London", "company": None, "email": "ada@example.com"}},
        {"tags": {"add": ["vip"], "remove": ["unheard of"]}, "classes": {"remove": ["b2b"]}},
        {"identities": {"email": "ada@example.com"}},
    ],
)
def test_an_edit_without_changes_writes_nothing(staff: Staff, body: dict[str, Any]) -> None:
    made = staff.new(tags=["VIP"], attributes={"city": "London"})
    answer = staff("PATCH", made["id"], body)
    assert (answer.status, answer.body) == (200, made)
    assert len(staff.timeline(made["id"])) == 1


def test_a_profile_created_by_events_can_be_edited(staff: Staff, send: Send) -> None:
    send("identify", userId="u-1", anonymousId="a-1", traits={"city": "London", "shoe": 44})
    id_ = count_and_id(staff)
    changed = staff("PATCH", id_, {"attributes": {"city": "Paris", "shoe": None}}).body
    assert (changed["attributes"], changed["undeclared"]) == ({"city": "Paris"}, [])
    send("identify", userId="u-1", traits={"city": "Rome"})
    assert staff.card(id_)["attributes"] == {"city": "Rome"}


def count_and_id(staff: Staff) -> str:
    (listed,) = staff("GET").body["profiles"]
    return str(listed["id"])


@pytest.mark.parametrize(
    "body", [{"tags": {"add": ["x"], "remove": ["x"]}}, {"classes": {"add": ["X"]}}, {"tags": ["x"]}]
)
def test_wrong_changes_are_reported(staff: Staff, body: dict[str, Any]) -> None:
    made = staff.new()
    assert staff("PATCH", made["id"], body).status == 400
    assert staff.card(made["id"]) == made


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("PATCH", UNKNOWN_PROFILE),
        ("DELETE", UNKNOWN_PROFILE),
        ("POST", f"{UNKNOWN_PROFILE}/restore"),
        ("PATCH", "0"),
    ],
)
def test_an_unknown_profile_is_not_found(staff: Staff, method: str, path: str) -> None:
    answer = staff(method, path, {} if method == "PATCH" else None)
    assert (answer.status, answer.body["code"]) == (404, "not_found")


def test_an_edit_is_limited_in_size(staff: Staff) -> None:
    made = staff.new()
    consents = [
        {"channel": f"c{number}", "state": "granted", "proof": "\u4e2d" * 5000} for number in range(16)
    ]
    answer = staff("PATCH", made["id"], {"consents": consents})
    assert answer.status == 200
    consents = [one | {"proof": "\U0001f600" * 5000} for one in consents]
    answer = staff("PATCH", made["id"], {"consents": consents})
    assert (answer.status, answer.body["code"]) == (400, "too_large")


class TestVersions:
    def test_an_etag_is_good_for_one_change(self, staff: Staff) -> None:
        made = staff.new()
        etag = staff("GET", made["id"]).headers["etag"]
        first = staff("PATCH", made["id"], {"attributes": {"city": "Paris"}}, etag=etag)
        assert first.status == 200
        second = staff("PATCH", made["id"], {"attributes": {"city": "Rome"}}, etag=etag)
        assert (second.status, second.body["code"]) == (412, "version_conflict")
        assert f'"{second.body["details"]["etag"]}"' == first.headers["etag"]
        assert staff.card(made["id"]) == first.body
        assert staff("DELETE", made["id"], etag=etag).status == 412
        assert staff("DELETE", made["id"], etag=first.headers["etag"]).status == 204

    def test_the_etag_is_checked_even_without_a_change(self, staff: Staff) -> None:
        made = staff.new(attributes={"city": "Paris"})
        etag = staff("GET", made["id"]).headers["etag"]
        staff("PATCH", made["id"], {"attributes": {"zip": "1"}})
        assert staff("PATCH", made["id"], {"attributes": {"city": "Paris"}}, etag=etag).status == 412

    def test_new_activity_of_the_customer_changes_the_etag(self, staff: Staff, send: Send) -> None:
        made = staff.new()
        etag = staff("GET", made["id"]).headers["etag"]
        send("identify", userId="u-1", traits={"email": "ada@example.com"})
        assert staff("PATCH", made["id"], {"attributes": {"city": "Rome"}}, etag=etag).status == 412

    def test_an_asterisk_matches_any_version(self, staff: Staff) -> None:
        made = staff.new()
        assert staff("PATCH", made["id"], {"attributes": {"city": "Rome"}}, etag="*").status == 200

    def test_an_invalid_etag_is_refused(self, staff: Staff) -> None:
        answer = staff("PATCH", staff.new()["id"], {}, etag="yesterday's")
        assert (answer.status, answer.body["code"]) == (400, "invalid_if_match")
