"""Collect evidence of how columns are written from all rows of a file, while it is cut into chunks."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from crm.domain.delimited.chunks import Chunk, plan_chunks
from crm.domain.delimited.rows import read_rows
from crm.domain.gc_pause import without_collecting
from crm.domain.imports.evidence import FileEvidence
from crm.services.imports.import_file import ImportFile

PORTION = 200_000
"""Bytes whose cells are in memory at once."""


class EvidenceCollector:
    """Collects evidence chunk by chunk; the last chunk follows only when it is final.

    The bytes from the beginning of the last chunk on are kept in memory, or none if no column is open.
    """

    def __init__(self, file: ImportFile, evidence: FileEvidence) -> None:
        self._file = file
        self._evidence = evidence
        # While the encoding is open, each byte is a character.
        encoding = "latin-1" if file.encoding_open else file.dialect.encoding
        self._dialect = replace(file.dialect, encoding=encoding, bom=0, skip_lines=0, header=False)
        self._held, self._piece = b"", b""
        self._at = self._seen = 0
        self._last: Chunk | None = None

    def pieces(self, source: Iterator[bytes]) -> Iterator[bytes]:
        """Yield the same pieces, which are then cut into chunks."""
        for piece in source:
            if not self._file.open_columns:
                yield piece
                continue
            self._piece = piece
            del piece  # to free it before the next one is read
            yield self._piece
            self._keep_rest()

    def see(self, chunk: Chunk) -> None:
        """Take a chunk that was cut from the pieces."""
        self._take_last()
        self._last = chunk

    def without_last(self) -> dict[str, Any]:
        """Return the evidence of all chunks but the last one."""
        return self._evidence.to_record()

    def of_all(self) -> dict[str, Any]:
        """Return the evidence of all chunks."""
        self._take_last()
        return self._evidence.to_record()

    def _keep_rest(self) -> None:
        """Copy what is still needed of the piece that was cut and of the bytes before it."""
        needed = self._last.start if self._last else self._seen
        end = self._at + len(self._held) + len(self._piece)
        self._held, self._at, self._piece = self._between(needed, end), needed, b""

    def _between(self, start: int, end: int) -> bytes:
        """Return bytes of the file as far as they are in memory."""
        begin = self._at + len(self._held)
        return (
            self._held[max(0, start - self._at) : max(0, end - self._at)]
            + self._piece[max(0, start - begin) : max(0, end - begin)]
        )

    def _take_last(self) -> None:
        if self._last is None or not self._file.open_columns:
            return
        chunk, self._last = self._last, None
        self._seen = chunk.end
        data = self._between(chunk.start, chunk.end)
        with without_collecting():
            for portion in plan_chunks([data], self._dialect, target=PORTION):
                self._add(data[portion.start : portion.end])

    def _add(self, data: bytes) -> None:
        rows = read_rows(data, self._dialect, columns=len(self._file.plan.columns), first_line=1, first_row=1)
        self._evidence.add(list(zip(*rows.cells, strict=True)))
