"""Files that were dropped into the bucket: each begins an import, however often it is told of."""

import uuid
from collections.abc import Mapping
from typing import Any

from crm.domain.job import IMPORT, Job
from crm.observability import log
from crm.services.jobs import jobs
from crm.settings import settings
from crm.storage import jobs as storage

DROPPED = "imports/"
REPORTS = "imports/reports/"
BY_DROP = "bucket"
"""Who started an import that nobody asked for by the API."""


def hear(told: Mapping[str, Any], *, now: int) -> None:
    """Import the file that an event "Object Created" of S3 tells of (its `detail`). It may come twice, and late."""
    file = told["object"]
    if not file["key"].startswith(DROPPED) or file["key"].startswith(REPORTS):
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
    asked = [key, sequencer or etag, *([mapping] if mapping else []), *([str(now)] if again else [])]
    job = Job(
        id=str(uuid.uuid5(settings().identity_namespace, f"import:{':'.join(asked)}")),
        kind=IMPORT,
        subject={"key": key, "etag": etag, "size": size, "mapping": mapping, "again": again},
        started_by=by,
        created_at=now,
        updated_at=now,
    )
    jobs.start(job)
    return storage.find([job.id])[job.id]
