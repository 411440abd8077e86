"""Store the customers of a selection in files in the bucket, one after the other.

Several processes may write them, even concurrently: of each file the first version counts, and the next file
continues from it.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from crm.services.selections.selection_walk import SelectionPosition
from crm.storage import bucket
from crm.storage import jobs as storage

_ID_BYTES = 37  # an id and a line break
_NAMES = "collected/"


@dataclass(frozen=True, slots=True)
class IdFile:
    """A file of ids. `ids`: their number. `position`: where the walk continues; None after the last file."""

    key: str
    ids: int
    position: SelectionPosition | None

    def read(self, start: int, end: int) -> list[str]:
        """Return the ids from one number up to another, exclusive."""
        if start >= end:
            return []
        return bucket.read_range(self.key, start * _ID_BYTES, end * _ID_BYTES).decode().split()


def files_of(job_id: str) -> list[IdFile]:
    """Return the files of a job in order."""
    return [IdFile(**file) for file in storage.working_data(job_id, _NAMES).values()]


def read_ids(files: Sequence[IdFile], start: int, end: int) -> list[str]:
    """Return the ids from one number up to another, exclusive, counted over all files."""
    found: list[str] = []
    for file, behind in zip(files, accumulate(file.ids for file in files), strict=True):
        before = behind - file.ids
        found += file.read(max(start - before, 0), min(end - before, file.ids))
    return found


def keep_file(job_id: str, number: int, ids: Sequence[str], position: SelectionPosition | None) -> bool:
    """Write a file; return False if another process has written it already."""
    key = bucket.work_key(job_id, "collected", number, uuid.uuid4().hex)
    if ids:
        bucket.write(key, "".join(f"{id_}\n" for id_ in ids).encode())
    record = {"key": key, "ids": len(ids), "position": position}
    return storage.keep_part(job_id, f"{_NAMES}{number:06d}", record)
