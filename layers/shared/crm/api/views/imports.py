"""Build the responses for import mappings and imports."""

from collections.abc import Mapping
from typing import Any

from crm.domain.imports.mapping import ImportMapping, MappingColumns
from crm.domain.imports.target import CONSENT, Target
from crm.domain.job import Job, job_view, per_second
from crm.domain.stored_record import from_record
from crm.domain.times import iso
from crm.domain.views.import_mappings import (
    ColumnTargetView,
    ImportedConsentView,
    ImportMappingView,
    MappingBodyView,
)
from crm.domain.views.import_previews import TargetView
from crm.domain.views.imports import ImportView, ReportColumnView, ReportFileView, ReportView


def mapping_view(mapping: ImportMapping) -> ImportMappingView:
    """Build the model `ImportMapping`."""
    return {
        **mapping_body(mapping),
        "id": mapping.name,
        "version": mapping.version,
        "created_at": iso(mapping.created_at),
    }


def mapping_body(mapping: ImportMapping) -> MappingBodyView:
    """Build the model `MappingBody`: the mapping in the form in which it can be sent."""
    return {
        "name": mapping.name,
        "kind": mapping.kind,
        "description": mapping.description,
        "encoding": mapping.encoding,
        "delimiter": mapping.delimiter,
        "quote": mapping.quote,
        "skip_lines": mapping.skip_lines,
        "header": mapping.header,
        "columns": columns_view(mapping.columns),
        "other_columns": mapping.other_columns,
        "date_format": mapping.date_format,
        "decimal_mark": mapping.decimal_mark,
        "phone_region": mapping.phone_region,
        "time_zone": mapping.time_zone,
        "tags": list(mapping.tags),
        "lists": list(mapping.lists),
        "segments": list(mapping.segments),
        "consents": {key: _consent(effect) for key, effect in mapping.consents.items()},
        "conflict": mapping.conflict,
        "write": mapping.write,
        "event_name": mapping.event_name,
    }


def _consent(effect: Mapping[str, Any]) -> ImportedConsentView:
    return (
        {"state": effect["state"], "proof": effect["proof"]}
        if "proof" in effect
        else {"state": effect["state"]}
    )


def columns_view(columns: MappingColumns) -> list[ColumnTargetView]:
    """Describe the target of each column."""
    return [{"column": column, **target_view(target)} for column, target in columns]


def target_view(target: Target) -> TargetView:
    """Describe the target of a column."""
    return {"to": target.to, "name": target.name, "yes": target.yes if target.to == CONSENT else None}


def import_view(job: Job, report_file: ReportFileView | None, names: Mapping[str, str]) -> ImportView:
    """Build the model `Import`; `names` are those of the keys that started imports."""
    shown = job_view(job)
    key = str(job.subject["key"])
    return {
        "id": shown["id"],
        "state": shown["state"],
        "counts": shown["counts"],
        "started_by": shown["started_by"],
        "started_by_name": names.get(shown["started_by"]),
        "error": shown["error"],
        "last_failure": shown["last_failure"],
        "created_at": shown["created_at"],
        "updated_at": shown["updated_at"],
        "started_at": shown["started_at"],
        "finished_at": shown["finished_at"],
        "key": key,
        "file_name": key.rpartition("/")[2],
        "mapping": (job.result or {}).get("mapping") or job.subject.get("mapping"),
        "progress": {**shown["progress"], "rows_per_second": per_second(job, "rows")},
        "report": _report(job),
        "report_file": report_file,
    }


def _report(job: Job) -> ReportView:
    result, counts = job.result or {}, job.counts
    return {
        "rows": counts.get("rows", 0),
        "created": counts.get("created", 0),
        "updated": counts.get("updated", 0),
        "unchanged": counts.get("unchanged", 0),
        "skipped": counts.get("skipped", 0),
        "rejected": counts.get("rejected", 0),
        "events": counts.get("events", 0),
        "repeated": counts.get("repeated", 0),
        "reasons": result.get("reasons", {}),
        "warnings": result.get("warnings", {}),
        "unread_consents": result.get("unread", {}),
        "columns": [_reported(column) for column in result.get("columns", ())],
        "dialect": result.get("dialect"),
        "duplicate_of": result.get("duplicate_of"),
    }


def _reported(column: dict[str, Any]) -> ReportColumnView:
    # Reports written by earlier versions do not contain how cells were read.
    return {
        "column": column["column"],
        "target": target_view(from_record(Target, column["target"])),
        "decimal_mark": column.get("decimal_mark"),
        "date_format": column.get("date_format"),
        "words": column.get("words", {}),
    }
