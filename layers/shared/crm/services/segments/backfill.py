"""The backfill job of a changed definition: apply it to every customer, switch all new builds at once, update the logs.

Until the switch the old builds serve. Projections that run meanwhile maintain both; the wait before each step is for
containers that remember an older rule set.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain, islice
from uuid import uuid4

from crm.domain.job import BACKFILL, Job, JobResult
from crm.domain.memberships import SEGMENT_GROUP
from crm.domain.segments.definition import referred_to, switched
from crm.domain.segments.value_definition import uses_of
from crm.services.jobs.deadline import Deadline, DeadlineExceededError
from crm.services.jobs.staged_job import FAILED_PARTS, PartDone, Stage, StagedJob
from crm.services.projection.deployment import deployed_projector
from crm.services.projection.isolation import isolate
from crm.services.ruleset import ruleset
from crm.services.ruleset.draft import Draft, Key
from crm.services.ruleset.ruleset import SEGMENT as SEGMENT_KIND
from crm.services.segments import ranking
from crm.services.segments.builds import MAX_BUILDS_TOGETHER, subject_of
from crm.services.selections import selections
from crm.storage import jobs as storage
from crm.storage.groups import group_ids

SETTLING_MS = 10_000
"""Time after a change until every container projects by it: they reload the rule set every 2 seconds."""

EVALUATE, SWITCH, UPDATE_LOGS = "ask", "switch", "tell"
_AT_ONCE = 100
_LOG_UPDATES = "told/"


def _plan_evaluation(job: Job, deadline: Deadline) -> Job:
    if not job.subject["asks"]:
        return replace(job, parts=0, total=0)
    _settle(job.created_at, deadline)
    return selections.collect(job, deadline)


def _evaluate(job: Job, number: int, _deadline: Deadline) -> PartDone:
    ids = selections.ids_of_part(job, number)
    changed, failed = _evaluate_all(job, ids)
    return {"counts": {"asked": len(ids), "changed": changed}, FAILED_PARTS: failed}


def _evaluate_all(job: Job, ids: Sequence[str]) -> tuple[int, list[str]]:
    """Evaluate these profiles; return how many changed, and which failed and were left out."""
    ruleset.current_rule_set(job.subject["version"])
    projector, changed, failed = deployed_projector(), set[str](), list[str]()
    for start in range(0, len(ids), _AT_ONCE):
        chunk = ids[start : start + _AT_ONCE]
        failed += isolate(
            chunk, lambda some: changed.update(projector.evaluate(some)), during=BACKFILL
        ).failed
    return len(changed), failed


def _settle(since: int, deadline: Deadline) -> None:
    left = since + SETTLING_MS - deadline.now()
    if left > 0:
        raise DeadlineExceededError(-(-left // 1000))


def _switch_plan(job: Job, deadline: Deadline) -> Job:
    """Let the new builds serve: all at once, or in groups of segments that agree if they exceed a transaction."""
    more = True
    while more:
        version, more = _switch_some(job)
    return replace(job, parts=0, subject=job.subject | {"switched_at": deadline.now(), "version": version})


def _switch_some(job: Job) -> tuple[int, bool]:
    """Switch what one transaction holds; return the rule set's version then, and whether more is left."""
    left: list[Key] = []

    def switch(draft: Draft) -> None:
        groups = [*_agreeing(draft, _ready(draft, job)), *([key] for key in _uncounted(draft, job))]
        keys = _fitting(groups)
        left[:] = [key for group in groups for key in group if key not in keys]
        for kind, id_ in keys:
            if kind == SEGMENT_KIND:
                draft.segments[id_] = switched(draft.segments[id_])
            else:
                draft.values[kind, id_] = replace(draft.values[kind, id_], ready=True, job=None)

    return ruleset.change_definitions(switch).version, bool(left)


def _fitting(groups: Iterable[list[Key]]) -> list[Key]:
    """Return whole groups as far as one transaction holds them. A group that exceeds a transaction is cut."""
    keys: list[Key] = []
    for group in groups:
        if not keys or len(keys) + len(group) <= MAX_BUILDS_TOGETHER:
            keys += group[:MAX_BUILDS_TOGETHER]
    return keys


def _agreeing(draft: Draft, ready: set[str]) -> Iterator[list[Key]]:
    """Yield the ready segments in groups that refer to each other, directly or through others."""
    left = set(ready)
    for id_ in sorted(ready):
        group, found = [], [id_] if id_ in left else []
        while found:
            left.difference_update(found)
            group += [(SEGMENT_KIND, one) for one in found]
            found = sorted(left & set().union(*(_connected(draft, one) for one in found)))
        if group:
            yield group


def _uncounted(draft: Draft, job: Job) -> Iterator[Key]:
    """Yield the values that this job has counted and that are not shown yet."""
    for kind, id_, version in job.subject["values"]:
        value = draft.values.get((kind, id_))
        if value is not None and value.version == version and not value.ready:
            yield kind, id_


def _ready(draft: Draft, job: Job) -> set[str]:
    """Return the segments that this job has built and that agree with all others when they are switched now.

    Segments that were changed in the meantime, and all that are connected with them, are left to that change's job.
    """
    waiting = subject_of(draft)["builds"]
    ready = {
        id_
        for id_, number in job.subject["builds"].items()
        if waiting.get(id_) == number and not ranking.is_waiting_for_snapshot(draft.segments[id_])
    }
    while True:
        others = waiting.keys() - ready
        left = {id_ for id_ in ready if others & _connected(draft, id_)}
        if not left:
            return ready
        ready -= left


def _connected(draft: Draft, segment_id: str) -> set[str]:
    """Return ids of the segments that it refers to, and of those that refer to it, directly."""
    own = _segments_in(draft, referred_to(draft.segments[segment_id].condition))
    key = (SEGMENT_KIND, segment_id)
    return own | {other.id for other in draft.segments.values() if key in referred_to(other.condition)}


def _segments_in(draft: Draft, keys: Iterable[Key]) -> set[str]:
    found = {id_ for kind, id_ in keys if kind == SEGMENT_KIND}
    used = {use for key in keys if key in draft.values for use in uses_of(draft.values[key])}
    return found | {id_ for kind, id_ in used if kind == SEGMENT_KIND}


def _plan_log_updates(job: Job, deadline: Deadline) -> Job:
    """Write down the members of the groups, under names that no other attempt uses."""
    if not job.subject["groups"]:
        return replace(job, parts=0)
    _settle(job.subject["switched_at"], deadline)
    attempt = uuid4().hex
    members = chain.from_iterable(group_ids(SEGMENT_GROUP, group) for group in job.subject["groups"])
    ids = (id_ for _, id_ in members)
    parts = 0
    while chunk := list(islice(ids, selections.PART_SIZE)):
        storage.keep_parts(job.id, {f"{_LOG_UPDATES}{attempt}/{parts:06d}": chunk})
        parts += 1
    total = (job.total or 0) + parts
    return replace(job, parts=parts, total=total, subject=job.subject | {"attempt": attempt})


def _update_logs(job: Job, number: int, _deadline: Deadline) -> PartDone:
    name = f"{_LOG_UPDATES}{job.subject['attempt']}/{number:06d}"
    ids = storage.working_data(job.id, name)[name]
    changed, failed = _evaluate_all(job, ids)
    return {"counts": {"told": changed}, FAILED_PARTS: failed}


def _finish(job: Job, deadline: Deadline) -> JobResult:
    ranking.start_missing(job, deadline.now())
    return {"segments": sorted(job.subject["builds"]), "asked": job.subject.get("selected", 0)}


BACKFILLS = StagedJob(
    stages=(
        Stage(EVALUATE, _plan_evaluation, _evaluate),
        Stage(SWITCH, _switch_plan, _evaluate),
        Stage(UPDATE_LOGS, _plan_log_updates, _update_logs),
    ),
    finish=_finish,
)
