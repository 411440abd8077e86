"""The second stage of an import: append the decided activities to the logs.

Rows about people who are in several rows wait for the third stage: each of them must build on those before it.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from crm.domain.activity import Activity
from crm.domain.imports.event_rows import RowEvent
from crm.domain.imports.target import EVENTS
from crm.domain.job import Job
from crm.services.imports import events, row_clusters
from crm.services.imports.decided_rows import Decided, from_line, lines_of, row_activity
from crm.services.imports.import_file import ImportFile, file_of
from crm.services.imports.stage_0_plan import DUPLICATE_OF
from crm.services.imports.stage_1_check import CHECK, DECIDED, REASONS, WARNINGS
from crm.services.jobs import staged_job
from crm.services.jobs.deadline import Deadline
from crm.services.jobs.staged_job import PartDone
from crm.services.tracking.record_messages import store
from crm.storage import bucket
from crm.storage.copies import note_copies
from crm.storage.log_writer import LogWriter, log_writer

APPLY = "apply"
_AT_ONCE = 100
"""Activities that are appended together."""


def plan(job: Job, _deadline: Deadline) -> Job:
    """Return the job with a part for each chunk, once the waiting rows are known. Raises JobError."""
    if DUPLICATE_OF in job.subject:
        return replace(job, parts=0)
    checked = staged_job.finished(job.id, CHECK)
    waiting = row_clusters.find_clusters(job, checked)
    return replace(job, parts=len(checked), total=2 * len(checked) + waiting)


def work(job: Job, number: int, _deadline: Deadline) -> PartDone:
    """Append the activities of one chunk's rows. Raises UnavailableError."""
    file = file_of(job)
    waiting = row_clusters.waiting_in(job, number)
    decided_file = staged_job.finished(job.id, CHECK)[number][DECIDED]
    lines = lines_of(bucket.stream(decided_file))
    if file.plan.kind == EVENTS:
        chunk_events = map(events.from_line, lines)
        return append_events((event for event in chunk_events if event.row not in waiting), job)
    rows = map(from_line, lines)
    return append((row for row in rows if row.row not in waiting), job, file)


def append_events(row_events: Iterable[RowEvent], job: Job) -> PartDone:
    """Append events to the logs. Raises UnavailableError."""
    counts, warnings = events.append_events(row_events, job)
    return {"counts": dict(counts), WARNINGS: warnings}


def append(rows: Iterable[Decided], job: Job, file: ImportFile) -> PartDone:
    """Append the activities of decided rows; return counts of outcomes and of reasons. Raises UnavailableError."""
    counts: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    log, held = log_writer(), []
    for row in rows:
        counts[row.outcome.code] += 1
        if row.outcome.reason:
            reasons[row.outcome.reason] += 1
        if row.outcome.writes:
            held.append(row_activity(row, job, file.first_seen))
        if len(held) == _AT_ONCE:
            _store(held, log)
            held = []
    _store(held, log)
    return {"counts": dict(counts), REASONS: dict(reasons)}


def _store(activities: list[Activity], log: LogWriter) -> None:
    note_copies(activities)
    store(activities, [], log)
