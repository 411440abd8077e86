"""Changes of notes and tasks: after merges, by two users at once, and with wrong clocks."""

from typing import Any

import pytest

from crm.api.models.work import Tasks
from crm.domain.activity import NOTE_ACTIVITY
from crm.domain.api_key import SYSTEM
from crm.domain.work_fields import Work
from crm.services.editing import append_edit, manual_merge
from crm.services.editing.append_edit import Edit
from crm.services.profiles import people
from crm.storage import work as stored
from crm.storage.work import StoredWork
from tests.support.staff import Send, Staff
from tests.support.stream import Pump

UNKNOWN_PROFILE = "5d0f3bd4-0b4c-5d63-9d0e-4b3a2f0c7a11"
UNKNOWN_TASK = "task_0123456789abcdef0123"


def tasks(staff: Staff, id_: str, **query: Any) -> list[dict[str, Any]]:
    answer = staff("GET", f"{id_}/tasks", **query)
    Tasks.model_validate(answer.body)
    return list(answer.body["tasks"])


def test_a_profile_has_the_notes_of_all_members(staff: Staff, send: Send) -> None:
    """A note of a visitor becomes a note of the customer after the sign-in, and is changed in the visitor's log."""
    send("page", anonymousId="a-1")
    visitor = staff("GET").body["profiles"][0]["id"]
    first = staff("POST", f"{visitor}/notes", {"text": "asked for a catalogue"}).body
    send("identify", userId="u-1", anonymousId="a-1")
    customer = staff.card(visitor)["id"]
    second = staff("POST", f"{customer}/notes", {"text": "got it"}).body
    assert customer != visitor
    listed = staff("GET", f"{customer}/notes").body["notes"]
    assert [note["text"] for note in listed] == ["got it", "asked for a catalogue"]
    assert {note["profile_id"] for note in listed} == {customer}

    staff("PATCH", f"{customer}/notes/{first['id']}", {"text": "wanted a catalogue"})
    staff("PATCH", f"{visitor}/notes/{second['id']}", {"text": "has it"})
    listed = staff("GET", f"{visitor}/notes").body["notes"]
    assert [note["text"] for note in listed] == ["has it", "wanted a catalogue"]
    assert [one["text"] for one in stored.work_on(visitor)] == ["wanted a catalogue"]
    assert {entry["profile_id"] for entry in staff.timeline(customer, category="notes")} == {
        customer,
        visitor,
    }


def test_an_unmerged_profile_gets_its_notes_back(staff: Staff) -> None:
    ada, bob = staff.new("ada@example.com")["id"], staff.new("bob@example.com")["id"]
    note = staff("POST", f"{ada}/notes", {"text": "Ada's"}).body
    staff("POST", f"{bob}/notes", {"text": "Bob's"})
    manual_merge.merge(bob, [ada], SYSTEM, now=1)
    staff("PATCH", f"{bob}/notes/{note['id']}", {"text": "still Ada's"})
    assert [one["text"] for one in staff("GET", f"{bob}/notes").body["notes"]] == ["Bob's", "still Ada's"]
    manual_merge.unmerge(bob, ada, SYSTEM, now=1)
    assert [one["text"] for one in staff("GET", f"{bob}/notes").body["notes"]] == ["Bob's"]
    assert [one["text"] for one in staff("GET", f"{ada}/notes").body["notes"]] == ["still Ada's"]


def test_the_stream_does_not_change_notes_and_tasks(staff: Staff, pump: Pump) -> None:
    id_ = staff.new()["id"]
    task = staff("POST", f"{id_}/tasks", {"name": "Call"}).body
    changed = staff("PATCH", f"{id_}/tasks/{task['id']}", {"status": "done"}).body
    pump()
    assert tasks(staff, id_) == [changed]
    assert len(staff.timeline(id_)) == 3


def test_an_outdated_etag_is_refused(staff: Staff) -> None:
    id_ = staff.new()["id"]
    made = staff("POST", f"{id_}/tasks", {"name": "Call"})
    path = f"{id_}/tasks/{made.body['id']}"
    assert staff("PATCH", path, {"status": "done"}, etag=made.headers["etag"]).status == 200
    late = staff("PATCH", path, {"status": "open"}, etag=made.headers["etag"])
    assert (late.status, late.body["code"]) == (412, "version_conflict")
    assert staff("DELETE", path, etag=made.headers["etag"]).status == 412
    assert staff("DELETE", path, etag=f'"{late.body["details"]["etag"]}"').status == 204


def test_concurrent_changes_of_different_fields_are_merged(
    staff: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another user changes another field between the read and the write."""
    id_ = staff.new()["id"]
    path = f"{id_}/tasks/" + staff("POST", f"{id_}/tasks", {"name": "Call"}).body["id"]
    interrupted: list[Staff] = []

    def find(profile_ids: list[str], work_id: str, find_work: Any = stored.find_work) -> StoredWork | None:
        held: StoredWork | None = find_work(profile_ids, work_id)
        if not interrupted:
            interrupted.append(staff)
            assert staff("PATCH", path, {"assignee": "alan"}).status == 200
        return held

    monkeypatch.setattr(stored, "find_work", find)
    changed = staff("PATCH", path, {"status": "done"}).body
    assert (changed["status"], changed["assignee"], changed["version"]) == ("done", "alan", 3)
    assert tasks(staff, id_) == [changed]


def test_a_change_is_later_than_its_previous_version_whatever_the_clock(staff: Staff) -> None:
    made = staff.new()
    ahead = 4_000_000_000_000
    held = people.find(made["id"], SYSTEM)
    note: Work = {
        "kind": "note",
        "id": "note_0123456789abcdef0123",
        "version": 1,
        "created_at": ahead,
        "updated_at": ahead,
        "text": "from the future",
        "author": "grace",
    }
    append_edit.apply(held, Edit(type=NOTE_ACTIVITY, effects={"work": note}), by="system", now=ahead)
    changed = staff("PATCH", f"{made['id']}/notes/{note['id']}", {"text": "from now"})
    assert changed.body["text"] == "from now"
    assert staff("GET", f"{made['id']}/notes").body["notes"] == [changed.body]


def test_tasks_of_a_deleted_customer_are_hidden_until_it_is_restored(staff: Staff) -> None:
    id_ = staff.new()["id"]
    task = staff("POST", f"{id_}/tasks", {"name": "Call"}).body
    staff("DELETE", id_)
    assert staff("GET", f"{id_}/tasks").status == 404
    staff("POST", f"{id_}/restore")
    assert tasks(staff, id_) == [task]
