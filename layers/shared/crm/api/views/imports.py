"""Build the responses for import mappings and imports."""

from typing import Any

from crm.domain.imports.mapping import Columns, ImportMapping, to_record
from crm.domain.imports.target import CONSENT, Target
from crm.domain.job import Job, job_view, per_second
from crm.domain.stored_record import from_record
from crm.domain.times import iso

_COUNTED = ("rows", "created", "updated", "unchanged", "skipped", "rejected", "events", "repeated")


def mapping_view(mapping: ImportMapping) -> dict[str, Any]:
    """Build the model `ImportMapping`."""
    stored = {"id": mapping.name, "version": mapping.version, "created_at": iso(mapping.created_at)}
    return mapping_body(mapping) | stored


def mapping_body(mapping: ImportMapping) -> dict[str, Any]:
    """Build the model `MappingBody`: the mapping in the form in which it can be sent."""
    body = to_record(mapping) | {"columns": columns_view(mapping.columns)}
    return {name: value for name, value in body.items() if name not in {"version", "created_at"}}


def columns_view(columns: Columns) -> list[dict[str, Any]]:
    """Describe the target of each column."""
    return [{"column": column, **target_view(target)} for column, target in columns]


def target_view(target: Target) -> dict[str, Any]:
    """Describe the target of a column."""
    return {"to": target.to, "name": target.name, "yes": target.yes if target.to == CONSENT else None}


def import_view(job: Job, report_file: dict[str, Any] | None) -> dict[str, Any]:
    """Build the model `Import`."""
    job_fields = job_view(job)
    shared = ("id", "state", "counts", "started_by", "error", "last_failure")
    times = ("created_at", "updated_at", "started_at", "finished_at")
    key = str(job.subject["key"])
    return {
        **{name: job_fields[name] for name in (*shared, *times)},
        "key": key,
        "file_name": key.rpartition("/")[2],
        "mapping": (job.result or {}).get("mapping") or job.subject.get("mapping"),
        "progress": job_fields["progress"] | {"rows_per_second": per_second(job, "rows")},
        "report": _report(job),
        "report_file": report_file,
    }


def _report(job: Job) -> dict[str, Any]:
    result = job.result or {}
    return {
        **{name: job.counts.get(name, 0) for name in _COUNTED},
        "reasons": result.get("reasons", {}),
        "warnings": result.get("warnings", {}),
        "unread_consents": result.get("unread", {}),
        "columns": [_reported(column) for column in result.get("columns", ())],
        "dialect": result.get("dialect"),
        "duplicate_of": result.get("duplicate_of"),
    }


def _reported(column: dict[str, Any]) -> dict[str, Any]:
    # Reports written by earlier versions do not contain how cells were read.
    return {
        "column": column["column"],
        "target": target_view(from_record(Target, column["target"])),
        "decimal_mark": column.get("decimal_mark"),
        "date_format": column.get("date_format"),
        "words": column.get("words", {}),
    }
