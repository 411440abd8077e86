"""The third stage of an import: apply rows about the same people one after the other, in the order of the file."""

import uuid
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from crm.domain.imports.event_rows import RowEvent, merge_row_events
from crm.domain.imports.target import EVENTS
from crm.domain.job import Job
from crm.services.imports import row_clusters
from crm.services.imports.decide_rows import Decider
from crm.services.imports.decided_lines import DecidedLines
from crm.services.imports.decided_rows import Decided, from_line, lines_of, row_activity, to_line
from crm.services.imports.dry_run import DryRun
from crm.services.imports.events import REPEATED
from crm.services.imports.events import from_line as event_from_line
from crm.services.imports.import_file import ImportFile, file_of
from crm.services.imports.row_clusters import RowGroup
from crm.services.imports.stage_0_plan import DUPLICATE_OF
from crm.services.imports.stage_1_check import CHECK, WARNINGS, keyed_digest
from crm.services.imports.stage_2_apply import append, append_events
from crm.services.jobs import staged_job
from crm.services.jobs.deadline import Deadline
from crm.services.jobs.staged_job import PartDone
from crm.storage import bucket
from crm.storage import jobs as storage

REPEATS = "repeats"
_SHARED_IDENTITY = "shared_identity"
"""Warning: too many people of the file share a phone number, address or id for it to identify one of them."""


def plan(job: Job, _deadline: Deadline) -> Job:
    """Return the job with the parts of the groups of rows."""
    if DUPLICATE_OF in job.subject:
        return replace(job, parts=0)
    return replace(job, parts=row_clusters.part_count(job))


def work(job: Job, number: int, _deadline: Deadline) -> PartDone:
    """Decide the rows of one part's groups, once, and append their activities. Raises UnavailableError."""
    file = file_of(job)
    if file.plan.kind == EVENTS:
        return _append_together(job, row_clusters.groups_in(job, number))
    name = f"rehearsed/{number:06d}"
    kept = storage.working_data(job.id, name)
    if name not in kept:
        key = bucket.work_key(job.id, "rehearsed", number, uuid.uuid4().hex)
        bucket.write(key, b"".join(map(to_line, _dry_run(job, file, row_clusters.groups_in(job, number)))))
        storage.keep_part(job.id, name, key)
        kept = storage.working_data(job.id, name)
    rows = list(map(from_line, lines_of(bucket.stream(kept[name]))))
    warnings = Counter(code for row in rows for code in row.outcome.warnings)
    return append(rows, job, file) | {WARNINGS: warnings}


def _append_together(job: Job, groups: Sequence[RowGroup]) -> PartDone:
    """Append each group of rows as the one event that they describe."""
    done = append_events(map(merge_row_events, _events_of(job, groups)), job)
    again = sum(len(group) - 1 for group in groups)
    return done | {"counts": Counter(done["counts"]) + Counter({REPEATED: again})}


def _events_of(job: Job, groups: Sequence[RowGroup]) -> Iterator[list[RowEvent]]:
    lines = DecidedLines(staged_job.finished(job.id, CHECK), groups)
    for group in groups:
        yield [event_from_line(lines.at(chunk, offset)) for _, chunk, offset in group]


def _dry_run(job: Job, file: ImportFile, groups: Sequence[RowGroup]) -> Iterator[Decided]:
    decider, shared = Decider(job, file), row_clusters.shared(job)
    read = list(_rows(job, groups))
    rows = [_without(row, shared) for row in read]
    dry_run = DryRun()
    dry_run.gather(identity for row in rows for identity in row.data.identities)
    for row, before in zip(rows, read, strict=True):
        decided = decider.decide_one(row.row, row.data, dry_run.match(row.data.identities))
        if decided.outcome.writes:
            dry_run.apply(row_activity(decided, job, file.first_seen))
        # Earlier warnings were counted when the row was read.
        new = [code for code in decided.outcome.warnings if code not in before.outcome.warnings]
        yield replace(decided, outcome=replace(decided.outcome, warnings=(*row.outcome.warnings, *new)))


def _without(row: Decided, shared: Collection[bytes]) -> Decided:
    """Return the row without weak identities that too many people share; they are kept as attributes."""
    first, *others = row.data.identities
    own = [identity for identity in others if keyed_digest(identity) not in shared]
    warnings = (_SHARED_IDENTITY,) * (len(others) - len(own))
    data = replace(row.data, identities=(first, *own))
    return replace(row, data=data, outcome=replace(row.outcome, warnings=warnings))


def _rows(job: Job, groups: Sequence[RowGroup]) -> Iterator[Decided]:
    """Yield the rows as the first stage has stored them."""
    lines = DecidedLines(staged_job.finished(job.id, CHECK), groups)
    for group in groups:
        for _, chunk, offset in group:
            yield from_line(lines.at(chunk, offset))
