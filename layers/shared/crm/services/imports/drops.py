"""Files that were dropped into the bucket: each begins an import, however often it is told of."""

import csv
import uuid
from collections.abc import Mapping
from dataclasses import replace
from io import StringIO
from typing import Any

from crm.domain.exports.cells import neutralised
from crm.domain.job import IMPORT, QUEUED, Job, failed
from crm.observability import log
from crm.services.jobs import jobs
from crm.settings import settings
from crm.storage import bucket
from crm.storage import jobs as storage

DROPPED = "imports/"
REPORTS = "imports/reports/"
BY_DROP = "bucket"
"""Who started an import that nobody asked for by the API."""


NOT_BEGUN = "import_not_begun"


def is_to_import(key: str) -> bool:
    """Whether a file of the bucket begins an import; reports do not."""
    return key.startswith(DROPPED) and not key.startswith(REPORTS)


def hear(told: Mapping[str, Any], *, now: int) -> None:
    """Import the file that an event "Object Created" of S3 tells of (its `detail`). It may come twice, and late."""
    file = told["object"]
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
    """Have a file imported; the job. The same version of a file, asked for in the same way, is one job.

    `mapping`: another one than that of its folder; `again`: also when its content has been imported before, and then
    always a job of its own. `now` in epoch ms. Raises botocore's errors.
    """
    asked = [sequencer or etag, *([mapping] if mapping else []), *([str(now)] if again else [])]
    job = _job(key, *asked, by=by, now=now, etag=etag, size=size, mapping=mapping, again=again)
    jobs.start(job)
    return storage.find([job.id])[job.id]


def _job(key: str, *asked: str, by: str, now: int, **file: Any) -> Job:
    return Job(
        id=str(uuid.uuid5(settings().identity_namespace, f"import:{':'.join((key, *asked))}")),
        kind=IMPORT,
        subject={"key": key, "mapping": None, "again": False, **file},
        started_by=by,
        created_at=now,
        updated_at=now,
    )


def give_up(told: Mapping[str, Any], reason: str, *, now: int) -> Job | None:
    """End the import of a dropped file that nobody could begin: its job is failed, and its report says why.

    None where the file is none to import. One that has begun in the meantime goes on.
    """
    file = told["object"]
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
    error = {"code": NOT_BEGUN, "message": reason}
    return storage.save(replace(failed(job, now, error), result={"report": key}))


def report_key(job: Job) -> str:
    """Named after the file and the job."""
    name = job.subject["key"].rpartition("/")[2].removesuffix(".gz")
    stem = name.rpartition(".")[0] or name
    return f"{REPORTS}{stem}-{job.id[:8]}.csv"


def _report(key: str, reason: str) -> bytes:
    text = StringIO()
    csv.writer(text).writerows([("file", "code", "reason"), (neutralised(key), NOT_BEGUN, reason)])
    return text.getvalue().encode()
