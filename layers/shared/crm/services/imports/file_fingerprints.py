"""Imported contents: by a digest of the file's bytes, the first time it was seen and the imports that it made.

Records never expire: people who were erased after a file was first seen must not return with it.
"""

import hashlib
from typing import Any, NamedTuple

from crm.domain.job import CANCELLED, FAILED, Job
from crm.storage import definitions
from crm.storage import jobs as storage
from crm.storage.retry_on_conflict import retry_on_conflict

IMPORT_CONTENT = "import_content"
BLOCK = 4_000_000
"""Bytes that are digested at once: a process can end after each block, and the next one continues."""


class Seen(NamedTuple):
    """A content that was imported.

    `first_seen`: epoch ms. `duplicate_of`: id of the import, done or running, of the same content by the same
    mapping; None if this is the first.
    """

    first_seen: int
    duplicate_of: str | None


def digested(before: str, block: bytes) -> str:
    """Return the digest (hex) of a content that ends with this block, from that of what precedes it ("": nothing).

    The digest of a single block is plain SHA-256.
    """
    own = hashlib.sha256(block)
    return (hashlib.sha256(bytes.fromhex(before) + own.digest()) if before else own).hexdigest()


def record_import(content: str, mapping: str, job: Job) -> Seen:
    """Record that this job imports this content by this mapping (its name and version).

    Raises VersionConflictError when other writers win every attempt.
    """
    return retry_on_conflict(lambda: _record(content, mapping, job))


def _record(content: str, mapping: str, job: Job) -> Seen:
    found = definitions.find_definition(IMPORT_CONTENT, content)
    if found is None:
        with definitions.one_transaction() as changes:
            document = {"at": job.created_at, "imports": {mapping: job.id}}
            changes.create(IMPORT_CONTENT, content, document)
        return Seen(job.created_at, None)
    _, held, version = found
    first_seen, former = int(held["at"]), held["imports"].get(mapping)
    if former == job.id:
        return Seen(first_seen, None)
    if former is not None and not job.subject["again"] and _counts(former):
        return Seen(first_seen, former)
    imports: dict[str, Any] = {**held["imports"], mapping: job.id}
    with definitions.one_transaction() as changes:
        changes.replace(IMPORT_CONTENT, content, {**held, "imports": imports}, read_version=version)
    return Seen(first_seen, None)


def _counts(job_id: str) -> bool:
    """Return whether that import is done or running."""
    job = storage.find([job_id]).get(job_id)
    return job is not None and job.state not in {FAILED, CANCELLED}
