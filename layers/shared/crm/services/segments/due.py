"""What only time does: those whose instant has come are asked again, and what was counted on each day is kept."""

import json
from collections.abc import Iterator
from itertools import filterfalse, islice

from crm.domain.job import BACKFILL, QUEUED
from crm.domain.local_days import date_of
from crm.domain.memberships import SEGMENT
from crm.observability import count, log
from crm.services.catalogue import catalogue
from crm.services.catalogue.catalogue import Draft
from crm.services.jobs import jobs
from crm.services.projecting import stuck
from crm.services.projecting.deployment import deployed_projector
from crm.services.segments import building
from crm.services.segments.members import DAY
from crm.storage import definitions, due_queue, lookups
from crm.storage import jobs as stored_jobs
from crm.storage.groups import count_group
from crm.storage.profile_item import DUE_SHARDS
from crm.storage.profiles import due_profiles, is_anybody
from crm.storage.refusals import is_transient

AT_ONCE = 50
"""Profiles in one message."""

INLINE = 200
"""Those due of a shard that a tick asks itself; more are asked in parallel, by messages."""

TICK = "tick"
MOST_QUEUED = 200_000
_MOST_JOBS = 100
_LAST_DAY = "last"
PATIENCE_MS = 600_000
"""A job that waits longer to begin lacks its message."""


def tick(now: int) -> dict[str, int]:
    """Ask everybody whose time has come (epoch ms); how many were asked, and how many are left to messages.

    Stuck profiles are left out: they are projected again when their retries are due.
    """
    listed = stuck.retry_due(now)
    draft = catalogue.read()
    if draft.version == 0 and not is_anybody():
        return {"asked": 0, "queued": 0}
    _mend(draft, now)
    _keep_day(draft, now)
    asked = queued = 0
    for shard in range(DUE_SHARDS):
        waiting = filterfalse(listed.__contains__, due_profiles(now, shard))
        first = list(islice(waiting, INLINE))
        asked += ask(first)
        if len(first) == INLINE:
            queued += _queue(waiting)
    count("SegmentsDue", asked + queued)
    return {"asked": asked, "queued": queued}


def ask(profile_ids: list[str]) -> int:
    """Ask these profiles again. One that fails does not hold up the others: it is still due at the next tick.

    One that fails for a reason that does not pass by itself is left to the retries of stuck profiles.
    """
    projector = deployed_projector()
    for id_ in profile_ids:
        try:
            projector.project(id_, ())
        except Exception as error:
            log.exception("a due profile could not be asked", extra={"profile_id": id_})
            count("ProjectionFailed")
            if not is_transient(error):
                stuck.note(id_, error, during=TICK)
    return len(profile_ids)


def ask_message(body: str) -> None:
    """A message of the queue: the profiles that it names."""
    ask(json.loads(body)["profiles"])


def _queue(waiting: Iterator[str]) -> int:
    """Unless messages of the last tick still wait: then these are among them."""
    if due_queue.is_busy():
        return 0
    queued = 0
    while queued < MOST_QUEUED and (chunk := list(islice(waiting, AT_ONCE * 10))):
        parts = [chunk[start : start + AT_ONCE] for start in range(0, len(chunk), AT_ONCE)]
        due_queue.send([json.dumps({"profiles": part}) for part in parts])
        queued += len(chunk)
    return queued


def _mend(draft: Draft, now: int) -> None:
    """Another time zone has other days, and other rules keep other values, so that all is counted anew; and who asked
    for a job may have died before it began.
    """
    if catalogue.is_outdated(draft):
        draft = catalogue.change(_ask_all)
    if draft.ask_all:
        # What dies between the two starts the job twice: asking changes nothing the second time.
        building.start_all(draft, now)
        catalogue.change(_ask_no_more)
        return
    waiting = {s.job for s in draft.segments.values() if s.next and s.job}
    waiting |= {value.job for value in draft.values.values() if not value.ready and value.job}
    for id_ in sorted(waiting - stored_jobs.find(sorted(waiting)[:_MOST_JOBS]).keys())[:_MOST_JOBS]:
        log.info("a job was never begun", extra={"job_id": id_, "kind": BACKFILL})
        building.start(draft, id_, by="system", now=now)
    queued = [id_ for _, id_ in islice(stored_jobs.newest_first((QUEUED,), None), _MOST_JOBS)]
    for job in stored_jobs.find(queued).values():
        if (job.kind, job.state) == (BACKFILL, QUEUED) and job.created_at <= now - PATIENCE_MS:
            jobs.start(job)


def _ask_all(draft: Draft) -> None:
    draft.ask_all = True


def _ask_no_more(draft: Draft) -> None:
    draft.ask_all = False


def _keep_day(draft: Draft, now: int) -> None:
    """At the first tick of a day: how many were in each segment at the end of the day before."""
    today = catalogue.local_days().day_of(now)
    last = lookups.find(DAY, _LAST_DAY)
    if last is not None and last["day"] >= today:
        return
    day = date_of(today - 1).isoformat()
    for segment in draft.segments.values():
        if segment.group is not None and segment.created_at < catalogue.local_days().begins(today):
            number = count_group(SEGMENT, segment.group)
            with definitions.one_transaction() as changes:
                changes.put(f"{DAY}#{segment.id}", day, {"day": day, "count": number, "at": now})
    with definitions.one_transaction() as changes:
        changes.put(DAY, _LAST_DAY, {"day": today})
