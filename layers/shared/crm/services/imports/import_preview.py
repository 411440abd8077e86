"""Preview a file: read its beginning as an import would. Nothing is stored."""

import base64
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

from crm.domain.attribute import Attribute
from crm.domain.commands.import_mappings import DraftMapping
from crm.domain.delimited.detection import Detected, detect
from crm.domain.delimited.preamble import preamble_of
from crm.domain.delimited.records import Scanner
from crm.domain.delimited.rows import Rows, read_rows
from crm.domain.delimited.text_source import SAMPLE, looks_gzipped, sample, utf8
from crm.domain.errors import InvalidInputError
from crm.domain.imports.column_targets import suggest
from crm.domain.imports.columns import Suggestion, recognise
from crm.domain.imports.evidence import FileEvidence
from crm.domain.imports.mapping import ImportMapping
from crm.domain.imports.order_exports import RECOGNISED_ORDERS, as_orders
from crm.domain.imports.preview import Beginning, Preview
from crm.domain.imports.preview_estimate import preview_warnings
from crm.domain.imports.proposal import propose
from crm.domain.imports.read_rows import Read, RowReader
from crm.domain.times import iso
from crm.services.definitions import attributes
from crm.services.imports import import_jobs, import_mappings, memberships
from crm.services.imports.detect_format import mapping_for, open_columns_of, plan_of
from crm.services.imports.stored_files import folder_of
from crm.settings import settings
from crm.storage import bucket

_DRAFT = "draft"
"""Name of a mapping that has none yet."""


def preview(
    *,
    key: str | None = None,
    content: str | None = None,
    name: str | None = None,
    mapping: str | DraftMapping | None = None,
    now: int,
) -> Preview:
    """Preview a file of the bucket (`key`) or its first bytes (`content`, base64). `now` in epoch ms.

    `mapping`: a name or the fields of one; else that of the key's folder. Raises InvalidInputError, also when nothing
    could be imported (FileError), and NotFoundError.
    """
    if (key is None) == (content is None):
        raise InvalidInputError("send either key or content", details={"field": "key"})
    file = _sent(content, name) if content is not None else _stored(key or "")
    by, warnings = _mapping(mapping, key)
    known = attributes.definitions()
    detected = detect(file.text, whole=file.whole, given=by.dialect)
    if mapping is None and (orders := as_orders(by, detected.header)):
        by, warnings = orders, {**warnings, RECOGNISED_ORDERS: 1}
    rows = _rows(file, detected)
    evidence = _evidence(by, detected, rows)
    columns = _columns(by, detected, evidence, known)
    read, refusal, doubts = _read(by, detected, rows, evidence, now)
    return Preview(
        file=file,
        detected=detected,
        columns=columns,
        rows=rows,
        read=read,
        problems=preview_warnings(
            detected, columns, known, read, refusal=refusal, warnings={**warnings, **doubts}, whole=file.whole
        ),
        mapping=propose(
            by,
            columns,
            known,
            header=detected.dialect.header,
            folder=folder_of(key or ""),
            file_name=file.name,
            taken=[stored.name for stored in import_mappings.list_all()],
            largest=import_mappings.LARGEST,
        ),
    )


def _stored(key: str) -> Beginning:
    found = import_jobs.find_file(key)
    text = bucket.read_range(key, 0, SAMPLE, etag=found.etag)
    name = key.rpartition("/")[2]
    if not looks_gzipped(text):
        return Beginning(text=text, whole=found.size <= SAMPLE, key=key, name=name, size=found.size)
    text = sample(bucket.stream(key, etag=found.etag, at_once=SAMPLE), True)
    return Beginning(text=text, whole=len(text) < SAMPLE, key=key, name=name, size=found.size)


def _sent(content: str, name: str | None) -> Beginning:
    try:
        sent = base64.b64decode(content, validate=True)
    except ValueError:
        raise InvalidInputError(
            "content must be the first bytes of a file in base64", details={"field": "content"}
        ) from None
    whole = len(sent) < SAMPLE
    text = sample([sent], looks_gzipped(sent))
    return Beginning(
        text=text, whole=whole and len(text) < SAMPLE, name=name, size=len(sent) if whole else None
    )


def _mapping(given: str | DraftMapping | None, key: str | None) -> tuple[ImportMapping, Mapping[str, int]]:
    if isinstance(given, str):
        return import_jobs.named_mapping(given), {}
    if given is not None:
        return replace(import_mappings.valid_mapping(given, name=_DRAFT), name=given.get("name", "")), {}
    return mapping_for(key or "", None)


def _evidence(by: ImportMapping, detected: Detected, rows: Rows) -> FileEvidence:
    try:
        return FileEvidence.of(open_columns_of(by, detected), rows.cells)
    except InvalidInputError:  # `_read` reports it
        return FileEvidence.of(())


def _columns(
    by: ImportMapping, detected: Detected, evidence: FileEvidence, known: Mapping[str, Attribute]
) -> list[Suggestion]:
    samples = evidence.instead_of(detected.rows, len(detected.header))
    found = (detected.header, samples, known, settings().custom_identity_types)
    try:
        return suggest(by, *found)
    except InvalidInputError:  # a named column is missing: `_read` reports it
        return recognise(*found, kind=by.kind)


def _rows(file: Beginning, detected: Detected) -> Rows:
    """Return the complete rows of the sample."""
    text = b"".join(utf8([file.text], gzipped=False, encoding=detected.dialect.encoding))
    dialect = replace(detected.dialect, encoding="utf-8", bom=0)
    before = preamble_of([text], dialect)
    behind = text[before.end :]
    complete = sum(len(stretch.raw) for stretch in Scanner(dialect).feed(behind, file.whole))
    return read_rows(
        behind[:complete], dialect, columns=len(detected.header), first_line=before.lines + 1, first_row=1
    )


def _read(
    by: ImportMapping, detected: Detected, rows: Rows, evidence: FileEvidence, now: int
) -> tuple[Read, InvalidInputError | None, dict[str, int]]:
    """Return the content of the rows, or the error that prevents reading; and warnings about the whole file."""
    try:
        memberships.field_keys(by)
        plan = plan_of(by, detected, evidence)
    except InvalidInputError as refusal:
        return Read([], rows.bad, Counter(), Counter()), refusal, {}
    today = replace(plan, today=iso(now)[: len("2026-11-21")])
    return RowReader(today, attributes.definitions()).read(rows), None, plan.doubts
