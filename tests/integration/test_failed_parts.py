"""Failed parts of jobs are retried within minutes, and a job whose process dies repeatedly fails, too."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from crm.api.models.health import Health
from crm.domain.errors import ItemTooLargeError, UnavailableError
from crm.domain.job import ERASE, EXPORT, Job, failed, running
from crm.domain.times import DAY_MS, HOUR_MS, MINUTE_MS, iso
from crm.domain.views.jobs import JobErrorView
from crm.services.exports import job as exports
from crm.services.jobs.deliveries import JOB_ATTEMPTS, JOB_WAITS_S
from crm.settings import settings
from crm.storage import job_queue
from crm.storage import jobs as storage
from tests.support.shop import Shop, visit
from tests.support.template import of_type
from tests.support.wired_deployment import QUEUES


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The delay of each failed message, in seconds."""
    seconds: list[int] = []
    monkeypatch.setattr(job_queue, "put_off", lambda _receipt, wait: seconds.append(wait))
    return seconds


@pytest.fixture
def part(shop: Shop) -> str:
    """Request an export, whose first part then waits in the queue; return its id."""
    visit(shop)
    shop.wait()
    begun = shop.world.request("POST", "/v1/exports", {"all": True}, key=shop.key)
    shop.take_message("jobs")
    assert "part" in shop.wire.queues["jobs"][0]
    return str(begun.body["id"])


def fail(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    def raising(*_: Any) -> Any:
        raise error

    monkeypatch.setattr(exports, "isolate", lambda *_args, **_more: raising())


def test_a_failed_part_is_retried_within_minutes(
    shop: Shop, part: str, waits: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    fail(monkeypatch, KeyError("jane@example.com"))
    for attempt in range(1, JOB_ATTEMPTS + 1):
        assert shop.take_message("jobs", attempt=attempt)
    assert tuple(waits) == JOB_WAITS_S
    assert max(waits) <= 600
    job = shop.job(part)
    assert (job["state"], job["error"]["code"]) == ("failed", "unexpected")
    assert job["error"]["message"] == "KeyError in raising (part 0 of rows)"


def test_a_part_that_fails_once_is_retried(
    shop: Shop, part: str, waits: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        fail(patch, KeyError())
        assert shop.take_message("jobs")
    shop.world.settle()
    assert shop.job(part)["state"] == "done"


def test_a_failure_is_shown_while_the_job_is_retried(
    shop: Shop, part: str, waits: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    at = iso(shop.clock.now)
    with monkeypatch.context() as patch:
        fail(patch, KeyError("jane@example.com"))
        assert shop.take_message("jobs")
    job = shop.job(part)
    assert (job["state"], job["error"]) == ("running", None)
    shown = {"code": "unexpected", "message": "KeyError in raising (part 0 of rows)", "at": at}
    assert job["last_failure"] == shown
    assert [one["last_failure"] for one in shop.ask("GET", "jobs").body["jobs"]] == [shown]
    shop.world.settle()
    assert (shop.job(part)["state"], shop.job(part)["last_failure"]) == ("done", None)
    assert not storage.working_data(part)


def test_a_failure_that_cannot_be_recorded_is_retried(
    shop: Shop, part: str, waits: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        fail(patch, KeyError())
        patch.setattr(storage, "keep_parts", lambda *_: fail_now())
        assert shop.take_message("jobs")
    shop.world.settle()
    assert shop.job(part)["state"] == "done"


def fail_now() -> None:
    raise UnavailableError("no table", retry_after=1)


def test_a_message_that_cannot_be_delayed_fails(
    shop: Shop, part: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_receipt: str, _wait: int) -> None:
        raise RuntimeError("no network")

    monkeypatch.setattr(job_queue, "put_off", broken)
    fail(monkeypatch, KeyError())
    assert shop.take_message("jobs")


def test_an_item_that_is_too_large_fails_the_job_at_once(
    shop: Shop, part: str, waits: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    fail(monkeypatch, ItemTooLargeError("too large", profile_ids=["p-1"]))
    assert shop.take_message("jobs") is False
    job = shop.job(part)
    assert (job["state"], job["error"]["code"], job["failed_profiles"]) == (
        "failed",
        "item_too_large",
        ["p-1"],
    )
    assert waits == []


def test_a_job_whose_last_attempt_crashed_is_failed_by_the_next_delivery(
    shop: Shop, part: str, waits: list[int]
) -> None:
    assert shop.take_message("jobs", attempt=JOB_ATTEMPTS + 1)
    job = shop.job(part)
    assert (job["state"], job["error"]["code"]) == ("failed", "interrupted")
    assert "part 0 of rows" in job["error"]["message"]
    shop.ask("POST", f"jobs/{part}/retry")
    assert shop.job(part)["state"] == "done"


def test_a_late_delivery_of_a_finished_part_is_ignored(shop: Shop, part: str, waits: list[int]) -> None:
    (late,) = shop.wire.queues["jobs"]
    shop.world.settle()
    shop.wire.queues["jobs"].append(late)
    assert shop.take_message("jobs", attempt=JOB_ATTEMPTS + 1) is False
    assert shop.job(part)["state"] == "done"


@pytest.mark.parametrize(("queue", "function"), [("JobQueue", "RunJobs"), ("DueQueue", "EvaluateSegments")])
def test_the_visibility_timeout_follows_the_timeout_of_the_function(queue: str, function: str) -> None:
    timeout = of_type("AWS::Serverless::Function")[function]["Timeout"]
    assert timeout < of_type("AWS::SQS::Queue")[queue]["VisibilityTimeout"] <= timeout + 60
    events = of_type("AWS::Serverless::Function")[function]["Events"].values()
    (source,) = [event["Properties"] for event in events if event["Type"] == "SQS"]
    assert source["ScalingConfig"]["MaximumConcurrency"]


def shown(shop: Shop) -> dict[str, dict[str, Any]]:
    """Return the problems by their codes, or by their queues."""
    answer = shop.world.request("GET", "/v1/health", key=shop.key).body
    Health.model_validate(answer)
    assert answer["status"] == ("degraded" if answer["problems"] else "ok")
    return {problem["queue"] or problem["code"]: problem for problem in answer["problems"]}


def kept(shop: Shop, number: int, *, age: int = 0) -> Job:
    at = shop.clock.now - age
    job = Job(
        id=f"00000000-0000-0000-0000-{number:012d}",
        kind=EXPORT if number % 2 else ERASE,
        subject={},
        started_by="key:1",
        created_at=at,
        updated_at=at,
    )
    return storage.create(job)


def test_failed_jobs_are_reported_for_a_week(shop: Shop) -> None:
    at = shop.clock.now
    unexpected: JobErrorView = {"code": "unexpected", "message": "KeyError in _read"}
    storage.save(failed(kept(shop, 1), at, unexpected))
    storage.save(failed(kept(shop, 2), at, {"code": "not_text", "message": "save it as CSV"}))
    storage.save(failed(kept(shop, 3, age=8 * DAY_MS), at, unexpected))
    problem = shown(shop)["jobs_failed"]
    assert (problem["count"], problem["job_ids"]) == (1, ["00000000-0000-0000-0000-000000000001"])
    assert "/retry" in problem["what_to_do"]


def test_jobs_without_progress_are_reported(shop: Shop) -> None:
    old = kept(shop, 1, age=2 * HOUR_MS)
    storage.save(replace(running(old, old.created_at, step="rows"), parts=2))
    kept(shop, 2, age=2 * HOUR_MS)
    kept(shop, 3, age=MINUTE_MS)
    assert shown(shop)["jobs_stalled"]["count"] == 2
    storage.keep_part(old.id, "finished/rows/000000", {"at": shop.clock.now})
    assert shown(shop)["jobs_stalled"]["count"] == 1


def test_dead_letters_are_reported_with_their_remedy(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    names = of_type("AWS::Serverless::Function")["CheckHealth"]["Environment"]["Variables"][
        "DEAD_LETTER_QUEUES"
    ]
    queues = {name: f"{QUEUES}/{name}" for name in (pair.partition("=")[0] for pair in names.split(","))}
    assert queues.keys() >= {name for name in of_type("AWS::SQS::Queue") if name.endswith("DeadLetters")}
    monkeypatch.setenv("DEAD_LETTER_QUEUES", ",".join(f"{name}={url}" for name, url in queues.items()))
    settings.cache_clear()
    assert shown(shop) == {}
    shop.wire.queues |= {name: [json.dumps({})] * 2 for name in queues}
    problems = shown(shop)
    assert problems.keys() == queues.keys()
    assert {(problem["code"], problem["count"]) for problem in problems.values()} == {("dead_letters", 2)}
    assert all(problem["what_to_do"] for problem in problems.values())
    monkeypatch.undo()
    settings.cache_clear()
