"""Start an import for each file that is dropped into the bucket, once however often its event is delivered."""

import csv
import uuid
from collections.abc import Mapping
from dataclasses import replace
from io import StringIO
from typing import Any

from crm.domain.exports.cells import neutralised
from crm.domain.job import IMPORT, QUEUED, Job, failed
from crm.domain.views.jobs import JobErrorView
from crm.observability import log
from crm.services.imports.stored_files import DROPPED, REPORTS
from crm.services.jobs import jobs
from crm.settings import settings
from crm.storage import bucket
from crm.storage import jobs as storage

BY_DROP = "bucket"
"""The originator of an import that was not requested by the API."""


NOT_BEGUN = "import_not_begun"


def is_to_import(key: str) -> bool:
    """Return whether a file of the bucket starts an import; reports do not."""
    return key.startswith(DROPPED) and not key.startswith(REPORTS)


def on_object_created(detail: Mapping[str, Any], *, now: int) -> None:
    """Import the file of an "Object Created" event of S3 (its `detail`), which may be delivered twice and late."""
    file = detail["object"]
    if not is_to_import(file["key"]):
        log.info("ignored: no file to import")
        return
    start(
        file["key"],
        by=BY_DROP,
        now=now,
        etag=file["etag"],
        size=file.get("size", 0),
        sequencer=file["sequencer"],
    )


def start(
    key: str,
    *,
    by: str,
    now: int,
    etag: str,
    size: int,
    mapping: str | None = None,
    again: bool = False,
    sequencer: str | None = None,
) -> Job:
    """Start an import and return its job. Repeated requests for the same version of a file are one job.

    `mapping`: overrides that of its folder; `again`: import even if the content was imported before, always as a new
    job. `now` in epoch ms. Raises botocore's errors.
    """
    requested = [sequencer or etag, *([mapping] if mapping else []), *([str(now)] if again else [])]
    job = _job(key, *requested, by=by, now=now, etag=etag, size=size, mapping=mapping, again=again)
    jobs.start(job)
    return storage.find([job.id])[job.id]


def _job(key: str, *requested: str, by: str, now: int, **file: Any) -> Job:
    return Job(
        id=str(uuid.uuid5(settings().identity_namespace, f"import:{':'.join((key, *requested))}")),
        kind=IMPORT,
        subject={"key": key, "mapping": None, "again": False, **file},
        started_by=by,
        created_at=now,
        updated_at=now,
    )


def give_up(detail: Mapping[str, Any], reason: str, *, now: int) -> Job | None:
    """Fail the import of a dropped file that could not be started: its report gives the reason.

    Returns None if the file is not to be imported. An import that has started in the meantime continues.
    """
    file = detail["object"]
    if not is_to_import(file["key"]):
        return None
    etag, sequencer = file["etag"], file["sequencer"]
    job = storage.create(
        _job(file["key"], sequencer, by=BY_DROP, now=now, etag=etag, size=file.get("size", 0))
    )
    if job.state != QUEUED:
        return job
    key = report_key(job)
    bucket.write(key, _report(file["key"], reason), media_type="text/csv; charset=utf-8")
    error: JobErrorView = {"code": NOT_BEGUN, "message": reason}
    return storage.save(replace(failed(job, now, error), result={"report": key}))


def report_key(job: Job) -> str:
    """Return the key of the report, named after the file and the job."""
    name = job.subject["key"].rpartition("/")[2].removesuffix(".gz")
    stem = name.rpartition(".")[0] or name
    return f"{REPORTS}{stem}-{job.id[:8]}.csv"


def _report(key: str, reason: str) -> bytes:
    text = StringIO()
    csv.writer(text).writerows([("file", "code", "reason"), (neutralised(key), NOT_BEGUN, reason)])
    return text.getvalue().encode()
