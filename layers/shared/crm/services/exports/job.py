"""The export job: read customers in parts, determine columns, write cells in parts, and join them into one file."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import chain
from tempfile import TemporaryDirectory
from typing import Any
from uuid import uuid4

from crm.domain.api_key import Principal
from crm.domain.exports.columns import ExportRow, all_columns, export_row, varying
from crm.domain.exports.formats import MEDIA_TYPES, XLSX, header, lines
from crm.domain.exports.workbook import MAX_ROWS
from crm.domain.job import EXPORT, Job, JobFailedError, JobResult
from crm.domain.json_text import decode, encode
from crm.domain.standard_attributes import STANDARD
from crm.services.exports.files import file_key, file_name, workbook_in
from crm.services.jobs.deadline import Deadline
from crm.services.jobs.staged_job import FAILED_PARTS, PartDone, Stage, StagedJob, as_of_now, finished
from crm.services.profiles import people
from crm.services.profiles.profile_view import views
from crm.services.projection.isolation import isolate
from crm.services.selections import selections
from crm.settings import settings
from crm.storage import bucket
from crm.storage import jobs as storage

ROWS, CELLS = "rows", "cells"
PARTS_TOGETHER = 20
"""Parts of the first stage that form one of the second: S3 gets fewer requests for larger files."""

_MAX_COLUMNS = 1000
WORKBOOK_RESERVE_MS = 180_000
"""Time for compressing a workbook and uploading it."""

_COLUMNS, _LAYOUT = "columns", "layout"


def _plan_rows(job: Job, deadline: Deadline) -> Job:
    planned = selections.collect(job, deadline)
    return replace(planned, total=planned.parts + _groups(planned.parts))


def _write_rows(job: Job, number: int, deadline: Deadline) -> PartDone:
    """Write one part of the customers as they are now, one JSON object a line."""
    ids = selections.ids_of_part(job, number)
    read = isolate(ids, partial(_rows_of, selections.viewer_of(job), deadline.now()), during=EXPORT)
    found = list(chain.from_iterable(read.results))
    rows = [row for _, _, row in found]
    key = bucket.work_key(job.id, ROWS, number, uuid4().hex)
    bucket.write(key, b"".join(encode(row) + b"\n" for row in rows))
    return {
        "counts": {"exported": len(rows), "left_out": len(ids) - len(rows) - len(read.failed)},
        FAILED_PARTS: read.failed,
        "key": key,
        "moved": [(at, root) for at, (id_, root, _) in enumerate(found) if root != id_],
        _COLUMNS: [] if job.subject["columns"] else _varying(rows),
    }


def _rows_of(viewer: Principal, now: int, ids: Sequence[str]) -> list[tuple[str, str, ExportRow]]:
    """Return the visible customers: the requested id, the canonical profile's id, and the row."""
    found = people.find_many(ids)
    seen = [(id_, found[id_]) for id_ in ids if id_ in found and found[id_].visible_to(viewer)]
    custom_types = settings().custom_identity_types
    rows = [export_row(shown, custom_types) for shown in views([person for _, person in seen], now=now)]
    return [(id_, person.root.id, row) for (id_, person), row in zip(seen, rows, strict=True)]


def _varying(rows: Sequence[ExportRow]) -> list[str]:
    custom_types = settings().custom_identity_types
    return _ensure_few(sorted({name for row in rows for name in varying(row, custom_types)}))


def _ensure_few(columns: list[str]) -> list[str]:
    if len(columns) > _MAX_COLUMNS:
        raise JobFailedError(
            f"these customers have more than {_MAX_COLUMNS:,} different attributes: list the columns "
            "to export",
            code="too_many_columns",
        )
    return columns


def _plan_cells(job: Job, _deadline: Deadline) -> Job:
    parts = finished(job.id, ROWS)
    rows = sum(part["counts"]["exported"] for part in parts.values())
    if job.subject["format"] == XLSX and rows > MAX_ROWS:
        raise JobFailedError(
            f"a workbook can contain {MAX_ROWS:,} customers, but {rows:,} are selected: export them "
            "as csv or jsonl",
            code="too_many_rows",
        )
    filled = _ensure_few(sorted({name for part in parts.values() for name in part[_COLUMNS]}))
    columns = job.subject["columns"] or all_columns(filled, list(STANDARD), settings().custom_identity_types)
    doubles = _doubles(job, {number: part["moved"] for number, part in parts.items()})
    storage.keep_part(job.id, _LAYOUT, {_COLUMNS: columns, "doubles": doubles})
    return replace(job, parts=_groups(len(parts)))


def _doubles(job: Job, moved: Mapping[int, Sequence[tuple[int, str]]]) -> dict[str, list[int]]:
    """Return the lines of customers who are in another line as well, by part.

    `moved`: by part, the lines of customers who were merged into others since they were selected, with those that they
    were merged into.
    """
    roots = {root for lines_ in moved.values() for _, root in lines_}
    taken = selections.selected_among(job, roots) if roots else set()
    doubles: dict[str, list[int]] = {}
    for number, lines_ in moved.items():
        for line, root in lines_:
            if root in taken:
                doubles.setdefault(str(number), []).append(line)
            taken.add(root)
    return doubles


def _write_cells(job: Job, number: int, _deadline: Deadline) -> PartDone:
    """Write the cells of some parts, in the columns of the file."""
    layout = _layout(job)
    parts = list(enumerate(_keys(job, ROWS)))[number * PARTS_TOGETHER : (number + 1) * PARTS_TOGETHER]
    left_out = {part: set(layout["doubles"].get(str(part), ())) for part, _ in parts}
    rows = (
        row
        for part, key in parts
        for line, row in enumerate(_read_lines([key]))
        if line not in left_out[part]
    )
    key = bucket.work_key(job.id, CELLS, number, uuid4().hex)
    bucket.write_stream(key, lines(job.subject["format"], layout[_COLUMNS], rows))
    doubles = sum(map(len, left_out.values()))
    return {"counts": {"exported": -doubles, "left_out": doubles}, "key": key}


def _finish(job: Job, deadline: Deadline) -> JobResult:
    format_, name, key = job.subject["format"], file_name(job), file_key(job)
    columns, keys, cut = _layout(job)[_COLUMNS], _keys(job, CELLS), 0
    with TemporaryDirectory() as folder:
        if format_ == XLSX:
            content, cut = workbook_in(folder, columns, _in_time(_read_lines(keys), deadline))
        else:
            content = chain([header(format_, columns)], *map(bucket.stream, keys))
        bucket.write_stream(key, content, media_type=MEDIA_TYPES[format_], name=name)
    return {
        "file": key,
        "bytes": bucket.metadata(key).size,
        "rows": as_of_now(job).counts.get("exported", 0),
        "columns": len(columns),
        "warnings": {"texts_cut": cut} if cut else {},
    }


def _in_time(rows: Iterable[Any], deadline: Deadline) -> Iterator[Any]:
    """Yield rows while time is left: another process cannot resume a workbook."""
    for row in rows:
        if deadline.remaining() < WORKBOOK_RESERVE_MS:
            raise JobFailedError(
                "the workbook has too many cells to be written in time: export fewer columns, or use csv "
                "or jsonl",
                code="too_many_cells",
            )
        yield row


def _read_lines(keys: Sequence[str]) -> Iterator[Any]:
    for key in keys:
        rest = b""
        for piece in bucket.stream(key):
            whole, _, rest = (rest + piece).rpartition(b"\n")
            yield from map(decode, whole.splitlines())


def _layout(job: Job) -> JobResult:
    """Return the columns of the file, and the lines that are left out."""
    layout: dict[str, Any] = storage.working_data(job.id, _LAYOUT)[_LAYOUT]
    return layout


def _keys(job: Job, step: str) -> list[str]:
    return [part["key"] for part in finished(job.id, step).values()]


def _groups(parts: int) -> int:
    return -(-parts // PARTS_TOGETHER)


EXPORTS = StagedJob(
    stages=(Stage(ROWS, _plan_rows, _write_rows), Stage(CELLS, _plan_cells, _write_cells)), finish=_finish
)
