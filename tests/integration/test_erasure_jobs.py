"""The erasure job: started once, completed in spite of faults, and without personal data."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from crm.domain.activity import EDITED
from crm.domain.api_key import SYSTEM
from crm.domain.effect_fields import ATTRIBUTES
from crm.domain.errors import UnavailableError, VersionConflictError
from crm.domain.identity import Identity
from crm.domain.job import JOB_KINDS
from crm.domain.profile import ProfileState
from crm.domain.stamped import Stamped
from crm.domain.stored_profile import stored_bytes
from crm.services.editing import append_edit
from crm.services.editing.append_edit import Edit
from crm.services.jobs.deadline import Deadline
from crm.services.jobs.deliveries import JOB_ATTEMPTS
from crm.services.privacy import delete_person, erasure_job, erasure_scope
from crm.services.profiles import people
from crm.services.profiles.people import Person
from crm.services.projection.person_tree import ProfileStore
from crm.storage import job_queue
from crm.storage import jobs as storage
from crm.storage.idempotency_records import keep_with_person
from crm.storage.jobs import working_data
from crm.storage.profiles import ProfileTable
from functions.run_jobs import app as run_jobs
from tests.support.shop import EMAIL, ID, VALUES, Shop, profile, visit
from tests.support.template import of_type

ITEM_BYTES = 409_600
ROOM = 1_500
"""The bytes of an item beside the fold."""


@pytest.fixture
def begun(shop: Shop) -> dict[str, Any]:
    """Request an erasure, which then waits in its queue."""
    visit(shop)
    return dict(shop.ask_to_erase(profile(*ID)).body)


def test_a_second_erasure_of_a_person_returns_the_same_job(shop: Shop, begun: dict[str, Any]) -> None:
    again = shop.ask_to_erase(profile("email", EMAIL)).body
    assert again["id"] == begun["id"]
    shop.world.settle()
    assert shop.job(begun["id"])["state"] == "done"
    assert [job["id"] for job in shop.ask("GET", "jobs").body["jobs"]] == [begun["id"]]


def test_a_repeated_request_completes_an_erasure_after_a_crash(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    id_ = visit(shop)
    with monkeypatch.context() as patch:
        patch.setattr(job_queue, "send", lambda *_, **__: 1 / 0)
        with pytest.raises(AssertionError, match="never got through"):
            shop.ask_to_erase(id_)
    assert not shop.wire.queues.get("jobs")
    shop.ask_to_erase(id_)
    shop.world.settle()
    assert shop.traces() == []


def test_a_failing_job_is_reported_and_continues_when_it_is_redriven(
    shop: Shop, begun: dict[str, Any], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(*_: Any) -> None:
        raise UnavailableError(f"cannot delete what {EMAIL} said", retry_after=1)

    with monkeypatch.context() as patch:
        patch.setattr(delete_person, "delete_pieces", refuse)
        for attempt in range(1, JOB_ATTEMPTS + 1):
            assert shop.take_message("jobs", attempt=attempt)
            assert (shop.job(begun["id"])["state"] == "failed") == (attempt == JOB_ATTEMPTS)
    shown = shop.job(begun["id"])
    assert shown["error"] == {"code": "unexpected", "message": "UnavailableError in refuse"}
    assert "job failed" in (logged := capsys.readouterr().out)
    assert EMAIL not in logged
    shop.world.settle()
    assert (shop.job(begun["id"])["state"], shop.job(begun["id"])["error"]) == ("done", None)
    assert shop.traces() == []


def test_the_receipt_of_an_erasure_that_was_given_up_and_retried_is_complete(
    shop: Shop, begun: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any) -> None:
        raise UnavailableError("the table is not available", retry_after=1)

    with monkeypatch.context() as patch:
        patch.setattr(delete_person, "delete_pieces", refuse)
        for attempt in range(1, JOB_ATTEMPTS + 1):
            assert shop.take_message("jobs", attempt=attempt)
    given_up = shop.job(begun["id"])
    assert (given_up["state"], given_up["progress"]["done"]) == ("failed", 1)
    assert shop.ask("POST", f"jobs/{begun['id']}/retry").status == 200
    done = shop.job(begun["id"])
    assert (done["state"], done["counts"]) == ("done", given_up["counts"])
    assert done["counts"]["activities"] > 0


def test_an_erasure_shows_its_progress(shop: Shop, begun: dict[str, Any]) -> None:
    shop.take_message("jobs")
    running = shop.job(begun["id"])
    assert (running["state"], running["progress"]["done"], running["progress"]["total"]) == ("running", 2, 3)
    assert running["counts"]["profiles"] == 5


@pytest.mark.parametrize("step", ["count", "delete", "delete again"])
def test_an_erasure_of_the_previous_version_continues_with_its_step(
    shop: Shop, begun: dict[str, Any], step: str
) -> None:
    """That version stored the next step, without parts."""
    waiting = list(shop.wire.queues["jobs"])
    shop.take_message("jobs")
    names = [name for name in working_data(begun["id"]) if name.startswith("finished/")]
    storage.drop_parts(begun["id"], names)
    (job,) = storage.find([begun["id"]]).values()
    counts = {} if step == "count" else {"profiles": 5}
    storage.save(replace(job, step=step, parts=0, counts=counts, total=None if step == "count" else 5))
    shop.wire.queues["jobs"] = waiting
    late = {
        "pk": {"S": f"P#{profile(*ID)}"},
        "sk": {"S": "N#note_1"},
        "document": {"S": json.dumps({"text": EMAIL})},
    }
    shop.put(late | {"at": {"S": f"{job.subject['erased_at']:015d}#edit"}})
    shop.world.settle()
    done = shop.job(begun["id"])
    assert (done["state"], done["counts"]["profiles"]) == ("done", 5)
    assert shop.traces() == []


def test_a_conflict_while_marking_fails_the_attempt_only(
    shop: Shop, begun: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def lose(*_: Any) -> None:
        raise VersionConflictError("another process was faster")

    with monkeypatch.context() as patch:
        patch.setattr(erasure_job, "extend_marks", lose)
        assert shop.take_message("jobs") is True
    shop.world.settle()
    assert shop.job(begun["id"])["state"] == "done"


def test_every_kind_of_job_has_a_runner() -> None:
    assert set(run_jobs.KINDS) == set(JOB_KINDS)


def test_the_queue_gives_up_when_the_job_fails() -> None:
    queue = of_type("AWS::SQS::Queue")["JobQueue"]
    assert queue["RedrivePolicy"]["maxReceiveCount"] == JOB_ATTEMPTS + 1
    function = of_type("AWS::Serverless::Function")["RunJobs"]
    # A part of a process that died is retried as soon as that process cannot be running any more.
    assert function["Timeout"] < queue["VisibilityTimeout"] <= function["Timeout"] + 60
    assert job_queue.MAX_DELAY_S >= erasure_job.SETTLING_S > 60


def test_an_erasure_continues_in_the_next_process(
    shop: Shop, begun: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delete_person, "_CHUNK", 1)
    left = [60_000] * 3

    def deadline(_context: Any) -> Deadline:
        chances = iter([*left, 0])
        return Deadline(lambda: shop.clock.now, lambda: next(chances, 0))

    monkeypatch.setattr(run_jobs, "_deadline", deadline)
    processes = 0
    while shop.wire.queues["jobs"]:
        assert shop.take_message("jobs") is False
        shop.world.read_stream()
        processes += 1
        left.append(60_000)
    assert processes > 3
    assert shop.job(begun["id"])["state"] == "done"
    shop.world.settle()
    assert shop.traces() == []


def test_data_written_during_the_erasure_is_deleted_later(shop: Shop, begun: dict[str, Any]) -> None:
    shop.take_message("jobs")
    assert shop.job(begun["id"])["state"] == "running"
    id_ = profile(*ID)
    shop.wire.bucket.files[f"people/{id_}/late.json"] = json.dumps(VALUES).encode()
    until = ProfileTable().load([id_])[id_].erased_at or 0
    note = {"pk": {"S": f"P#{id_}"}, "sk": {"S": "N#note_1"}, "document": {"S": json.dumps({"text": EMAIL})}}
    shop.put(note | {"at": {"S": f"{until:015d}#edit"}})
    shop.world.settle()
    assert shop.job(begun["id"])["state"] == "done"
    assert shop.traces() == []


def test_an_edit_in_progress_is_erased_too(
    shop: Shop, begun: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    person = people.find(profile(*ID), SYSTEM)

    def mark_during_an_edit(store: ProfileStore, members: list[ProfileState], at: int) -> None:
        erasure_scope.mark(store, members, at)
        _append_edit(person, at + 1)
        shop.clock.now += 2

    monkeypatch.setattr("crm.services.privacy.erasure_job.mark", mark_during_an_edit)
    shop.world.settle()
    assert shop.traces([*VALUES, "Vigo-on-the-way"]) == []


def _append_edit(person: Person, at: int) -> None:
    edit = Edit(type=EDITED, effects={ATTRIBUTES: {"city": "Vigo-on-the-way"}})
    identity = person.root.identity or Identity("", "")
    ProfileTable().append([append_edit.edit_activity(identity, edit, by="key:1", at=at)])


def test_a_response_stored_after_the_erasure_is_dropped(shop: Shop, begun: dict[str, Any]) -> None:
    before = shop.clock.now
    shop.world.settle()
    keep_with_person(profile(*ID), "0" * 64, EMAIL.encode(), since=before, keep_until=before + 1000)
    assert shop.traces() == []


def test_a_finished_erasure_stores_only_ids_and_counts(shop: Shop, begun: dict[str, Any]) -> None:
    shop.take_message("jobs")
    assert working_data(begun["id"]) != {}
    shop.world.settle()
    (item,) = [item for item in shop.items() if item["pk"]["S"] == f"J#{begun['id']}"]
    assert item["sk"]["S"] == "JOB"
    (job,) = storage.find([begun["id"]]).values()
    assert set(job.subject) == {"profile_id", "profile_ids", "erased_at", "include", "left_out"}


def test_an_index_that_lists_an_erased_person_is_an_error(shop: Shop, begun: dict[str, Any]) -> None:
    shop.take_message("jobs")
    shop.world.read_stream()
    shop.put({"pk": {"S": f"P#{profile(*ID)}"}, "sk": {"S": "M#tag#1"}})
    assert shop.take_message("jobs") is True
    assert shop.job(begun["id"])["state"] == "running"


def test_the_largest_profile_can_be_erased(shop: Shop) -> None:
    id_ = visit(shop)
    held = ProfileTable().load([id_])[id_]
    (_, stamped) = next(iter(held.attributes.items()))
    held.attributes["essay"] = Stamped("x" * (ITEM_BYTES - stored_bytes(held) - ROOM), stamped.stamp)
    ProfileTable().save([held])
    assert shop.erase(id_)["state"] == "done"
    assert shop.traces() == []
