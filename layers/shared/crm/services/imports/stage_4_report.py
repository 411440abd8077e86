"""Finish an import: write the report with the rejected rows, and summarise the file.

Retention: that of files dropped for import (`crm.domain.retention`).
"""

from collections import Counter
from collections.abc import Iterator
from itertools import islice
from typing import Any

from crm.domain.imports.plan import ReadPlan
from crm.domain.imports.unread_words import most_frequent
from crm.domain.job import Job, JobResult
from crm.domain.stored_record import to_record
from crm.services.imports.dropped_file import report_key
from crm.services.imports.import_file import ImportFile, file_of
from crm.services.imports.rejected_rows import head_of
from crm.services.imports.stage_0_plan import DUPLICATE_OF
from crm.services.imports.stage_1_check import CHECK, REASONS, REJECTED, UNREAD, WARNINGS
from crm.services.imports.stage_2_apply import APPLY
from crm.services.imports.stage_3_repeats import REPEATS
from crm.services.jobs import staged_job
from crm.services.jobs.deadline import Deadline
from crm.services.jobs.staged_job import PartDone
from crm.storage import bucket

WORDS_OF_A_COLUMN, MAX_LISTED_WORDS = 20, 500
"""Most words of a yes/no column that are listed, and of all such columns together."""

_MEDIA_TYPE = "text/csv; charset=utf-8"


def finish_import(job: Job, _deadline: Deadline) -> JobResult:
    """Return the result of the job. The report is written if rows were rejected."""
    if duplicate_of := job.subject.get(DUPLICATE_OF):
        return {"rows": 0, "report": None, "mapping": job.subject["mapping"], DUPLICATE_OF: duplicate_of}
    file = file_of(job)
    checked = staged_job.finished(job.id, CHECK)
    parts = [*checked.values()]
    parts += [part for stage in (APPLY, REPEATS) for part in staged_job.finished(job.id, stage).values()]
    rejected = [part[REJECTED] for part in checked.values() if REJECTED in part]
    return {
        "rows": sum(part["counts"]["rows"] for part in checked.values()),
        "report": _write(job, file, rejected) if rejected else None,
        "mapping": file.mapping or None,
        "dialect": to_record(file.found),
        "columns": list(_columns(file.plan)),
        "warnings": _sum(parts, WARNINGS, file.warnings),
        "reasons": _sum(parts, REASONS, {}),
        "unread": most_frequent(_sum(parts, UNREAD, {})),
        "content": file.content,
    }


def _columns(plan: ReadPlan) -> Iterator[dict[str, Any]]:
    """Yield the target of each column, and how its cells were read if that was detected."""
    room = MAX_LISTED_WORDS
    for column in plan.columns:
        words = dict(islice(column.words.items(), min(room, WORDS_OF_A_COLUMN)))
        room -= len(words)
        yield {
            "column": column.name,
            "target": column.target.to_record(),
            "decimal_mark": column.decimal_mark,
            "date_format": column.date_format,
            "words": words,
        }


def _write(job: Job, file: ImportFile, rejected: list[str]) -> str:
    key = report_key(job)
    bucket.write_stream(key, _content(file, rejected), media_type=_MEDIA_TYPE)
    return key


def _content(file: ImportFile, rejected: list[str]) -> Iterator[bytes]:
    yield head_of(file)
    for key in rejected:
        yield from bucket.stream(key)


def _sum(parts: list[PartDone], what: str, begin: dict[str, int]) -> dict[str, int]:
    total = Counter(begin)
    for part in parts:
        total.update(part.get(what, {}))
    return {code: number for code, number in sorted(total.items()) if number}
