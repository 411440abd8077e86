"""Jobs in parts: each part takes effect once, in spite of deaths, repeated messages and cancellation."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from crm.domain.api_key import SYSTEM
from crm.domain.errors import ConflictError, VersionConflictError
from crm.domain.job import CANCELLED, DONE, FAILED, IMPORT, RUNNING, Job, JobFailedError, job_view
from crm.services.jobs import jobs, staged_job
from crm.services.jobs.deadline import Deadline, DeadlineExceededError
from crm.services.jobs.staged_job import PartDone, Stage, StagedJob
from crm.storage import bucket
from crm.storage import jobs as storage
from tests.support.shop import Shop

BEGUN = 1_795_000_000_000
JOB = "11111111-1111-5111-8111-111111111111"


@dataclass
class Work:
    """Work in two stages; the second has as many parts as the first has counted. Faults are planned per call."""

    worked: list[tuple[str, int]] = field(default_factory=list)
    planned: list[str] = field(default_factory=list)
    failures: list[Exception] = field(default_factory=list)
    meanwhile: Callable[[], Any] | None = None
    now: int = BEGUN

    def way(self, parts: int = 3) -> StagedJob:
        def plan_first(job: Job, _deadline: Deadline) -> Job:
            self._meet()
            self.planned.append("first")
            return replace(job, parts=parts, total=parts)

        def plan_second(job: Job, _deadline: Deadline) -> Job:
            self.planned.append("second")
            seen = sum(part["seen"] for part in staged_job.finished(job.id, "first").values())
            return replace(job, parts=seen, total=parts + seen)

        def do(stage: str, job: Job, number: int) -> PartDone:
            self._meet()
            self.worked.append((stage, number))
            bucket.write(bucket.work_key(job.id, stage, number, f"{len(self.worked)}"), b"kept")
            return {"counts": {stage: 10}, "seen": number % 2}

        stages = (
            Stage("first", plan_first, lambda job, number, _: do("first", job, number)),
            Stage("second", plan_second, lambda job, number, _: do("second", job, number)),
        )
        return StagedJob(stages, lambda job, _: {"parts": sorted(staged_job.finished(job.id, "second"))})

    def _meet(self) -> None:
        if self.meanwhile:
            self.meanwhile()
        if self.failures and (failure := self.failures.pop(0)):
            raise failure

    def deadline(self) -> Deadline:
        self.now += 1000
        return Deadline(lambda: self.now, lambda: 60_000)


@pytest.fixture
def work(shop: Shop) -> Work:
    made = Work()
    job = Job(id=JOB, kind=IMPORT, subject={}, started_by="key:1", created_at=BEGUN, updated_at=BEGUN)
    jobs.start(job)
    return made


def messages(shop: Shop) -> list[dict[str, Any]]:
    return [json.loads(body) for body in shop.world.wire.queues["jobs"]]


def deliver(shop: Shop, work: Work, *, parts: int = 3, last_time: bool = False) -> None:
    """Deliver one message, which returns to the queue if its work fails."""
    body = shop.world.wire.queues["jobs"].pop(0)
    given = json.loads(body)
    part = (given["step"], given["part"]) if "part" in given else None
    try:
        jobs.run(given["job"], {IMPORT: work.way(parts)}, work.deadline(), part=part, last_time=last_time)
    except Exception:
        shop.world.wire.queues["jobs"].append(body)


def settle(shop: Shop, work: Work, parts: int = 3) -> Job:
    for _ in range(50):
        if not shop.world.wire.queues["jobs"]:
            return stored()
        deliver(shop, work, parts=parts)
    raise AssertionError("the job never ends")


def stored() -> Job:
    return storage.find([JOB])[JOB]


def test_every_part_of_every_stage_is_done(shop: Shop, work: Work) -> None:
    job = settle(shop, work)
    assert (job.state, job.counts, job.done, job.total) == (DONE, {"first": 30, "second": 10}, 4, 4)
    assert job.result == {"parts": [0]}
    assert sorted(work.worked) == [("first", 0), ("first", 1), ("first", 2), ("second", 0)]
    assert work.planned == ["first", "second"]


def test_a_stage_without_parts_is_skipped(shop: Shop, work: Work) -> None:
    job = settle(shop, work, parts=1)
    assert (job.state, job.counts, job.result) == (DONE, {"first": 10}, {"parts": []})


def test_a_finished_job_leaves_no_parts_and_files(shop: Shop, work: Work) -> None:
    settle(shop, work)
    assert storage.working_data(JOB) == {}
    assert list(bucket.keys(bucket.WORKING_FILES)) == []


def test_a_running_job_shows_its_progress(shop: Shop, work: Work) -> None:
    deliver(shop, work)
    deliver(shop, work)
    shown = job_view(jobs.get(JOB, SYSTEM))
    assert shown["state"] == RUNNING
    assert shown["progress"] == {"done": 1, "total": 3, "seconds_left": 2}
    assert shown["counts"] == {"first": 10}


def test_repeated_messages_change_nothing(shop: Shop, work: Work) -> None:
    queue = shop.world.wire.queues["jobs"]
    queue += queue
    deliver(shop, work)
    queue += [body for body in queue if "part" in body]
    late = list(queue)
    job = settle(shop, work)
    assert job.counts == {"first": 30, "second": 10}
    queue += late
    assert settle(shop, work) == job
    assert len(work.worked) == len(set(work.worked))


def test_a_part_finished_twice_counts_once(shop: Shop, work: Work) -> None:
    deliver(shop, work)
    assert storage.keep_part(JOB, "finished/first/000001", {"counts": {"first": 7}, "seen": 0, "at": BEGUN})
    assert not storage.keep_part(JOB, "finished/first/000001", {"counts": {"first": 1000}})
    assert settle(shop, work).counts == {"first": 27}


def test_failed_parts_are_retried(shop: Shop, work: Work) -> None:
    work.failures = [DeadlineExceededError(), RuntimeError(), OSError(), KeyError()]
    assert settle(shop, work).counts == {"first": 30, "second": 10}


def test_a_job_that_cannot_be_done_fails_with_its_reason(shop: Shop, work: Work) -> None:
    deliver(shop, work)
    work.failures = [JobFailedError("the file is no text: save it as CSV", code="not_text")]
    job = settle(shop, work)
    assert (job.state, job.error) == (
        FAILED,
        {"code": "not_text", "message": "the file is no text: save it as CSV"},
    )
    assert storage.working_data(JOB) == {}


def test_a_refused_job_starts_again_when_it_is_retried(shop: Shop, work: Work) -> None:
    work.failures = [JobFailedError("no", code="no")]
    assert settle(shop, work).state == FAILED
    jobs.retry(JOB, SYSTEM, now=work.now)
    assert settle(shop, work).counts == {"first": 30, "second": 10}


def test_a_retried_job_resumes_where_it_failed(shop: Shop, work: Work) -> None:
    deliver(shop, work)
    deliver(shop, work)
    work.failures = [RuntimeError()]
    deliver(shop, work, last_time=True)
    shop.world.wire.queues["jobs"].clear()
    assert (stored().state, stored().counts) == (FAILED, {"first": 10})
    jobs.retry(JOB, SYSTEM, now=work.now)
    assert settle(shop, work).state == DONE
    assert work.worked.count(("first", 0)) == 1
    assert work.planned.count("first") == 1


def test_a_cancelled_job_stops_and_shows_what_it_did(shop: Shop, work: Work) -> None:
    deliver(shop, work)
    deliver(shop, work)
    jobs.cancel(JOB, SYSTEM, now=work.now)
    job = settle(shop, work)
    assert (job.state, job.counts, len(work.worked)) == (CANCELLED, {"first": 10}, 1)
    assert storage.working_data(JOB) == {}
    with pytest.raises(ConflictError, match="cannot be cancelled"):
        jobs.cancel(JOB, SYSTEM, now=work.now)


@pytest.mark.parametrize("delivered", [0, 1])
def test_work_in_progress_at_a_cancellation_leaves_nothing(shop: Shop, work: Work, delivered: int) -> None:
    for _ in range(delivered):
        deliver(shop, work)
    work.meanwhile = lambda: jobs.cancel(JOB, SYSTEM, now=work.now)
    deliver(shop, work)
    assert stored().state == CANCELLED
    assert storage.working_data(JOB) == {}
    assert list(bucket.keys(bucket.WORKING_FILES)) == []


def test_a_job_without_a_message_starts_when_retried(shop: Shop, work: Work) -> None:
    shop.world.wire.queues["jobs"].clear()
    jobs.retry(JOB, SYSTEM, now=work.now)
    assert settle(shop, work).counts == {"first": 30, "second": 10}


def test_a_running_job_cannot_be_retried(shop: Shop, work: Work) -> None:
    deliver(shop, work)
    with pytest.raises(ConflictError, match="only a failed or a queued job"):
        jobs.retry(JOB, SYSTEM, now=work.now)


def test_more_parts_than_one_queue_request_are_queued(shop: Shop, work: Work) -> None:
    deliver(shop, work, parts=25)
    assert [message["part"] for message in messages(shop)] == list(range(25))


def test_a_conflict_while_a_stage_is_planned_is_a_failure_that_is_retried(shop: Shop, work: Work) -> None:
    work.failures = [VersionConflictError("another process has changed the rule set")]
    deliver(shop, work)
    assert (stored().step, len(messages(shop))) == (None, 1)
    assert settle(shop, work).state == DONE


def test_a_job_that_is_given_up_while_it_is_planned_continues_with_its_message(
    shop: Shop, work: Work
) -> None:
    work.failures = [RuntimeError("no memory")]
    deliver(shop, work, last_time=True)
    assert (stored().state, stored().refused) == (FAILED, False)
    assert settle(shop, work).state == DONE


class TestSequentialStages:
    @pytest.fixture
    def done(self) -> list[str]:
        return []

    def run(self, shop: Shop, done: list[str], *, pause_s: int = 0) -> None:
        def do(name: str) -> PartDone:
            done.append(name)
            return {"counts": {name: 1}}

        def stage(name: str, pause: int = 0) -> Stage:
            return Stage(
                name, lambda job, _: replace(job, total=2), lambda *_: do(name), alone=True, pause_s=pause
            )

        way = StagedJob((stage("first", pause_s), stage("second")), lambda *_: {})
        shop.world.wire.queues["jobs"].pop(0)
        jobs.run(JOB, {IMPORT: way}, Deadline(lambda: BEGUN, lambda: 60_000), last_time=False)

    def test_sequential_stages_run_in_one_process(self, shop: Shop, work: Work, done: list[str]) -> None:
        self.run(shop, done)
        assert (done, stored().state, stored().counts) == (
            ["first", "second"],
            DONE,
            {"first": 1, "second": 1},
        )
        assert messages(shop) == []

    def test_a_pause_is_a_delayed_message(self, shop: Shop, work: Work, done: list[str]) -> None:
        self.run(shop, done, pause_s=120)
        assert (done, stored().state, messages(shop)) == (["first"], RUNNING, [{"job": JOB}])
        self.run(shop, done, pause_s=120)
        assert (done, stored().state, stored().done) == (["first", "second"], DONE, 2)
