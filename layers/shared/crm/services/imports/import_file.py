"""An opened file: how it is written and read, and what is stored of it during the import."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from crm.domain.delimited.chunks import Chunk
from crm.domain.delimited.dialect import Dialect
from crm.domain.imports.plan import ReadPlan
from crm.domain.imports.row_decision import ImportTerms
from crm.domain.job import Job
from crm.domain.stored_record import formerly, from_record, to_record
from crm.services.editing.prepared_edit import MAX_PROFILE_LISTS, MAX_PROFILE_TAGS
from crm.storage import jobs as storage

FILE_PART, CHUNKS = "file", "chunks/"
CHUNKS_AT_ONCE = 2_000
"""Chunks in one item, which holds 400 KB."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportFile:
    """An opened file.

    `key`, `etag` and `dialect` of what is read: the file, or its text in UTF-8 if it was compressed or in UTF-16.
    `found`: the dialect of the file itself. `declared_headless`: the mapping declares that it has no header. `skipped`:
    the lines before the header. `encoding_open`: its first bytes leave the encoding uncertain; `open_columns`:
    columns for which the first rows leave the format uncertain. `content`: a digest of the file's bytes;
    `first_seen`: when this content was first seen (epoch ms). `memberships`: the keys of FIELDS for the lists and
    segments of all rows. `warnings`: number by code.
    """

    key: str
    etag: str
    size: int
    dialect: Dialect
    found: Dialect
    plan: ReadPlan
    mapping: str
    version: int
    conflict: str
    write: str
    declared_headless: bool = field(default=False, metadata=formerly("told_headless"))
    encoding_open: bool = False
    open_columns: tuple[int, ...] = ()
    skipped: str = ""
    content: str = ""
    first_seen: int = 0
    memberships: tuple[str, ...] = ()
    warnings: dict[str, int] = field(default_factory=dict)

    def terms(self, job: Job) -> ImportTerms:
        """Return the terms on which its rows are decided."""
        return ImportTerms(
            conflict=self.conflict,
            write=self.write,
            first_seen=self.first_seen,
            at=job.created_at,
            most_tags=MAX_PROFILE_TAGS,
            most_lists=MAX_PROFILE_LISTS,
        )


def store_file(job: Job, opened: ImportFile) -> None:
    """Store the file's description for the parts of the job. Raises UnavailableError."""
    storage.keep_parts(job.id, {FILE_PART: to_record(opened)})


def file_of(job: Job) -> ImportFile:
    """Return the file of a planned import."""
    return from_record(ImportFile, storage.working_data(job.id, FILE_PART)[FILE_PART])


def keep_chunks(job: Job, first: int, chunks: Sequence[Chunk]) -> None:
    """Store chunks of the file, numbered from `first` on. Raises UnavailableError."""
    parts = {
        f"{CHUNKS}{first + start:06d}": chunks[start : start + CHUNKS_AT_ONCE]
        for start in range(0, len(chunks), CHUNKS_AT_ONCE)
    }
    storage.keep_parts(job.id, parts)


def chunks_of(job: Job) -> list[Chunk]:
    """Return all chunks of the file in order."""
    # Parallel planners may have stored the same chunks in other portions.
    found = {
        int(name.removeprefix(CHUNKS)) + place: Chunk(*chunk)
        for name, kept in storage.working_data(job.id, CHUNKS).items()
        for place, chunk in enumerate(kept)
    }
    return [found[number] for number in sorted(found)]
