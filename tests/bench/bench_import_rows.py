"""Measure the CPU of reading files: bytes are split into rows, and each row is checked and typed, ready for a decision.

The naive way is Python's csv module with one call of the same rules per cell. The best of several rounds counts, since
other programs on the machine can only make a round slower.
"""

import csv
import time
from collections.abc import Callable
from dataclasses import dataclass
from io import StringIO

from crm.domain.attribute import typed
from crm.domain.delimited.dialect import Dialect
from crm.domain.delimited.rows import read_rows
from crm.domain.errors import InvalidInputError
from crm.domain.identity import normalise
from crm.domain.imports.mapping import DEFAULT
from crm.domain.imports.plan import ReadPlan, read_plan
from crm.domain.imports.read_rows import RowReader
from crm.domain.standard_attributes import STANDARD
from tests.bench.figures import Figure
from tests.bench.import_files import contacts, international, marketing_list
from tests.support.progress import with_progress

NAME = "import-rows"
ROUNDS = 9
ROWS = 20_000
NAIVE_ROWS = 5_000
BUDGET = 100_000


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file: how it is read, and its bytes without the header."""

    label: str
    header: list[str]
    body: bytes
    plan: ReadPlan

    def read(self) -> int:
        """Read the file; return the number of valid rows."""
        rows = read_rows(self.body, Dialect(), columns=len(self.header), first_line=2, first_row=1)
        return len(RowReader(self.plan, STANDARD).read(rows).rows)

    def read_naively(self) -> int:
        """Read the first rows by csv.DictReader, cell by cell."""
        text = self.body.decode()
        lines = csv.DictReader(StringIO(text), self.header)
        return sum(bool(self._understood(row)) for row, _ in zip(lines, range(NAIVE_ROWS), strict=False))

    def _understood(self, row: dict[str, str]) -> dict[str, object]:
        values: dict[str, object] = {}
        for column in self.plan.columns:
            cell, name = row[column.name], column.target.name or column.target.to
            if column.target.to == "identity":
                values[name] = normalise(name, cell)
            try:
                values[name] = typed(STANDARD[name], cell) if name in STANDARD else cell
            except InvalidInputError:
                values[name] = cell
        return values


def run() -> list[Figure]:
    """Measure rows per CPU second of three files."""
    files = (
        ("12 columns of contacts, national phones", contacts(ROWS), BUDGET),
        ("a marketing list of 12 columns", marketing_list(ROWS), BUDGET),
        ("contacts with international phones", international(ROWS), None),
    )
    return [_figure(_sheet(label, lines), budget) for label, lines, budget in files]


def _sheet(label: str, lines: list[list[str]]) -> Sheet:
    header, *rows = lines
    text = StringIO()
    csv.writer(text).writerows(rows)
    plan = read_plan(DEFAULT, header, rows[:20], STANDARD, ())
    return Sheet(label, header, text.getvalue().encode(), plan)


def _figure(sheet: Sheet, budget: float | None) -> Figure:
    rounds = with_progress(range(ROUNDS), sheet.label, ROUNDS)
    return Figure(
        bench=NAME,
        name=sheet.label,
        value=max(_rate(sheet.read, ROWS) for _ in rounds),
        unit="rows/s",
        budget=budget,
        at_least=True,
        naive=_rate(sheet.read_naively, NAIVE_ROWS),
    )


def _rate(read: Callable[[], int], expected: int) -> float:
    started = time.process_time()
    if read() != expected:
        raise AssertionError("a row was rejected")
    return expected / (time.process_time() - started)
