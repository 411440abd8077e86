"""Deletion and restoration of profiles through the API."""

from crm.api.models.jobs import Job
from crm.services.access import api_keys
from crm.storage.groups import count_group
from crm.storage.orders import in_order
from crm.storage.profiles import count_profiles
from tests.support.gateway import Client
from tests.support.staff import Send, Staff

UNKNOWN_PROFILE = "5d0f3bd4-0b4c-5d63-9d0e-4b3a2f0c7a11"


def test_a_deleted_profile_is_neither_listed_nor_counted(staff: Staff) -> None:
    made = staff.new(tags=["VIP"], classes=["b2b"])
    assert staff("DELETE", made["id"]).status == 204
    assert staff("GET", made["id"]).status == 404
    assert staff("PATCH", made["id"], {}).status == 404
    assert staff("DELETE", made["id"]).status == 404
    assert staff("GET").body["profiles"] == []
    assert (count_profiles("recognised"), count_group("class", "b2b")) == (0, 0)
    assert list(in_order("name", descending=False)) == []


def test_a_deleted_profile_can_be_restored(staff: Staff) -> None:
    made = staff.new(tags=["VIP"], classes=["b2b"], attributes={"city": "Rome"})
    staff("DELETE", made["id"])
    answer = staff("POST", f"{made['id']}/restore")
    assert answer.status == 200
    assert answer.body | {"version": 0} == made | {"version": 0}
    assert (count_profiles("recognised"), count_group("class", "b2b")) == (1, 1)
    types = [entry["type"] for entry in staff.timeline(made["id"])]
    assert types == ["profile.restored", "profile.deleted", "profile.created"]


def test_restoring_a_profile_that_is_not_deleted_changes_nothing(staff: Staff) -> None:
    made = staff.new()
    assert staff("POST", f"{made['id']}/restore").body == made
    assert len(staff.timeline(made["id"])) == 1


def test_a_deleted_customer_is_restored_by_new_activity(staff: Staff, send: Send) -> None:
    made = staff.new()
    staff("DELETE", made["id"])
    send("identify", userId="u-1", traits={"email": "ada@example.com"})
    assert made["id"] in staff.card(made["id"])["members"]
    assert count_profiles("recognised") == 1


def test_earlier_activity_restores_no_customer(staff: Staff, send: Send) -> None:
    made = staff.new()
    staff("DELETE", made["id"])
    send(
        "track",
        userId="u-2",
        event="Seen",
        timestamp="2020-01-01T00:00:00Z",
        context={"traits": {"email": "ada@example.com"}},
    )
    assert staff("GET", made["id"]).status == 404


def test_identities_of_a_deleted_profile_are_taken(staff: Staff) -> None:
    made = staff.new()
    staff("DELETE", made["id"])
    answer = staff("POST", "", {"identities": {"email": "ada@example.com"}})
    assert (answer.status, answer.body["details"]["id"]) == (409, made["id"])
    assert "restored" in answer.body["message"]


def test_a_deleted_profile_can_be_erased(staff: Staff, queue: dict[str, str]) -> None:
    made = staff.new()
    staff("DELETE", made["id"])
    assert staff("DELETE", made["id"], erase="true", etag='"another.1"').status == 412
    answer = staff("DELETE", made["id"], erase="true")
    assert answer.status == 202
    Job.model_validate(answer.body)
    assert staff("DELETE", made["id"], erase="perhaps").status == 400


def test_deleting_requires_an_own_scope(client: Client, staff: Staff) -> None:
    made = staff.new()
    writer = Staff(client, api_keys.create("writer", ["profiles:read", "profiles:write"], now=1)[1])
    assert writer("DELETE", made["id"]).status == 403
    assert writer("PATCH", made["id"], {}).status == 200
