"""The job that projects logs again, by segments of the table that are read in parallel.

No index lists a profile that was never projected, and those must be found when the stream has lost records: so the
whole table is read, unless one person is named. Every profile found is folded from scratch, and its memberships in
the index are compared with its card.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import TypedDict

from crm.domain.job import MAX_NAMED, REPROJECT, Job, JobResult
from crm.services.jobs.deadline import Deadline, DeadlineExceededError
from crm.services.jobs.staged_job import FAILED_PARTS, PartDone, Stage, StagedJob
from crm.services.projection.deployment import deployed_projector, id_of
from crm.services.projection.isolation import isolate_each
from crm.services.projection.person_tree import canonical, members_of
from crm.services.reprojection.repair import repair_memberships
from crm.storage import jobs as storage
from crm.storage import log_scan
from crm.storage.items import StoredItem
from crm.storage.log_scan import Received
from crm.storage.profiles import ProfileTable

PROJECT = "project"
SEGMENT_BYTES = 64 << 20
FEWEST, _MAX = 8, 4000
"""Bounds of the number of table segments; each is one part of the job."""

_RESERVE_MS = 120_000
"""Time before the end of the function's time at which a part starts no further page."""

_CHECKPOINT_EVERY = 20
"""Pages after which a part stores its position."""

_PLACES = "place/"


class _Progress(TypedDict, total=False):
    """What a part has done: numbers of profiles, the first ids that failed, and the position after the last one."""

    projected: int
    failed: int
    named: list[str]
    place: StoredItem | None
    last: str | None


def _plan(job: Job, _deadline: Deadline) -> Job:
    if "profile_id" in job.subject:
        return replace(job, parts=1, total=1)
    parts = job.subject.get("segments") or min(max(log_scan.table_bytes() // SEGMENT_BYTES, FEWEST), _MAX)
    return replace(job, parts=parts, total=parts, subject=job.subject | {"segments": parts})


def _work(job: Job, number: int, deadline: Deadline) -> PartDone:
    if "profile_id" in job.subject:
        return _done(_counted({}, *_project_person(job.subject["profile_id"])))
    so_far: _Progress = storage.working_data(job.id, _place_of(number)).get(_place_of(number), {})
    received = Received(job.subject["from"], job.subject["to"]) if "from" in job.subject else None
    pages = log_scan.pages(number, job.subject["segments"], so_far.get("place"), received)
    for page, (ids, place) in enumerate(pages, 1):
        new = [id_ for id_ in ids if id_ != so_far.get("last")]
        last = ids[-1] if ids else so_far.get("last")
        so_far = {**_counted(so_far, *_project(new)), "place": place, "last": last}
        is_late = deadline.remaining() < _RESERVE_MS
        if place and (is_late or page % _CHECKPOINT_EVERY == 0):
            storage.keep_parts(job.id, {_place_of(number): so_far})
        if place and is_late:
            raise DeadlineExceededError
    return _done(so_far)


def _project_person(profile_id: str) -> tuple[int, list[str]]:
    """Project all logs of a person; return how many succeeded, none for an id without a log, and which failed."""
    projected, failed = _project(_members(profile_id))
    is_known = failed or canonical(ProfileTable(), profile_id) is not None
    return projected if is_known else 0, failed


def _members(profile_id: str) -> list[str]:
    """Return all logs of the person that this profile belongs to; its own if nothing is stored yet."""
    table = ProfileTable()
    root = canonical(table, profile_id)
    ids = [member.id for member in members_of(table, id_of, root)] if root else []
    return list(dict.fromkeys([*ids, profile_id]))


def _project(profile_ids: Sequence[str]) -> tuple[int, list[str]]:
    """Project these profiles; return how many succeeded, and which failed."""
    projector = deployed_projector()

    def again(profile_id: str) -> None:
        projector.refold(profile_id)
        repair_memberships(projector.store, profile_id)

    failed = isolate_each(profile_ids, again, during=REPROJECT)
    return len(profile_ids) - len(failed), failed


def _counted(so_far: _Progress, projected: int, failed: list[str]) -> _Progress:
    named = [*so_far.get("named", ()), *failed][:MAX_NAMED]
    return {
        "projected": so_far.get("projected", 0) + projected,
        "failed": so_far.get("failed", 0) + len(failed),
        "named": named,
    }


def _done(so_far: _Progress) -> PartDone:
    counts = {"projected": so_far.get("projected", 0)}
    if so_far.get("failed"):
        counts[FAILED_PARTS] = so_far["failed"]
    return {"counts": counts, FAILED_PARTS: so_far.get("named", [])}


def _place_of(number: int) -> str:
    return f"{_PLACES}{number:06d}"


def _finish(job: Job, _deadline: Deadline) -> JobResult:
    return {name: job.subject[name] for name in ("profile_id", "from", "to", "all") if name in job.subject}


REPROJECTS = StagedJob(stages=(Stage(PROJECT, _plan, _work),), finish=_finish)
