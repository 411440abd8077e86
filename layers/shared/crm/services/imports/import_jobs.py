"""Imports as jobs: start them by hand, list them, and link to the report on rejected rows."""

import unicodedata

from crm.domain.api_key import Principal
from crm.domain.errors import InvalidInputError, NotFoundError
from crm.domain.imports.mapping import ImportMapping
from crm.domain.job import IMPORT, Job
from crm.domain.retention import IMPORTED_FILES_DAYS
from crm.domain.times import DAY_MS, iso
from crm.domain.views.imports import ReportFileView
from crm.services.imports import dropped_file, import_mappings
from crm.services.imports.stored_files import can_be_imported
from crm.services.jobs import jobs
from crm.services.jobs.jobs import JobPosition
from crm.storage import bucket

_MAX_KEY_LENGTH = 1024  # bytes, for S3


def start(key: str, *, by: str, now: int, mapping: str | None = None, again: bool = False) -> Job:
    """Import a file of the bucket. `mapping`: overrides that of its folder. `now` in epoch ms.

    `again`: import even if its content was imported before. Raises InvalidInputError, and NotFoundError if there is
    no such file.
    """
    stored = find_file(key)
    if mapping is not None:
        named_mapping(mapping)
    return dropped_file.start(
        key, by=by, now=now, mapping=mapping, again=again, etag=stored.etag, size=stored.size
    )


def get(job_id: str, viewer: Principal) -> Job:
    """Return an import's job. Raises NotFoundError, also for a job of another kind."""
    job = jobs.get(job_id, viewer)
    if job.kind != IMPORT:
        raise NotFoundError(f"there is no import {job_id}")
    return job


def list_imports(
    viewer: Principal, *, state: str | None, limit: int, cursor: JobPosition | None
) -> tuple[list[Job], JobPosition | None]:
    """Return a page of imports, newest first, and where the next begins. It may be short when few jobs are imports."""
    return jobs.list_jobs(viewer, kind=IMPORT, state=state, limit=limit, cursor=cursor)


def report_file(job: Job, *, now: int) -> ReportFileView | None:
    """Return the model `ReportFile` of the rejected rows; None if no row was rejected, or the file has expired."""
    key = (job.result or {}).get("report")
    if key is None or job.finished_at is None:
        return None
    expires_at = job.finished_at + IMPORTED_FILES_DAYS * DAY_MS
    left_s = (expires_at - now) // 1000
    if left_s <= 0:
        return None
    return {"key": key, "url": bucket.link_to(key, min(bucket.LINK_S, left_s)), "expires_at": iso(expires_at)}


def find_file(key: str) -> bucket.Stored:
    """Return a file that was dropped to be imported. Raises InvalidInputError, NotFoundError."""
    if not can_be_imported(key) or not can_be_key(key):
        raise InvalidInputError(
            "key must be a file under imports/ that is not a report, like imports/customers.csv, or an uploaded file",
            code="invalid_key",
            details={"field": "key"},
        )
    try:
        return bucket.metadata(key)
    except NotFoundError:
        raise NotFoundError(
            "there is no file with this key in the bucket: upload it first, or check the spelling of the key",
            code="file_not_found",
            details={"key": key},
        ) from None


def named_mapping(name: str) -> ImportMapping:
    """Return the mapping that a request names. Raises InvalidInputError."""
    try:
        return import_mappings.get(name)
    except NotFoundError:
        raise InvalidInputError(
            "there is no mapping with this name: create it at /v1/import-mappings",
            code="unknown_mapping",
            details={"field": "mapping"},
        ) from None


def can_be_key(key: str) -> bool:
    """Return whether S3 and the API can name a file by this key."""
    if any(unicodedata.category(character) in {"Cc", "Cs"} for character in key):
        return False
    return len(key.encode()) <= _MAX_KEY_LENGTH and not {"", ".", ".."} & set(key.split("/"))
