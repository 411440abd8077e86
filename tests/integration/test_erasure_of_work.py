"""An erasure removes the person's data from the notes and tasks of related customers, in all lists."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from crm.domain.activity import Activity
from crm.domain.errors import VersionConflictError
from crm.storage import work
from crm.storage.activities import read_range
from tests.integration.test_erasure_of_related_profiles import assert_erased
from tests.support.copied_activities import ANN, END_OF_TIME, done, merged, unmerge
from tests.support.effects import effects_on
from tests.support.shop import EMAIL, Shop, profile


@pytest.fixture
def jane(shop: Shop) -> str:
    return shop.prepared(unmerged)


def unmerged(shop: Shop) -> str:
    id_ = merged(shop)
    unmerge(shop)
    return id_


def ann() -> str:
    return f"profiles/{profile(*ANN)}"


def create_task(shop: Shop, **fields: Any) -> Any:
    return done(shop, "POST", f"{ann()}/tasks", {"name": f"call {EMAIL}", **fields})


def test_notes_are_redacted_as_in_the_timeline(shop: Shop, jane: str) -> None:
    done(shop, "POST", f"{ann()}/notes", {"text": f"mistaken for {EMAIL}"})
    done(shop, "POST", f"{ann()}/notes", {"text": "likes tea"})
    job = shop.erase(jane)
    assert job["counts"]["notes_and_tasks_redacted"] == 1
    notes = shop.ask("GET", f"{ann()}/notes").body["notes"]
    assert [note["text"] for note in notes] == ["likes tea", "mistaken for [erased]"]
    assert_erased(shop)


def test_a_task_keeps_all_its_fields(shop: Shop, jane: str) -> None:
    create_task(shop, name=EMAIL, assignee=EMAIL, description="urgent", due="2026-12-01")
    shop.erase(jane)
    (of_ann,) = shop.ask("GET", f"{ann()}/tasks").body["tasks"]
    (of_all,) = shop.ask("GET", "tasks").body["tasks"]
    for task in (of_ann, of_all):
        assert (task["name"], task["assignee"], task["due"]) == ("[erased]", "[erased]", "2026-12-01")
    assert shop.ask("GET", "tasks", query={"assignee": EMAIL}).body["tasks"] == []
    assert_erased(shop)


def test_a_redacted_task_has_a_new_etag(shop: Shop, jane: str) -> None:
    made = shop.ask("POST", f"{ann()}/tasks", {"name": f"call {EMAIL}"})
    path, before = f"{ann()}/tasks/{made.body['id']}", made.headers["etag"]
    shop.erase(jane)
    assert shop.ask("PATCH", path, {"status": "done"}, headers={"if-match": before}).status == 412
    assert shop.ask("PATCH", path, {"status": "done"}).body["name"] == "call [erased]"
    assert_erased(shop)


def test_a_deleted_task_is_redacted(shop: Shop, jane: str) -> None:
    task = create_task(shop)
    assert shop.ask("DELETE", f"{ann()}/tasks/{task['id']}").status == 204
    shop.erase(jane)
    assert_erased(shop)


def test_a_change_in_progress_does_not_restore_the_email(shop: Shop, jane: str) -> None:
    task = create_task(shop)
    shop.ask_to_erase(jane)
    work.append_change(_done(shop, task["id"]), _held(task["id"]))
    shop.world.settle()
    assert_erased(shop)
    (shown,) = shop.ask("GET", f"{ann()}/tasks").body["tasks"]
    assert (shown["name"], shown["status"]) == ("call [erased]", "done")


def test_a_change_of_an_outdated_task_is_refused(shop: Shop, jane: str) -> None:
    task = create_task(shop)
    read, change = _held(task["id"]), _done(shop, task["id"])
    shop.erase(jane)
    with pytest.raises(VersionConflictError):
        work.append_change(change, read)
    assert_erased(shop)


def _held(task_id: str) -> work.StoredWork:
    held = work.find_work([profile(*ANN)], task_id)
    assert held is not None
    return held


def _done(shop: Shop, task_id: str) -> Activity:
    """Change a task that staff read before it was redacted."""
    (made,) = [a for a in read_range(profile(*ANN), 0, END_OF_TIME) if a.type == "task"]
    at = shop.clock.now + 1000
    effects = effects_on(work={**_held(task_id).work, "status": "done", "version": 2, "updated_at": at})
    return replace(
        made,
        message_id="edit:1",
        name="changed",
        effects=effects,
        original_at=at,
        occurred_at=at,
        received_at=at,
    )
