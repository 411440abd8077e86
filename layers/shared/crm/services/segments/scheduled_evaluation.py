"""The scheduled run: queue due profiles, oldest first and evenly over the shards, and start missing jobs.

Workers evaluate the queued profiles; members are counted elsewhere (`day_counts`). A run stores nothing that a crash
can lose: a due profile stays in the index until it has been projected.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice

from crm.domain.job import BACKFILL, QUEUED
from crm.domain.profile import ProfileState
from crm.observability import count_metric, log, measure
from crm.services.jobs import jobs
from crm.services.jobs.deadline import Deadline
from crm.services.projection import stuck
from crm.services.projection.deployment import deployed_projector
from crm.services.projection.parallel_projection import for_each_group
from crm.services.ruleset import ruleset
from crm.services.ruleset.draft import Draft
from crm.services.segments import builds
from crm.settings import settings
from crm.storage import definitions, due_queue, lookups
from crm.storage import jobs as stored_jobs
from crm.storage.profiles import DueProfile, any_profiles, due_profiles, load_profiles
from crm.storage.refusals import is_transient
from crm.storage.shards import LAYOUT, SHARDS, layout_to_store, to_read

EVALUATED_AT_ONCE = 100
"""Profiles in one message, and of a shard in one turn."""

EVALUATED_INLINE = 200
"""Number of due profiles that the run evaluates itself: a small deployment needs no queue."""

MESSAGES_AT_ONCE = 10
_RESERVE_MS = 20_000
"""Time before the end of the function's time at which a run hands out no more profiles."""

TICK = "tick"
DUE, POSITIONS = "due", "positions"
POSITIONS_MS = 1_200_000
"""Time after which profiles are handed out again: a message may be lost, or its profiles may have failed."""

_MAX_JOBS = 100
START_TIMEOUT_MS = 600_000
"""Time after which a job that has not begun has lost its message."""

Positions = dict[int, str]
"""The place in the index, by shard, after which no profile has been handed out yet."""


def tick(deadline: Deadline) -> dict[str, int]:
    """Evaluate or queue every due profile; return how many were evaluated at once, and how many were queued.

    Stuck profiles are left out: they are projected again when their retries are due.
    """
    now = deadline.now()
    listed = stuck.retry_due(now)
    draft = ruleset.cached_draft()
    if draft.version == 0 and not any_profiles():
        return {"asked": 0, "queued": 0}
    batches = _batches_of_shards(now, listed, {})
    first = list(_until(batches, EVALUATED_INLINE))
    few = [due for batch in first for due in batch]
    if len(few) <= EVALUATED_INLINE:
        _measure_age(few, now)
        done = {"asked": evaluate([due.profile_id for due in few]), "queued": 0}
    else:
        _measure_age(
            chain.from_iterable(due_profiles(now, shard, most=1) for shard in range(to_read().due)), now
        )
        done = {"asked": 0, "queued": _enqueue(chain(first, batches), now, listed, deadline)}
    count_metric("SegmentsDue", sum(done.values()))
    _keep_layout()
    _start_missing_jobs(draft, now)
    return done


def evaluate(profile_ids: Sequence[str]) -> int:
    """Evaluate these profiles again; return their number.

    A failure does not stop the others: the profile stays due for a later run. A failure that is not transient is left
    to the retries of stuck profiles.
    """
    for start in range(0, len(profile_ids), EVALUATED_AT_ONCE):
        some = profile_ids[start : start + EVALUATED_AT_ONCE]
        _evaluate(some, _read(some) or {})
    return len(profile_ids)


def _read(profile_ids: Sequence[str]) -> dict[str, ProfileState] | None:
    """Return the profiles with one call; None if that fails, so that only the faulty profile fails."""
    try:
        return load_profiles(profile_ids, consistent=True)
    except Exception as error:
        log.warning("due profiles could not be read together", exc_info=error)
        return None


def _evaluate(profile_ids: Sequence[str], held: Mapping[str, ProfileState]) -> None:
    """Evaluate these profiles. `held`: the profiles as they were just read; one that was saved since is read again."""
    projector = deployed_projector()
    failures = for_each_group(
        [[id_] for id_ in profile_ids], lambda id_: projector.reevaluate(id_, held.get(id_))
    )
    for id_, error in failures.items():
        log.error("a due profile could not be evaluated", extra={"profile_id": id_}, exc_info=error)
        count_metric("ProjectionFailed")
        if not is_transient(error):
            stuck.record_failure(id_, error, during=TICK)


def evaluate_message(body: str, now: int) -> None:
    """Evaluate the profiles of a message that are still due. A message may be delivered twice, or late."""
    ids = json.loads(body)["profiles"]
    held = _read(ids)
    if held is None:
        _evaluate(ids, {})
    else:
        _evaluate([id_ for id_ in ids if id_ in held and _is_due(held[id_], now)], held)


def _is_due(profile: ProfileState, now: int) -> bool:
    return profile.due is not None and profile.due <= now


def _batches_of_shards(now: int, listed: set[str], positions: Positions) -> Iterator[list[DueProfile]]:
    """Yield due profiles, some of each shard in turn, the oldest of a shard first. Lazy."""
    shards = [
        (due for due in due_profiles(now, shard, behind=positions.get(shard)) if due.profile_id not in listed)
        for shard in range(to_read().due)
    ]
    while shards:
        for shard in list(shards):
            if batch := list(islice(shard, EVALUATED_AT_ONCE)):
                yield batch
            else:
                shards.remove(shard)


def _until(batches: Iterator[list[DueProfile]], most: int) -> Iterator[list[DueProfile]]:
    """Yield turns up to the one in which the total exceeds `most`."""
    seen = 0
    for batch in batches:
        yield batch
        seen += len(batch)
        if seen > most:
            return


def _measure_age(waiting: Iterable[DueProfile], now: int) -> None:
    """Measure the longest wait of a due profile, in seconds."""
    oldest = min((due.at for due in waiting), default=now)
    measure("DueAge", (now - oldest) / 1000)


def _enqueue(batches: Iterator[list[DueProfile]], now: int, listed: set[str], deadline: Deadline) -> int:
    """Queue due profiles after those in waiting messages, as many as width and time allow; return their number."""
    waiting = due_queue.count_messages()
    positions = _positions(now) if waiting else {}
    if positions:
        batches = _batches_of_shards(now, listed, positions)
    room = settings().due_width - waiting * EVALUATED_AT_ONCE
    queued = 0
    while (
        queued < room
        and deadline.remaining() > _RESERVE_MS
        and (some := list(islice(batches, MESSAGES_AT_ONCE)))
    ):
        due_queue.send([json.dumps({"profiles": [due.profile_id for due in batch]}) for batch in some])
        queued += sum(map(len, some))
        positions |= {batch[-1].shard: batch[-1].place for batch in some}
    _keep_positions(positions, deadline.now())
    return queued


def _positions(now: int) -> Positions:
    """Return where the last run ended while its messages wait."""
    kept = lookups.find(DUE, POSITIONS)
    if kept is None or kept["since"] <= now - POSITIONS_MS:
        return {}
    return {int(shard): place for shard, place in kept["places"].items()}


def _keep_positions(positions: Positions, now: int) -> None:
    # Their age counts from the first of them: profiles that were left behind are found after that.
    kept = lookups.find(DUE, POSITIONS)
    since = kept["since"] if kept and kept["since"] > now - POSITIONS_MS else now
    places = {str(shard): place for shard, place in positions.items()}
    definitions.put(DUE, POSITIONS, {"since": since, "places": places})


def _keep_layout() -> None:
    """Store the number of partitions of the index entries if it has grown."""
    if held := layout_to_store():
        definitions.put(LAYOUT, SHARDS, held)


def _start_missing_jobs(draft: Draft, now: int) -> None:
    """Start missing jobs: for another time zone or other rules, and when a requester failed before the start."""
    if ruleset.is_outdated(draft):
        draft = ruleset.change_definitions(_request_evaluation)
    if draft.evaluate_all:
        # A crash between the two starts the job twice: the second evaluation changes nothing.
        builds.start_all(draft, now)
        ruleset.change_definitions(_clear_request)
        return
    waiting = {s.job for s in draft.segments.values() if s.next and s.job}
    waiting |= {value.job for value in draft.values.values() if not value.ready and value.job}
    for id_ in sorted(waiting - stored_jobs.find(sorted(waiting)[:_MAX_JOBS]).keys())[:_MAX_JOBS]:
        log.info("a job was never started", extra={"job_id": id_, "kind": BACKFILL})
        builds.start(draft, id_, by="system", now=now)
    queued = [id_ for _, id_ in islice(stored_jobs.newest_first((QUEUED,), None), _MAX_JOBS)]
    for job in stored_jobs.find(queued).values():
        if (job.kind, job.state) == (BACKFILL, QUEUED) and job.created_at <= now - START_TIMEOUT_MS:
            jobs.start(job)


def _request_evaluation(draft: Draft) -> None:
    draft.evaluate_all = True


def _clear_request(draft: Draft) -> None:
    draft.evaluate_all = False
