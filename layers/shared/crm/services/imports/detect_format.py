"""Open a dropped file: check that it can be read, detect its dialect, and choose its mapping."""

import uuid
from collections.abc import Iterator
from dataclasses import replace

from crm.domain.delimited.detection import Detected, detect
from crm.domain.delimited.dialect import is_bytewise
from crm.domain.delimited.file_error import FileError
from crm.domain.delimited.text_source import SAMPLE, decoded_text, looks_gzipped, sample, utf8
from crm.domain.errors import InvalidInputError, NotFoundError
from crm.domain.imports.evidence import FileEvidence
from crm.domain.imports.mapping import DEFAULT, ImportMapping
from crm.domain.imports.order_exports import RECOGNISED_ORDERS, as_orders
from crm.domain.imports.plan import ReadPlan, open_columns, read_plan
from crm.domain.job import Job, JobFailedError
from crm.services.definitions import attributes
from crm.services.imports import file_fingerprints, import_mappings, memberships
from crm.services.imports.import_file import ImportFile
from crm.services.imports.stored_files import folder_of
from crm.services.jobs.deadline import RESERVE_MS, Deadline
from crm.settings import settings
from crm.storage import bucket
from crm.storage.bucket import ChangedError, Stored

UNKNOWN_MAPPING = "unknown_mapping"
ENCODING_GUESSED = "encoding_guessed"
"""Warning: the code page was derived from the words of the file."""


def open_file(job: Job, deadline: Deadline) -> ImportFile:
    """Return the opened file of an import. Raises JobError for one that can never be imported."""
    stored = _stored(job)
    mapping, warnings = mapping_for(job.subject["key"], job.subject["mapping"])
    try:
        return _open(job, stored, mapping, deadline, warnings)
    except InvalidInputError as error:
        raise JobFailedError(error.message, code=error.code, details=error.details) from error
    except ChangedError as error:
        raise file_replaced_error() from error


def mapping_for(key: str, named: str | None) -> tuple[ImportMapping, dict[str, int]]:
    """Return a file's mapping, and warnings: the named one, else that of its folder, else the default.

    Raises JobError if the named one does not exist.
    """
    wanted = named or folder_of(key)
    if wanted is None:
        return DEFAULT, {}
    try:
        return import_mappings.get(wanted), {}
    except NotFoundError:
        if named is None:
            return DEFAULT, {UNKNOWN_MAPPING: 1}
        raise JobFailedError(
            f"there is no import mapping {named}: create it, or use another one", code=UNKNOWN_MAPPING
        ) from None


def _stored(job: Job) -> Stored:
    key = job.subject["key"]
    if key.endswith("/"):
        raise JobFailedError("the key is a folder, not a file: drop a file into it", code="directory_marker")
    try:
        stored = bucket.metadata(key)
    except NotFoundError:
        raise JobFailedError("the file no longer exists: drop it again", code="file_gone") from None
    if stored.etag != job.subject["etag"]:
        raise file_replaced_error()
    if not stored.size:
        raise JobFailedError("the file is empty: a header and rows are expected", code="empty_file")
    return stored


def _open(
    job: Job, stored: Stored, mapping: ImportMapping, deadline: Deadline, warnings: dict[str, int]
) -> ImportFile:
    start = bucket.read_range(stored.key, 0, SAMPLE, etag=stored.etag)
    gzipped = looks_gzipped(start)
    whole = stored.size <= SAMPLE and not gzipped
    text = sample(bucket.stream(stored.key, etag=stored.etag), True) if gzipped else start
    detected = detect(text, whole=whole or len(text) < SAMPLE, given=mapping.dialect)
    opened = ImportFile(
        key=stored.key,
        etag=stored.etag,
        size=stored.size,
        dialect=detected.dialect,
        found=detected.dialect,
        plan=plan_of(mapping, detected),
        mapping=mapping.name,
        version=mapping.version,
        conflict=mapping.conflict,
        write=mapping.write,
        declared_headless=mapping.header is False,
        memberships=memberships.field_keys(mapping),
        encoding_open=detected.encoding_open and len(text) == SAMPLE,
        open_columns=open_columns_of(mapping, detected),
        warnings=warnings | _guesses(mapping, detected),
    )
    bytewise = is_bytewise(opened.found.encoding, opened.found.delimiter)
    if gzipped or not bytewise:
        return _unpacked(job, opened, gzipped=gzipped, bytewise=bytewise, deadline=deadline)
    return opened


def _guesses(mapping: ImportMapping, detected: Detected) -> dict[str, int]:
    orders = {RECOGNISED_ORDERS: 1} if as_orders(mapping, detected.header) else {}
    return orders | ({ENCODING_GUESSED: 1} if detected.guessed else {})


def by_whole_file(
    opened: ImportFile, mapping: ImportMapping, encoding: str, evidence: FileEvidence
) -> ImportFile:
    """Return the file as it is read when all of it is known: chunks of bytes stay as they are.

    Raises FileError if it must be cut again; JobError if it cannot be read this way.
    """
    if not is_bytewise(encoding, opened.dialect.delimiter):
        raise FileError(
            "unknown_encoding",
            f"words after its beginning suggest {encoding}: save the file as UTF-8, or set the "
            "encoding in a mapping",
        )
    start = bucket.read_range(opened.key, 0, SAMPLE, etag=opened.etag)
    given = {name: getattr(opened.dialect, name) for name in ("delimiter", "quote", "skip_lines", "header")}
    try:
        detected = detect(start, whole=opened.size <= SAMPLE, given={**given, "encoding": encoding})
        plan = plan_of(mapping, detected, evidence)
    except InvalidInputError as error:
        raise JobFailedError(error.message, code=error.code, details=error.details) from error
    return replace(
        opened,
        dialect=replace(opened.dialect, encoding=encoding),
        found=opened.found
        if encoding == opened.dialect.encoding
        else replace(opened.found, encoding=encoding),
        plan=plan,
        mapping=mapping.name,
        version=mapping.version,
        conflict=mapping.conflict,
        write=mapping.write,
        declared_headless=mapping.header is False,
        memberships=memberships.field_keys(mapping),
        warnings=opened.warnings | plan.doubts,
    )


def plan_of(mapping: ImportMapping, detected: Detected, evidence: FileEvidence | None = None) -> ReadPlan:
    """Return the plan for reading the rows of a file. `evidence`: of all rows. Raises InvalidInputError."""
    return read_plan(
        as_orders(mapping, detected.header) or mapping,
        detected.header,
        detected.rows,
        attributes.definitions(),
        settings().custom_identity_types,
        phone_region=settings().phone_region,
        time_zone=settings().time_zone,
        placeholders=settings().placeholder_ids,
        delimiter=detected.dialect.delimiter,
        evidence=evidence,
    )


def open_columns_of(mapping: ImportMapping, detected: Detected) -> tuple[int, ...]:
    """Return the columns whose format the first rows leave uncertain. Raises InvalidInputError."""
    found = (detected.header, detected.rows, attributes.definitions(), settings().custom_identity_types)
    return tuple(open_columns(as_orders(mapping, detected.header) or mapping, *found))


def _unpacked(
    job: Job, opened: ImportFile, *, gzipped: bool, bytewise: bool, deadline: Deadline
) -> ImportFile:
    """Return the opened file with its text in a file of its own, for range reads: in UTF-8 if it is not `bytewise`."""
    source = _Digested()
    unpack = decoded_text if bytewise else utf8
    pieces = unpack(source.read(opened, deadline), gzipped=gzipped, encoding=opened.found.encoding)
    key = bucket.work_key(job.id, "text", 0, uuid.uuid4().hex)
    bucket.write_stream(key, pieces)
    written = bucket.metadata(key)
    return replace(
        opened,
        key=key,
        etag=written.etag,
        size=written.size,
        dialect=replace(opened.found, encoding=opened.found.encoding if bytewise else "utf-8", bom=0),
        encoding_open=opened.encoding_open and bytewise,
        content=source.content,
    )


class _Digested:
    """Reads a file once and digests what it has read."""

    def __init__(self) -> None:
        self.content = ""

    def read(self, opened: ImportFile, deadline: Deadline) -> Iterator[bytes]:
        """Yield the blocks of the file. Raises JobError when there is no time for all of them."""
        for block in bucket.stream(opened.key, etag=opened.etag, at_once=file_fingerprints.BLOCK):
            if deadline.remaining() < RESERVE_MS:
                # Another process cannot resume unpacking: it would start over each time.
                raise JobFailedError(
                    "the file takes too long to unpack: drop it uncompressed, in UTF-8",
                    code="too_long_to_unpack",
                )
            self.content = file_fingerprints.digested(self.content, block)
            yield block


def file_replaced_error() -> JobFailedError:
    """Return the error that the file of an import was replaced."""
    return JobFailedError(
        "the file was replaced after it was dropped: the new file has its own import",
        code="file_changed",
    )
