"""Each file of the corpus: its detected format, and its rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from crm.domain.delimited.chunks import plan_chunks
from crm.domain.delimited.detection import Detected, FileError, detect
from crm.domain.delimited.rows import Rows, read_rows
from crm.domain.delimited.text_source import SAMPLE, utf8
from tests.support.delimited.corpus import Sample
from tests.support.delimited.malformed import HUGE, corpus
from tests.support.thoroughness import some_of

SAMPLES = list(corpus())


def detected_in(content: bytes) -> Detected:
    return detect(content[:SAMPLE], whole=len(content) <= SAMPLE, given={})


def read(content: bytes, detected: Detected, target: int) -> Rows:
    """Read a file by all steps of an import."""
    dialect = detected.dialect
    if dialect.encoding.startswith("utf-16"):
        content = b"".join(utf8(pieces(content, 1000), gzipped=False, encoding=dialect.encoding))
        dialect = replace(dialect, encoding="utf-8", bom=0)
    rows = Rows([], [], [], [])
    for chunk in plan_chunks(pieces(content, 10_000), dialect, target=target):
        part = read_rows(
            content[chunk.start : chunk.end],
            dialect,
            columns=len(detected.header),
            first_line=chunk.first_line,
            first_row=chunk.first_row,
        )
        assert len(part.cells) + len(part.bad) <= chunk.rows
        rows = Rows(
            rows.cells + part.cells, rows.numbers + part.numbers, rows.lines + part.lines, rows.bad + part.bad
        )
    return rows


def pieces(content: bytes, size: int) -> Iterator[bytes]:
    yield from (content[at : at + size] for at in range(0, len(content), size))


@pytest.mark.parametrize(
    "sample", some_of([sample for sample in SAMPLES if not sample.error], one_in=10), ids=str
)
def test_a_file_of_the_corpus_is_detected_and_read(sample: Sample) -> None:
    detected = detected_in(sample.content)
    assert detected.dialect == sample.dialect
    assert detected.header == sample.header
    assert detected.rows == sample.rows[:20]
    targets = (1, 50, 200, 10**6) if len(sample.content) < HUGE else (200, 10**6)
    for target in some_of(targets, start=len(sample.content)):
        rows = read(sample.content, detected, target)
        assert rows.cells == sample.rows
        assert [(row.number, row.code) for row in rows.bad] == sample.bad


@pytest.mark.parametrize("sample", [sample for sample in SAMPLES if sample.error], ids=str)
def test_an_unreadable_file_of_the_corpus_is_refused_with_its_code(sample: Sample) -> None:
    with pytest.raises(FileError) as refused:
        detected_in(sample.content)
    assert refused.value.code == sample.error
    assert refused.value.message
