"""Jobs through the API: listed newest first in pages for keys that may read them, cancelled and retried."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Any

import pytest

from crm.api.models.jobs import Job as JobModel
from crm.api.models.jobs import JobPage
from crm.domain.job import (
    CANCELLED,
    DONE,
    ERASE,
    FAILED,
    IMPORT,
    QUEUED,
    RUNNING,
    Job,
    done,
    failed,
    running,
)
from crm.services.access import api_keys
from crm.storage import jobs as storage
from tests.support.gateway import Answer
from tests.support.shop import Shop, profile, visit

SECOND = 1000


@pytest.fixture
def jobs(shop: Shop) -> dict[str, str]:
    """Store four jobs, one in each state, started in turn by two keys; return their ids by state."""
    begun = [_start(shop, number) for number in range(4)]
    storage.save(running(begun[1], shop.clock.now + SECOND))
    storage.save(
        done(running(begun[2], shop.clock.now, total=7), shop.clock.now + 9 * SECOND, {"profile_id": "p"})
    )
    storage.save(failed(begun[3], shop.clock.now, {"code": "unexpected", "message": "KeyError in _read"}))
    return dict(zip((QUEUED, RUNNING, DONE, FAILED), (job.id for job in begun), strict=True))


def _start(shop: Shop, number: int) -> Job:
    at = shop.clock.now + number * SECOND
    return storage.create(
        Job(
            id=f"00000000-0000-0000-0000-00000000000{number}",
            kind=ERASE,
            subject={},
            started_by=f"key:{number % 2}",
            created_at=at,
            updated_at=at,
        )
    )


def listed(shop: Shop, **query: Any) -> list[str]:
    page = shop.ask("GET", "jobs", query=query)
    JobPage.model_validate(page.body)
    return [job["state"] for job in page.body["jobs"]]


def test_jobs_are_listed_newest_first(shop: Shop, jobs: dict[str, str]) -> None:
    assert listed(shop) == [FAILED, DONE, RUNNING, QUEUED]
    assert listed(shop, kind=ERASE) == [FAILED, DONE, RUNNING, QUEUED]


@pytest.mark.parametrize("state", [QUEUED, RUNNING, DONE, FAILED])
def test_jobs_can_be_listed_by_state(shop: Shop, jobs: dict[str, str], state: str) -> None:
    assert listed(shop, state=state) == [state]


def test_pages_of_jobs_are_complete_and_in_order(shop: Shop, jobs: dict[str, str]) -> None:
    seen: list[str] = []
    cursor = ""
    while cursor is not None:
        page = shop.ask("GET", "jobs", query={"limit": 1, "cursor": cursor}).body
        assert len(page["jobs"]) == 1
        seen += [job["id"] for job in page["jobs"]]
        cursor = page["next_cursor"]
    assert seen == [jobs[state] for state in (FAILED, DONE, RUNNING, QUEUED)]


def test_a_job_shows_its_progress_and_its_result(shop: Shop, jobs: dict[str, str]) -> None:
    shown = {state: shop.ask("GET", f"jobs/{id_}").body for state, id_ in jobs.items()}
    for answer in shown.values():
        JobModel.model_validate(answer)
    assert shown[QUEUED]["progress"] == {"done": 0, "total": None, "seconds_left": None}
    assert shown[DONE]["progress"] == {"done": 7, "total": 7, "seconds_left": None}
    assert (shown[DONE]["result"], shown[DONE]["error"]) == ({"profile_id": "p"}, None)
    assert shown[DONE]["finished_at"] > shown[DONE]["created_at"]
    assert shown[FAILED]["error"] == {"code": "unexpected", "message": "KeyError in _read"}
    assert (shown[RUNNING]["finished_at"], shown[RUNNING]["result"]) == (None, None)


def test_a_limited_key_lists_only_its_own_jobs(shop: Shop) -> None:
    id_ = visit(shop)
    shop.ask("PUT", f"profiles/{id_}/classes/b2b")
    key = api_keys.create("seller", ["profiles:delete", "jobs:read"], classes=["b2b"], now=1)[1]

    def ask(method: str, path: str, **more: Any) -> Answer:
        return shop.world.request(method, f"/v1/{path}", key=key, **more)

    shop.send("identify", userId="u-sam")
    others = shop.ask_to_erase(profile("user_id", "u-sam")).body["id"]
    own = ask("DELETE", f"profiles/{id_}", query={"erase": "true"}).body["id"]
    assert [job["id"] for job in ask("GET", "jobs").body["jobs"]] == [own]
    assert (ask("GET", f"jobs/{own}").status, ask("GET", f"jobs/{others}").status) == (200, 404)
    assert len(listed(shop)) == 2


def test_an_unknown_job_is_not_found(shop: Shop) -> None:
    answer = shop.ask("GET", "jobs/00000000-0000-0000-0000-000000000009")
    assert (answer.status, answer.body["code"]) == (404, "not_found")


@pytest.mark.parametrize("query", [{"kind": "magic"}, {"state": "tired"}, {"limit": "0"}, {"cursor": "x"}])
def test_an_invalid_parameter_is_refused(shop: Shop, query: dict[str, str]) -> None:
    assert shop.ask("GET", "jobs", query=query).status == 400


def test_a_job_whose_state_changes_during_the_query_is_listed_once(
    shop: Shop, jobs: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    entries = list(storage.newest_first((QUEUED,), None))
    monkeypatch.setattr(storage, "newest_first", lambda *_: iter([*entries, *entries]))
    assert listed(shop) == [QUEUED]


def import_job(shop: Shop, **changes: Any) -> Job:
    """Start an import, which then waits in the queue."""
    at = shop.clock.now
    job = Job(
        id="00000000-0000-0000-0000-000000000042",
        kind=IMPORT,
        subject={"key": "imports/customers.csv"},
        started_by="key:000000000000",
        created_at=at,
        updated_at=at,
    )
    return storage.create(replace(job, **changes))


def test_a_queued_job_can_be_cancelled(shop: Shop) -> None:
    job = import_job(shop)
    answer = shop.ask("POST", f"jobs/{job.id}/cancel")
    JobModel.model_validate(answer.body)
    assert (answer.status, answer.body["state"]) == (200, CANCELLED)
    assert answer.body["finished_at"] == answer.body["updated_at"]
    assert listed(shop, state=CANCELLED) == [CANCELLED]
    assert shop.job(job.id) == answer.body | {"started_by_name": None, "links": {}}


@pytest.mark.parametrize("end", [CANCELLED, DONE, FAILED])
def test_a_finished_job_cannot_be_cancelled(shop: Shop, end: str) -> None:
    job = import_job(shop, state=end)
    answer = shop.ask("POST", f"jobs/{job.id}/cancel")
    assert (answer.status, answer.body["code"]) == (409, "job_is_over")
    assert end in answer.body["message"]


def test_an_erasure_cannot_be_cancelled(shop: Shop) -> None:
    erasure = shop.ask_to_erase(visit(shop)).body["id"]
    answer = shop.ask("POST", f"jobs/{erasure}/cancel")
    assert (answer.status, answer.body["code"]) == (409, "not_cancellable")
    assert shop.job(erasure)["state"] == DONE


def test_a_failed_job_can_be_retried(shop: Shop) -> None:
    shop.send("identify", userId="u-sam")
    erasure = _given_up_erasure(shop, profile("user_id", "u-sam"))
    answer = shop.world.request("POST", f"/v1/jobs/{erasure}/retry", key=shop.key)
    JobModel.model_validate(answer.body)
    assert (answer.status, answer.body["state"], answer.body["error"]) == (200, QUEUED, None)
    shop.world.settle()
    assert shop.job(erasure)["state"] == DONE
    assert shop.status("user_id", "u-sam") == 404


def _given_up_erasure(shop: Shop, id_: str) -> str:
    """Start an erasure whose message goes to the dead-letter queue."""
    erasure: str = shop.ask_to_erase(id_).body["id"]
    shop.wire.queues["jobs"].clear()
    job = storage.find([erasure])[erasure]
    storage.save(failed(job, shop.clock.now, {"code": "unexpected", "message": "KeyError in _read"}))
    return erasure


@pytest.mark.parametrize("state", [RUNNING, DONE, CANCELLED])
def test_a_job_that_did_not_fail_cannot_be_retried(shop: Shop, state: str) -> None:
    job = import_job(shop, state=state)
    answer = shop.ask("POST", f"jobs/{job.id}/retry")
    assert (answer.status, answer.body["code"]) == (409, "job_not_failed")
    assert state in answer.body["message"]


@pytest.mark.parametrize("verb", ["cancel", "retry"])
def test_an_unknown_job_can_be_neither_cancelled_nor_retried(shop: Shop, verb: str) -> None:
    answer = shop.ask("POST", f"jobs/00000000-0000-0000-0000-000000000009/{verb}")
    assert (answer.status, answer.body["code"]) == (404, "not_found")


def test_a_limited_key_cancels_only_its_own_jobs(shop: Shop) -> None:
    limited, key = api_keys.create("seller", ["jobs:write"], classes=["b2b"], now=1)
    own = import_job(shop, started_by=f"key:{limited.id}")
    others = import_job(shop, id="00000000-0000-0000-0000-000000000043")
    asked = {
        job.id: shop.world.request("POST", f"/v1/jobs/{job.id}/cancel", key=key) for job in (own, others)
    }
    assert [answer.status for answer in asked.values()] == [200, 404]


def test_a_job_whose_state_changes_during_the_cancellation_is_cancelled(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    job, find = import_job(shop), storage.find

    def find_before_it_moves(ids: Collection[str]) -> dict[str, Job]:
        found = find(ids)
        if found[job.id].version <= 3:
            storage.save(running(found[job.id], shop.clock.now))
        return found

    monkeypatch.setattr(storage, "find", find_before_it_moves)
    answer = shop.ask("POST", f"jobs/{job.id}/cancel")
    assert (answer.status, answer.body["state"]) == (200, CANCELLED)
    assert find([job.id])[job.id].version == 5


def test_cancelling_a_job_that_keeps_changing_conflicts(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    job = import_job(shop)
    storage.save(running(job, shop.clock.now))
    monkeypatch.setattr(storage, "find", lambda _: {job.id: job})
    answer = shop.ask("POST", f"jobs/{job.id}/cancel")
    assert (answer.status, answer.body["code"]) == (409, "version_conflict")
