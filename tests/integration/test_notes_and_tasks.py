"""Notes and tasks of a customer through the API."""

from typing import Any

import pytest

from crm.api.models.work import Note, Notes, Task, Tasks
from tests.support.gateway import Answer
from tests.support.staff import Staff

UNKNOWN_PROFILE = "5d0f3bd4-0b4c-5d63-9d0e-4b3a2f0c7a11"
UNKNOWN_TASK = "task_0123456789abcdef0123"


def exactly(model: type[Note] | type[Task], answer: Answer, status: int = 200) -> dict[str, Any]:
    assert answer.status == status, answer.body
    model.model_validate(answer.body)
    assert set(answer.body) == set(model.model_fields)
    return dict(answer.body)


def tasks(staff: Staff, id_: str, **query: Any) -> list[dict[str, Any]]:
    answer = staff("GET", f"{id_}/tasks", **query)
    Tasks.model_validate(answer.body)
    return list(answer.body["tasks"])


def test_a_note_is_created_changed_and_deleted(staff: Staff) -> None:
    id_ = staff.new()["id"]
    answer = staff("POST", f"{id_}/notes", {"text": " Likes tea "})
    note = exactly(Note, answer, 201)
    assert (note["text"], note["profile_id"], note["version"]) == ("Likes tea", id_, 1)
    assert note["author"].startswith("key:")
    assert answer.headers["etag"] == f'"{note["id"]}.1"'

    changed = exactly(
        Note, staff("PATCH", f"{id_}/notes/{note['id']}", {"text": "Likes coffee", "author": "grace"})
    )
    assert changed == note | {
        "text": "Likes coffee",
        "author": "grace",
        "author_name": None,
        "version": 2,
        "updated_at": changed["updated_at"],
    }
    listed = staff("GET", f"{id_}/notes")
    Notes.model_validate(listed.body)
    assert listed.body == {"notes": [changed], "next_cursor": None}

    assert staff("DELETE", f"{id_}/notes/{note['id']}").status == 204
    assert staff("GET", f"{id_}/notes").body["notes"] == []
    assert staff("PATCH", f"{id_}/notes/{note['id']}", {"text": "x"}).status == 404
    assert staff("DELETE", f"{id_}/notes/{note['id']}").status == 404


def test_changes_of_notes_are_in_the_timeline_but_are_no_activity_of_the_customer(staff: Staff) -> None:
    id_ = staff.new()["id"]
    note = staff("POST", f"{id_}/notes", {"text": "Likes tea", "author": "grace"}).body
    staff("PATCH", f"{id_}/notes/{note['id']}", {"text": "Likes coffee"})
    staff("PATCH", f"{id_}/notes/{note['id']}", {"text": "Likes coffee"})
    staff("DELETE", f"{id_}/notes/{note['id']}")
    entries = staff.timeline(id_, category="notes")
    assert [(entry["type"], entry["name"], entry["properties"]) for entry in entries] == [
        ("note", "deleted", {"id": note["id"]}),
        (
            "note",
            "changed",
            {"id": note["id"], "changes": {"text": {"from": "Likes tea", "to": "Likes coffee"}}},
        ),
        ("note", "added", {"id": note["id"], "text": "Likes tea", "author": "grace"}),
    ]
    card = staff.card(id_)
    assert (card["last_seen"], card["totals"]["activities"]) == (None, 0)


def test_a_task_is_created_completed_and_deleted(staff: Staff) -> None:
    id_ = staff.new()["id"]
    sent = {
        "name": "Call back",
        "assignee": "grace",
        "due": "1.12.2026",
        "priority": "high",
        "description": "twice",
    }
    task = exactly(Task, staff("POST", f"{id_}/tasks", sent), 201)
    assert (task["status"], task["priority"], task["due"]) == ("open", "high", "2026-12-01")
    changes = {"status": "done", "due": "2026-12-01T09:00:00+01:00", "description": None}
    changed = exactly(Task, staff("PATCH", f"{id_}/tasks/{task['id']}", changes))
    assert (changed["status"], changed["due"], changed["description"]) == (
        "done",
        "2026-12-01T08:00:00.000Z",
        None,
    )
    assert tasks(staff, id_) == [changed]
    assert staff("DELETE", f"{id_}/tasks/{task['id']}").status == 204
    assert tasks(staff, id_) == []
    names = [
        (entry["name"], entry["properties"].get("name")) for entry in staff.timeline(id_, category="notes")
    ]
    assert names == [("deleted", "Call back"), ("changed", "Call back"), ("added", "Call back")]


def test_tasks_are_filtered_by_status_and_assignee(staff: Staff) -> None:
    id_ = staff.new()["id"]
    for name, status, assignee in (("a", "open", "grace"), ("b", "done", "grace"), ("c", "open", "alan")):
        staff("POST", f"{id_}/tasks", {"name": name, "status": status, "assignee": assignee})
    assert [task["name"] for task in tasks(staff, id_)] == ["c", "b", "a"]
    assert [task["name"] for task in tasks(staff, id_, status="open")] == ["c", "a"]
    assert [task["name"] for task in tasks(staff, id_, assignee="grace", status="open")] == ["a"]
    assert staff("GET", f"{id_}/tasks", status="late").status == 400


def test_notes_are_listed_newest_first_in_pages(staff: Staff) -> None:
    id_ = staff.new()["id"]
    for number in range(5):
        staff("POST", f"{id_}/notes", {"text": str(number)})
    staff("POST", f"{id_}/tasks", {"name": "no note"})
    seen: list[str] = []
    query: dict[str, Any] = {"limit": 2}
    while query.get("cursor", "first") is not None:
        page = staff("GET", f"{id_}/notes", **query).body
        seen += [note["text"] for note in page["notes"]]
        query["cursor"] = page["next_cursor"]
    assert seen == ["4", "3", "2", "1", "0"]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("notes", {}),
        ("notes", {"text": ""}),
        ("notes", {"text": "  "}),
        ("notes", {"text": "x" * 5001}),
        ("notes", {"text": "\ud800"}),
        ("notes", {"text": "x", "author": ""}),
        ("notes", {"text": "x", "colour": "red"}),
        ("tasks", {}),
        ("tasks", {"name": " "}),
        ("tasks", {"name": "x", "due": "soon"}),
        ("tasks", {"name": "x", "status": "late"}),
        ("tasks", {"name": "x", "priority": None}),
    ],
)
def test_an_invalid_note_or_task_is_refused(staff: Staff, path: str, body: dict[str, Any]) -> None:
    id_ = staff.new()["id"]
    answer = staff("POST", f"{id_}/{path}", body)
    assert answer.status == 400
    assert staff("GET", f"{id_}/{path}").body[path] == []


@pytest.mark.parametrize(
    "path", ["notes/note_0123456789abcdef0123", f"tasks/{UNKNOWN_TASK}", "notes/1", f"notes/{UNKNOWN_TASK}"]
)
def test_an_unknown_note_or_task_is_not_found(staff: Staff, path: str) -> None:
    id_ = staff.new()["id"]
    for owner in (id_, UNKNOWN_PROFILE):
        assert staff("PATCH", f"{owner}/{path}", {}).status == 404
        assert staff("DELETE", f"{owner}/{path}").status == 404
    assert staff("GET", f"{UNKNOWN_PROFILE}/notes").status == 404
    assert staff("POST", f"{UNKNOWN_PROFILE}/tasks", {"name": "x"}).status == 404


def test_a_task_of_another_customer_is_not_found(staff: Staff) -> None:
    ada, bob = staff.new("ada@example.com")["id"], staff.new("bob@example.com")["id"]
    task = staff("POST", f"{ada}/tasks", {"name": "Call"}).body
    assert staff("PATCH", f"{bob}/tasks/{task['id']}", {"name": "x"}).status == 404
    assert tasks(staff, ada) == [task]
