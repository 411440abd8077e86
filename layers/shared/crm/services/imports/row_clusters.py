"""Find duplicate rows of a file, those about the same people, and distribute them to the parts of the third stage."""

import json
from array import array
from bisect import bisect_right
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import groupby

from crm.domain.imports.row_clusters import (
    DIGEST_BYTES,
    INDEX_BYTES,
    RANGES,
    Place,
    RowClusters,
    SharedIdentity,
    offset_of,
    ranges_of,
    row_number,
    shared_identities,
)
from crm.domain.job import Job, JobFailedError
from crm.services.imports.import_file import chunks_of
from crm.services.imports.stage_1_check import MARKS, MARKS_SIZE
from crm.services.jobs.staged_job import PartDone
from crm.storage import bucket
from crm.storage import jobs as storage

RowGroup = list[tuple[int, int, int]]
"""Rows in order: number, chunk, and where its record begins in the chunk's file of decided rows."""

RANGE_BYTES = 32_000_000
"""Bytes of marks that are examined together."""

PART_ROWS = 500
"""Rows of a part, unless a group is larger or there are too many parts."""

_MAX_PARTS = 2_000
MAX_WAITING = 10_000_000
"""Duplicate rows: all are held in memory, some 100 bytes each."""

MAX_ROWS_OF_ONE = 100_000
"""Rows about the same people: one process applies them one after the other."""

_WAITING, _PARTS, _SHARED = "waiting", "groups", "shared"
_READERS = 8


def find_clusters(job: Job, checked: Mapping[int, PartDone]) -> int:
    """Find the groups of duplicate rows; return the number of parts. Raises JobError if there are too many rows."""
    clusters, shared = RowClusters(), bytearray()
    for found in _duplicates(checked):
        clusters.add(found.places if len(found.places) > 1 else ())
        for place in found.unidentifying:
            clusters.add([place])
        shared += found.digest if found.unidentifying else b""
        if len(clusters) > MAX_WAITING:
            raise JobFailedError(
                f"more than {MAX_WAITING:,} rows are about people who also appear in other rows: split "
                "the file",
                code="too_many_repeats",
            )
    groups = clusters.groups()
    if max(map(len, groups), default=0) > MAX_ROWS_OF_ONE:
        raise JobFailedError(
            f"more than {MAX_ROWS_OF_ONE:,} rows are about one customer: check the column that "
            "identifies customers. If each row is an event, import the file as events",
            code="too_many_rows_of_one",
        )
    chunks = [chunk.first_row for chunk in chunks_of(job)] if groups else []
    _keep_waiting(job, sorted(place for group in groups for place in group), chunks)
    parts = list(_parts(groups))
    for number, part in enumerate(parts):
        located = [
            [(row_number(place), _chunk(place, chunks), offset_of(place)) for place in group]
            for group in part
        ]
        bucket.write(_key(job, _PARTS, number), json.dumps(located).encode())
    bucket.write(_key(job, _SHARED, 0), bytes(shared))
    storage.keep_parts(job.id, {_PARTS: len(parts)})
    return len(parts)


def part_count(job: Job) -> int:
    """Return the number of parts of the third stage."""
    return int(storage.working_data(job.id, _PARTS)[_PARTS])


def groups_in(job: Job, part: int) -> list[RowGroup]:
    """Return the groups of one part, each in the order of the file."""
    groups: list[RowGroup] = json.loads(bucket.read_range(_key(job, _PARTS, part)))
    return groups


def shared(job: Job) -> Collection[bytes]:
    """Return digests of identities that identify no one in this file because too many people share them."""
    content = bucket.read_range(_key(job, _SHARED, 0))
    return {content[start : start + DIGEST_BYTES] for start in range(0, len(content), DIGEST_BYTES)}


def waiting_in(job: Job, chunk: int) -> Collection[int]:
    """Return the rows of a chunk that are in groups."""
    if chunk not in storage.working_data(job.id, _WAITING)[_WAITING]:
        return ()
    return set(array("Q", bucket.read_range(_key(job, _WAITING, chunk))))


def _keep_waiting(job: Job, places: Sequence[Place], chunks: Sequence[int]) -> None:
    by_chunk = groupby(places, key=lambda place: _chunk(place, chunks))
    numbers = []
    for number, there in by_chunk:
        bucket.write(_key(job, _WAITING, number), array("Q", map(row_number, there)).tobytes())
        numbers.append(number)
    storage.keep_parts(job.id, {_WAITING: numbers})


def _parts(groups: Sequence[list[Place]]) -> Iterator[list[list[Place]]]:
    """Yield groups together, as many as make a part."""
    size = max(PART_ROWS, -(-sum(map(len, groups)) // _MAX_PARTS))
    part: list[list[Place]] = []
    rows = 0
    for group in groups:
        if part and rows + len(group) > size:
            yield part
            part, rows = [], 0
        part.append(group)
        rows += len(group)
    if part:
        yield part


def _chunk(place: Place, chunks: Sequence[int]) -> int:
    return bisect_right(chunks, row_number(place)) - 1


def _key(job: Job, what: str, number: int) -> str:
    # Every planner writes the same content: one name serves all.
    return bucket.work_key(job.id, what, number, "planned")


def _duplicates(checked: Mapping[int, PartDone]) -> Iterator[SharedIdentity]:
    """Yield identities and people that several rows name, one range of digests after the other."""
    files = [part[MARKS] for part in checked.values() if part[MARKS_SIZE] > INDEX_BYTES]
    pieces = -(-sum(part[MARKS_SIZE] for part in checked.values()) // RANGE_BYTES)
    width = -(-RANGES // min(RANGES, max(1, pieces)))
    with ThreadPoolExecutor(_READERS) as pool:
        indexes = list(pool.map(lambda key: ranges_of(bucket.read_range(key, 0, INDEX_BYTES)), files))
        for first in range(0, RANGES, width):
            last = min(first + width, RANGES)
            read = _reader(first, last)
            yield from shared_identities(pool.map(read, files, indexes))


def _reader(first: int, last: int) -> Callable[[str, Sequence[int]], bytes]:
    return lambda key, index: bucket.read_range(key, index[first], index[last])
