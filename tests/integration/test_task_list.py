"""The tasks of all customers through the API: by assignee and due date, exact after merges and deletions."""

from typing import Any

import pytest

from crm.api.models.work import Tasks
from crm.domain.api_key import SYSTEM
from crm.services.editing import manual_merge, task_list
from tests.support.gateway import Client
from tests.support.staff import Staff, staff_of


def make(staff: Staff, profile_id: str, name: str, **fields: Any) -> str:
    answer = staff("POST", f"{profile_id}/tasks", {"name": name, **fields})
    assert answer.status == 201, answer.body
    return str(answer.body["id"])


def listed(client: Client, staff: Staff, **query: Any) -> list[str]:
    answer = client("GET", "/v1/tasks", key=staff.key, query=query)
    assert answer.status == 200, answer.body
    Tasks.model_validate(answer.body)
    return [task["name"] for task in answer.body["tasks"]]


def test_tasks_are_sorted_by_assignee_and_due_date(client: Client, staff: Staff) -> None:
    ada, bob = staff.new("ada@example.com")["id"], staff.new("bob@example.com")["id"]
    make(staff, ada, "grace, some day", assignee="grace")
    make(staff, bob, "grace, late", assignee="grace", due="2026-12-24")
    make(staff, ada, "grace, noon", assignee="grace", due="2026-12-01T12:00:00Z")
    make(staff, bob, "grace, all day", assignee="grace", due="2026-12-01")
    make(staff, bob, "alan", assignee="alan", status="in_progress")
    make(staff, bob, "whoever")
    make(staff, bob, "over", assignee="grace", status="done")
    of_grace = ["grace, all day", "grace, noon", "grace, late", "grace, some day"]
    assert listed(client, staff) == ["whoever", "alan", *of_grace]
    assert listed(client, staff, assignee="grace") == of_grace
    assert listed(client, staff, assignee="grace", status="done") == ["over"]
    assert listed(client, staff, status="in_progress") == ["alan"]
    assert listed(client, staff, assignee="grac") == []
    assert client("GET", "/v1/tasks", key=staff.key, query={"status": "late"}).status == 400


def test_changes_are_listed_immediately(client: Client, staff: Staff) -> None:
    ada = staff.new()["id"]
    path = f"{ada}/tasks/{make(staff, ada, 'Call', assignee='grace')}"
    staff("PATCH", path, {"assignee": "alan"})
    assert (listed(client, staff, assignee="grace"), listed(client, staff, assignee="alan")) == ([], ["Call"])
    staff("PATCH", path, {"status": "done"})
    assert (listed(client, staff), listed(client, staff, status="done")) == ([], ["Call"])
    staff("DELETE", path)
    assert listed(client, staff, status="done") == []


def test_tasks_are_listed_in_pages(client: Client, staff: Staff) -> None:
    ids = [staff.new(f"{number}@example.com")["id"] for number in range(3)]
    for number in range(7):
        make(staff, ids[number % 3], str(number), assignee="grace", due=f"2026-12-0{number + 1}")
    seen: list[str] = []
    query: dict[str, Any] = {"limit": 3, "assignee": "grace"}
    while query.get("cursor", "first") is not None:
        page = client("GET", "/v1/tasks", key=staff.key, query=query).body
        seen += [task["name"] for task in page["tasks"]]
        query["cursor"] = page["next_cursor"]
        assert len(page["tasks"]) == (3 if page["next_cursor"] else 1)
    assert seen == list("0123456")


def test_tasks_have_the_id_of_the_merged_profile(client: Client, staff: Staff) -> None:
    visitor = staff("POST", "", {"identities": {"anonymous_id": "a-1"}}).body["id"]
    customer = staff("POST", "", {"identities": {"user_id": "u-1"}}).body["id"]
    make(staff, visitor, "Call", due="2026-12-01")
    make(staff, customer, "Write")
    manual_merge.merge(visitor, [customer], SYSTEM, now=4_000_000_000_000)
    shown = client("GET", "/v1/tasks", key=staff.key).body["tasks"]
    assert [(task["name"], task["profile_id"]) for task in shown] == [("Call", visitor), ("Write", visitor)]


def test_tasks_of_deleted_customers_are_not_listed(client: Client, staff: Staff) -> None:
    ada = staff.new()["id"]
    make(staff, ada, "Call")
    staff("DELETE", ada)
    assert listed(client, staff) == []
    staff("POST", f"{ada}/restore")
    assert listed(client, staff) == ["Call"]


def test_a_limited_key_lists_only_tasks_of_its_own_customers(client: Client, staff: Staff) -> None:
    ada, bob = staff.new("ada@example.com", classes=["vip"])["id"], staff.new("bob@example.com")["id"]
    make(staff, ada, "Ada's")
    make(staff, bob, "Bob's")
    limited = staff_of(client, "vip")
    assert listed(client, staff) == ["Ada's", "Bob's"]
    assert listed(client, limited) == ["Ada's"]


def test_the_number_of_tasks_read_per_request_is_limited(
    client: Client, staff: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(task_list, "MAX_TASKS_READ", 3)
    monkeypatch.setattr(task_list, "_AT_ONCE", 2)
    bob, ada = staff.new("bob@example.com")["id"], staff.new("ada@example.com", classes=["vip"])["id"]
    for number in range(4):
        make(staff, bob, f"Bob's {number}", due="2026-12-01")
    make(staff, ada, "Ada's", due="2026-12-02")
    limited = staff_of(client, "vip")
    first = client("GET", "/v1/tasks", key=limited.key).body
    assert first["tasks"] == []
    second = client("GET", "/v1/tasks", key=limited.key, query={"cursor": first["next_cursor"]}).body
    assert [task["name"] for task in second["tasks"]] == ["Ada's"]
    assert second["next_cursor"] is None
