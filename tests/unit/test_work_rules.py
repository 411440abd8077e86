"""Notes and tasks: valid fields, changes, and the descriptions in the timeline."""

from typing import Any

import pytest

from crm.domain import notes_and_tasks as rules
from crm.domain.errors import InvalidInputError
from crm.domain.notes_and_tasks import NOTE, TASK
from crm.domain.work_fields import Work

NOW = 1_795_289_400_000
RANDOM = bytes.fromhex("0af1e2d3")


def task(**fields: Any) -> Work:
    return rules.new_work(TASK, {"name": "Call back", **fields}, NOW, RANDOM)


def test_a_task_is_open_and_normal_by_default() -> None:
    made = task()
    assert rules.fields_of(made) == {
        "name": "Call back",
        "description": None,
        "status": "open",
        "priority": "normal",
        "assignee": None,
        "due": None,
    }
    assert (made["version"], made["created_at"], made["updated_at"]) == (1, NOW, NOW)


def test_ids_are_ordered_by_time_and_have_a_prefix_by_kind() -> None:
    ids = [rules.new_work_id(TASK, NOW + ms, RANDOM) for ms in (0, 1, 1000, 10**9)]
    assert ids == sorted(ids)
    assert len(set(ids)) == 4
    assert all(rules.is_work_id(TASK, id_) and not rules.is_work_id(NOTE, id_) for id_ in ids)


@pytest.mark.parametrize(
    "text", ["", "task_", "task_1", "note_0123456789abcdef0123", "task_0123456789ABCDEF0123"]
)
def test_an_invalid_task_id_is_recognised(text: str) -> None:
    assert not rules.is_work_id(TASK, text)


@pytest.mark.parametrize(
    ("written", "due"),
    [
        ("2026-12-01", "2026-12-01"),
        (" 1.12.2026 ", "2026-12-01"),
        ("2026-12-01T09:00:00+01:00", "2026-12-01T08:00:00.000Z"),
        ("2026-12-01T09:00", "2026-12-01T09:00:00.000Z"),
        ("", None),
        (None, None),
    ],
)
def test_due_is_a_day_or_an_instant(written: str | None, due: str | None) -> None:
    assert task(due=written)["due"] == due


@pytest.mark.parametrize(
    ("kind", "fields", "named"),
    [
        (TASK, {"name": "  "}, "name"),
        (TASK, {"name": "Call\x00back"}, "name"),
        (TASK, {"name": "x" * 201}, "name"),
        (TASK, {"name": "Call", "due": "tomorrow"}, "due"),
        (TASK, {"name": "Call", "due": "31.2.2026"}, "due"),
        (TASK, {"name": "Call", "assignee": "x" * 201}, "assignee"),
        (TASK, {"name": "Call", "status": None}, "status"),
        (TASK, {"name": "Call", "description": "x" * 5001}, "description"),
        (NOTE, {"text": "", "author": "key:1"}, "text"),
        (NOTE, {"text": "\ud800", "author": "key:1"}, "text"),
        (NOTE, {"text": "Hello", "author": "\n"}, "author"),
    ],
)
def test_errors_are_reported_by_field(kind: str, fields: dict[str, Any], named: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        rules.new_work(kind, fields, NOW, RANDOM)
    assert refused.value.details == {"field": named}
    assert refused.value.message.startswith(named)


def test_names_are_one_line_and_descriptions_keep_lines() -> None:
    assert task(assignee="  Grace   Hopper ")["assignee"] == "Grace Hopper"
    assert task(description=" one\r\ntwo ")["description"] == "one\ntwo"


def test_a_change_makes_a_new_version_unless_nothing_differs() -> None:
    made = task(assignee="grace")
    assert rules.changed(made, {"assignee": " grace ", "status": "open"}, NOW + 1) is made
    after = rules.changed(made, {"status": "done", "assignee": None}, NOW + 1)
    assert (after["status"], after["assignee"], after["version"], after["updated_at"]) == (
        "done",
        None,
        2,
        NOW + 1,
    )
    assert after["created_at"] == made["created_at"]
    assert rules.etag(after) != rules.etag(made)


def test_the_timeline_has_values_before_and_after() -> None:
    made = task(due="2026-12-01")
    assert rules.describe_work(made) == {
        "id": made["id"],
        "name": "Call back",
        "status": "open",
        "priority": "normal",
        "due": "2026-12-01",
    }
    after = rules.changed(made, {"status": "done"}, NOW + 1)
    assert rules.describe_change(made, after) == {
        "id": made["id"],
        "name": "Call back",
        "changes": {"status": {"from": "open", "to": "done"}},
    }
    assert rules.describe_deletion(after) == {"id": made["id"], "name": "Call back"}


def test_a_deletion_keeps_no_content() -> None:
    made = rules.new_work(NOTE, {"text": "a secret", "author": "grace"}, NOW, RANDOM)
    deletion = rules.deleted(made, NOW + 1)
    assert deletion == {"kind": NOTE, "id": made["id"], "deleted": True, "version": 2, "updated_at": NOW + 1}
