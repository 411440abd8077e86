"""Evidence from all rows of a file: independent of pieces and chunks, and bounded in size."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

from hypothesis import given, settings
from hypothesis import strategies as st

from crm.domain.delimited.chunks import plan_chunks
from crm.domain.delimited.dialect import Dialect
from crm.domain.imports.evidence import MAX_VALUE_LENGTH, OF_ALL, FileEvidence
from crm.services.imports.collect_evidence import EvidenceCollector
from crm.services.imports.import_file import ImportFile
from tests.support.thoroughness import part_of

CELLS = [
    "25/12/1990",
    "12/25/1990",
    "01/02/1990",
    "31.12.1990",
    "12,5",
    "0.5",
    "1.500",
    "1,500",
    "ja",
    "",
    '"a\nb"',
    "900",
]
rows = st.lists(st.tuples(st.sampled_from(CELLS), st.sampled_from(CELLS)), max_size=30)


def collected(content: bytes, size: int, target: int) -> dict[str, Any]:
    file = SimpleNamespace(
        open_columns=(0, 1),
        encoding_open=False,
        dialect=Dialect(delimiter=";"),
        plan=SimpleNamespace(columns="ab"),
    )
    collector = EvidenceCollector(cast("ImportFile", file), FileEvidence.of((0, 1)))
    pieces = collector.pieces(content[at : at + size] for at in range(0, len(content), size))
    for chunk in plan_chunks(pieces, file.dialect, target=target):
        collector.see(chunk)
    return collector.of_all()


@settings(max_examples=part_of(100, least=5), deadline=None)
@given(rows, st.integers(1, 40), st.integers(1, 100))
def test_evidence_does_not_depend_on_how_the_file_is_split(
    cells: list[tuple[str, str]], size: int, target: int
) -> None:
    content = "a;b\n" + "".join(f"{first};{second}\n" for first, second in cells)
    filled = [[cell.strip('"') for cell in row] for row in cells if any(row)]
    assert collected(content.encode(), size, target) == FileEvidence.of((0, 1), filled).to_record()


def test_evidence_is_bounded() -> None:
    evidence = FileEvidence.of(
        range(1_000), [[f"value {row} {column}" for column in range(1_000)] for row in range(5)]
    )
    assert sum(len(column.values) for column in evidence.columns.values()) <= OF_ALL
    assert FileEvidence.of((0,), [["x" * (MAX_VALUE_LENGTH + 1)], ["12,5"]]).columns[0].values == {"12,5": 1}


def test_evidence_is_stored_and_read_back_unchanged() -> None:
    evidence = FileEvidence.of((0, 3), [["25/12/1990", "", "", "12,5"], ["ja", "x", "y", "1.500"]])
    assert FileEvidence.from_record(evidence.to_record()) == evidence
    assert (
        evidence.columns[0].is_month_first,
        evidence.columns[3].decimal_mark,
        evidence.columns[3].doubtful,
    ) == (
        False,
        ",",
        1,
    )
