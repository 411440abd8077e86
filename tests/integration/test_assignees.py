"""The users with assigned tasks: each once, while a task is assigned, and only of tasks that the key may see."""

from random import Random
from typing import Any

import pytest

from crm.api.models.work import Assignees
from crm.services.access import api_keys
from crm.services.editing import task_list
from crm.storage import key_prefixes
from tests.support.gateway import Client
from tests.support.staff import Staff


def make(staff: Staff, profile_id: str, assignee: str | None, **fields: Any) -> str:
    answer = staff("POST", f"{profile_id}/tasks", {"name": "Call", "assignee": assignee, **fields})
    assert answer.status == 201, answer.body
    return f"{profile_id}/tasks/{answer.body['id']}"


def names(client: Client, key: str, **query: Any) -> list[str]:
    """Return the names of all pages."""
    found: list[str] = []
    more: dict[str, Any] = {}
    while True:
        answer = client("GET", "/v1/assignees", key=key, query=query | more)
        assert answer.status == 200, answer.body
        Assignees.model_validate(answer.body)
        page = [one["name"] for one in answer.body["assignees"]]
        assert len(page) <= query.get("limit", 200)
        found += page
        if answer.body["next_cursor"] is None:
            return found
        more = {"cursor": answer.body["next_cursor"]}


def agent(staff: Staff, *classes: str) -> str:
    return api_keys.create("agent", ["profiles:read"], classes=classes, now=0)[1]


def test_assignees_are_listed_once(client: Client, staff: Staff) -> None:
    ada, bob = staff.new("ada@example.com")["id"], staff.new("bob@example.com")["id"]
    assert names(client, staff.key) == []
    make(staff, ada, None)
    for status in ("open", "in_progress", "done", "cancelled"):
        make(staff, ada, status, status=status)
        make(staff, bob, "grace", status=status, due="2026-12-24")
    assert names(client, staff.key) == ["cancelled", "done", "grace", "in_progress", "open"]
    for limit in (1, 2, 5, 200):
        assert names(client, staff.key, limit=limit) == names(client, staff.key)


def test_an_assignee_without_tasks_is_not_listed(client: Client, staff: Staff) -> None:
    ada = staff.new("ada@example.com")["id"]
    first, second = make(staff, ada, "grace"), make(staff, ada, "grace")
    staff("PATCH", first, {"assignee": "alan"})
    assert names(client, staff.key) == ["alan", "grace"]
    staff("DELETE", second)
    assert names(client, staff.key) == ["alan"]
    staff("PATCH", first, {"assignee": None})
    assert names(client, staff.key) == []


def test_many_tasks_of_one_are_skipped(client: Client, staff: Staff, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(key_prefixes, "_PAGE", 2)
    ids = [staff.new(f"{number}@example.com")["id"] for number in range(4)]
    for number in range(24):
        make(staff, ids[number % 4], "grace" if number % 6 else "alan")
    make(staff, ids[0], "zoe")
    assert names(client, staff.key) == ["alan", "grace", "zoe"]
    assert names(client, staff.key, limit=1) == ["alan", "grace", "zoe"]


@pytest.mark.parametrize("read_at_most", [1_000, 3])
def test_a_limited_key_sees_those_of_its_own_customers(
    client: Client, staff: Staff, monkeypatch: pytest.MonkeyPatch, read_at_most: int
) -> None:
    monkeypatch.setattr(task_list, "MAX_TASKS_READ", read_at_most)
    gold, other = staff.new("ada@example.com")["id"], staff.new("bob@example.com")["id"]
    staff("PUT", f"{gold}/classes/gold")
    for number in range(6):
        make(staff, other, f"secret {number}")
        make(staff, gold, "grace", status="done" if number % 2 else "open")
        make(staff, other, "grace")
    make(staff, gold, "alan")
    make(staff, gold, "zoe")
    make(staff, gold, None)
    for limit in (1, 2, 200):
        assert names(client, agent(staff, "gold"), limit=limit) == ["alan", "grace", "zoe"]
    assert names(client, agent(staff, "silver")) == []
    assert len(names(client, staff.key)) == 9


@pytest.mark.parametrize("limit", ["0", "201", "-1", "x", "1e2"])
def test_the_limit_is_bounded(client: Client, staff: Staff, limit: str) -> None:
    answer = client("GET", "/v1/assignees", key=staff.key, query={"limit": limit})
    assert (answer.status, answer.body["details"]) == (400, {"parameter": "limit"})


def test_a_cursor_of_one_key_shows_another_no_more(client: Client, staff: Staff) -> None:
    """A cursor is opaque, and has the same form for all keys."""
    gold = staff.new("ada@example.com")["id"]
    staff("PUT", f"{gold}/classes/gold")
    for name in ("a", "b", "c"):
        make(staff, gold, name)
    of_all = client("GET", "/v1/assignees", key=staff.key, query={"limit": 1}).body["next_cursor"]
    of_agent = client("GET", "/v1/assignees", key=agent(staff, "gold"), query={"limit": 1}).body[
        "next_cursor"
    ]
    for key, cursor in ((agent(staff, "gold"), of_all), (staff.key, of_agent)):
        answer = client("GET", "/v1/assignees", key=key, query={"limit": 1, "cursor": cursor})
        assert (answer.status, [one["name"] for one in answer.body["assignees"]]) == (200, ["b"])


def test_any_name_is_listed(client: Client, staff: Staff) -> None:
    ada = staff.new("ada@example.com")["id"]
    sent = ["grace", "Grace", "Zoë", "李", "😀" * 50, "a~b", "a b", "a", "x" * 200, "~", "!"]
    shuffled = sent.copy()
    Random(1).shuffle(shuffled)
    for name in shuffled:
        make(staff, ada, name)
    assert names(client, staff.key) == sorted(sent, key=lambda name: name.encode())
    assert names(client, staff.key, limit=1) == names(client, staff.key)
