"""Read and check the rows of one chunk of a file."""

from dataclasses import replace

from crm.domain.delimited.file_error import FileError
from crm.domain.delimited.rows import BadRow, Rows, read_rows
from crm.domain.errors import NotFoundError
from crm.domain.imports.continued_rows import continued, may_continue
from crm.domain.imports.read_rows import Read, RowReader
from crm.domain.job import Job, JobFailedError
from crm.domain.times import iso
from crm.services.definitions import attributes
from crm.services.imports.detect_format import file_replaced_error
from crm.services.imports.import_file import ImportFile, chunks_of
from crm.services.imports.unedited_cells import empty_unedited_cells
from crm.storage import bucket
from crm.storage.bucket import ChangedError


def read_chunk(job: Job, file: ImportFile, number: int) -> Read:
    """Return the content of the chunk's rows. Raises JobError if the file was replaced or cannot be read."""
    plan = replace(file.plan, today=iso(job.created_at)[: len("2026-11-21")])
    rows = _rows(job, file, number)
    edited = empty_unedited_cells(rows, plan, now=job.created_at)
    whole = edited.rows._replace(cells=_continued(job, file, number, edited.rows.cells))
    read = RowReader(plan, attributes.definitions()).read(whole)
    return read._replace(bad=_with_original_cells(read.bad, rows), warnings=read.warnings + edited.warnings)


def _continued(job: Job, file: ImportFile, number: int, cells: list[list[str]]) -> list[list[str]]:
    before: list[list[str]] = []
    if number and may_continue(file.plan, cells):
        before = _rows(job, file, number - 1).cells
        before = continued(file.plan, before)[-1:]
    return continued(file.plan, cells, before[0] if before else None)


def _rows(job: Job, file: ImportFile, number: int) -> Rows:
    chunk = chunks_of(job)[number]
    try:
        data = bucket.read_range(file.key, chunk.start, chunk.end, etag=file.etag)
    except (ChangedError, NotFoundError) as error:
        raise file_replaced_error() from error
    try:
        return read_rows(
            data,
            file.dialect,
            columns=len(file.plan.columns),
            first_line=chunk.first_line,
            first_row=chunk.first_row,
        )
    except FileError as error:
        raise JobFailedError(error.message, code=error.code, details=error.details) from error


def _with_original_cells(bad: list[BadRow], rows: Rows) -> list[BadRow]:
    """Return rejected rows with their original cells: the report contains the whole row."""
    cells = dict(zip(rows.numbers, rows.cells, strict=True)) if bad else {}
    return [row._replace(cells=cells.get(row.number, row.cells)) for row in bad]
