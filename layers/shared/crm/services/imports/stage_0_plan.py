"""Plan an import: read the file once, for a digest of its content and for chunks that hold whole records."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from crm.domain.delimited.chunks import Chunk, plan_chunks
from crm.domain.delimited.code_pages import MAX_WORDS, words_in
from crm.domain.delimited.file_error import FileError
from crm.domain.delimited.preamble import preamble_of
from crm.domain.delimited.text_encoding import encoding_of_words
from crm.domain.imports.evidence import FileEvidence
from crm.domain.job import Job, JobFailedError
from crm.domain.stored_record import from_record, to_record
from crm.services.imports import file_fingerprints, import_file
from crm.services.imports.collect_evidence import EvidenceCollector
from crm.services.imports.detect_format import (
    ENCODING_GUESSED,
    by_whole_file,
    file_replaced_error,
    mapping_for,
    open_file,
)
from crm.services.imports.import_file import ImportFile
from crm.services.jobs.deadline import RESERVE_MS, Deadline, DeadlineExceededError
from crm.storage import bucket
from crm.storage import jobs as storage
from crm.storage.bucket import ChangedError

TARGET = 1_000_000
"""Bytes of a chunk, some thousand rows: a worker processes it in seconds."""

MAX_CHUNKS = 2_000
"""Chunks of one file: those of a large file are larger."""

WORDS_OF_A_BLOCK = 250
"""Most words of a block with letters beyond ASCII: those that decide the encoding come from several blocks."""

DUPLICATE_OF = "duplicate_of"
_STAGES = 2
"""Stages that process each chunk; the parts of the third one are known after the first."""

_SCAN = "scan"


@dataclass(slots=True)
class _Scan:
    """The progress of reading the file.

    `digest` of its first `blocks`, and `words` of these that decide the encoding (a character for each byte); `kept`:
    number of stored chunks, the last of which ends at `end` (0: none), and the `evidence` of their rows; the next one
    begins with this line and row.
    """

    digest: str = ""
    words: list[str] = field(default_factory=list)
    evidence: dict[str, Any] = field(default_factory=dict)
    blocks: int = 0
    kept: int = 0
    end: int = 0
    line: int = 1
    row: int = 1


def plan(job: Job, deadline: Deadline) -> Job:
    """Return the job with one part per chunk, none if the content was imported before. Raises JobError."""
    try:
        file = _import_file(job, deadline)
        scan = _scanned(job, file, deadline)
        file = _decided(job, file, scan)
    except ChangedError as error:
        raise file_replaced_error() from error
    except FileError as error:
        raise JobFailedError(error.message, code=error.code, details=error.details) from error
    content = file.content or scan.digest
    seen = file_fingerprints.record_import(content, f"{file.mapping}@{file.version}", job)
    if seen.duplicate_of is not None:
        return replace(job, parts=0, total=0, subject={**job.subject, DUPLICATE_OF: seen.duplicate_of})
    import_file.store_file(job, replace(file, content=content, first_seen=seen.first_seen))
    return replace(job, parts=scan.kept, total=scan.kept * _STAGES)


def _import_file(job: Job, deadline: Deadline) -> ImportFile:
    """Return the stored description of the file, or open and store it."""
    kept = storage.working_data(job.id, import_file.FILE_PART)
    if kept:
        return from_record(ImportFile, kept[import_file.FILE_PART])
    file = open_file(job, deadline)
    lines = preamble_of(bucket.stream(file.key, etag=file.etag), file.dialect).raw.splitlines(keepends=True)
    skipped = b"".join(lines[: file.dialect.skip_lines])
    file = replace(file, skipped=skipped.decode(file.dialect.encoding, "replace"))
    import_file.store_file(job, file)
    return file


def _decided(job: Job, file: ImportFile, scan: _Scan) -> ImportFile:
    """Return the file as its words and cells as a whole decide. Chunks do not depend on how it is read."""
    encoding = encoding_of_words([word.encode("latin-1") for word in scan.words]) or file.dialect.encoding
    if scan.words:
        warnings = {code: count for code, count in file.warnings.items() if code != ENCODING_GUESSED}
        file = replace(file, warnings=warnings | ({} if encoding == "utf-8" else {ENCODING_GUESSED: 1}))
    if encoding == file.dialect.encoding and not file.open_columns:
        return file
    mapping, _ = mapping_for(job.subject["key"], job.subject["mapping"])
    evidence = FileEvidence.from_record(scan.evidence)
    return by_whole_file(
        file, mapping, encoding, evidence.decoded(encoding) if file.encoding_open else evidence
    )


def _scanned(job: Job, file: ImportFile, deadline: Deadline) -> _Scan:
    """Cut the whole file into chunks. Raises DeadlineExceededError when the next process must continue."""
    held = storage.working_data(job.id, _SCAN)
    scan = from_record(_Scan, held[_SCAN]) if held else _Scan()
    begin = replace(scan)
    headless = replace(file.dialect, bom=0, skip_lines=0, header=False)
    target = max(TARGET, -(-file.size // MAX_CHUNKS))
    found: list[Chunk] = []
    collector = EvidenceCollector(
        file, FileEvidence.from_record(scan.evidence) if held else FileEvidence.of(file.open_columns)
    )
    try:
        pieces = collector.pieces(_pieces(file, scan, deadline))
        for chunk in plan_chunks(pieces, headless if begin.kept else file.dialect, target=target):
            collector.see(chunk)
            found.append(_moved(chunk, begin))
    except DeadlineExceededError:
        _pause(job, scan, found, collector)
        raise
    import_file.keep_chunks(job, scan.kept, found)
    scan.kept += len(found)
    scan.evidence = collector.of_all()
    return scan


def _pieces(file: ImportFile, scan: _Scan, deadline: Deadline) -> Iterator[bytes]:
    """Yield the file from the end of the last chunk on; blocks that were not digested yet are digested."""
    first = min(scan.end // file_fingerprints.BLOCK, scan.blocks)
    skipped = scan.end - first * file_fingerprints.BLOCK
    for number in range(first, -(-file.size // file_fingerprints.BLOCK)):
        if deadline.remaining() < RESERVE_MS:
            raise DeadlineExceededError
        start = number * file_fingerprints.BLOCK
        block = bucket.read_range(file.key, start, start + file_fingerprints.BLOCK, etag=file.etag)
        if number >= scan.blocks:
            scan.digest, scan.blocks = file_fingerprints.digested(scan.digest, block), number + 1
            if file.encoding_open and len(scan.words) < MAX_WORDS:
                scan.words = _with_words_of(block, scan.words)
        yield block[skipped:]
        skipped = max(0, skipped - len(block))


def _with_words_of(block: bytes, words: Sequence[str]) -> list[str]:
    """Add words of a block, few enough to leave room for those of later blocks."""
    more = (word.decode("latin-1") for word in words_in(block, WORDS_OF_A_BLOCK))
    return list(dict.fromkeys((*words, *more)))[:MAX_WORDS]


def _moved(chunk: Chunk, begin: _Scan) -> Chunk:
    """Return a chunk that was found after others with its place in the whole file."""
    return Chunk(
        chunk.start + begin.end,
        chunk.end + begin.end,
        chunk.first_line + begin.line - 1,
        chunk.first_row + begin.row - 1,
        chunk.rows,
    )


def _pause(job: Job, scan: _Scan, found: list[Chunk], collector: EvidenceCollector) -> None:
    """Let the next process begin at the last chunk, the last place whose line is known."""
    if found:
        *done, last = found
        import_file.keep_chunks(job, scan.kept, done)
        scan.kept += len(done)
        scan.end, scan.line, scan.row = last.start, last.first_line, last.first_row
    scan.evidence = collector.without_last()
    storage.keep_parts(job.id, {_SCAN: to_record(scan)})
