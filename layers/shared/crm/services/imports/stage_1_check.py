"""The first stage of an import: read and check each row, and decide what it does.

No profile changes before all rows are decided: every row is decided on the state before the import.
"""

import uuid
from collections import Counter
from collections.abc import Iterator, Sequence

from crm.domain.identity import Identity
from crm.domain.imports.event_rows import RowEvent, merge_row_events
from crm.domain.imports.read_rows import ImportRow
from crm.domain.imports.row_clusters import STRONGEST, Mark, Place, identity_digest, marks_file, pack_place
from crm.domain.imports.row_decision import ERASED
from crm.domain.imports.target import EVENTS
from crm.domain.imports.unread_words import most_frequent
from crm.domain.job import Job
from crm.services.imports import events
from crm.services.imports.chunk_rows import read_chunk
from crm.services.imports.decide_rows import Decider
from crm.services.imports.decided_rows import to_line
from crm.services.imports.import_file import ImportFile, file_of
from crm.services.imports.people_cache import RowMatch
from crm.services.imports.rejected_rows import rejected_rows
from crm.services.jobs.deadline import Deadline
from crm.services.jobs.staged_job import PartDone
from crm.settings import settings
from crm.storage import bucket

CHECK = "check"
DECIDED, MARKS, MARKS_SIZE, REJECTED = "decided", "marks", "marks_size", "rejected"
REASONS, WARNINGS, UNREAD = "reasons", "warnings", "unread"

_AT_ONCE = 500
"""Rows whose people are read together."""


def work(job: Job, number: int, _deadline: Deadline) -> PartDone:
    """Check one chunk; return keys of files with the decisions, marks of the named people, and rejected rows.

    Raises JobError.
    """
    file = file_of(job)
    read = read_chunk(job, file, number)
    bad = read.bad
    counts = {"rows": len(read.rows) + len(bad), "rejected": len(bad)}
    done: PartDone = {
        "counts": counts,
        REASONS: Counter(row.code for row in bad),
        WARNINGS: Counter(read.warnings),
        UNREAD: Counter(most_frequent(read.unread)),
    }
    if bad:
        done[REJECTED] = _keep(job, number, REJECTED, rejected_rows(bad, file))
    if file.plan.kind == EVENTS:
        content, marks, again = _merge_events(read.rows)
        counts[events.REPEATED] = again
    else:
        content, marks = _decided(job, file, read.rows, done[WARNINGS])
    marked = marks_file(marks)
    files = {DECIDED: _keep(job, number, DECIDED, content), MARKS: _keep(job, number, MARKS, marked)}
    return done | files | {MARKS_SIZE: len(marked)}


def _keep(job: Job, number: int, what: str, content: bytes) -> str:
    key = bucket.work_key(job.id, f"{CHECK}-{what}", number, uuid.uuid4().hex)
    bucket.write(key, content)
    return key


def _merge_events(rows: Sequence[ImportRow]) -> tuple[bytes, list[Mark], int]:
    """Return the events of a chunk, their marks, and the number of rows that repeat an event."""
    by_digest: dict[bytes, list[RowEvent]] = {}
    for event in map(events.event_of_row, rows):
        by_digest.setdefault(events.event_digest(event), []).append(event)
    content, marks = bytearray(), []
    for digest_, same in by_digest.items():
        marks.append(Mark(digest_, pack_place(same[0].row, len(content)), STRONGEST))
        content += events.to_line(merge_row_events(same))
    return bytes(content), marks, len(rows) - len(by_digest)


def _decided(
    job: Job, file: ImportFile, rows: Sequence[ImportRow], warnings: Counter[str]
) -> tuple[bytes, list[Mark]]:
    decider, content = Decider(job, file), bytearray()
    marks: list[Mark] = []
    for start in range(0, len(rows), _AT_ONCE):
        for decided, match in decider.decide(rows[start : start + _AT_ONCE]):
            # Erased people stay erased, whatever other rows contain.
            if decided.data.identities and decided.outcome.reason != ERASED:
                place = pack_place(decided.row, len(content))
                marks += marks_of(decided.data.identities, match, place)
            content += to_line(decided)
            warnings.update(decided.outcome.warnings)
    return bytes(content), marks


def marks_of(identities: Sequence[Identity], match: RowMatch, place: Place) -> Iterator[Mark]:
    """Yield marks of all that a row names: its identities, and the people who have them."""
    first, *others = map(keyed_digest, identities)
    yield Mark(first, place, STRONGEST)
    yield from (Mark(other, place, first) for other in others)
    key = settings().identity_namespace.bytes
    for number, person in enumerate(match.people):
        yield Mark(
            identity_digest(f" {person}", key),
            place,
            first if number or not match.first_exists else STRONGEST,
        )


def keyed_digest(identity: Identity) -> bytes:
    """Return an identity's digest, as marks hold it."""
    return identity_digest(f"{identity.type}:{identity.value}", settings().identity_namespace.bytes)
