"""Sees all rows of a file while it is cut into chunks, for what they tell of how its columns are written."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from crm.domain.collecting import without_collecting
from crm.domain.delimited.chunks import Chunk
from crm.domain.delimited.rows import read_rows
from crm.domain.imports.evidence import Evidence
from crm.services.imports.opened import Opened


class Witness:
    """Collects evidence chunk by chunk, the last one only when it is known to be there for good.

    In memory are the bytes from the beginning of the last chunk on. Where no column is open, nothing is.
    """

    def __init__(self, file: Opened, evidence: Evidence) -> None:
        self._file = file
        self._evidence = evidence
        # While the encoding is open, each byte is a character.
        self._dialect = replace(file.dialect, encoding="latin-1") if file.encoding_open else file.dialect
        self._held = bytearray()
        self._at = 0
        self._last: Chunk | None = None

    def pieces(self, source: Iterator[bytes]) -> Iterator[bytes]:
        """The same pieces, on the way to be cut."""
        for piece in source:
            if self._file.open_columns:
                self._held += piece
            yield piece

    def see(self, chunk: Chunk) -> None:
        """A chunk that was cut from the pieces."""
        self._take_last()
        self._last = chunk

    def without_last(self) -> dict[str, Any]:
        """The evidence of all chunks but the last one."""
        return self._evidence.to_record()

    def of_all(self) -> dict[str, Any]:
        """The evidence of all chunks."""
        self._take_last()
        return self._evidence.to_record()

    def _take_last(self) -> None:
        if self._last is None or not self._file.open_columns:
            return
        chunk, self._last = self._last, None
        data = bytes(self._held[chunk.start - self._at : chunk.end - self._at])
        del self._held[: chunk.end - self._at]
        self._at = chunk.end
        with without_collecting():
            rows = read_rows(
                data, self._dialect, columns=len(self._file.plan.columns), first_line=1, first_row=1
            )
            self._evidence.add(list(zip(*rows.cells, strict=True)))
